"""Live models of TensorFlow and Keras become bundles, and predict without their project."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from world_pythons import python_of

import loadstone

pytestmark = pytest.mark.slow
CLOSE = 1e-5  # of single precision, between a compiled call and one layer by layer
LOAD = """
import json, sys
from pathlib import Path
import loadstone

def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value

out, told = Path(sys.argv[1]), {}
for name, case in json.loads((out / "cases.json").read_text()).items():
    predictor = loadstone.load(out / f"{name}.lode")
    found = predictor.predict(case["rows"])
    proved = predictor.report.verdict.predicts_the_same
    told[name] = [proved, predictor.report.replay.form, plain(found)]
print(json.dumps(told))
"""
FORMS = {
    "custom": "keras",
    "program": "savedmodel",
    "hidden": "savedmodel",  # Keras has no file of it
    "both": "keras",
    "recurrent": "keras",
    "texts": "keras",
    "traced": "savedmodel",
    "eager": "savedmodel",
    "signed": "savedmodel",
}


# Keras 3 gives `Simple` arguments that its `__init__` does not take
@pytest.mark.parametrize(
    ("world", "simple"), [("py311-tf215", "keras"), ("py313-tf221", "savedmodel")]
)
def test_saved_alive_and_loaded_without_the_project(world, simple, tmp_path):
    """`.keras` with the code by source, and SavedModels; the vocabulary comes along."""
    python = python_of(world)
    described = tmp_path / "installed" / "loadstone-0.1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: loadstone\nVersion: 0.1.0\n")
    source = Path(loadstone.__file__).parents[1]
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()

    def run(*command):
        path = os.pathsep.join(map(str, (source, described.parent)))
        environment = {**os.environ, "PYTHONPATH": path}
        environment.pop("KERAS_BACKEND", None)
        done = subprocess.run(
            [python, *command],
            cwd=elsewhere,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(Path(__file__).with_name("save_tensorflow.py"), out)
    told = json.loads(run("-c", LOAD, out))
    cases = json.loads((out / "cases.json").read_text())
    assert {name: form for name, (_, form, _) in told.items()} == {**FORMS, "simple": simple}
    for name, (proved, _, found) in told.items():
        assert proved in ("identical", "within tolerance"), name
        wanted = cases[name]["predictions"]
        names = wanted if isinstance(wanted, dict) else range(len(wanted))
        for part in names:
            np.testing.assert_allclose(found[part], wanted[part], 0, CLOSE, err_msg=name)
