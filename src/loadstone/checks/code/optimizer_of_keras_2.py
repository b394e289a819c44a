"""LS326: a SavedModel holds an optimizer that TensorFlow revives only with Keras 2."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number
from loadstone.checks._tensorflow import SAVED, folder_of, load_saved_model
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.words import count

THREE = (2, 16)  # TensorFlow comes with Keras 3


@check(
    "LS326",
    since="0.2",
    severity="warning",
    supersedes=("LS131",),
    covers=("tensorflow/b22", "tensorflow/b23"),
    own_loader=True,
)
def optimizer_of_keras_2(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The SavedModel holds an optimizer of Keras 2, and Keras 2 is not here.

    ## Why it breaks
    A model that was fitted and saved by TensorFlow up to 2.10 keeps its optimizer, with a slot for
    each weight. `tf.saved_model.load` asks Keras 2 for its class; where only Keras 3 is installed,
    it says `'_UserObject' object has no attribute 'add_slot'`, and so does `TFSMLayer`.

    ## Example
    ```python fails=LS326
    artifact(
        "saved",
        format="savedmodel",
        content="program",
        framework="tensorflow",
        is_folder=True,
        detail={"keras": True, "optimizer_slots": 8},
    )
    environment(installed={"tensorflow": "2.21.0", "keras": "3.15.0"})
    ```

    ## Fix
    Install `tf_keras` beside TensorFlow: it is found there, and need not be imported. `loadstone
    predict` needs none: it runs the signature in a session.

    ## See also
    <https://github.com/tensorflow/tensorflow/issues/61972>
    """
    slots = number(artifact.detail, "optimizer_slots") or 0
    tensorflow = _keras.here(environment, *_keras.TENSORFLOW)
    if artifact.format != SAVED or not slots or tensorflow < THREE:
        return
    if _keras.here(environment, "tf-keras", "tf_keras"):
        return
    dotted = ".".join(map(str, tensorflow))
    yield Finding(
        f"`{artifact.name}` holds an optimizer of Keras 2, which TensorFlow {dotted} revives only "
        "with `tf_keras`",
        at=here(artifact),
        headings=("held", "here"),
        rows=(Row(count(slots, "slot of an optimizer", "slots of an optimizer"), "no tf_keras"),),
        notes=(f"`loadstone predict {folder_of(artifact)} -i rows.json` runs it without",),
        fix=Fix(
            "install Keras 2 beside it",
            safety="manual",
            shell=f"pip install 'tf_keras=={tensorflow[0]}.{tensorflow[1]}.*'",
            python=load_saved_model(artifact),
        ),
    )
