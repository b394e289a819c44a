"""LS153: a folder that a training left, with the model beside the states of its optimizer."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted, text
from loadstone.core import Artifact, Finding, Fix, MergePieces, SelectEntry, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

NAMES = {
    "deepspeed": "a checkpoint of DeepSpeed",
    "megatron": "a checkpoint of Megatron",
    "training-checkpoint": "a checkpoint of a training",
}
COVERS = ("torch/J14", "torch/J15")


@check("LS153", since="0.2", supersedes=("LS103", "LS307", "LS700"), covers=COVERS)
def training_folder(
    artifact: Artifact, weights: Weights | None, match: Match | None
) -> Iterator[Finding]:
    """The folder is a training checkpoint: the model is one file in it, or many.

    ## Why it breaks
    What a training needs to go on lies beside the weights: optimizer, scheduler, random states.
    A load takes one file of these. With DeepSpeed's ZeRO 3, its pipelines and its experts, and
    with Megatron on many ranks, no single file holds the weights: `size mismatch …
    torch.Size([0])`.

    ## Example
    ```python fails=LS153
    artifact(
        "checkpoint-500",
        format="training-checkpoint",
        content="checkpoint",
        is_folder=True,
        detail={"inner": "model.safetensors", "inner_format": "safetensors"},
    )
    ```

    ## Fix
    Load the file that is named. Of DeepSpeed's ZeRO 1 to 3, what the optimizers of all ranks hold
    is put together in one safetensors file without unpickling, as `zero_to_fp32` does: every
    element once, in 32 bits. The files must agree on shapes, step and number of ranks, and match
    their checksums; with ZeRO 1 and 2 every number, rounded, must be the model's own. What Megatron
    split by tensors, stages of a pipeline (with their chunks) and experts is put together where
    each layer is one that it is known to split, its size that of the training's arguments, and the
    layers of all stages as many as these say. Not put together are layers of two kinds on several
    stages (T5, multi-token prediction), experts in one tensor (`weight1`) or split over other ranks
    than the rest: use the tool of Megatron that wrote them. DeepSpeed's layers of a pipeline and
    experts are put together as they are. Whatever unpickles the files of ranks can run code: do it
    only if you trust their source.

    ## See also
    <https://deepspeed.readthedocs.io/en/latest/model-checkpointing.html>
    """
    if artifact.format not in NAMES:
        return
    inner = text(artifact.detail, "inner")
    path = f"{artifact.path.rstrip('/')}/{inner}"
    spread = _spread(artifact)
    fix = Fix(f"load `{inner}`", safety="manual", python=_code(artifact, path))
    if artifact.format == "deepspeed":
        fits = match is not None and match.complete
        fix = _merged(artifact, weights, fits=fits) or (_together(artifact) if spread else fix)
    elif spread:
        fix = _of_splits(artifact, weights) or Fix(
            "convert it with the tool of Megatron that wrote it", safety="manual"
        )
    yield Finding(
        f"`{artifact.name}` is {NAMES[artifact.format]}: the weights are spread over several files"
        if spread
        else f"`{artifact.name}` is {NAMES[artifact.format]}: the model in it is `{inner}`",
        at=here(artifact, None if spread else inner),
        notes=_notes(artifact, weights),
        fix=fix,
        covers=(("torch/J15" if spread else "torch/J14"),)
        if artifact.format == "deepspeed"
        else (),
    )


def _spread(artifact: Artifact) -> bool:
    """Whether no file holds all weights."""
    detail = artifact.detail
    if artifact.format == "megatron":
        return detail.get("ranks") != 1
    return text(detail, "zero") == "3" or any(map(detail.get, ("splits", "layers", "experts")))


def _notes(artifact: Artifact, weights: Weights | None) -> tuple[str, ...]:
    if artifact.format == "megatron" and artifact.detail.get("merges"):
        version = text(artifact.detail, "layout")
        told = f"queries, keys and values stay in the order of `checkpoint_version` {version}"
        return (f"{told}, which a file of tensors does not hold",)
    apart = text(artifact.detail, "apart")
    if artifact.format == "megatron" and apart:
        return (f"it is not put together here: {apart}",)
    if weights is None or not artifact.detail.get("merges") or not weights.entry:
        return ()
    kinds = sorted({fact.dtype for fact in weights.values() if fact.dtype.endswith("float16")})
    wide = text(artifact.detail, "master")
    return (
        (f"it holds {listed(kinds)}; the optimizer's states hold {wide} of which they are rounded",)
        if kinds and wide not in kinds
        else ()
    )


def _merged(artifact: Artifact, weights: Weights | None, *, fits: bool) -> Fix | None:
    """Return how the parts that the ranks hold, or the files of layers, become one file."""
    detail = artifact.detail
    if weights is None or artifact.damage or artifact.disagreements or detail.get("splits"):
        return None
    name, tensors = f"{artifact.name}.merged.safetensors", count(len(weights), "tensor")
    left = f"; not {listed(list(weights.others))}" if weights.others else ""
    if detail.get("merges"):
        own = "" if text(detail, "zero") == "3" else "; rounded, they are the model's own"
        ranks = count(int(detail.get("ranks") or 1), "rank")
        return Fix(
            f"put the {text(detail, 'master')} weights of {ranks} together in one file",
            (MergePieces(name),),
            safety="unsafe" if left else "safe",
            proof="the ranks' parts cover each parameter once, agree on step and shapes, and match "
            f"their checksums{own}{left}",
        )
    if any(fact.extent is None for fact in weights.values()):
        return None
    if not _spread(artifact):
        return Fix(
            f"keep the {tensors} under `{weights.entry}`",
            (SelectEntry(weights.entry),),
            safety="unsafe" if left else "safe",
            proof=f"they lie whole in `{text(detail, 'inner')}`{left}",
        )
    return Fix(
        f"put the {tensors} of the files of layers and experts together in one",
        (MergePieces(name, weights.entry),),
        safety="safe" if fits and not left else "unsafe",
        proof=f"they have the names and shapes of the target{left}"
        if fits
        else f"each lies whole in one file; whether a file is missing is not told{left}",
    )


def _of_splits(artifact: Artifact, weights: Weights | None) -> Fix | None:
    """Return how what Megatron split over ranks becomes one file."""
    detail = artifact.detail
    if weights is None or not detail.get("merges") or artifact.damage or artifact.disagreements:
        return None
    order = (
        "their random states are those of ranks in this order"
        if detail.get("ordered")
        else "in which order they belong is told by the names of their folders alone"
    )
    return Fix(
        f"put the {count(len(weights), 'tensor')} of {count(int(detail['ranks'] or 1), 'rank')} "
        "together in one file, as one rank would hold them",
        (MergePieces(f"{artifact.name}.merged.safetensors"),),
        safety="safe" if detail.get("ordered") else "unsafe",
        proof=f"{_whole(artifact)}; what several ranks hold is the same in all, bit for bit; the "
        f"files are of one save and match their checksums; {order}",
    )


def _whole(artifact: Artifact) -> str:
    """Return why the parts of Megatron's are all of the model."""
    counts = (artifact.detail.get(key) for key in ("ranks", "stages", "experts"))
    ranks, stages, experts = (int(size or 1) for size in counts)
    told = []
    if ranks > stages * experts:
        told.append(
            "each layer is one of Megatron's, whose axis is known, and has the size that the "
            "arguments of the training tell"
        )
    if stages > 1:
        told.append(f"the {stages} stages hold as many layers as the training's arguments tell")
    if experts > 1:
        told.append("each rank holds its share of the experts")
    return "; ".join(told)


def _together(artifact: Artifact) -> Fix:
    """Return how DeepSpeed itself puts the files of its ranks together."""
    folder, tag = artifact.path.rstrip("/"), ""
    if not text(artifact.detail, "tag") and "/" in folder:  # the folder of one step
        folder, _, tag = folder.rpartition("/")
    if text(artifact.detail, "zero") == "3" and not artifact.detail.get("splits"):
        return Fix(
            "put the weights of all ranks together, if you trust their source",
            safety="manual",
            shell="python -m deepspeed.utils.zero_to_fp32 "
            + (f"--tag {quoted(tag)} " if tag else "")
            + f"{quoted(folder)} {quoted(artifact.path.rstrip('/') + '-fp32')}",
        )
    return Fix(
        "load it with DeepSpeed, in as many ranks as saved it, if you trust their source",
        safety="manual",
        python="import deepspeed\n\n"
        "engine, *_ = deepspeed.initialize(model=model, config=config)  # as in the training\n"
        f"engine.load_checkpoint({folder!r}{f', tag={tag!r}' if tag else ''}, "
        "load_module_only=True)\n",
    )


def _code(artifact: Artifact, path: str) -> str:
    if text(artifact.detail, "inner_format") == "safetensors":
        return f"from safetensors.torch import load_file\n\nstate = load_file({path!r})\n"
    entry = {"deepspeed": "['module']", "megatron": "['model']"}.get(artifact.format, "")
    return f"import torch\n\nstate = torch.load({path!r}, map_location='cpu'){entry}\n"
