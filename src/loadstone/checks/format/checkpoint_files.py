"""LS132: a TensorFlow checkpoint: the path to give is its prefix, and it holds weights only."""

import re
from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.checks._tensorflow import CHECKPOINT, is_model, prefix_of, restore
from loadstone.core import Artifact, Assignment, Finding, Fix, Target, check
from loadstone.core.words import listed

COVERS = (
    "tensorflow/a08",
    "tensorflow/a09",
    "tensorflow/a10",
    "tensorflow/a11",
    "tensorflow/a12",
    "tensorflow/a39",
    "tensorflow/e10",
    "tensorflow/e11",
    "tensorflow/e14",
)
LEGACY = re.compile(r"optimizer, [1-9]\d* slots")
UNLISTED = (
    "no file `checkpoint` is beside it: `tf.train.latest_checkpoint` gives `None`, and "
    "`restore(None)` does nothing"
)
UNNAMED = ("save_counter", "train_function", "train_tf_function", "root", "keras_api")
FILES = ("index", "shard", "list")
ROWS = {
    "index": ("tensorflow/a09", "tensorflow/a10"),
    "shard": ("tensorflow/a10",),
    "list": ("tensorflow/a11",),
    "folder": ("tensorflow/a11",),
}


@check("LS132", since="0.1", supersedes=("LS100", "LS101"), covers=COVERS)
def checkpoint_files(
    artifact: Artifact, target: Target | None, assignment: Assignment | None
) -> Iterator[Finding]:
    """The path is one file of a TensorFlow checkpoint, and loaders take its prefix.

    ## Why it breaks
    A checkpoint `ck/model` is the files `ck/model.index` and `ck/model.data-…`, and `ck/model` is
    the path to give, though no file has that name. With `.index` at its end, `load_weights` says
    `Some objects had attributes which were not restored` and a page of numbers; of the folder,
    `Is a directory`. A checkpoint holds weights and no architecture: `load_model` finds nothing.
    `load_weights` of Keras 3 reads no checkpoint (`File format not supported`). Where the file
    `checkpoint` was not copied, `latest_checkpoint` finds none, and restores nothing silently.

    ## Example
    ```python fails=LS132
    artifact(
        "ck/model.index",
        format="tf-checkpoint",
        framework="tensorflow",
        detail={"given": "index", "prefix": "model", "objects": True},
    )
    ```

    ## Fix
    Build the model with its own code, then restore the prefix into it. `--into pkg.module:build`
    does: what would be left untouched is then told. Restore into a model that is not compiled where
    the optimizer is of another TensorFlow.

    ## See also
    <https://www.tensorflow.org/guide/checkpoint>
    """
    if artifact.format != CHECKPOINT or artifact.damage or assignment is not None:
        return
    given = text(artifact.detail, "given")
    prefix = prefix_of(artifact)
    message = f"`{artifact.name}` is a TensorFlow checkpoint: weights only, restored by its prefix"
    if given in FILES:
        message = f"`{artifact.name}` is one file of the checkpoint `{prefix}`"
    elif target is not None:
        message = f"`{artifact.name}` is a TensorFlow checkpoint, not a state dict of torch"
    notes = ["it holds weights and no architecture: the model is built by its own code first"]
    if is_model(artifact):
        notes.append("`load_weights` of Keras 2 reads it, that of Keras 3 does not")
    named = [name for name in artifact.entries if name not in UNNAMED]
    if _is_named(artifact):
        notes.append(f"its objects are named {listed(named)}: under other names none is restored")
    if any(LEGACY.fullmatch(kind) for kind in artifact.entries.values()):
        notes.append("it holds an optimizer of TensorFlow 2.10 or older, which later ones refuse")
    if artifact.detail.get("unlisted") is True:
        notes.append(UNLISTED)
    if given == "folder":
        notes.append(f"of its checkpoints, `{text(artifact.detail, 'prefix')}` is the latest")
    yield Finding(
        message,
        at=here(artifact),
        notes=tuple(notes),
        fix=Fix(f"restore the prefix `{prefix}`", safety="manual", python=restore(artifact)),
        severity=None if given in FILES or target is not None else "note",
        covers=_rows(artifact),
    )


def _is_named(artifact: Artifact) -> bool:
    """Whether objects are found by names, of `tf.train.Checkpoint` or of attributes."""
    named = artifact.detail.get("objects") is True and bool(artifact.entries)
    return named and not any(name.startswith("layer_with_weights-") for name in artifact.entries)


def _rows(artifact: Artifact) -> tuple[str, ...]:
    rows = [*ROWS.get(text(artifact.detail, "given"), ("tensorflow/a08", "tensorflow/a12"))]
    if _is_named(artifact):
        rows += ["tensorflow/e10", "tensorflow/e11"]
    if any(LEGACY.fullmatch(kind) for kind in artifact.entries.values()):
        rows.append("tensorflow/e14")
    if artifact.detail.get("unlisted") is True:
        rows.append("tensorflow/a39")
    return tuple(rows)
