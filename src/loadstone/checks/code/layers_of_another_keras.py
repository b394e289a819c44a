"""LS317: layers of the file that the Keras here does not have."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number, quoted, text, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.words import listed

COVERS = ("tensorflow/q13", "tensorflow/e15")
CUDNN = ("CuDNNLSTM", "CuDNNGRU")


@check("LS317", since="0.2", supersedes=("LS328",), covers=COVERS)
def layers_of_another_keras(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The model has layers of Keras that the version here does not have.

    ## Why it breaks
    Layers came with later versions, as `GroupNormalization` did, and some are gone from Keras 3, as
    `LocallyConnected1D` is, or from Keras 2 after TensorFlow 1, as `CuDNNLSTM` is, which runs on a
    graphics card alone. `load_model` says `Unknown layer: GroupNormalization`, as if it were one's
    own. A SavedModel holds the program itself, and does not need them.

    ## Example
    ```python fails=LS317
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        detail={
            "holds": "model",
            "generation": 2,
            "layers_of_versions": "GroupNormalization: -2.8.0 +2.13.1 +2.15.0",
        },
    )
    environment(installed={"tensorflow": "2.8.4", "keras": "2.8.0"}, numpy="1.26.4")
    ```

    ## Fix
    Load it with a Keras that has them: `loadstone predict` builds that environment. `CuDNNLSTM` is
    the fast form of `LSTM`: build the model with that one in Keras 2, which takes its weights.

    ## See also
    <https://keras.io/api/layers/>
    """
    used = _used(artifact, environment)
    if not used or not _keras.is_model(artifact):
        return
    held = [
        item.partition(": ") for item in text(artifact.detail, "layers_of_versions").split("; ")
    ]
    lacking = {name: marks.split() for name, _, marks in held if _lacks(marks.split(), used)}
    if not lacking:
        return
    dotted = ".".join(map(str, used))
    yield Finding(
        f"`{artifact.name}` needs {listed(list(lacking))}, which Keras {dotted} does not have",
        at=here(artifact, next(iter(lacking))),
        headings=("layer", "of those asked, is in"),
        rows=tuple(Row(name, _with(marks)) for name, marks in lacking.items()),
        fix=Fix(
            "predict with it where it was made, or with a Keras that has them",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i ROWS",
        ),
        covers=tuple({_row(name): None for name in lacking}),
    )


def _row(name: str) -> str:
    return "tensorflow/e15" if name in CUDNN else "tensorflow/q13"


def _used(artifact: Artifact, environment: Environment) -> tuple[int, ...]:
    """Return the version of the Keras that would load it, () where none is here."""
    keras = _keras.here(environment, "keras")
    if keras >= (3,) and (number(artifact.detail, "generation") or 2) < 3:
        return _keras.here(environment, "tf-keras", "tf_keras") or keras
    return keras


def _lacks(marks: list[str], used: tuple[int, ...]) -> bool:
    """Whether neither the version before, of those that were asked, nor the one after has it."""
    told = [(version(mark[1:].removesuffix("-tf")), mark[0]) for mark in marks]
    before = [mark for asked, mark in told if asked <= used][-1:]
    after = [mark for asked, mark in told if asked >= used][:1]
    return bool(marks) and "+" not in (*before, *after)


def _with(marks: list[str]) -> str:
    return f"Keras {', '.join(mark[1:] for mark in marks if mark[0] == '+')}"
