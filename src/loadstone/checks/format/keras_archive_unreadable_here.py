"""LS138: a `.keras` archive, and a TensorFlow here that is older than the format."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

SINCE = (2, 12)


@check("LS138", since="0.2", supersedes=("LS333",), covers=("tensorflow/a14",))
def keras_archive_unreadable_here(
    artifact: Artifact, environment: Environment
) -> Iterator[Finding]:
    """The TensorFlow that is installed here is older than Keras's archive.

    ## Why it breaks
    Keras writes `.keras` as an archive since TensorFlow 2.12. Before, `.keras` was one more
    suffix of HDF5, and an archive under it is `Unable to open file (file signature not found)`.

    ## Example
    ```python fails=LS138
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        detail={"holds": "model", "generation": 3, "keras": "3.15.0"},
    )
    environment(installed={"tensorflow": "2.8.4"}, numpy="1.26.4")
    ```

    ## Fix
    Load it with the Keras that wrote it, which the archive names: `loadstone predict` rebuilds it.

    ## See also
    <https://keras.io/guides/serialization_and_saving/>
    """
    old = _keras.here(environment, *_keras.TENSORFLOW)
    keras = artifact.producer.get("keras") or str(artifact.detail.get("keras") or "")
    if artifact.format != "keras" or artifact.damage or not old or old >= SINCE:
        return
    if _keras.here(environment, "keras") >= (3,):
        return  # Keras 3 beside it reads the archive
    three = keras.startswith("3")
    dotted = ".".join(map(str, old))
    yield Finding(
        f"`{artifact.name}` is an archive of Keras {keras or '2.12 or later'}, which TensorFlow "
        f"{dotted} does not read",
        at=here(artifact),
        headings=("saved with", "here"),
        rows=(Row(f"Keras {keras}" if keras else "Keras", f"TensorFlow {dotted}"),),
        fix=Fix(
            "predict with it where it was made, or load it with the Keras that wrote it",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i ROWS\n"
            f"{_install(keras, three=three)}\n",
            python=f"import keras\n\n{_keras.load(artifact)}" if three else "",
        ),
    )


def _install(keras: str, *, three: bool) -> str:
    if three:
        return f"pip install 'keras=={keras}' 'tensorflow>=2.16'"
    return (
        f"pip install 'tensorflow=={keras.rpartition('.')[0]}.*'"
        if keras
        else ("pip install 'tensorflow>=2.12'")
    )
