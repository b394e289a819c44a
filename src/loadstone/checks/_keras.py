"""The code that loads what Keras writes, spelled for one artifact."""

from __future__ import annotations

from loadstone.checks._common import number, text, version
from loadstone.core.facts import Artifact, Code, Environment, Load

TWO = "import tf_keras as keras  # Keras 2; before TensorFlow 2.16 it is `tf.keras`\n"
THREE = "import keras\n"
REFUSED = (  # what Python and Keras say of a class that does not take its configuration
    "Unable to revive model from config",
    "got an unexpected keyword argument",
    "required positional argument",
)
HUB = {"KerasLayer": "tensorflow_hub"}
TENSORFLOW = ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tensorflow-intel")


def is_model(artifact: Artifact) -> bool:
    """Whether it is a whole model of Keras, in HDF5 or in its own archive."""
    return artifact.framework == "keras" and artifact.content == "model" and not artifact.damage


def is_saved(artifact: Artifact) -> bool:
    """Whether it is a SavedModel that Keras 2 gives back as a model."""
    saved = artifact.format == "savedmodel" and not artifact.damage
    return saved and artifact.detail.get("keras") is True


def imported(artifact: Artifact) -> str:
    """Return the import of the Keras that the file was written for."""
    generation = 2 if is_saved(artifact) else number(artifact.detail, "generation")
    return TWO if generation is not None and generation < 3 else THREE


def load(artifact: Artifact, *arguments: str) -> str:
    """Return the call that loads it, with further arguments."""
    path = artifact.path.rpartition("/saved_model.pb")[0] or artifact.path
    given = ", ".join((repr(path), *arguments))
    return f"model = keras.models.load_model({given})\n"


def refuses_lambdas(artifact: Artifact, load: Load) -> bool:
    """Whether it was not loaded because its Lambda layers hold code, and nobody trusted them."""
    refused = "Lambda" in load.why and "safe_mode" in load.why
    return bool(load.error) and refused and bool(number(artifact.detail, "lambdas"))


def refusing(artifact: Artifact, load: Load | None) -> list[str]:
    """Return the classes of one's own that were found, and do not take their configuration."""
    why = load.why if load is not None and load.error else ""
    if not any(words in why for words in REFUSED):
        return []
    return [name for name in names(artifact, "custom") if name.rpartition(">")[2] in why]


def names(artifact: Artifact, key: str) -> list[str]:
    """Return the names in a detail of the reader: `Scale`, `my_pkg>Shift`."""
    return [name for name in text(artifact.detail, key).split(", ") if name]


def places(artifact: Artifact, code: Code | None) -> dict[str, str]:
    """Return where each class is: a module of the project or of a library, or that of the file."""
    imported_ = set(names(artifact, "imports"))
    found = {item.name: item.module for item in artifact.globals if item.module in imported_}
    found |= {name: module for name, module in HUB.items() if name not in found}
    here_ = code.names if code is not None else ()
    found |= {item.name: item.module for item in here_ if item.distribution}
    return found | {item.name: item.found[0].partition(":")[0] for item in here_ if item.found}


def custom(names_: list[str], places_: dict[str, str]) -> tuple[str, str]:
    """Return the imports of classes of one's own, and the argument that hands them over."""
    lines, pairs = [], []
    for name in names_[:8]:
        last = name.rpartition(">")[2]
        lines.append(f"from {places_.get(last, 'MODULE')} import {last}\n")
        pairs.append(f"{name!r}: {last}")
    return "".join(dict.fromkeys(lines)), f"custom_objects={{{', '.join(pairs)}}}"


def here(environment: Environment | None, *names_: str) -> tuple[int, ...]:
    """Return the version of the first of these distributions that is installed, () if none is."""
    held = environment.distributions if environment is not None else {}
    return next((version(held[name]) for name in names_ if name in held), ())
