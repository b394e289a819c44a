"""LS130: a path inside or above a SavedModel is given, where its folder is meant."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.checks._tensorflow import CHECKPOINT, SAVED, folder_of, load_saved_model
from loadstone.core import Artifact, Finding, Fix, check

COVERS = (
    "tensorflow/a01",
    "tensorflow/a02",
    "tensorflow/a25",
    "tensorflow/a29",
    "tensorflow/a38",
)
SUPERSEDES = ("LS100", "LS101", "LS131", "LS132")


@check("LS130", since="0.1", supersedes=SUPERSEDES, covers=COVERS)
def inside_savedmodel(artifact: Artifact) -> Iterator[Finding]:
    """The path leads into a SavedModel, or above it, not to its folder.

    ## Why it breaks
    A SavedModel is a folder, and loaders take the path of that folder. Given `saved_model.pb`,
    Keras 2 says `file signature not found` and Keras 3 `File format not supported`; read as a
    `GraphDef` it is `Error parsing message`. Given a folder above, TensorFlow says
    `SavedModel file does not exist at`.

    ## Example
    ```python fails=LS130
    artifact(
        "export/saved_model.pb",
        format="savedmodel",
        content="program",
        framework="tensorflow",
        detail={"given": "saved_model"},
    )
    ```

    ## Fix
    Give the folder.

    ## See also
    <https://www.tensorflow.org/guide/saved_model>
    """
    given = text(artifact.detail, "given")
    part = artifact.format == CHECKPOINT and artifact.detail.get("inside_savedmodel") is True
    if not part and not (artifact.format == SAVED and given and given != "folder"):
        return
    folder = folder_of(artifact)
    above = given == "above" and not part
    others = text(artifact.detail, "below") if above else ""
    notes = [f"the SavedModels in it: {others}"] if ", " in others else []
    yield Finding(
        f"`{artifact.name}` holds the SavedModel `{folder}`, and is none itself"
        if above
        else f"`{artifact.name}` is a part of the SavedModel `{folder}`, not the whole",
        at=here(artifact),
        notes=tuple(notes),
        fix=Fix(
            f"give the folder `{folder}`",
            safety="manual",
            python=_code(artifact, folder),
        ),
        covers=("tensorflow/a25", "tensorflow/a38")
        if above
        else ("tensorflow/a01", "tensorflow/a02", "tensorflow/a29"),
    )


def _code(artifact: Artifact, folder: str) -> str:
    if artifact.format == SAVED:
        return load_saved_model(artifact)
    return f"import tensorflow as tf\n\nmodel = tf.saved_model.load({folder!r})\n"
