"""LS009: the zip archive that torch wrote was unpacked into a folder."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, ExtractTensors, Finding, Fix, Weights, check
from loadstone.core.words import count


@check("LS009", since="0.1", covers=("torch/A10",))
def unzipped_folder(artifact: Artifact, weights: Weights | None) -> Iterator[Finding]:
    """The file that torch saved was unpacked into a folder.

    ## Why it breaks
    A file of `torch.save` is a zip archive, and a browser or an operating system unpacked it.
    torch says `IsADirectoryError`; its `data.pkl` alone says `A load persistent id instruction was
    encountered`, since the tensors lie in the files beside it.

    ## Example
    ```python fails=LS009
    artifact("model", format="torch-unpacked", is_folder=True, state={"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Safe: the tensors are taken from the folder as they are. Offered only if every storage is there
    with its exact size, and nothing else was found wrong.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    if artifact.format != "torch-unpacked" or artifact.damage:
        return
    stored = count(len(weights), "tensor") if weights else "its tensors"
    yield Finding(
        f"`{artifact.name}` is the unpacked content of a file that `torch.save` wrote",
        at=here(artifact),
        notes=("such a file is a zip archive; something unpacked it on the way",),
        fix=Fix(
            f"write {stored} into one file",
            (ExtractTensors("folder"),),
            proof="every storage is in the folder with its exact size",
        )
        if weights
        else None,
    )
