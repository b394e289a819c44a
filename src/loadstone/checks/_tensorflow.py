"""The code that loads what TensorFlow writes, spelled for one artifact."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from loadstone.checks._common import text
from loadstone.core.facts import Artifact, PortFact, SignatureFact

SAVED = "savedmodel"
CHECKPOINT = "tf-checkpoint"


def folder_of(artifact: Artifact) -> str:
    """Return the folder of the SavedModel that the artifact is, or is a part of."""
    path = artifact.path.replace("\\", "/").rstrip("/")
    given = text(artifact.detail, "given")
    if given == "above":
        return f"{path}/{text(artifact.detail, 'inside')}"
    if artifact.format == SAVED:
        return path if artifact.is_folder else path.rpartition("/")[0] or "."
    inside = path if artifact.is_folder else path.rpartition("/")[0]
    return inside.rpartition("/")[0] or "."


def prefix_of(artifact: Artifact) -> str:
    """Return the path of a checkpoint as TensorFlow takes it."""
    path = artifact.path.replace("\\", "/").rstrip("/")
    folder = path if artifact.is_folder else path.rpartition("/")[0]
    prefix = text(artifact.detail, "prefix")
    return f"{folder}/{prefix}" if folder else prefix


def port(fact: PortFact) -> str:
    """Return one input or output: `x: float32 ?×4`."""
    sizes = ["?" if size is None else str(size) for size in fact.shape or ()]
    shape = "any rank" if fact.shape is None else "×".join(sizes) or "scalar"
    return f"{fact.name}: {fact.dtype or 'any dtype'} {shape}"


def serving(artifact: Artifact) -> SignatureFact | None:
    """Return the signature that is meant: `serving_default`, or the only one."""
    named = {item.name: item for item in artifact.signatures}
    if "serving_default" in named:
        return named["serving_default"]
    return next(iter(named.values()), None)


def load_saved_model(artifact: Artifact) -> str:
    """Return the code that loads a SavedModel and calls its signature."""
    path = folder_of(artifact)
    asked = tags_of(artifact)
    tags = "" if asked == ["serve"] and not has_several(artifact) else f", tags={asked!r}"
    code = f"import tensorflow as tf\n\nmodel = tf.saved_model.load({path!r}{tags})\n"
    signature = serving(artifact)
    if signature is None:
        return code
    inputs = "".join(f"# {port(item)}\n" for item in signature.inputs[:8])
    given = ", ".join(f"{item.name!r}: ..." for item in signature.inputs[:8])
    return (
        f"{code}predict = model.signatures[{signature.name!r}]\n{inputs}"
        f"outputs = predict(**{{{given}}})\n"
    )


def tags_of(artifact: Artifact) -> list[str]:
    """Return the tags of the graph that is meant: that for serving, or the first."""
    graphs = [item.split(", ") for item in text(artifact.detail, "tags").split(" | ") if item]
    served = [tags for tags in graphs if "serve" in tags]
    return min(served, key=len) if served else next(iter(graphs), ["serve"])


def has_several(artifact: Artifact) -> bool:
    """Whether it holds several graphs, which a load has to choose among."""
    return " | " in text(artifact.detail, "tags")


def load_keras(artifact: Artifact) -> str:
    """Return the code that gives a SavedModel of Keras 2 back as a Keras model."""
    path = folder_of(artifact)
    return (
        "import tf_keras  # Keras 2; before TensorFlow 2.16 it is `tf.keras`\n\n"
        f"model = tf_keras.models.load_model({path!r})\n"
    )


def is_model(artifact: Artifact) -> bool:
    """Whether the root of a checkpoint is a model of Keras: it has layers, or was trained."""
    trained = {"train_function", "train_tf_function"} & set(artifact.entries)
    return bool(trained) or any(name.startswith("layer_with_weights-") for name in artifact.entries)


def restore(artifact: Artifact) -> str:
    """Return the code that restores a checkpoint into the object that it was saved from."""
    prefix = prefix_of(artifact)
    roots = list(artifact.entries)
    if artifact.detail.get("objects") is not True:
        return (
            "import tensorflow as tf\n\n"
            f"reader = tf.train.load_checkpoint({prefix!r})\n"
            "shapes = reader.get_variable_to_shape_map()\n"
        )
    if is_model(artifact) or not roots:
        return (
            f"status = model.load_weights({prefix!r})\nstatus.assert_existing_objects_matched()\n"
        )
    trained = [name for name, kind in artifact.entries.items() if kind.startswith("optimizer,")]
    left = {"save_counter", *trained}  # predictions need neither
    held = [name for name in roots if name not in left and name.isidentifier()]
    given = ", ".join(f"{name}={name}" for name in held[:8])
    return (
        "import tensorflow as tf\n\n"
        f"checkpoint = tf.train.Checkpoint({given})\n"
        f"checkpoint.restore({prefix!r}).assert_existing_objects_matched()\n"
    )


@functools.cache
def operators() -> Mapping[str, str]:
    """Return the operators of TensorFlow, and the first version that was seen to have each."""
    text = resources.files("loadstone").joinpath("data/tensorflow_ops.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    known: dict[str, str] = dict.fromkeys(table["oldest"], table["versions"][0]) | table["since"]
    return known
