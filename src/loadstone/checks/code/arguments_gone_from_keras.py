"""LS328: a model of Keras 2 gives its layers arguments that Keras 3 does not have."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number, suffix
from loadstone.core import Artifact, DropArguments, Environment, Finding, Fix, check
from loadstone.core.words import listed

TRIED = (3, 15)  # an older Keras 3 was not
PROOF = (
    "what is left out says what Keras 3 does anyway; every layer was tried in both; "
    "only the bytes of the configuration change, and they are read back"
)


@check("LS328", since="0.2", covers=("tensorflow/c08", "tensorflow/c09"))
def arguments_gone_from_keras(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Keras 2 wrote the file, with arguments of layers that Keras 3 does not have.

    ## Why it breaks
    Keras 2 writes `time_major` for recurrent layers and `groups` for depthwise and transposed
    convolutions, though they were left alone. Keras 3 has neither: `Unrecognized keyword arguments
    passed to LSTM: {'time_major': False}`.

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
    copy without them. Only the bytes of the configuration change. It holds no layer inside of a
    layer, as `Bidirectional` and nested models do: of those Keras 3 wants more.

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
        f"`{artifact.name}` gives layers {listed(names)}, which Keras 3 does not have",
        at=here(artifact, names[0]),
        fix=_without(artifact, names, installed)
        or Fix(
            "load it with Keras 2",
            safety="manual",
            shell="pip install tf_keras" if lacking else "",
            python=f"{_keras.TWO}\n{_keras.load(artifact)}",
        ),
        severity="error" if lacking else "warning",
    )


def _without(artifact: Artifact, names: list[str], installed: tuple[int, ...]) -> Fix | None:
    proved = artifact.detail.get("gone_at_default") is True and installed >= TRIED
    if artifact.format != "keras-h5" or not proved:
        return None
    given = suffix(artifact)
    name = f"{artifact.name.removesuffix(given)}.fixed{given or '.h5'}"
    return Fix(
        f"write `{name}` without {listed(names)}",
        (DropArguments(name, tuple(names)),),
        proof=PROOF,
    )
