"""LS414: variables of a Keras model get nothing from the file, or the file holds others."""

import re
from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.checks.weights._places import place
from loadstone.core import Artifact, Assignment, Finding, Fix, Row, check
from loadstone.core.words import count

COVERS = (
    "tensorflow/e01",
    "tensorflow/e02",
    "tensorflow/e03",
    "tensorflow/e04",
    "tensorflow/e05",
    "tensorflow/e09",
    "tensorflow/e16",
)
BIASES = re.compile(r"\S+/bias (\d+)")  # of a GRU: one, or one for each side


@check("LS414", since="0.2", covers=COVERS)
def variables_left(artifact: Artifact, assignment: Assignment) -> Iterator[Finding]:
    """Variables of the model have no counterpart in the file, or the reverse.

    ## Why it breaks
    What was saved is not what the code builds: a layer was added or removed, an attribute renamed,
    a number of classes changed. HDF5 says `Layer count mismatch`. A checkpoint of TensorFlow says
    nothing: `restore` and `load_weights` leave the variables that it lacks as they were made, at
    random, unless `assert_existing_objects_matched()` is called.

    ## Example
    ```python fails=LS414
    artifact("ck/model.index", format="tf-checkpoint", framework="tensorflow")
    assignment(
        "net:build", layout="objects", missing=["first/kernel 4×8"], unexpected=["d1/kernel 4×8"]
    )
    ```

    ## Fix
    Build the model as it was when the file was saved: the names and shapes that differ are listed.

    ## See also
    <https://www.tensorflow.org/guide/checkpoint#delayed_restorations>
    """
    if assignment.fits:
        return
    rows = [Row(old, new) for old, new in assignment.mismatched]
    rows += [Row("", name) for name in assignment.missing]
    rows += [Row(name, "") for name in assignment.unexpected]
    yield Finding(
        _message(assignment),
        at=here(artifact),
        code_at=place(assignment),
        headings=("in the file", "in the model"),
        rows=tuple(rows[:4]),
        more=max(0, len(rows) - 4),
        notes=_notes(assignment),
        fix=Fix("build the model as it was when the weights were saved", safety="manual"),
    )


def _message(found: Assignment) -> str:
    parts = []
    if found.missing:
        verb = "gets" if len(found.missing) == 1 else "get"
        parts.append(f"{len(found.missing)} of {count(found.total, 'variable')} {verb} nothing")
    if found.mismatched:
        verb = "differs" if len(found.mismatched) == 1 else "differ"
        parts.append(f"{count(len(found.mismatched), 'variable')} {verb} in shape")
    if found.unexpected:
        parts.append(f"the model has no place for {count(len(found.unexpected), 'variable')}")
    return f"`{found.name}` is not what was saved: {', '.join(parts)}"


def _notes(found: Assignment) -> tuple[str, ...]:
    if any(_is_of_old_gru(old, new) for old, new in found.mismatched):
        return ("a GRU of Keras before 2.3 has one bias: it is built with `reset_after=False`",)
    if found.layout == "objects" and found.missing:
        return ("a restore says nothing of it, and leaves them as they were made: at random",)
    return ()


def _is_of_old_gru(old: str, new: str) -> bool:
    """Whether a bias of the file is one where the model has two: `gru/bias 9`, `gru/bias 2×9`."""
    told = BIASES.fullmatch(old)
    return told is not None and int(told[1]) % 3 == 0 and new.endswith(f"/bias 2×{told[1]}")
