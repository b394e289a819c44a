"""LS139: a save of Keras raised half-way, and left a file without a model."""

from collections.abc import Iterator

from loadstone.checks._common import here, suffix
from loadstone.core import Artifact, Finding, Fix, check

COVERS = ("tensorflow/c44", "tensorflow/c52")


@check("LS139", since="0.2", supersedes=("LS012", "LS134"), covers=COVERS)
def keras_save_cut_short(artifact: Artifact) -> Iterator[Finding]:
    """A save began this file, raised, and left it without layers and without weights.

    ## Why it breaks
    `model.save("model.h5")` opens the file before it writes the configuration. A layer without
    `get_config`, or with a tensor or an object in it, raises there, and what is left says `No model
    config found in the file` when it is loaded. The error of the save was often caught or lost.

    ## Example
    ```python fails=LS139
    artifact(
        "model.h5",
        format="keras-h5",
        content="none",
        framework="keras",
        detail={"holds": "nothing"},
    )
    ```

    ## Fix
    There is nothing to recover. Save it again where it was trained, and read the error: a layer of
    one's own needs a `get_config` of plain values.

    ## See also
    <https://keras.io/guides/serialization_and_saving/#custom-objects>
    """
    if artifact.format != "keras-h5" or artifact.detail.get("holds") != "nothing":
        return
    if artifact.damage or suffix(artifact) not in ("", ".h5", ".hdf5", ".keras"):
        return
    yield Finding(
        f"`{artifact.name}` holds neither layers nor weights: a save of Keras began it and raised",
        at=here(artifact),
        fix=Fix(
            "save the model again where it was trained, and look at the error of the save",
            safety="manual",
            python="model.save('model.keras')  # layers of one's own need a `get_config`\n",
        ),
    )
