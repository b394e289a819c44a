"""Pickles whose classes and functions are the user's: by `--code`, or captured from a live model.

A real script writes each pickle in a process of its own, so that its names are of `__main__`.
"""

import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import loadstone
from loadstone import comparing
from loadstone.cli import main
from loadstone.environment import guarantees, rebuild
from loadstone.environment.resolve import Lock
from loadstone.errors import LoadError, SaveError, UsageError

STEPS = '''\
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

TABLE = {"low": -1.0, "high": 1.0}


def clipped(x):
    return np.clip(x, TABLE["low"], TABLE["high"])


class Step(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        return self


class Ratio(Step):
    """Divides by the mean of a column."""

    def __init__(self, by=0):
        self.by = by

    def fit(self, X, y=None):
        self.mean_ = np.asarray(X)[:, self.by].mean()
        return self

    def transform(self, X):
        return np.asarray(X) / self.mean_
'''
TRAIN = """
from pathlib import Path
import pickle
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

Path("ran").touch(exist_ok=False)  # a second run fails
X = np.random.default_rng(0).normal(3, 1, (60, 3))
model = make_pipeline(Ratio(1), FunctionTransformer(clipped), LogisticRegression())
model.fit(X, X[:, 0] > 3)
if __name__ == "__main__":
    np.save("X.npy", X[:9])
    np.save("Y.npy", model.predict(X[:9]))
    Path("model.pkl").write_bytes(pickle.dumps(model))
"""


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Run the script that trains, and return the folder with its pickle."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(STEPS + TRAIN)
    subprocess.run([sys.executable, "train.py"], check=True)
    return tmp_path


@pytest.fixture
def here(built, monkeypatch):
    """Let what is rebuilt be the environment at hand."""
    monkeypatch.setattr(rebuild, "isolated", lambda *_: built)
    monkeypatch.setattr(rebuild, "python_for", lambda *_, **__: str(built.python))
    monkeypatch.setattr(rebuild, "lock", lambda *_: Lock('lock-version = "1.0"\n', "3.11"))
    monkeypatch.setattr(rebuild, "beside", lambda *_, **__: built)
    monkeypatch.setattr(rebuild, "covered", lambda _: guarantees.Choice("rebuilt", "other"))


def expected():
    return np.load("Y.npy").tolist()


def notebook(*cells):
    code = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    text = {"cell_type": "markdown", "source": ["# training"]}
    return json.dumps({"cells": [text, *code], "nbformat": 4})


# a bare pickle, given its code


@pytest.mark.parametrize("env", ["current", "isolated"])
def test_a_script_is_given_and_not_run_again(script, here, env, monkeypatch):
    if env == "current":
        monkeypatch.setattr(rebuild, "python_for", lambda *_, **__: None)
    with loadstone.load("model.pkl", code=["train.py"], env=env) as model:
        assert model.predict(np.load("X.npy")).tolist() == expected()
        assert model.report.verdict.loads == "yes"
    assert "train" not in sys.modules


def test_a_notebook_is_given(script):
    cells = ["%matplotlib inline\n!pip list\n" + STEPS, "%%bash\nexit 1\n", TRAIN]
    (script / "work.ipynb").write_text(notebook(*cells))
    with loadstone.load("model.pkl", code=["work.ipynb"]) as model:
        assert model.predict(np.load("X.npy")).tolist() == expected()
    (script / "broken.ipynb").write_text("{}")
    with pytest.raises(UsageError, match="is no notebook"):
        loadstone.load("model.pkl", code=["broken.ipynb"])


@pytest.mark.parametrize("place", ["features.py", "moved/here.py"])
def test_a_module_is_found_by_its_name_and_where_it_was_moved_to(script, place):
    """The pickle names `features`; that is a module, or what it had is in another now."""
    path = script / "model.pkl"
    path.write_bytes(path.read_bytes().replace(b"\x8c\x08__main__", b"\x8c\x08features"))
    (script / place).parent.mkdir(exist_ok=True)
    (script / place).write_text(STEPS + TRAIN)
    with loadstone.load(path, code=[place]) as model:
        assert model.predict(np.load("X.npy")).tolist() == expected()


def test_what_the_code_imports_comes_along(script):
    (script / "tables.py").write_text("TABLE = {'low': -1.0, 'high': 1.0}\n")
    text = STEPS.replace('TABLE = {"low": -1.0, "high": 1.0}', "")
    late = "def clipped(x):\n    from tables import TABLE\n"
    (script / "steps.py").write_text(text.replace("def clipped(x):\n", late))
    with loadstone.load("model.pkl", code=["steps.py"]) as model:
        (script / "tables.py").unlink()
        assert model.predict(np.load("X.npy")).tolist() == expected()


def test_what_it_is_told_without(script, capsys):
    assert main(["predict", "model.pkl", "-i", "X.npy"]) == 1
    told = "".join(capsys.readouterr())
    assert "error[LS710]" in told
    assert "loadstone predict model.pkl -i rows.json --code train.py" in told
    assert main(["check", "model.pkl"]) == 1
    told = "".join(capsys.readouterr())
    assert "error[LS300]" in told
    assert "--code train.py" in told
    assert main(["check", "model.pkl", "--code", "train.py"]) == 0
    assert "loads               yes" in "".join(capsys.readouterr())
    assert main(["predict", "model.pkl", "-i", "X.npy", "--code", "train.py"]) == 0
    lines = capsys.readouterr().out.split()
    assert [line in ("True", "true") for line in lines] == expected()


def test_code_without_what_the_pickle_needs(script):
    (script / "other.py").write_text(STEPS.replace("class Ratio", "class Rate"))
    with pytest.raises(UsageError, match=r"`other\.py` has no `__main__\.Ratio`"):
        loadstone.load("model.pkl", code=["other.py"])
    plain = LogisticRegression().fit([[0], [1]], [0, 1])
    (script / "plain.pkl").write_bytes(pickle.dumps(plain))
    with pytest.raises(UsageError, match="names no code but that of libraries"):
        loadstone.load("plain.pkl", code=["train.py"])
    (script / "broken.py").write_text("class Ratio(:\n")
    with pytest.raises(UsageError, match="is no Python"):
        loadstone.load("model.pkl", code=["broken.py"])


HARMFUL = """
import pickle
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
class Harmful:
    def __reduce__(self):
        return print, ("it ran",)
model = make_pipeline(Ratio(1), FunctionTransformer(clipped, kw_args={"x": Harmful()}))
open("both.pkl", "wb").write(pickle.dumps(model))
"""


@pytest.mark.parametrize("env", ["current", "isolated"])
def test_what_else_it_calls_is_refused_still(script, here, env, capfd):
    """Code that is given is trusted; a name beside it is not."""
    (script / "harmful.py").write_text(STEPS + HARMFUL)
    subprocess.run([sys.executable, "harmful.py"], check=True)
    with pytest.raises(LoadError, match="print"):
        loadstone.load("both.pkl", code=["train.py"], env=env)
    assert "it ran" not in "".join(capfd.readouterr())


def test_what_is_changed_after_its_use_is_refused_still(script):
    """What was judged of a dict is what it holds at the end, and an object was made of less."""
    body = (script / "model.pkl").read_bytes()
    assert body.endswith(b"b.")
    # the state of the whole is kept, and gets a pair after the object was filled with it
    late = body[:-2] + b"r\xff\x00\x00\x00b"
    late += b"j\xff\x00\x00\x00X\x04\x00\x00\x00lateNs0."
    (script / "late.pkl").write_bytes(b"\x80\x03" + late[11:])  # without its frame
    with pytest.raises(LoadError, match=r"LS7\d\d"):
        loadstone.load("late.pkl", code=["train.py"])
    with loadstone.load("late.pkl", code=["train.py"], trust=True) as model:
        assert model.predict(np.load("X.npy")).tolist() == expected()


def test_a_pickle_is_kept_with_its_code(script, here):
    report = loadstone.save(
        "model.pkl", "model.lode", examples=(np.load("X.npy"), np.load("Y.npy")), code=["train.py"]
    )
    assert report.verdict.predicts_the_same == "identical"
    (script / "train.py").unlink()
    with loadstone.load("model.lode") as model:
        assert model.predict(np.load("X.npy")).tolist() == expected()
    with zipfile.ZipFile("model.lode") as archive:
        kept = archive.read("code/train.py").decode()
    assert "class Ratio" in kept
    assert "touch" not in kept
    assert loadstone.inspect("model.lode").opening_runs_code == "yes"


def test_two_environments_are_given_it(script, here):
    report = comparing.both("model.pkl", np.load("X.npy"), code=["train.py"])
    assert report.verdict.predicts_the_same == "identical"
    assert main(["check", "model.pkl", "--code", "train.py", "--env", "both", "-i", "X.npy"]) == 0


# a live model, whose code is captured


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a function that makes a module of the user's, imports it, and takes it away again."""
    monkeypatch.chdir(tmp_path)
    made = []

    def module(name, source):
        monkeypatch.syspath_prepend(str(tmp_path))
        (tmp_path / f"{name}.py").write_text(source)
        sys.modules.pop(name, None)
        made.append(name)
        return __import__(name)

    def gone():
        for name in made:
            sys.modules.pop(name, None)
            (tmp_path / f"{name}.py").unlink(missing_ok=True)

    module.gone = gone
    yield module
    gone()


X = np.random.default_rng(0).normal(3, 1, (60, 3))
Y = X[:, 0] > 3


def test_a_live_pipeline_with_steps_of_its_own(project, here, tmp_path):
    own = project("my_steps", STEPS + "\n\ndef times(k):\n    return lambda x: x * k\n")
    live = make_pipeline(
        own.Ratio(1),
        FunctionTransformer(own.clipped),
        FunctionTransformer(lambda x: x + 1),
        FunctionTransformer(own.times(3)),
        LogisticRegression(),
    ).fit(X, Y)
    wanted = live.predict_proba(X)
    report = loadstone.save(live, "own.lode", examples=X[:9])
    assert report.verdict.predicts_the_same == "identical"
    project.gone()
    with loadstone.load("own.lode") as model:
        model.predict(X, probabilities=True)
        assert model.probabilities.tolist() == wanted.tolist()
    assert loadstone.check("own.lode").verdict.predicts_the_same == "identical"
    assert comparing.both("own.lode").verdict.predicts_the_same == "identical"
    assert loadstone.inspect("own.lode").opening_runs_code == "yes"


def test_a_model_class_of_its_own(project, here):
    source = (
        "import numpy as np\n\n\nclass Nearest:\n    def __init__(self, points):\n"
        "        self.points = points\n\n    def predict(self, X):\n"
        "        return np.abs(np.asarray(X)[:, :1] - self.points).argmin(1)\n"
    )
    live = project("nearest", source).Nearest(np.array([2.0, 3.0, 4.0]))
    wanted = live.predict(X).tolist()
    assert loadstone.save(live, "n.lode", examples=X[:9]).verdict.predicts_the_same == "identical"
    project.gone()
    with loadstone.load("n.lode") as model:
        assert model.predict(X).tolist() == wanted


def test_code_that_imports_what_is_not_here(project, here, built, monkeypatch):
    """The environment of the save is used, where what the code imports is."""
    source = "import colorsys\n\n\ndef hue(x):\n    return x * colorsys.rgb_to_hsv(0, 0, 1)[2]\n"
    live = make_pipeline(FunctionTransformer(project("hues", source).hue))
    loadstone.save(live, "h.lode", examples=X[:9])
    project.gone()
    monkeypatch.setitem(sys.modules, "colorsys", None)
    places = {"auto": None, "isolated": str(built.python)}
    monkeypatch.setattr(rebuild, "python_for", lambda _, env, *__, **___: places[env])
    with loadstone.load("h.lode") as model:
        assert np.array_equal(model.predict(X), X)
        assert model.report.verdict.predicts_the_same == "identical"


def test_two_projects_with_modules_of_one_name(project, here):
    for name, by in (("one", 2), ("two", 3)):
        own = project("helpers", f"def scaled(x):\n    return x * {by}\n")
        live = make_pipeline(FunctionTransformer(own.scaled))
        loadstone.save(live, f"{name}.lode", examples=X[:9])
        project.gone()
    with loadstone.load("one.lode") as one, loadstone.load("two.lode") as two:
        assert np.array_equal(one.predict(X), X * 2)
        assert np.array_equal(two.predict(X), X * 3)


def test_what_cannot_be_captured_is_told_and_nothing_is_written(project, here, tmp_path):
    space = {"__name__": "made_up"}
    exec("def f(x):\n    return x\n", space)
    live = make_pipeline(FunctionTransformer(space["f"]))
    with pytest.raises(SaveError, match="LS802"):
        loadstone.save(live, "f.lode", examples=X[:9])
    assert not list(tmp_path.glob("*.lode"))


def test_a_changed_capture_is_not_run(project, here):
    own = project("helpers", "def scaled(x):\n    return x * 2\n")
    loadstone.save(make_pipeline(FunctionTransformer(own.scaled)), "kept/", examples=X[:9])
    project.gone()
    kept = Path("kept/code/helpers.py")
    kept.write_text(kept.read_text().replace("x * 2", "print('it ran')"))
    with pytest.raises(LoadError, match="changed"):
        loadstone.load("kept")
