"""LS801: files of the bundle are missing."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Bundle, Finding, Fix, check
from loadstone.core.words import count, listed

SUPERSEDES = ("LS013", "LS502", "LS606")


@check("LS801", since="0.1", supersedes=SUPERSEDES)
def bundle_incomplete(artifact: Artifact, bundle: Bundle) -> Iterator[Finding]:
    """Files that the bundle's manifest lists are not in it.

    ## Why it breaks
    The bundle was copied in part, or files were deleted. The manifest lists every file with its
    size and digest.

    ## Example
    ```python fails=LS801
    artifact("review", format="bundle", content="bundle", is_folder=True)
    bundle(missing=["forms/model.safetensors"])
    ```

    ## Fix
    Copy the bundle again, whole. A `.lode` file is one file, and cannot be copied in part.

    ## See also
    <https://docs.python.org/3/library/zipfile.html>
    """
    missing = [item.name for item in bundle.changes if item.kind == "missing"]
    if not missing:
        return
    yield Finding(
        f"{count(len(missing), 'file')} of the bundle {'is' if len(missing) == 1 else 'are'} "
        f"missing: {listed(missing)}",
        at=here(artifact, missing[0]),
        fix=Fix("copy the bundle again, whole", safety="manual"),
    )
