"""LS111: a checkpoint that several processes wrote into a folder."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Finding, Fix, Target, check


@check("LS111", since="0.1", supersedes=("LS307", "LS700"), covers=("torch/J12", "torch/J13"))
def distributed_checkpoint(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The folder is a distributed checkpoint, which `torch.load` does not read.

    ## Why it breaks
    `torch.distributed.checkpoint` writes a folder, with pieces of tensors in `.distcp` files and
    a table of them in `.metadata`. `torch.load` says `IsADirectoryError`; of a `.distcp` file it
    returns one tensor without a word.

    ## Example
    ```python fails=LS111
    artifact("checkpoint", format="dcp", content="state-dict", is_folder=True)
    ```

    ## Fix
    Merge it into one file, with torch's own command. That reads a pickle of the folder: do it only
    if you trust its source.

    ## See also
    <https://docs.pytorch.org/docs/stable/distributed.checkpoint.html>
    """
    piece = artifact.name.endswith(".distcp")
    if artifact.format != "dcp" and not piece:
        return
    folder = artifact.path if artifact.is_folder else artifact.path.rpartition("/")[0] or "."
    merged = f"{folder.rstrip('/')}.pth" if folder != "." else "merged.pth"
    yield Finding(
        f"`{artifact.name}` is one piece of a distributed checkpoint"
        if piece
        else f"`{artifact.name}` is a distributed checkpoint, not one file",
        at=here(artifact),
        notes=(f"it is loaded into `{target.name}` once it is merged",) if target else (),
        fix=Fix(
            "merge it into one file, if you trust its source",
            safety="manual",
            shell="python -m torch.distributed.checkpoint.format_utils dcp_to_torch "
            f"{quoted(folder)} {quoted(merged)}",
        ),
        covers=("torch/J13" if piece else "torch/J12",),
    )
