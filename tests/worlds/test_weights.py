"""Weights of Keras 2 alone: what TensorFlow wrote, into the models that are built for them."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from world_pythons import python_of

import loadstone
from loadstone.cli import main
from loadstone.environment import rebuild
from loadstone.errors import LoadError

pytestmark = pytest.mark.slow
WORLD = "py311-tf215"
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return the folder of the files with the code beside them, and the cases."""
    out = tmp_path_factory.mktemp("weights")
    done = subprocess.run(
        [python_of(WORLD), HERE / "make_weights.py", out],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shutil.copy(HERE / "own_weights.py", out)
    return out, json.loads((out / "cases.json").read_text())


@pytest.fixture
def there(kept, monkeypatch):
    """Let what would be rebuilt be the world that is there, and return the cases."""
    monkeypatch.setattr(rebuild, "python_for", lambda *_: python_of(WORLD))
    monkeypatch.chdir(kept[0])
    return kept[1]


def predicted(name, into, case, **settings):
    with loadstone.load(name, into=into, env="isolated", **settings) as predictor:
        found = predictor.predict(np.asarray(case["rows"], dtype=np.float32))
    return np.allclose(found, case["predictions"], 0, 1e-5)


def test_every_layout_predicts_what_was_predicted(there):
    """HDF5 in both layouts, checkpoints of Keras, of an object and of its attribute, by names."""
    assert len(there) == 16
    wrong = [
        name
        for name, case in there.items()
        if not predicted(name, f"own_weights:{case['into']}", case)
    ]
    assert wrong == []


def test_an_architecture_instead_of_code(there):
    for name in ("chain.h5", "nested_keras", "nested.weights.h5", "chain_named"):
        described = name.partition(".")[0].partition("_")[0] + ".json"
        assert predicted(name, described, there[name])


def test_an_attribute_that_was_renamed(there):
    """A restore leaves its layer at random without a word; by name and shape it is found."""
    case, into = there["net_keras"], "own_weights:net('other')"
    silent = (
        "import own_weights, sys\n"
        "model = own_weights.net('other')\n"
        "before = model.other.get_weights()[0]\n"
        "model.load_weights('net_keras/model').expect_partial()\n"
        "sys.exit(int((model.other.get_weights()[0] != before).any()))\n"
    )
    assert subprocess.run([python_of(WORLD), "-c", silent], check=False).returncode == 0
    with pytest.raises(LoadError, match="by their places"):
        predicted("net_keras", into, case)
    assert predicted("net_keras", into, case, fix="safe")


def test_frozen_since(there):
    into = "own_weights:nested(frozen=True)"
    with pytest.raises(LoadError, match="by their places"):
        predicted("nested.h5", into, there["nested.h5"])
    assert predicted("nested.h5", into, there["nested.h5"], fix="safe")
    for name in ("nested.weights.h5", "nested_keras", "nested_root"):
        assert predicted(name, into, there[name])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_into_the_keras_that_is_here(there, monkeypatch):
    """Checkpoints of Keras 2 go into models of Keras 3, which has other places, by attributes."""
    if importlib.util.find_spec("keras") is None:
        pytest.skip("Keras is not here")
    monkeypatch.syspath_prepend(".")
    tried = [name for name in there if "." not in name]
    assert len(tried) == 10
    for name in tried:
        case = there[name]
        fix = "safe" if name == "chain_named" else None
        into = f"own_weights:{case['into']}"
        with loadstone.load(name, into=into, fix=fix) as predictor:
            found = predictor.predict(np.asarray(case["rows"], dtype=np.float32))
        assert np.allclose(found, case["predictions"], 0, 1e-5), name


CHECK = """
import json, sys
import loadstone
found = {}
for name, into in json.loads(sys.argv[1]):
    report = loadstone.check(name, into=into)
    found[f"{name} {into}"] = [item.check.code for item in report.found], report.verdict.loads
print(json.dumps(found))
"""


def test_checked_where_tensorflow_is(there):
    """What `check` says in the world itself, of models that fit and of others."""
    swapped, other = "own_weights:chain('right', 'left')", "own_weights:net('other')"
    asked = {
        ("chain.h5", "own_weights:chain"): [[], "yes"],
        ("chain_root", "own_weights:chain"): [[], "yes"],
        ("chain_named", "own_weights:chain"): [["LS133"], "yes"],
        ("chain_keras", "chain.json"): [[], "yes"],
        ("chain.h5", swapped): [["LS413"], "no"],
        ("chain_keras", swapped): [["LS413"], "no"],
        ("chain_root", swapped): [["LS413"], "no"],
        ("net_keras", other): [["LS415"], "no"],
        ("net_keras", "own_weights:chain"): [["LS414"], "no"],
        ("nested.h5", "own_weights:nested(frozen=True)"): [["LS415"], "no"],
        ("chain_bare", "own_weights:chain(units=3)"): [["LS414"], "no"],
    }
    source = str(Path(loadstone.__file__).parents[1])
    done = subprocess.run(
        [python_of(WORLD), "-c", CHECK, json.dumps(list(asked))],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": source, "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        f"{name} {into}": told for (name, into), told in asked.items()
    }


def _kept_in_a_bundle(folder, name, case, tmp_path):
    """The Keras that they are of writes them whole; `loadstone save` keeps that."""
    rows, bundle = tmp_path / "rows.json", tmp_path / "kept.lode"
    rows.write_text(json.dumps(case["rows"]))
    into = ["--into", str(folder / case["into"])]
    given = [str(folder / name), *into, "--examples", str(rows), "-o", str(bundle)]
    assert main(["save", *given]) == 0
    with loadstone.load(bundle) as predictor:
        assert predictor.report.verdict.predicts_the_same == "identical"
        found = predictor.predict(case["rows"])
    for key, wanted in case["predictions"].items():
        np.testing.assert_allclose(found[key], wanted, 0, 1e-6)


def test_weights_and_architectures_from_before_tensorflow_2(made, tmp_path):
    """Keras 2.2.4 alone, and tf.keras 1.15: HDF5, and a checkpoint that follows its objects."""
    folder, _ = made("py37-tf115")
    cases = json.loads((folder / "weights.json").read_text())
    assert len(cases) == 3
    for name, case in cases.items():
        with loadstone.load(folder / name, into=str(folder / case["into"])) as predictor:
            found = predictor.predict(case["rows"])
        wanted = case["predictions"]
        if name == "alone.weights-only.h5":
            _kept_in_a_bundle(folder, name, case, tmp_path)
        parts = wanted if isinstance(wanted, dict) else range(len(wanted))
        for part in parts:
            np.testing.assert_allclose(found[part], wanted[part], 0, 1e-6, err_msg=name)
