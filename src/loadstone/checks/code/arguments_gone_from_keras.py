"""LS328: a model of Keras 2 gives its layers arguments that Keras 3 does not have."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number, suffix
from loadstone.core import Artifact, DropArguments, Environment, Finding, Fix, check
from loadstone.core.words import listed

ROWS = {  # by what is gone, or told otherwise
    "modules of models": "tensorflow/c07",
    "time_major": "tensorflow/c08",
    "groups": "tensorflow/c09",
    "query_shape": "tensorflow/c12",
    "models inside": "tensorflow/c13",
    "layers inside wrappers": "tensorflow/c14",
    "policies of dtypes": "tensorflow/c15",
    "axes of normalisation": "tensorflow/c41",
}
TRIED = (3, 15)  # an older Keras 3 was not
FORMATS = {
    "keras-h5": "only the bytes of the configuration change, and they are read back",
    "keras": "the weights keep their values, and are read back",
}
PROOF = "what is left out says what Keras 3 does anyway; every layer was tried in both; "


@check("LS328", since="0.2", covers=tuple(ROWS.values()))
def arguments_gone_from_keras(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Keras 2 wrote the file, with arguments of layers that Keras 3 does not have.

    ## Why it breaks
    Keras 2 writes `time_major` for recurrent layers and `groups` for depthwise and transposed
    convolutions, though they were left alone. Keras 3 has neither: `Unrecognized keyword arguments
    passed to LSTM: {'time_major': False}`. It counts the calls of a model inside a model from 1,
    and Keras 3 from 0 (`the graph … has loops or disconnected nodes`), and does not say of which
    module the layer inside of `Bidirectional` is (`Could not locate class 'GRU'`). Attention has
    shapes that it was built for, and tensors by names; `mixed_float16` is an object. An archive
    names modules of Keras 2 (`keras.src.engine.functional cannot be imported`), shapes of inputs
    and axes as lists (`int() argument must be a string … not 'list'`).

    ## Example
    ```python fails=LS328
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        modules=["keras.layers.LSTM"],
        detail={"holds": "model", "generation": 2, "gone_arguments": "time_major"},
    )
    environment(installed={"keras": "3.15.0"})
    ```

    ## Fix
    Load it with Keras 2, which is the package `tf_keras`.

    Safe, where they say what Keras 3 does anyway, `False` and `1`, and every layer and activation
    of the model was seen to predict the same in both, where Keras 3.15 or later is installed: a
    copy without them, and with what it describes otherwise told as Keras 3 takes it. Of HDF5 only
    the bytes of the configuration change. Of an archive the weights of 2.12 and 2.13 get the groups
    of later ones too, and how it was trained is left out. A mask before attention, tensors that are
    given by names to other layers, and `training=True` are declined. Beside layers and functions of
    one's own it is unsafe: these are left as they are, and with `--code` the copy is loaded with
    them, and every variable compared. What they compute in Keras 3 is not proved, nor what they do
    with a mask, which is declined: `-o NAME.keras` proves both by predictions (LS335).

    ## See also
    <https://keras.io/guides/migrating_to_keras_3/>
    """
    names = _keras.names(artifact, "gone_arguments")
    installed = _keras.here(environment, "keras")
    written = number(artifact.detail, "generation") or 2
    if not names or not installed >= (3,) > (written,) or not _keras.is_model(artifact):
        return
    lacking = not _keras.here(environment, "tf-keras", "tf_keras")
    yield Finding(
        _message(artifact, names),
        at=here(artifact, names[0]),
        fix=_without(artifact, names, installed)
        or Fix(
            "load it with Keras 2",
            safety="manual",
            shell="pip install tf_keras" if lacking else "",
            python=f"{_keras.TWO}\n{_keras.load(artifact)}",
        ),
        severity="error" if lacking else "warning",
        covers=tuple(row for name, row in ROWS.items() if name in names),
    )


def _message(artifact: Artifact, names: list[str]) -> str:
    """Return what Keras 3 does not have, and what it takes otherwise: `models inside`."""
    told = [name for name in names if " " in name]
    left = [name for name in names if " " not in name]
    parts = [f"gives layers {listed(left)}, which Keras 3 does not have"] if left else []
    parts += [f"describes {' and '.join(told)} as Keras 3 does not take them"] if told else []
    return f"`{artifact.name}` {', and '.join(parts)}"


def _without(artifact: Artifact, names: list[str], installed: tuple[int, ...]) -> Fix | None:
    whole = artifact.detail.get("gone_at_default") is True
    proved = whole or artifact.detail.get("gone_beside_own") is True
    if artifact.format not in FORMATS or artifact.is_folder or not proved or installed < TRIED:
        return None
    if artifact.detail.get("other_with_torch") or artifact.detail.get("backend") == "theano":
        return None  # what Keras 3 predicts of it depends on its backend, and it has no Theano
    given = suffix(artifact)
    name = f"{artifact.name.removesuffix(given)}.fixed{given or '.h5'}"
    title = (
        f"write `{name}` as Keras 3 takes it"
        if any(" " in item for item in names)
        else f"write `{name}` without {listed(names)}"
    )
    if not whole:
        title += ", with the layers of your own as they are: `--code` gives them"
    return Fix(
        title,
        (DropArguments(name, tuple(names)),),
        safety="safe" if whole else "unsafe",
        proof=PROOF + FORMATS[artifact.format] if whole else "",
    )
