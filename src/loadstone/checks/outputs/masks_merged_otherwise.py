"""LS609: a model of Keras 2 merges masks, which Keras 3 joins otherwise."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number
from loadstone.core import Artifact, Environment, Finding, Fix, check
from loadstone.core.words import listed
from loadstone.runtime.keras_backends import MERGES


@check("LS609", since="0.2", severity="warning")
def masks_merged_otherwise(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Keras 2 wrote the file, and Keras 3 may join the masks of its merges otherwise.

    ## Why it breaks
    `Embedding(mask_zero=True)` and `Masking` send a mask along. `Add`, `Concatenate` and their like
    join the masks of what they merge by `and` in Keras 2, where a tensor without a mask counts as
    unmasked, and by `or` in Keras 3. What is behind them, a recurrent layer or an average, then
    takes other steps into account, and predicts otherwise without a word.

    ## Example
    ```python fails=LS609
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        modules=[layer("Embedding", mask_zero=True), "keras.layers.Add"],
        detail={"holds": "model", "generation": 2},
    )
    environment(installed={"keras": "3.15.0"})
    ```

    ## Fix
    Load it with Keras 2, which is the package `tf_keras`. `loadstone predict` asks it where it was
    made.

    ## See also
    <https://keras.io/guides/understanding_masking_and_padding/>
    """
    installed = _keras.here(environment, "keras")
    written = number(artifact.detail, "generation")
    if written is None or not installed >= (3,) > (written,) or not _keras.is_model(artifact):
        return
    masks = [
        item.path or item.name
        for item in artifact.modules
        if item.name == "Masking" or item.attributes.get("mask_zero") is True
    ]
    merges = [item.path or item.name for item in artifact.modules if item.name in MERGES]
    if not masks or not merges:
        return
    lacking = not _keras.here(environment, "tf-keras", "tf_keras")
    yield Finding(
        f"{listed(masks[:4])} may send masks to {listed(merges[:4])}, "
        "which Keras 3 joins otherwise",
        at=here(artifact, merges[0]),
        notes=("it loads, and predicts otherwise without a word where a mask comes so far",),
        fix=Fix(
            "load it with Keras 2",
            safety="manual",
            shell="pip install tf_keras" if lacking else "",
            python=f"{_keras.TWO}\n{_keras.load(artifact)}",
        ),
    )
