"""`loadstone save` of files of older libraries: kept with their lock, proved where it is built."""

import json
import platform
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from world_pythons import python_of

import loadstone
from loadstone.cli import main
from loadstone.saving_file import save_file

pd = pytest.importorskip("pandas", minversion="3", reason="Python 3.10 has no pandas 3")

pytestmark = pytest.mark.slow
FILES = Path(__file__).parents[1] / "files" / "pickles"
NUMBERS = [[0.1, 0.2, 0.3], [0.9, 0.1, 0.4], [0.5, 0.5, 0.5], [2, -1, 0]]


def test_a_forest_of_0_24_predicts_from_its_lock_alone(tmp_path, monkeypatch, capsys):
    python_of("py38-sklearn0242")  # where this world is, so are its Python and a package index
    (tmp_path / "rows.json").write_text(json.dumps(NUMBERS))
    words = ["--examples", str(tmp_path / "rows.json"), "-o", str(tmp_path / "forest.lode")]
    assert main(["save", str(FILES / "sklearn-0.24/forest.pkl"), *words]) == 0
    assert "predicts the same   identical   on 4 witnesses" in capsys.readouterr().out
    monkeypatch.setenv("LOADSTONE_CACHE", str(tmp_path / "cache"))  # nothing is built there
    with loadstone.load(tmp_path / "forest.lode", env="isolated") as predictor:
        assert predictor.about["versions"]["scikit-learn"] == "0.24.2"
        assert predictor.report.verdict.predicts_the_same == "identical"
        where = predictor.report.replay.where
        assert where.startswith("Python 3.8.")
        assert where.endswith(" with scikit-learn 0.24.2")
    locks = list((tmp_path / "cache").glob("locks/*"))
    assert locks == []  # it was not resolved again: the lock came with the file


@pytest.mark.parametrize(("name", "form"), [("pipeline", "original"), ("forest", "portable")])
def test_it_predicts_here_where_that_was_proved_when_it_was_saved(name, form, tmp_path):
    """The pipeline as it is; the forest, which does not load any more, in ONNX."""
    python_of("py38-sklearn0242")
    path, bundle = FILES / f"sklearn-0.24/{name}.pkl", tmp_path / "kept.lode"
    assert save_file(path, bundle, examples=NUMBERS).verdict.predicts_the_same == "identical"
    with loadstone.load(bundle) as predictor:
        assert predictor.about["python"] == platform.python_version()
        assert predictor.report.replay.form == form
        assert predictor.report.verdict.predicts_the_same == "identical"
    with loadstone.load(bundle, env="isolated") as predictor:
        assert predictor.about["versions"]["scikit-learn"] == "0.24.2"


def test_the_lock_that_is_kept_is_the_one_that_is_shown_and_built(tmp_path, capsys):
    python_of("py38-sklearn0242")
    (tmp_path / "rows.json").write_text(json.dumps(NUMBERS))
    bundle = str(tmp_path / "forest.lode")
    words = ["--examples", str(tmp_path / "rows.json"), "-o", bundle]
    assert main(["save", str(FILES / "sklearn-0.24/forest.pkl"), *words]) == 0
    capsys.readouterr()
    assert main(["env", "lock", bundle]) == 0
    lock = zipfile.ZipFile(bundle).read("environment/pylock.toml").decode()
    assert capsys.readouterr().out == lock
    code = "import sklearn; print(sklearn.__version__)"
    assert main(["env", "run", bundle, "--", "python", "-c", code]) == 0
    assert main(["env", "show", bundle]) == 0
    assert "scikit-learn 0.24.2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "library"),
    [("xgb-sklearn", "xgboost"), ("xgb-pickle", "xgboost"), ("lgb-sklearn", "lightgbm")],
)
def test_a_booster_of_2023_predicts_here_without_its_environment(
    name, library, made, tmp_path, monkeypatch
):
    """XGBoost 1.7.6 and LightGBM 4.1.0 write what a later version here reads, with the classes."""
    from test_worlds import INPUTS, outcomes

    folder, cases = made("py310-sklearn12")
    case = cases[name]
    rows = next(iter(INPUTS[case["inputs"]].values()))
    report = save_file(folder / case["file"], tmp_path / "kept.lode", examples=rows)
    assert report.verdict.predicts_the_same == "identical"
    manifest = json.loads(zipfile.ZipFile(tmp_path / "kept.lode").read("loadstone.json"))
    original, form = manifest["forms"]
    assert (form["kind"], form["also"][0]["result"], manifest["dropped"]) == (
        "portable",
        "identical",
        [],
    )
    pytest.importorskip(library)
    monkeypatch.setenv("LOADSTONE_CACHE", str(tmp_path / "nothing"))
    with loadstone.load(tmp_path / "kept.lode") as predictor:
        assert predictor.about["python"] == platform.python_version()
        assert predictor.report.replay.form == ("original" if original["also"] else "portable")
        assert {item[-1] for item in outcomes(predictor, case)} == {"identical"}
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("name", ["boolean", "forest", "gbr", "svc", "mlp", "iso", "columns"])
def test_an_estimator_of_2021_predicts_here_without_its_environment(
    name, made, tmp_path, monkeypatch
):
    """skl2onnx of 2022 writes a graph beside scikit-learn 0.24.2; what is here predicts with it."""
    from test_worlds import INPUTS

    folder, cases = made("py38-sklearn0242")
    case = cases[name]
    rows = next(iter(INPUTS[case["inputs"]].values()))
    save_file(folder / case["file"], tmp_path / "kept", examples=rows)
    place = tmp_path / "kept/loadstone.json"
    manifest = json.loads(place.read_text())
    original, form = manifest["forms"]
    assert (form["format"], manifest["dropped"]) == ("onnx", [])
    original["also"] = []  # some load here too
    place.write_text(json.dumps(manifest))
    monkeypatch.setenv("LOADSTONE_CACHE", str(tmp_path / "nothing"))
    with loadstone.load(tmp_path / "kept") as predictor:
        assert predictor.about["model"] == "onnxruntime"
        assert predictor.report.verdict.predicts_the_same == form["also"][0]["result"]
        for rows in INPUTS[case["inputs"]].values():
            found = predictor.predict(rows, probabilities=True)
            if found.dtype.kind == "f":  # rounded as 32-bit floats
                assert np.allclose(found, case["predictions"], rtol=0, atol=1e-5)
            else:
                assert found.tolist() == case["predictions"]
            if "probabilities" in case:
                assert np.allclose(
                    predictor.probabilities, case["probabilities"], rtol=0, atol=1e-5
                )
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("name", ["texts", "columns", "gbr", "iso", "cat-cbm", "ols"])
def test_what_worlds_made_is_kept_and_predicts_the_same(name, made, tmp_path):
    from test_worlds import INPUTS, outcomes

    folder, cases = made("py38-sklearn0242")
    case = cases[name]
    rows = next(iter(INPUTS[case["inputs"]].values()))
    report = save_file(folder / case["file"], tmp_path / "kept.lode", examples=rows)
    assert report.verdict.predicts_the_same in ("identical", "within tolerance")
    with loadstone.load(tmp_path / "kept.lode", env="isolated") as predictor:
        assert {item[-1] for item in outcomes(predictor, case)} <= {"identical", "within tolerance"}


def test_a_live_estimator_is_kept_with_the_versions_that_are_here(tmp_path):
    """Its environment is really built: this Python, and this scikit-learn."""
    python_of("py38-sklearn0242")  # where a world is, so is a package index
    from sklearn.linear_model import LogisticRegression

    labels = ["no", "yes", "no", "yes"]
    live = LogisticRegression().fit(NUMBERS, labels)
    report = loadstone.save(live, tmp_path / "kept.lode", examples=NUMBERS)
    assert report.verdict.predicts_the_same in ("identical", "within tolerance")
    with loadstone.load(tmp_path / "kept.lode", env="isolated") as predictor:
        assert predictor.about["python"].rpartition(".")[0] == python_minor()
        assert predictor.about["versions"]["scikit-learn"] == version("scikit-learn")
        assert predictor.predict(NUMBERS).tolist() == live.predict(NUMBERS).tolist()


def python_minor():
    return ".".join(platform.python_version_tuple()[:2])
