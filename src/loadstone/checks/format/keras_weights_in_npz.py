"""LS159: a `.keras` archive with its weights in an npz, which Keras writes and does not read."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, check


@check("LS159", since="0.2")
def keras_weights_in_npz(artifact: Artifact) -> Iterator[Finding]:
    """The weights of a `.keras` archive lie in an npz, which Keras does not read back.

    ## Why it breaks
    `saving_lib.save_model(…, weights_format="npz")` pickles a dictionary of arrays for each layer.
    Loading it raises `iteration over a 0-d array` (measured with Keras 2.15.0, 3.0.5 and 3.8.0), or
    `Object arrays cannot be loaded when allow_pickle=False` (3.9.2 and 3.15.0).

    ## Example
    ```python fails=LS159
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        detail={"holds": "model", "weights": "npz", "keras": "3.15.0"},
    )
    ```

    ## Fix
    Save it again where it was trained, with the weights in HDF5, which is the default. The tensors
    are in the file: Loadstone lists them.

    ## See also
    <https://keras.io/guides/serialization_and_saving/>
    """
    if artifact.format != "keras" or text(artifact.detail, "weights") != "npz":
        return
    yield Finding(
        f"the weights of `{artifact.name}` lie in `model.weights.npz`, which Keras writes and does "
        "not read back",
        at=here(artifact, "model.weights.npz"),
        fix=Fix(
            "save it again where it was trained, with the weights in HDF5",
            safety="manual",
            python="model.save('model.keras')\n",
        ),
    )
