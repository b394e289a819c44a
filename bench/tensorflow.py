"""`loadstone check` of a SavedModel and a `.keras` archive, beside what TensorFlow takes to start.

The model is of TensorFlow 2.15.1; where its environment can be neither found nor built, there is
nothing to measure.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench._measure import ROOT, Table, processes

from loadstone import inspect
from loadstone.environment import rebuild
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError

SAVED = ROOT / "tests" / "files" / "tensorflow" / "tf-2.15.1" / "subclassed"
ARCHIVE = ROOT / "tests" / "files" / "keras" / "tf-2.15.1" / "functional.keras"
OURS = "loadstone check, a SavedModel"
CHECK = """
import contextlib, io, sys
from loadstone.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    main(["check", sys.argv[1]])
assert "tensorflow" not in sys.modules and "keras" not in sys.modules
"""
QUIET = """
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import sys
import tensorflow
"""
LOAD = (
    QUIET
    + """
tensorflow.saved_model.load(sys.argv[1])
"""
)
KERAS = (
    QUIET
    + """
tensorflow.keras.models.load_model(sys.argv[1], compile=False)
"""
)


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield one table: both checks, the import, and both loads."""
    try:
        built = rebuild.built(inspect(SAVED), Wishes())
    except UsageError as error:
        print(f"tensorflow: {error}")
        return
    theirs = {
        "import tensorflow": QUIET,
        "tf.saved_model.load": (LOAD, str(SAVED)),
        "tf.keras, load_model of an archive": (KERAS, str(ARCHIVE)),
    }
    ours = {
        OURS: (CHECK, str(SAVED)),
        "loadstone check, a .keras archive": (CHECK, str(ARCHIVE)),
    }
    rows = processes(
        {**ours, **theirs}, 1 if quick else 5, dict.fromkeys(theirs, str(built.python))
    )
    yield Table("what is wrong with a model of TensorFlow 2.15.1", rows, OURS)
