"""LS331: Keras 3 wrote the model, and the Keras that is here is 2."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number, quoted, text
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

COVERS = ("tensorflow/c04", "tensorflow/c05", "tensorflow/c06")
ARCHIVES = (2, 12)  # an older Keras reads none at all: LS138


@check("LS331", since="0.2", supersedes=("LS333",), covers=COVERS)
def newer_generation_of_keras(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Keras 3 wrote the model, and the Keras that is here is 2.

    ## Why it breaks
    Keras 3 writes `batch_shape`, policies of dtypes as objects, and modules of its own.
    Keras 2 stops at the first: `Unrecognized keyword arguments: ['batch_shape', 'optional']`, or
    `Could not deserialize class 'Functional' because its parent module
    keras.src.models.functional cannot be imported`.

    ## Example
    ```python fails=LS331
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        producer={"keras": "3.15.0"},
        detail={"holds": "model", "generation": 3},
    )
    environment(installed={"keras": "2.15.0", "tensorflow": "2.15.1"}, numpy="1.26.4")
    ```

    ## Fix
    Load it with Keras 3, or predict with it where it was made: `loadstone predict` rebuilds that.

    ## See also
    <https://keras.io/guides/migrating_to_keras_3/>
    """
    installed = _keras.here(environment, "keras")
    written = number(artifact.detail, "generation") or 0
    if written < 3 or not () < installed < (3,) or not _keras.is_model(artifact):
        return
    if artifact.format == "keras" and installed < ARCHIVES:
        return
    saved, dotted = artifact.producer.get("keras") or "3", ".".join(map(str, installed))
    yield Finding(
        f"`{artifact.name}` is of Keras {saved}, and Keras {dotted} does not read it",
        at=here(artifact),
        headings=("saved with", "here"),
        rows=(Row(f"Keras {saved}", f"Keras {dotted}"),),
        fix=Fix(
            "predict with it where it was made, or load it with Keras 3",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i ROWS",
        ),
        covers=(_row(artifact),),
    )


def _row(artifact: Artifact) -> str:
    """Return the row, by what Keras 2 stops at first."""
    if artifact.format == "keras-h5":
        return "tensorflow/c04"
    functional = text(artifact.detail, "class") == "Functional"
    return "tensorflow/c06" if functional else "tensorflow/c05"
