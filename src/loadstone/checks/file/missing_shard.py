"""LS013: files of a model that is kept in several are not there."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, text
from loadstone.core import Artifact, Finding, Fix, MergePieces, Row, Weights, check
from loadstone.core.facts import Damage
from loadstone.core.words import count, listed

SHARDED = (
    "safetensors-index",
    "keras-shards",
    "dcp",
    "gguf",
    "transformers",
    "peft-adapter",
    "sentence-transformers",
    "diffusers",
    "deepspeed",
    "megatron",
    "training-checkpoint",
    "mlflow",
    "mlem",
    "torchserve",
    "spacy",
)


COVERS = ("torch/K19", "torch/K20", "tensorflow/a42")


@check("LS013", since="0.1", supersedes=("LS014", "LS400", "LS406", "LS134"), covers=COVERS)
def missing_shard(artifact: Artifact, weights: Weights | None) -> Iterator[Finding]:
    """The model is kept in several files, and some of them are not there.

    ## Why it breaks
    An index lists which file holds which tensor. A partial copy or download left some of the
    files behind: `No such file or directory: model-00002-of-00005.safetensors`.

    ## Example
    ```python fails=LS013
    artifact(
        "model.safetensors.index.json",
        format="safetensors-index",
        damage=[damage("missing-member", member="model-00002-of-00002.safetensors")],
    )
    ```

    ## Fix
    Fetch the files that are missing. The tensors in them are nowhere else. Where only the index is
    missing, and shards 1 to N of N are here, their tensors are put together in one file.

    ## See also
    <https://huggingface.co/docs/transformers/big_models>
    """
    missing = damage(artifact, "missing-member")
    if artifact.format not in SHARDED or not missing:
        return
    names = [text(item.detail, "member") or item.why for item in missing]
    yield Finding(
        f"{count(len(names), 'file')} of the model {'is' if len(names) == 1 else 'are'} not here: "
        f"{listed(names)}",
        at=here(artifact, names[0]),
        rows=tuple(_row(item) for item in missing[:4]),
        more=max(0, len(missing) - 4),
        headings=("missing", "holds" if any(map(_tensors, missing)) else ""),
        notes=_left(missing, weights),
        fix=_merged(artifact, weights)
        or Fix(f"fetch {listed(names)} into the same folder", safety="manual"),
        covers=_covers(artifact, missing),
    )


def _tensors(item: Damage) -> int:
    told = item.detail.get("tensors")
    return told if isinstance(told, int) else 0


def _row(item: Damage) -> Row:
    held, name = _tensors(item), text(item.detail, "member")
    if not held:
        return Row(item.why)
    names = text(item.detail, "names")
    more = ", …" if held > len(names.split(", ")) else ""
    return Row(name, f"{count(held, 'tensor')}: {names}{more}")


def _left(missing: tuple[Damage, ...], weights: Weights | None) -> tuple[str, ...]:
    lost = sum(map(_tensors, missing))
    here = len(weights) if weights is not None else 0
    return (f"{here} of {count(here + lost, 'tensor')} are here",) if lost else ()


def _merged(artifact: Artifact, weights: Weights | None) -> Fix | None:
    """Return how shards without their index become one file, where they are all here and whole."""
    if weights is None or artifact.disagreements or not artifact.unindexed:
        return None
    if not weights or any(fact.extent is None for fact in weights.values()):
        return None
    shards = count(len({fact.extent.file for fact in weights.values() if fact.extent}), "shard")
    return Fix(
        f"put the {count(len(weights), 'tensor')} of {shards} together in one file",
        (MergePieces(f"{artifact.name}.merged.safetensors", weights.entry),),
        proof="the shards are numbered from the first to the last, and hold no name twice",
    )


def _covers(artifact: Artifact, missing: tuple[Damage, ...]) -> tuple[str, ...]:
    if any(item.detail.get("what") == "index" for item in missing):
        return ("torch/K20",)
    if artifact.format == "keras-shards":
        return ("tensorflow/a42",)
    return ("torch/K19",) if artifact.format in ("safetensors-index", "transformers") else ()
