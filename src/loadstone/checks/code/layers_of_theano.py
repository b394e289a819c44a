"""LS337: layers that Theano computed, which TensorFlow computes otherwise."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, quoted, text
from loadstone.core import Artifact, Finding, Fix, Load, Row, check
from loadstone.core.facts import ModuleFact
from loadstone.core.words import count


@check("LS337", since="0.2", severity="warning")
def layers_of_theano(artifact: Artifact, load: Load | None) -> Iterator[Finding]:
    """A model with convolutions was computed by Theano, and is loaded with TensorFlow.

    ## Why it breaks
    Theano turns the kernels of convolutions round, and pads otherwise where strides, kernels of
    even sizes or poolings meet an edge. Keras 1 and 2 computed with it. `tf.keras` loads such a
    file and predicts something else without a word (seen with TensorFlow 2.15). Keras itself turns
    the kernels of Keras 2 back, and not those of Keras 1; neither has the same edges.

    ## Example
    ```python fails=LS337
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        detail={"holds": "model", "generation": 2, "backend": "theano"},
        modules=[layer("Conv2D")],
    )
    ```

    ## Fix
    Predict with Theano, in the Keras that wrote it: `loadstone predict` builds that environment.

    ## See also
    <https://keras.io/api/models/model_saving_apis/model_saving_and_loading/>
    """
    theano = text(artifact.detail, "backend") == "theano" and _keras.is_model(artifact)
    others = [item for item in artifact.modules if _is_other(item)] if theano else []
    if not others or (load is not None and (load.loaded or load.error)):
        return
    were = f"{count(len(others), 'layer')} {'was' if len(others) == 1 else 'were'}"
    yield Finding(
        f"{were} computed by Theano, and TensorFlow computes such otherwise",
        at=here(artifact, others[0].path),
        headings=("layer", ""),
        rows=tuple(Row(item.path, item.name) for item in others[:6]),
        more=max(0, len(others) - 6),
        notes=("where it loads, it predicts something else without a word",),
        fix=Fix(
            "predict with Theano, in the Keras that wrote it",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i rows.json",
        ),
    )


def _is_other(layer: ModuleFact) -> bool:
    """Whether it is a convolution with kernels of more than one place, or a pooling of edges."""
    edges = layer.attributes.get("padding") or layer.attributes.get("border_mode")
    pools = "Pooling" in layer.name and edges == "same"
    return pools or ("onv" in layer.name and "Separable" not in layer.name)
