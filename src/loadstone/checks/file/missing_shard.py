"""LS013: files of a model that is kept in several are not there."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, text
from loadstone.core import Artifact, Finding, Fix, Row, check
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
def missing_shard(artifact: Artifact) -> Iterator[Finding]:
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
    Fetch the files that are missing. The tensors in them are nowhere else.

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
        rows=tuple(Row(item.why) for item in missing[:4]),
        more=max(0, len(missing) - 4),
        headings=("missing", ""),
        fix=Fix(f"fetch {listed(names)} into the same folder", safety="manual"),
        covers=_covers(artifact, missing),
    )


def _covers(artifact: Artifact, missing: tuple[Damage, ...]) -> tuple[str, ...]:
    if any(item.detail.get("what") == "index" for item in missing):
        return ("torch/K20",)
    if artifact.format == "keras-shards":
        return ("tensorflow/a42",)
    return ("torch/K19",) if artifact.format in ("safetensors-index", "transformers") else ()
