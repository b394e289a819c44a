"""LS136: the layout of weights that only tf.keras 2.12 and 2.13 wrote and read."""

from collections.abc import Iterator

from loadstone.checks._common import here, text, version
from loadstone.core import Artifact, Environment, Finding, Fix, check

BEFORE, AFTER = (2, 12), (2, 14)


@check("LS136", since="0.2", covers=("tensorflow/a45",))
def keras_layout_of_2_12(artifact: Artifact, environment: Environment | None) -> Iterator[Finding]:
    """The weights lie in groups that only tf.keras 2.12 and 2.13 used.

    ## Why it breaks
    Those two wrote `_layer_checkpoint_dependencies/dense`, where later ones look for
    `layers/dense`: `Layer 'dense' expected 2 variables, but received 0 variables during loading`,
    or in Keras 3 `A total of 1 objects could not be loaded`.

    ## Example
    ```python fails=LS136
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        detail={"holds": "model", "layout": "numbered, of 2.12 and 2.13"},
    )
    ```

    ## Fix
    Load it with tf.keras 2.13, and save it as HDF5, which all later ones read.

    ## See also
    <https://github.com/keras-team/keras/releases/tag/v2.14.0>
    """
    if not text(artifact.detail, "layout").endswith("of 2.12 and 2.13") or artifact.damage:
        return
    here_is = environment.distributions.get("tensorflow", "") if environment is not None else ""
    if here_is and BEFORE <= version(here_is)[:2] < AFTER:
        return
    model = artifact.detail.get("holds") == "model"
    load = f"model = tf.keras.models.load_model({artifact.path!r})"
    if not model:
        load = (
            f"model = build()  # by its own code, as it was\nmodel.load_weights({artifact.path!r})"
        )
    yield Finding(
        f"`{artifact.name}` lays its weights out as only tf.keras 2.12 and 2.13 read them",
        at=here(artifact),
        fix=Fix(
            "load it with tf.keras 2.13, and save it as HDF5",
            safety="manual",
            python=f"import tensorflow as tf  # ==2.13.*, on Python 3.8 to 3.11\n\n{load}\n"
            "model.save('model.h5')\n",
        ),
    )
