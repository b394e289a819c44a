"""Keras' preprocessing layers: captured with what they learnt, loaded with the code gone."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from world_pythons import python_of

import loadstone

SOURCE = Path(loadstone.__file__).parents[1]
LAYERS = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import json
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

TEXTS = ["a lovely film", "what a dreadful day", "hello"]
ROWS = np.arange(12, dtype="float32").reshape(4, 3) ** 2


def adapted(layer, data):
    layer.adapt(data)
    return layer


def by_spaces(texts):
    return tf.strings.split(tf.strings.upper(texts), " ")


def applied(layer):
    def prepare(given):
        return np.asarray(layer(tf.constant(given)).numpy()).tolist()

    return prepare


def kinds():
    words = layers.TextVectorization
    return {
        "texts": (adapted(words(max_tokens=30, output_sequence_length=5), TEXTS), TEXTS),
        "weighed": (adapted(words(output_mode="tf_idf"), TEXTS), TEXTS),
        "own": (adapted(words(standardize=None, split=by_spaces), TEXTS), TEXTS),
        "scaled": (adapted(layers.Normalization(), ROWS), ROWS.tolist()),
        "cut": (adapted(layers.Discretization(num_bins=3), ROWS), ROWS.tolist()),
        "names": (layers.StringLookup(vocabulary=["a", "b"]), ["b", "z"]),
        "counted": (adapted(layers.StringLookup(), ["a", "b", "a"]), ["b", "z"]),
        "numbers": (adapted(layers.IntegerLookup(), [7, 5, 7]), [5, 9]),
        "hashed": (layers.Hashing(num_bins=4), ["a", "z"]),
        "pixels": (layers.Rescaling(1 / 255.0, offset=0.5), [[0.0, 255.0]]),
        "crossed": (layers.CategoryEncoding(num_tokens=4, output_mode="multi_hot"), [1, 3]),
    }


if __name__ == "__main__":
    from loadstone.inputs.capture import capture

    told = {}
    for name, (layer, given) in kinds().items():
        prepare = applied(layer)
        told[name] = [given, prepare(given)]
        captured = capture({"prepare": prepare})
        assert not captured.problems, captured.problems
        for path, data in captured.files.items():
            place = os.path.join(sys.argv[1], name, path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as file:
                file.write(data)
    print(json.dumps(told))
"""
LOAD = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import json
from runtime.code import load

found = {}
for name, (given, _) in json.loads(sys.argv[2]).items():
    found[name] = [given, load(os.path.join(sys.argv[1], name))["prepare"](given)]
print(json.dumps(found))
"""


def run(world, place, script, path, *given):
    (place / "script.py").write_text(script)
    line = [python_of(world), "script.py", *given]
    environment = {**os.environ, "PYTHONPATH": str(path)}
    environment.pop("KERAS_BACKEND", None)  # that of this process is not theirs
    done = subprocess.run(
        line,
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    (place / "script.py").unlink()
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("saves", "loads"),
    [
        ("py311-tf215", "py311-tf215"),
        ("py310-tf210", "py310-tf210"),
        ("py310-tf210", "py39-tf28"),
        ("py313-tf221", "py313-tf221"),
    ],
)
def test_what_they_learnt_comes_along(saves, loads, tmp_path):
    python_of(loads)
    saved = run(saves, tmp_path, LAYERS, SOURCE, tmp_path / "out")
    assert (
        run(loads, tmp_path, LOAD, SOURCE / "loadstone", tmp_path / "out", json.dumps(saved))
        == saved
    )
