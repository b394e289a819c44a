"""What Keras 2 wrote, loaded into models of Keras 3 on jax and on TensorFlow."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from world_pythons import python_of

import loadstone

pytestmark = pytest.mark.slow
FILES = Path(__file__).parents[1] / "files"
LOAD = """
import json, sys
import numpy as np
import loadstone

told = {}
for file, into, truth in json.loads(sys.argv[1]):
    expected = json.loads(open(truth).read())
    rows = np.asarray(expected["rows"], "float32")
    codes = [item.check.code for item in loadstone.check(file, into=into).found]
    with loadstone.load(file, into=into, env="current") as predictor:
        gap = np.abs(predictor.predict(rows) - np.asarray(expected["predictions"])).max()
    told[file] = [codes, float(gap)]
import keras
print(json.dumps([keras.backend.backend(), told]))
"""
NET = """
import keras
from keras import layers


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.scale = layers.Normalization(axis=-1)
        self.scale.build((None, 4))  # one built inside a call keeps tensors of its trace
        self.memory = layers.Bidirectional(layers.LSTM(3))
        self.first = layers.Dense(4)
        self.blocks = [layers.Dense(4, name="enc"), layers.Dense(4, name="dec")]
        self.head = keras.Sequential([layers.Dense(2), layers.Dropout(0.1)])
        self.own = self.add_weight(name="offset", shape=(2,), initializer="zeros")

    def call(self, x):
        x = self.first(self.scale(x))
        for block in self.blocks:
            x = block(x)
        return self.head(self.memory(x[:, None])) + self.own


def net():
    model = Net()
    model(keras.ops.zeros((1, 4)))
    return model


def norm():
    scaled = layers.Normalization(name="norm")
    return keras.Sequential([keras.Input((4,)), scaled, layers.Dense(2, name="out")])
"""
KINDS = ("norm.h5", "norm.weights.h5", "norm.index")
CASES = [
    ("keras2_checkpoint/model.index", "nets:net", "keras2_checkpoint/predictions.json"),
    *((f"keras_norm/{name}", "nets:norm", "keras_norm/norm.json") for name in KINDS),
]


@pytest.mark.parametrize(
    ("world", "backend"), [("py312-inputs", "jax"), ("py313-tf221", "tensorflow")]
)
def test_they_predict_what_keras_2_did(world, backend, tmp_path):
    (tmp_path / "nets.py").write_text(NET)
    described = tmp_path / "installed" / "loadstone-0.1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: loadstone\nVersion: 0.1.0\n")
    source = Path(loadstone.__file__).parents[1]
    path = os.pathsep.join(map(str, (source, tmp_path / "installed")))
    given = [[str(FILES / file), into, str(FILES / truth)] for file, into, truth in CASES]
    done = subprocess.run(
        [python_of(world), "-c", LOAD, json.dumps(given)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    computed, told = json.loads(done.stdout)
    assert computed == backend
    assert len(told) == len(CASES)
    assert {name: codes for name, (codes, _) in told.items() if codes} == {}
    assert max(gap for _, gap in told.values()) < 1e-5
