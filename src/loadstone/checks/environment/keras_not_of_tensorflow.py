"""LS224: the Keras that TensorFlow takes is not the one that the file is of."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

THREE = (2, 16)  # the first TensorFlow that comes with Keras 3
SILENT = (2, 15)  # it takes Keras 3 as it comes; older ones raise
SWITCH = "TF_USE_LEGACY_KERAS"
ON = ("1", "true")
PAIRED = ("tensorflow/c34", "tensorflow/c35")
COVERS = (*PAIRED, "tensorflow/c36")


@check("LS224", since="0.2", covers=COVERS)
def keras_not_of_tensorflow(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The Keras that is installed does not go with the TensorFlow that is.

    ## Why it breaks
    TensorFlow up to 2.15 has Keras 2 for its `tf.keras`, and takes what is installed as `keras`.
    Where that is Keras 3, 2.15 takes it without a word, and everything that Keras 2 wrote is read
    by another generation; older ones say `No module named 'keras.api'`. From 2.16 on it is the
    other way: `TF_USE_LEGACY_KERAS=1` asks for the package `tf_keras`, and without it says `Keras
    cannot be imported. Check that it is installed.`

    ## Example
    ```python fails=LS224
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        detail={"holds": "model", "generation": 2},
    )
    environment(installed={"tensorflow": "2.15.1", "keras": "3.4.1"}, numpy="1.26.4")
    ```

    ## Fix
    Install the Keras of that TensorFlow: the same minor version up to 2.15, `tf_keras` from then
    on.

    ## See also
    <https://keras.io/getting_started/#tensorflow--keras-2-backwards-compatibility>
    """
    tensorflow = _keras.here(environment, *_keras.TENSORFLOW)
    keras = _keras.here(environment, "keras")
    if not tensorflow or not _of_keras_2(artifact):
        return
    dotted = ".".join(map(str, tensorflow))
    minor = f"{tensorflow[0]}.{tensorflow[1]}"
    if tensorflow < THREE and keras >= (3,):
        other = ".".join(map(str, keras))
        yield Finding(
            f"`{artifact.name}` is of Keras 2, and TensorFlow {dotted} takes Keras {other} for it",
            at=here(artifact),
            headings=("goes with TensorFlow", "here"),
            rows=(Row(f"Keras {minor}", f"Keras {other}"),),
            fix=_install(f"keras=={minor}.*"),
            severity="warning" if tensorflow >= SILENT else None,
            covers=PAIRED,
        )
    switched = environment.variables.get(SWITCH, "").lower() in ON
    if switched and tensorflow >= THREE and not _keras.here(environment, "tf-keras", "tf_keras"):
        yield Finding(
            f"`{SWITCH}` asks TensorFlow {dotted} for `tf_keras`, which is not installed",
            at=here(artifact),
            fix=_install(f"tf_keras=={minor}.*"),
            covers=("tensorflow/c36",),
        )


def _of_keras_2(artifact: Artifact) -> bool:
    if artifact.framework == "tensorflow":
        return artifact.detail.get("keras") is True
    return artifact.framework == "keras" and (number(artifact.detail, "generation") or 2) < 3


def _install(requirement: str) -> Fix:
    return Fix(f"install `{requirement}`", safety="manual", shell=f"pip install '{requirement}'")
