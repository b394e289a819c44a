"""LS613: a model of Keras 2 has `hard_sigmoid`, which is another function in Keras 3."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

ARGUMENTS = ("activation", "recurrent_activation")


@check("LS613", since="0.2")
def hard_sigmoid_redefined(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Keras 2 wrote the file, and its `hard_sigmoid` is another function in Keras 3.

    ## Why it breaks
    Keras 2 computes `clip(0.2 * x + 0.5, 0, 1)`, Keras 3 `relu6(x + 3) / 6`. The name is the same,
    the model loads, and predictions differ without a word, by up to 0.084 at each use. `ConvLSTM2D`
    and the recurrent layers of Keras before 2.3 have it unless told otherwise.

    ## Example
    ```python fails=LS613
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        modules=[layer("Dense", activation="hard_sigmoid")],
        detail={"holds": "model", "generation": 2},
    )
    environment(installed={"keras": "3.15.0"})
    ```

    ## Fix
    Load it with Keras 2, which is the package `tf_keras`. `loadstone predict` asks it where it was
    made.

    ## See also
    <https://github.com/keras-team/keras/blob/v3.0.0/keras/activations/activations.py>
    """
    installed = _keras.here(environment, "keras")
    written = number(artifact.detail, "generation")
    if written is None or not installed >= (3,) > (written,) or not _keras.is_model(artifact):
        return
    uses = [
        f"{item.name} `{item.path}`"
        for item in artifact.modules
        if any(item.attributes.get(name) == "hard_sigmoid" for name in ARGUMENTS)
    ]
    if not uses:
        return
    lacking = not _keras.here(environment, "tf-keras", "tf_keras")
    yield Finding(
        f"`{artifact.name}` has `hard_sigmoid`, which is another function in Keras 3",
        at=here(artifact),
        headings=("layer", "here"),
        rows=tuple(Row(use, f"Keras {'.'.join(map(str, installed))}") for use in uses[:6]),
        more=max(0, len(uses) - 6),
        notes=("it loads there, and predicts otherwise without a word",),
        fix=Fix(
            "load it with Keras 2",
            safety="manual",
            shell="pip install tf_keras" if lacking else "",
            python=f"{_keras.TWO}\n{_keras.load(artifact)}",
        ),
        severity="error" if lacking else "warning",
    )
