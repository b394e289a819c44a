"""LS111: a checkpoint that several processes wrote into a folder."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Finding, Fix, MergePieces, Row, Target, Weights, check
from loadstone.core.facts import StateDict
from loadstone.core.words import count, listed

ROWS = 6
STACKED = "Megatron Core wrote it: layers that it keeps in one tensor are taken apart"
SUPERSEDES = ("LS103", "LS307", "LS700")


@check("LS111", since="0.1", supersedes=SUPERSEDES, covers=("torch/J12", "torch/J13"))
def distributed_checkpoint(
    artifact: Artifact, target: Target | None, weights: Weights | None
) -> Iterator[Finding]:
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
    Safe: the tensors of the model are put together in one safetensors file, without unpickling.
    The pieces must cover each tensor once, and match their checksums. Which state dict is meant is
    told by its names, by the target or by `--entry`. Layers and experts that Megatron Core keeps in
    one tensor are taken apart, under the names that Transformer Engine's layers have. Without the
    folder, or for values that are no tensors, torch's own command does it: that unpickles, so do it
    only if you trust the source.

    ## See also
    <https://docs.pytorch.org/docs/stable/distributed.checkpoint.html>
    """
    piece = artifact.name.endswith(".distcp")
    if artifact.format != "dcp" and not piece:
        return
    whole = artifact.is_folder and weights is not None and not artifact.damage
    yield Finding(
        f"`{artifact.name}` is one piece of a distributed checkpoint"
        if piece
        else f"`{artifact.name}` is a distributed checkpoint, not one file",
        at=here(artifact, weights.entry if weights else None),
        headings=("in the checkpoint", ""),
        rows=tuple(
            Row(f"{_named(state)}  {count(len(state.tensors), 'tensor')}")
            for state in artifact.state_dicts[:ROWS]
        ),
        more=max(0, len(artifact.state_dicts) - ROWS),
        notes=(
            *([f"it is loaded into `{target.name}` once it is merged"] if target else ()),
            *([STACKED] if artifact.detail.get("stacked") else ()),
        ),
        fix=_merge(artifact, weights) if whole and weights else _by_torch(artifact),
        covers=("torch/J13" if piece else "torch/J12",),
    )


def _named(state: StateDict) -> str:
    return state.path or "(root)"


def _merge(artifact: Artifact, weights: Weights) -> Fix:
    of = f" under `{weights.entry}`" if weights.entry else ""
    left = f"; not {listed(list(weights.others))}, no tensors" if weights.others else ""
    return Fix(
        f"put the {count(len(weights), 'tensor')}{of} together in one file",
        (MergePieces(f"{artifact.name}.merged.safetensors", weights.entry),),
        safety="unsafe" if weights.others else "safe",
        proof=f"the pieces cover each tensor once, and match their checksums{left}",
    )


def _by_torch(artifact: Artifact) -> Fix:
    folder = artifact.path if artifact.is_folder else artifact.path.rpartition("/")[0] or "."
    merged = f"{folder.rstrip('/')}.pth" if folder != "." else "merged.pth"
    models = [_named(state) for state in artifact.state_dicts if state.role in ("model", "ema")]
    return Fix(
        f"say which is meant by `--entry`, of {listed(models)}; or merge all, if you trust it"
        if len(models) > 1 and not artifact.damage
        else "merge it into one file, if you trust its source",
        safety="manual",
        shell="python -m torch.distributed.checkpoint.format_utils dcp_to_torch "
        f"{quoted(folder)} {quoted(merged)}",
    )
