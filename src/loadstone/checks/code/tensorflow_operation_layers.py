"""LS322: functions of TensorFlow stand as layers, which Keras 3 does not have."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.words import listed

LAYERS = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")


@check("LS322", since="0.2", severity="warning", covers=("tensorflow/c10", "tensorflow/c11"))
def tensorflow_operation_layers(
    artifact: Artifact, environment: Environment | None
) -> Iterator[Finding]:
    """Functions of TensorFlow stand as layers, which Keras 3 does not have.

    ## Why it breaks
    tf.keras up to 2.15 wraps `tf.reshape(x, …)` or `x[:, 0]` in a layer, `TFOpLambda` or
    `SlicingOpLambda`. Keras 3 has neither: `Unknown layer: 'TFOpLambda'`.

    ## Example
    ```python fails=LS322
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        modules=["keras.layers.TFOpLambda"],
        detail={"holds": "model", "generation": 2},
    )
    ```

    ## Fix
    Load it with Keras 2, which is the package `tf_keras` beside TensorFlow 2.16 and later. With
    it, `tf.saved_model.save` writes what needs no Keras at all. Or `loadstone check MODEL --fix -o
    NAME.keras` writes the functions as operations of Keras 3, where it knows them and the model
    then predicts the same (LS335).

    ## See also
    <https://keras.io/guides/migrating_to_keras_3/>
    """
    kinds = dict.fromkeys(item.name for item in artifact.modules if item.name in LAYERS)
    if not kinds or not _keras.is_model(artifact):
        return
    three = _keras.here(environment, "keras") >= (3,)
    lacking = three and not _keras.here(environment, "tf-keras", "tf_keras")
    yield Finding(
        f"`{artifact.name}` has {listed(list(kinds))}, which Keras 3 does not have",
        at=here(artifact),
        headings=("function", "uses"),
        rows=tuple(Row(name, str(uses)) for name, uses in list(artifact.ops.items())[:6]),
        more=max(0, len(artifact.ops) - 6),
        notes=_rewritten(artifact) if three else (),
        fix=Fix(
            "load it with Keras 2",
            safety="manual",
            shell="pip install tf_keras" if lacking else "",
            python=f"{_keras.TWO}\n{_keras.load(artifact)}",
        ),
        severity="error" if lacking else None,
    )


def _rewritten(artifact: Artifact) -> tuple[str, ...]:
    """Return what writes the model for Keras 3, where its functions are known there."""
    stem = artifact.name.rpartition(".")[0] or artifact.name
    asked = f"loadstone check {quoted(artifact.path)} --fix -o {quoted(f'{stem}.fixed.keras')}"
    return (f"`{asked}` tries to write it for Keras 3, and proves it",)
