"""Checks and first predictions of TensorFlow models, beside what TensorFlow itself takes.

The model is of TensorFlow 2.15.1; where its environment can be neither found nor built, there is
nothing to measure.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from bench._measure import ROOT, Table, processes

import loadstone
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


FIRST = """
import sys
import numpy
import loadstone
with loadstone.load(sys.argv[1]) as predictor:
    found = predictor.predict(numpy.load(sys.argv[2]))
assert "tensorflow" not in sys.modules
assert numpy.allclose(found, numpy.load(sys.argv[3]), atol=1e-5)
"""
THEIR_FIRST = (
    QUIET
    + """
import numpy
served = tensorflow.saved_model.load(sys.argv[1]).signatures["serving_default"]
((name, spec),) = served.structured_input_signature[1].items()
(found,) = served(**{name: tensorflow.constant(numpy.load(sys.argv[2]), spec.dtype)}).values()
numpy.save(sys.argv[3], found.numpy())
"""
)
BUNDLE = "loadstone, a bundle with an ONNX form"


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield two tables: checks beside the import and loads, and first predictions."""
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
    with tempfile.TemporaryDirectory() as folder:
        bundle, given, out = (str(Path(folder, name)) for name in ("b.lode", "x.npy", "y.npy"))
        np.save(given, np.random.default_rng(0).integers(0, 50, (8, 10)))
        loadstone.save(str(SAVED), bundle, examples=np.load(given))
        if not any(form["format"] == "onnx" for form in forms(bundle)):
            print("tensorflow: no ONNX form was kept")
            return
        pair = {
            "tf.saved_model.load, its signature": (THEIR_FIRST, str(SAVED), given, out),
            BUNDLE: (FIRST, bundle, given, out),
        }
        python = {next(iter(pair)): str(built.python)}
        yield Table(
            "the first prediction of a SavedModel of TensorFlow 2.15.1",
            processes(pair, 1 if quick else 5, python),
            BUNDLE,
        )


def forms(bundle: str) -> list[dict[str, Any]]:
    """Return the other forms that a bundle keeps beside the original."""
    with zipfile.ZipFile(bundle) as archive:
        return json.loads(archive.read("loadstone.json"))["forms"][1:]
