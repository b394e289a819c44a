"""Estimators of old worlds, written for the newest and proved beside their rebuilt originals."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from build import WORLDS as ALL
from test_worlds import ROWS, outcomes
from world_pythons import python_of

import loadstone
from loadstone import bare_file, comparing, mending, readers
from loadstone.cli import main
from loadstone.core.facts import Drift, Rewrite
from loadstone.errors import LoadError
from loadstone.fixes import boosters
from loadstone.mending import answers, estimators

pytestmark = pytest.mark.slow
FILES = Path(__file__).parents[1] / "files" / "pickles"
NEWEST = "py313-newest"
WORLDS = [name for name, world in ALL.items() if "make" not in world and name != NEWEST]
VERSIONS = "import json, sys, importlib.metadata as m; print(json.dumps([sys.version.split()[0], \
{i.metadata['name'].lower(): i.version for i in m.distributions()}]))"
TOLD = json.loads((FILES / "predictions.json").read_text())
TEXTS = ["good film", "bad film", "good good bad", "nothing"]
NUMBERS = [[0.1, 0.2, 0.3], [0.9, 0.1, 0.4], [0.5, 0.5, 0.5], [2, -1, 0]]
# no state of the newest scikit-learn predicts what these predicted, each for its reason in LS226
DECLINED = {
    "py36-sklearn0192": {"iso"},
    "py36-pandas": {"iso"},
    # no xgboost since 3.1 reads the binary of 0.90; of lightgbm 2.3's wrapper nothing is brought
    "py37-xgb090": {"xgb-pipeline", "lgb-pipeline"},
}


def place_of(world):
    """Return a world as a place to bring models to."""
    python = python_of(world)
    told = subprocess.run([python, "-c", VERSIONS], check=True, capture_output=True, text=True)
    version, versions = json.loads(told.stdout)
    return comparing.Place(python, version, versions)


@pytest.fixture(scope="session")
def newest():
    """Return the newest world."""
    return place_of(NEWEST)


def tried(path, folder, place, given=None):
    """Return the word for what came of a file, the facts, and the file that was made of it."""
    asked = answers.Question(readers.read(path), given, trust=False, timeout=120)
    made = folder / estimators.fixed_name(asked.artifact)
    facts = estimators.attempt(asked, made, None, place)
    drift = facts.get(Drift)
    if drift is not None and drift.same:
        return "as it is", facts, made
    return "fixed" if facts[Rewrite].proved else "declined", facts, made


@pytest.mark.parametrize("world", WORLDS)
def test_every_estimator_of_an_old_world(world, made, newest, table, tmp_path):
    folder, cases = made(world)
    declined, wrong = set(), []
    for name, case in cases.items():
        artifact = readers.read(folder / case["file"])
        if artifact.framework != "sklearn" or artifact.format not in estimators.FORMATS:
            continue
        word, facts, file = tried(folder / case["file"], tmp_path, newest)
        version = artifact.producer["scikit-learn"]
        table.append((world, name, {"scikit-learn": f"{version} → newest"}, word))
        if word == "declined":
            declined.add(name)
            assert facts[Rewrite].error or facts[Rewrite].drift.result != "identical"
        if word == "fixed":
            with bare_file.load(file, python=newest.python) as predictor:
                wrong += [item for item in outcomes(predictor, case) if item[-1] == "differs"]
    assert wrong == []
    assert declined == DECLINED.get(world, set())


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("sklearn-0.24/forest.pkl", NUMBERS),
        ("sklearn-1.3/forest.joblib", NUMBERS),
        ("sklearn-1.0/text.pkl", TEXTS),
    ],
)
def test_fix_writes_what_predicts_the_same_beside_it(name, rows, tmp_path, capsys):
    python_of("py312-sklearn16")  # where this world is, so is a package index
    path = tmp_path / Path(name).name
    path.write_bytes((FILES / name).read_bytes())
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    words = ["check", str(path), "--fix", "-i", str(tmp_path / "rows.json")]
    assert main([*words, "--output-format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [item["code"] for item in report["fixed"]] == ["LS226"]
    assert report["verdict"]["loads"] == "yes"
    assert report["verdict"]["predicts_the_same"] in ("identical", "within tolerance")
    assert report["drift"]["rows"] > len(rows)
    assert path.read_bytes() == (FILES / name).read_bytes()
    fixed = path.with_name(f"{path.stem}.fixed{path.suffix}")
    with loadstone.load(fixed, env="current") as predictor:
        found = predictor.predict(rows, probabilities=True)
        assert np.asarray(found).tolist() == TOLD[name]["predict"]
        assert np.allclose(predictor.probabilities, TOLD[name]["predict_proba"], 1e-9, 1e-12)
    assert main(words) == 2  # nothing is written over


@pytest.mark.parametrize("world", ["py37-xgb090", "py310-sklearn12"])
def test_a_model_cut_out_of_a_pickle_predicts_the_same(world, made, newest, tmp_path):
    folder, cases = made(world)
    case = cases["xgb-pickle"]
    path = tmp_path / "model.pkl"
    path.write_bytes((folder / case["file"]).read_bytes())
    (written,) = map(Path, loadstone.fix(path).wrote)
    # the old binary is read up to 3.0 only, so in its own world
    python = python_of(world) if written.suffix == ".model" else newest.python
    with bare_file.load(written, python=python) as predictor:
        # by place: up to 1.3 the names of columns are the pickle's alone
        assert np.asarray(predictor.predict(ROWS)).tolist() == case["predictions"]


@pytest.mark.parametrize("name", ["2.3.1-three.txt", "4.7.0-binary.txt"])
def test_a_text_without_its_parameters_is_read_by_lightgbm_4_1(name, tmp_path):
    python = python_of("py310-sklearn12")  # it has LightGBM 4.1.0
    path = FILES.parent / "lightgbm" / name
    text = tmp_path / "model.txt"
    text.write_bytes(boosters.without_parameters(path))
    with pytest.raises(LoadError, match="unordered_map::at"):
        bare_file.load(path, python=python)
    with bare_file.load(text, python=python) as predictor, bare_file.load(path) as here:
        rows = np.random.default_rng(0).random((50, readers.read(path).detail["num_feature"]))
        names = here.about["names"]
        given = rows if names is None else [dict(zip(names, row, strict=True)) for row in rows]
        assert (np.asarray(predictor.predict(given)) == np.asarray(here.predict(given))).all()


@pytest.mark.parametrize("world", ["py310-sklearn12", "py39-sklearn10", "py38-sklearn0242"])
def test_every_estimator_of_a_newer_world(world, made, table, tmp_path):
    folder, cases = made("py312-sklearn16")
    place = place_of(world)
    wrong = []
    for name, case in cases.items():
        word, facts, file = tried(folder / case["file"], tmp_path, place)
        table.append(("py312-sklearn16", name, {"scikit-learn": f"1.6.1 → {world}"}, word))
        assert "numpy._core" in facts[Drift].now.error or "_loss" in facts[Drift].now.error
        assert word == "fixed", (name, facts[Rewrite])
        # trees before 1.3 take no missing values, and those of 1.6 do
        of_trees = name.partition("-")[0] in ("forest", "iso")
        assert list(facts[Rewrite].refused) == (["lacking values"] if of_trees else [])
        with bare_file.load(file, python=place.python) as predictor:
            wrong += [item for item in outcomes(predictor, case) if item[-1] == "differs"]
    assert wrong == []


@pytest.mark.parametrize("name", ["1.3.3-booster", "1.3.3-classifier", "0.90-classifier"])
def test_a_model_cut_out_of_a_pickle_predicts_as_the_pickle(name, tmp_path):
    source = FILES.parent / "xgboost" / "pickled" / f"{name}.pkl"
    path = tmp_path / "model.pkl"
    path.write_bytes(source.read_bytes())
    python_of("py37-xgb090")  # skipped where environments are not to be built

    report = mending.fix(path)

    (fixed,) = report.fixed
    assert "predicted the same as by the pickle" in fixed.finding.fix.proof
    assert report.verdict.predicts_the_same == "identical"
    assert Path(report.wrote[0]).read_bytes() == boosters.cut(path)


def test_a_cut_that_predicts_otherwise_is_not_written(tmp_path, monkeypatch):
    folder = FILES.parent / "xgboost" / "pickled"
    path = tmp_path / "model.pkl"
    path.write_bytes((folder / "1.3.3-booster.pkl").read_bytes())
    python_of("py37-xgb090")
    text = json.loads(boosters.cut(path))
    text["learner"]["learner_model_param"]["base_score"] = "0.75"
    monkeypatch.setattr(boosters, "cut", lambda _: json.dumps(text).encode())

    report = mending.fix(path)

    assert not report.wrote
    assert report.verdict.predicts_the_same == "differs"
    assert [item.name for item in tmp_path.iterdir()] == ["model.pkl"]
