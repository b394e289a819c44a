"""LS613: a model of Keras 2 has `hard_sigmoid`, which is another function in Keras 3."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number
from loadstone.checks.weights._places import generation, place
from loadstone.core import Artifact, Assignment, Environment, Finding, Fix, Row, check
from loadstone.runtime import keras_gates


@check("LS613", since="0.2")
def hard_sigmoid_redefined(
    artifact: Artifact, environment: Environment, assignment: Assignment | None
) -> Iterator[Finding]:
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
    if assignment is not None:
        yield from _weights(artifact, assignment)
        return
    installed = _keras.here(environment, "keras")
    written = number(artifact.detail, "generation")
    if written is None or not installed >= (3,) > (written,) or not _keras.is_model(artifact):
        return
    uses = [
        f"{item.name} `{item.path}`"
        for item in artifact.modules
        if any(item.attributes.get(name) == keras_gates.HARD for name in keras_gates.ARGUMENTS)
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


def _weights(artifact: Artifact, assignment: Assignment) -> Iterator[Finding]:
    """Yield the same of weights, and of the model that is built for them."""
    saved, now = artifact.producer.get("keras"), generation(assignment)
    uses = keras_gates.renamed(assignment.functions, keras_gates.numbers(saved), now)
    if not uses or not assignment.fits:
        return
    yield Finding(
        f"the weights are of Keras {saved}, and `hard_sigmoid` is another function in "
        f"{assignment.library}",
        at=here(artifact, uses[0][0]),
        code_at=place(assignment),
        headings=("layer", "here"),
        rows=tuple(Row(f"{kind} `{name}`", assignment.library) for name, kind, _, _ in uses[:6]),
        more=max(0, len(uses) - 6),
        notes=("weights fit, and predict otherwise without a word",),
        fix=Fix(
            "give these layers the function that it was",
            safety="manual",
            python="activation=lambda x: keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)\n"
            if now >= 3
            else "activation=lambda x: tf.nn.relu6(x + 3) / 6\n",
        ),
    )
