"""LS133: the text file `checkpoint` names a checkpoint that is not here."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.checks._tensorflow import CHECKPOINT, prefix_of, restore
from loadstone.core import Artifact, Finding, Fix, Row, check

COVERS = ("tensorflow/a39", "tensorflow/a40")


@check("LS133", since="0.1", severity="warning", supersedes=("LS132",), covers=COVERS)
def moved_checkpoint_list(artifact: Artifact) -> Iterator[Finding]:
    """The file `checkpoint` names a path that is not here.

    ## Why it breaks
    `tf.train.latest_checkpoint` reads the path in the text file `checkpoint`. After the folder was
    moved or copied, an absolute path leads nowhere: the function returns `None`, and
    `restore(None)` restores nothing and says nothing. The model then predicts with the weights
    that it was built with.

    ## Example
    ```python fails=LS133
    artifact(
        "ck",
        format="tf-checkpoint",
        framework="tensorflow",
        is_folder=True,
        detail={
            "given": "folder",
            "prefix": "model-1",
            "listed": "/home/trainer/run/model-1",
            "listed_here": False,
        },
    )
    ```

    ## Fix
    Give the prefix itself, and let TensorFlow say whether every object was restored.

    ## See also
    <https://www.tensorflow.org/api_docs/python/tf/train/latest_checkpoint>
    """
    listed = text(artifact.detail, "listed")
    if artifact.format != CHECKPOINT or artifact.detail.get("listed_here") is not False:
        return
    if artifact.damage or text(artifact.detail, "given") not in {"folder", "list"}:
        return
    prefix = prefix_of(artifact)
    yield Finding(
        f"the file `checkpoint` names `{listed}`, which is not here",
        at=here(artifact, "checkpoint"),
        headings=("named", "here"),
        rows=(Row(listed, prefix),),
        notes=("`tf.train.latest_checkpoint` returns `None`, and `restore(None)` does nothing",),
        fix=Fix(f"give the prefix `{prefix}` itself", safety="manual", python=restore(artifact)),
    )
