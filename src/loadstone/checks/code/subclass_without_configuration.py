"""LS336: a SavedModel of a subclassed model, whose class Keras 2.8 and older must not be given."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, version
from loadstone.checks._tensorflow import SAVED
from loadstone.core import Artifact, Environment, Finding, Fix, ForgetConfiguration, Row, check

COVERS = ("tensorflow/q14", "tensorflow/q16", "tensorflow/q17", "tensorflow/q20")
PROOF = (
    "only an empty configuration goes out of `keras_metadata.pb`: it says nothing of the model; "
    "the program and the weights stay byte for byte, and are read back"
)
SINCE = (2, 9)  # `Model.get_config` returns {} instead of raising


@check(
    "LS336",
    since="0.2",
    severity="warning",
    supersedes=("LS131",),
    covers=COVERS,
    own_loader=True,
)
def subclass_without_configuration(
    artifact: Artifact, environment: Environment
) -> Iterator[Finding]:
    """Keras 2.8 trips over the class of a subclassed model that a later one saved.

    ## Why it breaks
    From 2.9 on a model that has no `get_config` is saved with an empty configuration. Keras 2.8 and
    older take that for one of layers, where they know the class: from `custom_objects`, or because
    it is registered. They say `KeyError: 'layers'`, and nothing is missing. Without the class they
    revive the model from its program, and it predicts the same.

    ## Example
    ```python fails=LS336
    artifact(
        "saved",
        format="savedmodel",
        content="program",
        framework="tensorflow",
        is_folder=True,
        producer={"tensorflow": "2.10.1", "keras": "2.10.0"},
        detail={"keras": True, "root": "_tf_keras_model", "keras_config": False},
    )
    environment(installed={"keras": "2.8.0"}, numpy="1.26.4")
    ```

    ## Fix
    Safe: a copy of the folder without the empty configuration. Every Keras 2 then revives the model
    from its program, whether it is given the class or not: it predicts the same, and has none of
    the methods of the class. Or load it without `custom_objects`, before the module of the class is
    imported.

    ## See also
    <https://github.com/keras-team/keras/issues/15261>
    """
    saved = version(artifact.producer.get("keras") or "")
    installed = _keras.here(environment, "keras")
    subclassed = artifact.detail.get("root") == "_tf_keras_model"
    empty = artifact.detail.get("keras_config") is False
    if artifact.format != SAVED or not subclassed or not empty or saved < SINCE:
        return
    if not () < installed < SINCE:
        return
    dotted = ".".join(map(str, installed))
    yield Finding(
        f"`{artifact.name}` has an empty configuration, which Keras {dotted} does not read where "
        "it is given the class",
        at=here(artifact),
        headings=("saved with", "here"),
        rows=(Row(f"Keras {artifact.producer.get('keras')}", f"Keras {dotted}"),),
        notes=("`KeyError: 'layers'` does not mean that something is missing",),
        fix=_fix(artifact),
    )


def _fix(artifact: Artifact) -> Fix:
    if (
        artifact.detail.get("given") == "folder"
        and artifact.name.strip(".")
        and not artifact.damage
    ):
        name = f"{artifact.name}.fixed"
        title = f"write `{name}`, without the empty configuration"
        return Fix(title, (ForgetConfiguration(name),), proof=PROOF)
    code = f"model = keras.models.load_model({artifact.path!r})\n"
    return Fix(
        "load it without `custom_objects`",
        safety="manual",
        python=f"from tensorflow import keras\n\n{code}",
    )
