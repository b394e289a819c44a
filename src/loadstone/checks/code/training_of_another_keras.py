"""LS333: another Keras wrote how the model was trained, and the one here does not take it."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.words import listed

EARLY = ("tensorflow/c18", "tensorflow/c19")
LOSS = ("tensorflow/c20", "tensorflow/c21")
COVERS = (*EARLY, *LOSS, "tensorflow/c48", "tensorflow/c49")
NEW = (2, 11)  # of Keras, in which optimizers were written anew
WEIGHT_DECAY, RATE, OLD, LEGACY = "weight_decay", "lr", "is_legacy_optimizer", "legacy"


@check(
    "LS333",
    since="0.2",
    severity="warning",
    covers=COVERS,
    own_loader=True,
)
def training_of_another_keras(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """How the model was trained is written as the Keras here does not read it.

    ## Why it breaks
    A compiled model is saved with its optimizer and its loss, and `load_model` makes them again.
    Optimizers of 2.11 and later take `weight_decay`, which older ones refuse; Keras 3 refuses `lr`,
    what `optimizers.legacy` wrote into an archive, and what Keras 2 says there of every other one.
    Of HDF5 it takes a loss that is named in short, `mse`, for a metric, also what it wrote itself:
    `Could not deserialize 'keras.metrics.mse'`. Predictions need none of it.

    ## Example
    ```python fails=LS333
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        detail={"holds": "model", "generation": 2, "training_words": "weight_decay"},
    )
    environment(installed={"tensorflow": "2.8.4", "keras": "2.8.0"}, numpy="1.26.4")
    ```

    ## Fix
    Load it without compiling it, as Loadstone does. Predictions stay as they are.

    ## See also
    <https://keras.io/api/models/model_saving_apis/model_saving_and_loading/>
    """
    words = _keras.names(artifact, "training_words")
    installed = _keras.here(environment, "keras")
    refused = _refused(words, artifact, installed) if installed else {}
    if not refused or not (_keras.is_model(artifact) or _keras.is_saved(artifact)):
        return
    dotted = ".".join(map(str, installed))
    yield Finding(
        f"`load_model` of Keras {dotted} refuses how `{artifact.name}` was trained: "
        f"{listed(list(refused))}",
        at=here(artifact),
        headings=("in the file", "here"),
        rows=tuple(Row(name, f"refused by Keras {dotted}") for name in refused),
        notes=("predictions do not need it",),
        fix=Fix(
            "load it without compiling it",
            safety="manual",
            python=f"{_keras.imported(artifact)}\n{_keras.load(artifact, 'compile=False')}",
        ),
        covers=tuple(dict.fromkeys(row for rows in refused.values() for row in rows)),
    )


def _refused(
    words: list[str], artifact: Artifact, installed: tuple[int, ...]
) -> dict[str, tuple[str, ...]]:
    """Return what the Keras here refuses, each with its rows."""
    if installed < NEW:
        return {WEIGHT_DECAY: EARLY} if WEIGHT_DECAY in words else {}
    if installed < (3,) or artifact.format == "savedmodel":
        return {}
    found: dict[str, tuple[str, ...]] = {}
    archive = artifact.format == "keras"
    if LEGACY in words and archive:
        found["keras.optimizers.legacy"] = ("tensorflow/c48",)
    elif OLD in words and archive:
        found[OLD] = ("tensorflow/c48",)
    if RATE in words:
        found[RATE] = ("tensorflow/c49",)
    if not archive:
        found |= {word: LOSS for word in words if word.startswith("loss ")}
    return found
