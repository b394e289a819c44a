"""LS330: layers of a Keras model that Keras 3 computes otherwise with torch."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, text
from loadstone.core import Artifact, Environment, Finding, Fix, check
from loadstone.core.words import count, listed

OTHERS = (*_keras.TENSORFLOW, "jax")


@check("LS330", since="0.2", severity="warning")
def layers_of_another_backend(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Keras 3 with torch computes layers of the model otherwise.

    ## Why it breaks
    With torch, `AveragePooling` with `padding="same"` counts the edge again where it pads unevenly,
    and `LayerNormalization` over other axes than the last ones weighs the last. Both load, and
    predict something else without a word (seen with Keras 3.15). A file of Keras does not need the
    backend that it was made with, and `.keras` does not even say which it was.

    ## Example
    ```python fails=LS330
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        detail={"holds": "model", "generation": 3, "other_with_torch": "mean"},
    )
    environment(installed={"keras": "3.15.0"})
    ```

    ## Fix
    Predict with TensorFlow or jax, unless the model was made with torch.

    ## See also
    <https://keras.io/getting_started/#configuring-your-backend>
    """
    names = _keras.names(artifact, "other_with_torch")
    if not names or not _keras.is_model(artifact) or not _is_torch(environment):
        return
    if text(artifact.detail, "backend") == "torch":
        return
    installed = ".".join(map(str, _keras.here(environment, "keras")))
    yield Finding(
        f"{count(len(names), 'layer')} may be computed otherwise by Keras {installed} with torch: "
        f"{listed(names)}",
        at=here(artifact, names[0]),
        notes=("it loads, and predicts something else than TensorFlow and jax, without a word",),
        fix=Fix(
            "predict with TensorFlow or jax, unless it was made with torch",
            safety="manual",
            shell="pip install jax",
        ),
    )


def _is_torch(environment: Environment) -> bool:
    """Whether Keras 3 would run with torch: it is told to, or nothing else is here."""
    if not _keras.here(environment, "keras") >= (3,):
        return False
    told = environment.variables.get("KERAS_BACKEND")
    if told:
        return told == "torch"
    return bool(_keras.here(environment, "torch")) and not _keras.here(environment, *OTHERS)
