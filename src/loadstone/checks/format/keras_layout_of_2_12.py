"""LS136: the layout of weights that only tf.keras 2.12 and 2.13 wrote and read."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, suffix, text, version
from loadstone.core import Artifact, Environment, Finding, Fix, RenameGroups, check
from loadstone.runtime import keras_layout

BEFORE, AFTER = (2, 12), (2, 14)
PROOF = "groups are told apart by their order, which is that of the layers; tensors are read back"


@check("LS136", since="0.2", covers=("tensorflow/a45", "tensorflow/c17"))
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
    Safe, where the groups of every layer are there: a copy with the groups of 2.14, whose tensors
    are read back. tf.keras 2.15 predicted of 109 such models what 2.13.1 did, at most 1e-5 apart.
    For Keras 3, LS328 writes the configuration anew too. Where it is not offered: load it with
    tf.keras 2.13, and save it as HDF5, which all later ones read.

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
        fix=_renamed(artifact, environment)
        or Fix(
            "load it with tf.keras 2.13, and save it as HDF5",
            safety="manual",
            python=f"import tensorflow as tf  # ==2.13.*, on Python 3.8 to 3.11\n\n{load}\n"
            "model.save('model.h5')\n",
        ),
    )


def _renamed(artifact: Artifact, environment: Environment | None) -> Fix | None:
    """Return the fix, where every layer lies in such a group, and Keras 3 wants nothing else."""
    paths = [
        key for state in artifact.state_dicts if state.role == "model" for key in state.tensors
    ]
    of_model = artifact.detail.get("holds") == "model"
    if artifact.detail.get("custom") or (of_model and _keras.here(environment, "keras") >= (3,)):
        return None
    try:
        keras_layout.modern(paths)
    except ValueError:
        return None
    if not paths or not all(path.startswith(f"{keras_layout.OLD}/") for path in paths):
        return None
    given = suffix(artifact)
    ending = ".weights.h5" if artifact.name.endswith(".weights.h5") else given
    name = f"{artifact.name.removesuffix(ending)}.fixed{ending}"
    return Fix(f"write `{name}` with the groups of 2.14", (RenameGroups(name),), proof=PROOF)
