"""A model file kept as it is: what is written, what a load proves, and what is refused.

Its environment is this one here; `tests/worlds` builds real ones.
"""

import hashlib
import json
import pickle
import platform
import shutil
import zipfile

import lightgbm
import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import loadstone
from loadstone import comparing
from loadstone.bare_file import FilePredictor
from loadstone.cli import main
from loadstone.engine.original import holds
from loadstone.environment import guarantees, rebuild, uv
from loadstone.environment.resolve import Lock
from loadstone.errors import LoadError, SaveError, UsageError
from loadstone.saving_file import save_file

X = np.random.default_rng(0).random((60, 3))
Y = np.where(X[:, 0] > 0.5, "yes", "no")
TEXTS = ["good film", "bad film", "very good", "very bad"] * 4


@pytest.fixture(autouse=True, scope="module")
def this_environment(built):
    """Let what would be rebuilt be the environment at hand."""
    lock = Lock('lock-version = "1.0"\n', "3.11")
    seen = []

    def isolated(artifact, wishes, locked=None):
        seen.append(locked)
        return built

    def nothing(*_, **__):
        raise uv.UvFailedError(["no network"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuild, "isolated", isolated)
        patch.setattr(rebuild, "lock", lambda artifact, wishes: lock)
        patch.setattr(rebuild, "beside", nothing)
        yield seen


@pytest.fixture
def model():
    return LogisticRegression().fit(X, Y)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    (folder / "model.pkl").write_bytes(pickle.dumps(LogisticRegression().fit(X, Y)))
    report = save_file(folder / "model.pkl", folder / "kept", examples=X[:8])
    assert report.verdict.predicts_the_same == "identical"
    return folder


@pytest.fixture
def bundle(saved, tmp_path):
    """Return a bundle in a folder, which can be edited, with its file beside it."""
    shutil.copytree(saved, tmp_path, dirs_exist_ok=True)
    return tmp_path / "kept"


def test_the_bytes_the_lock_and_the_witnesses_are_kept(bundle, model, this_environment):
    kept = pickle.loads((bundle / "forms/original/model.pkl").read_bytes())
    assert np.array_equal(kept.coef_, model.coef_)
    manifest = json.loads((bundle / "loadstone.json").read_text())
    assert manifest["forms"] == [
        {
            "kind": "original",
            "file": "forms/original/model.pkl",
            "beside": [],
            "is_folder": False,
            "format": "pickle",
            "also": manifest["forms"][0]["also"],
        }
    ]
    (also,) = manifest["forms"][0]["also"]
    assert also["result"] == "identical"
    assert also["versions"]["python"] == platform.python_version()
    (dropped,) = manifest["dropped"]
    assert dropped["why"].endswith("cannot be installed beside its libraries: no network")
    assert manifest["environment"]["lock"] == {"file": "environment/pylock.toml", "python": "3.11"}
    assert (bundle / "environment/pylock.toml").read_text() == 'lock-version = "1.0"\n'
    assert this_environment[-1].text == 'lock-version = "1.0"\n'  # of what was written
    assert manifest["witnesses"]["measured"].keys() == {"repeated", "singly"}
    assert "LogisticRegression" in (bundle / "README.md").read_text()


def test_it_predicts_and_says_what_was_proved(bundle, model):
    with loadstone.load(bundle, env="isolated") as predictor:
        assert isinstance(predictor, FilePredictor)
        assert np.array_equal(predictor.predict(X), model.predict(X))
        assert predictor.report.verdict.predicts_the_same == "identical"
        assert predictor.report.replay.witnesses == 8
    with loadstone.load(bundle, env="current") as predictor:
        assert predictor.predict(X[0]) == model.predict(X[:1])[0]
        assert predictor.report.replay.where == "this process"


def test_texts_and_sparse_outputs(tmp_path):
    texts = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, [1, 0, 1, 0] * 4)
    for name, made in (("texts", texts), ("tfidf", TfidfVectorizer().fit(TEXTS))):
        path = tmp_path / f"{name}.pkl"
        path.write_bytes(pickle.dumps(made))
        report = save_file(path, tmp_path / f"{name}.lode", examples=TEXTS)
        assert report.verdict.predicts_the_same == "identical"
        with loadstone.load(tmp_path / f"{name}.lode", env="current") as predictor:
            assert predictor.report.verdict.predicts_the_same == "identical"


def test_it_is_one_file_with_everything_in_it(bundle, tmp_path, capsys):
    (tmp_path / "rows.json").write_text(json.dumps(X[:4].tolist()))
    out = tmp_path / "model.lode"
    words = ["--examples", str(tmp_path / "rows.json"), "-o", str(out)]
    assert main(["save", str(tmp_path / "model.pkl"), *words]) == 0
    assert f"Wrote {out}" in capsys.readouterr().err
    assert zipfile.ZipFile(out).namelist()[0] == "loadstone.json"
    assert holds(str(out))
    assert main(["predict", str(out), "-i", str(tmp_path / "rows.json"), "--env", "current"]) == 0
    assert capsys.readouterr().out.split() == Y[:4].tolist()


def test_what_is_expected_must_be_predicted(bundle, tmp_path):
    path = tmp_path / "model.pkl"
    report = save_file(path, tmp_path / "proved.lode", examples=(X[:8], Y[:8].tolist()))
    assert report.verdict.predicts_the_same == "identical"
    wrong = ["no" if label == "yes" else "yes" for label in Y[:8]]
    with pytest.raises(SaveError, match="LS604"):
        save_file(path, tmp_path / "wrong.lode", examples=(X[:8], wrong))
    assert not (tmp_path / "wrong.lode").exists()


def test_its_witnesses_are_rows_to_compare_with(bundle, capsys):
    report = comparing.both(bundle)
    assert report.verdict.predicts_the_same == "identical"
    assert (report.drift.rows, report.artifact.path) == (8, str(bundle))
    assert main(["check", str(bundle), "--env", "both"]) == 0
    assert "0 of 8 rows moved" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["forms/original/model.pkl", "witnesses/witnesses.json"])
def test_what_is_not_as_it_was_saved_is_not_compared(bundle, name):
    (bundle / name).write_bytes((bundle / name).read_bytes() + b" ")
    with pytest.raises(UsageError, match="not as it was saved"):
        comparing.both(bundle)


def test_the_path_of_a_file_is_saved_as_that(bundle, tmp_path):
    path = tmp_path / "model.pkl"
    report = loadstone.save(path, tmp_path / "again.lode", examples=X[:4])
    assert report.verdict.predicts_the_same == "identical"
    assert holds(str(tmp_path / "again.lode"))
    with pytest.raises(UsageError, match="kept as it is"):
        loadstone.save(path, tmp_path / "no.lode", preprocess=str.lower)


def test_without_examples_nothing_is_proved(bundle, tmp_path):
    report = save_file(tmp_path / "model.pkl", tmp_path / "bare.lode")
    assert report.verdict.loads == "yes"
    assert report.verdict.predicts_the_same == "unproven"


@pytest.fixture(scope="module")
def boosted(tmp_path_factory):
    """Return a folder with a pickled classifier of LightGBM and the bundle of it."""
    folder = tmp_path_factory.mktemp("boosted")
    made = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1).fit(X, Y)
    (folder / "model.pkl").write_bytes(pickle.dumps(made))
    save_file(folder / "model.pkl", folder / "kept", examples=X[:8])
    return folder


@pytest.fixture
def moved(boosted, tmp_path, monkeypatch):
    """Return the bundle where nothing says that the original may be loaded here."""
    shutil.copytree(boosted, tmp_path, dirs_exist_ok=True)
    other = guarantees.Choice("rebuilt", "of another version")
    monkeypatch.setattr(rebuild, "covered", lambda artifact: other)
    edit(tmp_path / "kept/loadstone.json", lambda manifest: manifest["forms"][0].update(also=[]))
    return tmp_path / "kept"


def test_a_booster_is_kept_in_its_own_format_too(boosted):
    original, form = json.loads((boosted / "kept/loadstone.json").read_text())["forms"]
    assert (original["kind"], form["kind"]) == ("original", "portable")
    assert form["format"] == "lightgbm-text"
    assert form["labels"] == {"dtype": "<U3", "values": ["no", "yes"]}
    assert form["also"][0]["result"] == "identical"
    assert (boosted / "kept" / form["file"]).read_text().startswith("tree\n")


def test_the_portable_form_predicts_where_no_environment_can_be_had(moved, boosted, monkeypatch):
    def nothing(*_, **__):
        raise UsageError("nothing is built here")

    monkeypatch.setattr(rebuild, "isolated", nothing)
    model = pickle.loads((boosted / "model.pkl").read_bytes())
    with loadstone.load(moved) as predictor:
        assert predictor.about["model"] == "lightgbm.basic.Booster"
        assert predictor.report.replay.form == "portable"
        assert predictor.report.verdict.predicts_the_same == "identical"
        assert np.array_equal(predictor.predict(X, probabilities=True), model.predict(X))
        assert np.array_equal(predictor.probabilities, model.predict_proba(X))
    with loadstone.load(moved, verify=False) as predictor:  # these versions were seen to do
        assert predictor.report.verdict.predicts_the_same == "unproven"
    with pytest.raises(UsageError, match="nothing is built"):
        loadstone.load(moved, env="isolated")
    edit(moved / "loadstone.json", lambda manifest: manifest["forms"][1].update(also=[]))
    with pytest.raises(UsageError, match="nothing is built"):
        loadstone.load(moved, verify=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda form: form["labels"]["values"].reverse(),
        lambda form: form["labels"].update(dtype="nonsense"),
        lambda form: form.update(labels=None),
        lambda form: form.update(format="xgboost-json"),
        lambda form: form.update(format="onnx"),
    ],
)
def test_a_portable_form_that_is_not_what_was_saved_gives_way_to_the_original(moved, change):
    edit(moved / "loadstone.json", lambda manifest: change(manifest["forms"][1]))
    with loadstone.load(moved) as predictor:
        assert predictor.about["model"] == "lightgbm.sklearn.LGBMClassifier"
        assert predictor.report.replay.form == "original"
        assert predictor.report.verdict.predicts_the_same == "identical"


def test_a_changed_portable_form_is_told(moved):
    place = moved / "forms/portable/model.txt"
    place.write_bytes(place.read_bytes() + b" ")
    with pytest.raises(LoadError, match="LS800"):
        loadstone.load(moved)


def test_a_portable_form_is_not_kept_where_nothing_proves_it(tmp_path):
    """LightGBM's wrapper hands `pred_early_stop` to each prediction; its text does not hold it."""
    early = {"pred_early_stop": True, "pred_early_stop_freq": 1, "pred_early_stop_margin": 0.01}
    made = lightgbm.LGBMClassifier(n_estimators=50, verbose=-1, **early).fit(X, Y)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(made))
    for name, examples, why in (
        ("kept", X[:8], "it does not predict the same: "),
        ("bare", None, "there are no examples to prove it with"),
    ):
        save_file(tmp_path / "model.pkl", tmp_path / name, examples=examples)
        manifest = json.loads((tmp_path / name / "loadstone.json").read_text())
        assert [form["kind"] for form in manifest["forms"]] == ["original"]
        (dropped,) = manifest["dropped"]
        assert dropped["kind"] == "portable"
        assert dropped["why"].startswith(why)
        assert not (tmp_path / name / "forms/portable").exists()


def edit(path, change):
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def test_a_changed_original_is_not_loaded(bundle, model):
    model.coef_ = model.coef_ * 2
    (bundle / "forms/original/model.pkl").write_bytes(pickle.dumps(model))
    with pytest.raises(LoadError, match="LS800"):
        loadstone.load(bundle, env="current")


def test_a_model_that_predicts_something_else_is_not_loaded(bundle, model, tmp_path):
    """The digests are those of what was written, the witnesses are not its own."""
    model.coef_ = model.coef_ * -1
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    save_file(tmp_path / "model.pkl", tmp_path / "other")
    for name in ("forms/original/model.pkl", "README.md", "environment/environment.json"):
        shutil.copy(tmp_path / "other" / name, bundle / name)
    files = json.loads((tmp_path / "other/loadstone.json").read_text())["files"]

    def change(manifest):
        kept = [item for item in manifest["files"] if item["name"].startswith("witnesses/")]
        manifest["files"] = [*files, *kept]

    edit(bundle / "loadstone.json", change)
    with pytest.raises(LoadError, match="LS600"):
        loadstone.load(bundle, env="current")
    with loadstone.load(bundle, env="current", verify=False) as predictor:
        assert predictor.report.verdict.predicts_the_same == "unproven"


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["forms"][0].pop("file"),
        lambda manifest: manifest["forms"][0].update(file="forms/nowhere"),
        lambda manifest: manifest["forms"][0].update(file=["a"]),
        lambda manifest: manifest["forms"][0].update(beside=7),
        lambda manifest: manifest["forms"][0].update(also=["here"]),
        lambda manifest: manifest["environment"].pop("lock"),
        lambda manifest: manifest["environment"].update(lock={"file": "README.md"}),
    ],
)
def test_a_manifest_that_makes_no_sense_is_told(bundle, change):
    edit(bundle / "loadstone.json", change)
    with pytest.raises(LoadError, match="manifest"):
        loadstone.load(bundle, env="current")


def test_a_pickle_that_runs_code_is_not_run_from_a_bundle_either(bundle):
    class Evil:
        def __reduce__(self):
            return print, ("run",)

    data = pickle.dumps(Evil())
    (bundle / "forms/original/model.pkl").write_bytes(data)

    def change(manifest):
        for item in manifest["files"]:
            if item["name"].endswith("model.pkl"):
                item.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())

    edit(bundle / "loadstone.json", change)
    with pytest.raises(LoadError, match="LS710"):
        loadstone.load(bundle, env="current")


def test_what_does_not_go_with_a_file_as_it_is(bundle, tmp_path, capsys):
    with pytest.raises(UsageError, match="takes no class"):
        loadstone.load(bundle, into=object)
    with pytest.raises(UsageError, match="exists already"):
        save_file(tmp_path / "model.pkl", bundle)
    with pytest.raises(UsageError, match="examples do not fit"):
        save_file(tmp_path / "model.pkl", tmp_path / "no.lode", examples=X[:4, :2])
    with pytest.raises(UsageError, match="does not take the examples: ValueError: could not conv"):
        save_file(tmp_path / "model.pkl", tmp_path / "no.lode", examples=[["a", "b", "c"]])
    words = ["-o", str(tmp_path / "no.lode"), "--fix"]
    assert main(["save", str(tmp_path / "model.pkl"), *words, "--examples", "none.json"]) == 2


def test_a_model_that_is_another_each_time_is_not_saved(tmp_path, monkeypatch):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(LogisticRegression().fit(X, Y)))
    from loadstone.engine import original

    ask = original.Whole.ask
    noise = np.random.default_rng(0)

    def noisy(self, rows):
        found = ask(self, rows)
        return {**found, "probabilities": noise.random(found["probabilities"].shape)}

    monkeypatch.setattr(original.Whole, "ask", noisy)
    with pytest.raises(SaveError, match="LS602"):
        save_file(path, tmp_path / "no.lode", examples=X[:8])
    assert not (tmp_path / "no.lode").exists()
