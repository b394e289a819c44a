"""LS321: only the training configuration names what Keras does not have."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import listed

HDF5 = ("tensorflow/d13", "tensorflow/d15", "tensorflow/c22")
ARCHIVE, SAVED = ("tensorflow/d14",), ("tensorflow/c51",)
ROWS = {"keras-h5": HDF5, "keras": ARCHIVE, "savedmodel": SAVED}
COVERS = (*HDF5, *ARCHIVE, *SAVED)


@check("LS321", since="0.2", severity="warning", covers=COVERS)
def training_names_not_in_keras(artifact: Artifact) -> Iterator[Finding]:
    """How the model was trained needs a loss or a metric that Keras does not have.

    ## Why it breaks
    A compiled model is saved with its loss and its metrics, by name. `load_model` compiles it
    again, and says `Unknown loss function: my_loss` or `Could not locate function 'my_loss'`, and
    Keras 3 of an HDF5 file `string indices must be integers`. Predictions need none of it.

    ## Example
    ```python fails=LS321
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        detail={"holds": "model", "generation": 3, "custom_training": "own_loss"},
    )
    ```

    ## Fix
    Load it without compiling it, which leaves predictions as they are. To train on, hand the
    functions over in `custom_objects`.

    ## See also
    <https://keras.io/api/models/model_saving_apis/model_saving_and_loading/>
    """
    names = _keras.names(artifact, "custom_training")
    loaded = _keras.is_model(artifact) or _keras.is_saved(artifact)
    if not names or not loaded or _keras.names(artifact, "custom"):
        return
    yield Finding(
        f"`{artifact.name}` was trained with {listed(names)}, which Keras does not have",
        at=here(artifact, names[0]),
        notes=("predictions do not need it",),
        fix=Fix(
            "load it without compiling it",
            safety="manual",
            python=f"{_keras.imported(artifact)}\n{_keras.load(artifact, 'compile=False')}",
        ),
        covers=ROWS[artifact.format],
    )
