"""LS004: a file without a byte in it."""

from collections.abc import Iterator

from loadstone.checks._common import here, suffix
from loadstone.core import Artifact, Finding, Fix, check

ROWS = {
    ".safetensors": "torch/A17",
    ".pkl": "sklearn/A09",
    ".joblib": "sklearn/A41",
    ".onnx": "sklearn/O09",
}


@check("LS004", since="0.1", covers=("torch/A06", *ROWS.values()))
def empty(artifact: Artifact) -> Iterator[Finding]:
    """The file has no content.

    ## Why it breaks
    The process died, or the disk was full, between opening the file and writing it. torch says
    `EOFError` and nothing else; safetensors says `header too small`.

    ## Example
    ```python fails=LS004
    artifact(format="empty", content="none", size=0)
    ```

    ## Fix
    Take the previous checkpoint. From now on write to a temporary name and rename it at the end
    (`os.replace`), as `loadstone.save` does.

    ## See also
    <https://docs.python.org/3/library/os.html#os.replace>
    """
    if artifact.format != "empty":
        return
    yield Finding(
        f"`{artifact.name}` is empty: 0 bytes",
        at=here(artifact),
        notes=("nothing can be recovered from it",),
        fix=Fix("use the previous checkpoint, or copy the file again", safety="manual"),
        covers=(ROWS.get(suffix(artifact), "torch/A06"),),
    )
