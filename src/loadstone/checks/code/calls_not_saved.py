"""LS334: a SavedModel of Keras was saved without what its own layers compute."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number
from loadstone.checks._tensorflow import folder_of
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import listed


@check("LS334", since="0.2", supersedes=("LS131",), covers=("tensorflow/b21",))
def calls_not_saved(artifact: Artifact) -> Iterator[Finding]:
    """The SavedModel has layers of one's own, and nothing of what they compute.

    ## Why it breaks
    `save(..., save_traces=False)` leaves out the program: Keras 2 makes layers of its own again by
    their configuration. Of others only the weights are there. It loads without their classes, and
    then says `Cannot call custom layer own of type …, because the call function was not serialized
    to the SavedModel`. There is no signature either, so that TensorFlow alone cannot run it.

    ## Example
    ```python fails=LS334
    artifact(
        "saved",
        format="savedmodel",
        content="program",
        framework="tensorflow",
        is_folder=True,
        detail={"keras": True, "functions": 0, "own_layers": "Twice"},
    )
    ```

    ## Fix
    Load it with `load_model` of Keras 2 and the classes in `custom_objects`, and save it again with
    its program.

    ## See also
    <https://www.tensorflow.org/api_docs/python/tf/keras/models/save_model>
    """
    names = _keras.names(artifact, "own_layers")
    traced = number(artifact.detail, "functions") != 0 or artifact.signatures
    if not names or traced or not _keras.is_saved(artifact):
        return
    imports, given = _keras.custom(names, {})
    yield Finding(
        f"`{artifact.name}` was saved without what {listed(names)} computes"
        if len(names) == 1
        else f"`{artifact.name}` was saved without what {listed(names)} compute",
        at=here(artifact, names[0]),
        fix=Fix(
            "load it with its classes, and save it again with its program",
            safety="manual",
            python=f"{_keras.TWO}{imports}\n"
            f"model = keras.models.load_model({folder_of(artifact)!r}, {given})\n"
            "model.save(NEW)\n",
        ),
    )
