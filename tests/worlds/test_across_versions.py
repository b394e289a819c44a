"""Models of torch and transformers with what is around them, from Python 3.11 to older libraries.

Saved with torch 2.13 and transformers 5, they predict in Python 3.10 with torch 1.12 and 4.44; and
folders of these predict here.
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

import loadstone

HERE = Path(__file__).parent
SRC = HERE.parents[1] / "src"
LOAD = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np
import loadstone

def told(values):
    if hasattr(values, "items"):
        return {name: told(item) for name, item in values.items()}
    return values.tolist() if hasattr(values, "tolist") else values

found = {}
for name, (_, rows, _) in json.loads(open(sys.argv[2]).read()).items():
    given = [np.array(row, np.float32) for row in rows] if "extractor" in name else rows
    try:
        with loadstone.load(f"{sys.argv[1]}/{name}.lode", env="current") as model:
            values = told(model.predict(given))
            found[name] = [model.report.verdict.predicts_the_same, values]
    except loadstone.LoadError as error:
        found[name] = [" ".join(str(error).split()), None]
print(json.dumps(found))
"""
PIPELINES = (
    *("text-classification", "token-classification", "fill-mask", "feature-extraction"),
    "text-generation",
)
KINDS = (
    *PIPELINES,
    *("model and tokenizer", "model and image processor", "image-classification", "function"),
    *("decoder", "torchvision"),
)
REFUSED = {
    # transformers 5 decodes what was generated alone, and 4 together with the text before it
    "text-generation of words": "LS600",
    # torch 1.12 has no parametrized weight_norm, which transformers 4.44 does not bring back
    "model and feature extractor": "they would be random",
}

pytestmark = pytest.mark.slow


def run(python, place, *given):
    """Run a script in a folder, and return what it tells last."""
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    line = [str(item) for item in (python, *given)]
    done = subprocess.run(line, cwd=place, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a folder with the script that saves."""
    place = tmp_path_factory.mktemp("project")
    shutil.copy(HERE / "save_across.py", place)
    return place


@pytest.fixture(scope="module")
def told(project, tmp_path_factory):
    """Return what each kind predicted where it was saved, and in the older world."""
    old, pictures = (
        world_pythons.python_of(name) for name in ("py310-torch112", "py311-torchvision")
    )
    if sys.version_info[:2] != (3, 11):
        pytest.skip("it sees what is installed for Python 3.11")
    pytest.importorskip("transformers")
    out = tmp_path_factory.mktemp("out")
    here = [name for name in (*KINDS, *REFUSED) if name != "torchvision"]
    saved = run(sys.executable, project, "save_across.py", out, "bundles", *here)
    saved |= run(pictures, project, "save_across.py", out, "bundles", "torchvision")
    (out / "told.json").write_text(json.dumps(saved))
    (out / "load.py").write_text(LOAD)
    return saved, run(old, out, "load.py", out, "told.json")


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_predicts_the_same_in_older_libraries(told, name):
    saved, loaded = told
    verdict, _, before = saved[name]
    again, now = loaded[name]
    assert verdict == "identical"
    assert again in ("identical", "within tolerance")
    same(now, before)


@pytest.mark.parametrize("name", REFUSED)
def test_what_older_libraries_compute_otherwise_is_refused(told, name):
    saved, loaded = told
    assert saved[name][0] == "identical"
    assert REFUSED[name] in loaded[name][0]
    assert loaded[name][1] is None


def test_folders_of_older_libraries_predict_here(project, tmp_path):
    old = world_pythons.python_of("py310-torch112")
    pytest.importorskip("transformers")
    asked = (*PIPELINES, "text2text-generation")
    found = run(old, project, "save_across.py", tmp_path, "folders", *asked)
    for name, (rows, before) in found.items():
        with loadstone.load(tmp_path / name, env="current") as model:
            if name == "text-classification":
                now = model.predict(rows, probabilities=True)
                assert list(now) == [item[0]["label"] for item in before]
                scores = [item[0]["score"] for item in before]
                np.testing.assert_allclose(model.probabilities.max(axis=1), scores, rtol=1e-5)
            elif name == "text-generation":  # as many tokens as there is room for
                for given, item in zip(model.predict(rows), before, strict=True):
                    assert given[0]["generated_text"].startswith(item[0]["generated_text"])
            elif name == "token-classification":  # tokens alone, where nothing joins them
                for given, item in zip(model.predict(rows), before, strict=True):
                    assert [part["entity"] for part in given][:1] == [item[0]["entity_group"]]
            else:
                same(json.loads(json.dumps(list(model.predict(rows)))), before)


def test_a_live_model_of_older_libraries_is_told_how_to_be_saved(project, tmp_path):
    old = world_pythons.python_of("py310-torch112")
    line = [old, "save_across.py", str(tmp_path), "bundles", "function"]
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    done = subprocess.run(line, cwd=project, env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "a live model is saved with torch 2.2 or newer" in done.stderr
    assert not list(tmp_path.glob("*.lode"))


def same(now, before):
    """Compare predictions: what is no number exactly."""
    if isinstance(before, dict):
        assert set(now) == set(before)
        for name, item in before.items():
            same(now[name], item)
    elif isinstance(before, list):
        assert len(now) == len(before)
        for pair in zip(now, before, strict=True):
            same(*pair)
    elif isinstance(before, float):
        np.testing.assert_allclose(now, before, rtol=1e-4, atol=1e-6)
    else:
        assert now == before
