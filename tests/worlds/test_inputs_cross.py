"""Each kind of preprocessing, saved by one Python, predicts in another, with its project gone.

The model computes with torch where it is saved and with jax where it predicts.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import world_pythons

HERE = Path(__file__).parent
SRC = HERE.parents[1] / "src"
PROJECT = {
    "__init__": r"""
import re

class Cleaner:
    def __init__(self, pattern):
        self.pattern = re.compile(pattern, re.IGNORECASE)

    def __call__(self, text):
        return [word.lower() for word in self.pattern.findall(text)]
""",
    "words": r"""
import numpy as np

from . import Cleaner
from .table import TABLE

CLEAN = Cleaner(r"\w+")

def prepare(text):
    made = np.zeros(8, "float32")
    for word in CLEAN(text):
        made[TABLE.get(word, 0)] += 1
    return made
""",
    "table": 'TABLE = {"day": 1, "rome": 2, "film": 7}\n',
}
LOAD = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np
import pandas as pd
import loadstone

def given(name, rows):
    if name in ("columns", "pandas"):
        frame = pd.DataFrame(rows)
        return frame.assign(on=pd.to_datetime(frame["on"]))
    if name in ("processor", "albumentations"):
        return [np.array(row, np.uint8) for row in rows]
    if name in ("scaler", "keras"):
        return np.array(rows, np.float32)
    return [np.array(row, np.float32) for row in rows] if name == "extractor" else rows

found = {}
for name, (_, rows, _) in json.loads(open(sys.argv[2]).read()).items():
    try:
        with loadstone.load(f"{sys.argv[1]}/{name}.lode", env="current") as model:
            told = model.predict(given(name, rows))
            told = told.tolist() if hasattr(told, "tolist") else told
            found[name] = [model.report.verdict.predicts_the_same, told]
    except Exception as error:
        found[name] = [f"{type(error).__name__}: {error}", None]
print(json.dumps(found))
"""


def run(python, place, backend, *given):
    """Run a script in a folder, and return what it tells last."""
    env = {**os.environ, "PYTHONPATH": str(SRC), "KERAS_BACKEND": backend}
    done = subprocess.run(
        [python, *given], cwd=place, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Return what each kind predicted where it was saved, and in another Python."""
    saves = world_pythons.python_of("py311-torchvision")
    loads = world_pythons.python_of("py312-inputs")
    if sys.version_info[:2] != (3, 11):
        pytest.skip("it sees what is installed for Python 3.11")
    root = tmp_path_factory.mktemp("inputs")
    project, elsewhere, out = (root / name for name in ("project", "elsewhere", "out"))
    for place in (project / "prepared", elsewhere, out):
        place.mkdir(parents=True)
    for name, text in PROJECT.items():
        (project / "prepared" / f"{name}.py").write_text(text)
    shutil.copy(HERE / "save_inputs.py", project)
    saved = run(saves, project, "torch", "save_inputs.py", str(out))
    shutil.rmtree(project)
    (elsewhere / "told.json").write_text(saved)
    (elsewhere / "load.py").write_text(LOAD)
    loaded = run(loads, elsewhere, "jax", "load.py", str(out), "told.json")
    return json.loads(saved), json.loads(loaded)


KINDS = [
    *("closure", "classes", "partial", "module", "data files", "library files"),
    *("arrays", "notebook"),
    *("tokenizers", "transformers", "sentencepiece", "tiktoken", "tfidf"),
    *("scaler", "columns", "pandas", "keras"),
    *("files", "processor", "albumentations", "extractor"),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_each_kind_predicts_the_same_in_another_python(told, name):
    saved, loaded = told
    assert sorted(saved) == sorted(KINDS)
    verdict, _, before = saved[name]
    again, now = loaded[name]
    assert verdict == "identical"
    assert again in ("identical", "within tolerance")
    if isinstance(before[0], list):
        np.testing.assert_allclose(now, before, rtol=1e-5, atol=1e-6)
    else:  # labels, with rounded scores
        assert now == before
