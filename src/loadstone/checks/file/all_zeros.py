"""LS005: a file of the right size that holds only zero bytes."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import size


@check("LS005", since="0.1", covers=("torch/A07",))
def all_zeros(artifact: Artifact) -> Iterator[Finding]:
    """Every byte of the file is zero.

    ## Why it breaks
    The space was reserved, and the content was never written: an interrupted download, or a
    crash before the disk had it. torch takes it for an old tar file (`Cannot use weights_only=True
    with files saved in the legacy .tar format`), since an empty tar is zero bytes too.

    ## Example
    ```python fails=LS005
    artifact(format="zeros", content="none", size=44_700_000)
    ```

    ## Fix
    Download or copy it again, and compare sizes and digests.

    ## See also
    <https://github.com/facebookresearch/dinov3/issues/63>
    """
    if artifact.format != "zeros":
        return
    yield Finding(
        f"`{artifact.name}` holds nothing but zero bytes ({size(artifact.size)})",
        at=here(artifact),
        notes=("the space was reserved and never written",),
        fix=Fix("download or copy it again", safety="manual"),
    )
