"""Model files predict here and in a process of their own, or are refused with the reason."""

import io
import json
import os
import pickle
import signal
import sys
import warnings
import zipfile

import joblib
import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

import loadstone
from loadstone import bare_file
from loadstone.environment import cache, early, rebuild
from loadstone.environment.early import Early
from loadstone.environment.run import ProcessFailedError, begin
from loadstone.environment.wishes import Wishes
from loadstone.errors import LoadError, UsageError
from loadstone.runtime import held

pd = pytest.importorskip("pandas", minversion="3", reason="Python 3.10 has no pandas 3")

STATE = np.random.RandomState(0)
X = STATE.rand(60, 3)
Y = np.where(X[:, 0] > 0.5, "yes", "no")
FRAME = pd.DataFrame({"age": X[:, 0] * 50, "city": np.array(["a", "b", "c"])[np.arange(60) % 3]})
TEXTS = ["good film", "bad film", "very good", "very bad"] * 4
HERE_AND_THERE = pytest.mark.parametrize("python", [None, sys.executable], ids=["here", "there"])


@pytest.fixture
def saved(tmp_path):
    def save(model, name="model.pkl"):
        path = tmp_path / name
        path.write_bytes(pickle.dumps(model))
        return path

    return save


@pytest.fixture
def columns(saved):
    picks = ColumnTransformer(
        [("city", OneHotEncoder(), ["city"]), ("age", "passthrough", ["age"])]
    )
    model = make_pipeline(picks, LogisticRegression()).fit(FRAME, Y)
    return saved(model), model


class Dies:
    """Pickles as a call that ends the process."""

    def __reduce__(self):
        return os.abort, ()


class Touches:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@HERE_AND_THERE
def test_numbers_in_every_form(python, saved):
    model = RandomForestClassifier(5, random_state=0).fit(X, Y)
    with bare_file.load(saved(model), python=python) as predictor:
        assert predictor.report.verdict.loads == "yes"
        for rows in (X, X.tolist(), X.astype(np.float32).astype(np.float64)):
            found = predictor.predict(rows, probabilities=True)
            assert np.array_equal(found, model.predict(np.asarray(rows)))
            assert np.array_equal(predictor.probabilities, model.predict_proba(np.asarray(rows)))
            assert list(predictor.classes) == ["no", "yes"]
        assert predictor.predict(X[0].tolist()) == model.predict(X[:1])[0]
        assert list(predictor.stream(X.tolist(), size=7)) == model.predict(X).tolist()


@HERE_AND_THERE
def test_columns_go_by_name(python, columns):
    path, model = columns
    with bare_file.load(path, python=python) as predictor:
        turned = FRAME[["city", "age"]]
        for rows in (FRAME, turned, FRAME.to_dict("records"), turned.to_dict("records")):
            assert np.array_equal(predictor.predict(rows), model.predict(FRAME))
        assert not [note for note in predictor.notes if "left out" in note]
        with pytest.raises(UsageError, match="age"):
            predictor.predict([{"city": "a", "agee": 3.0}])
        assert np.array_equal(predictor.predict(FRAME.assign(target=1)), model.predict(FRAME))
        assert "the model was not fitted on `target`, which is left out" in predictor.notes
        with pytest.raises(UsageError):
            predictor.predict(X)


@HERE_AND_THERE
def test_rows_without_names_are_in_the_order_of_the_fit(python, columns):
    path, model = columns
    with bare_file.load(path, python=python) as predictor:
        rows = FRAME[list(model.feature_names_in_)].to_numpy(dtype=object)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for given in (rows.tolist(), rows):
                assert np.array_equal(predictor.predict(given), model.predict(FRAME))
        names = ", ".join(f"`{name}`" for name in model.feature_names_in_)
        note = "the rows have no names: their columns are taken in the order of the fit, "
        assert predictor.notes == [note + names]
        with pytest.raises(UsageError, match=r"the rows have 3 columns, and .* fitted on 2"):
            predictor.predict([[1.0, "a", 2]])


@HERE_AND_THERE
def test_texts(python, saved):
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, [1, 0, 1, 0] * 4)
    with bare_file.load(saved(model), python=python) as predictor:
        assert predictor.predict(["good plot", "bad"]).tolist() == [1, 0]
        assert predictor.predict("good plot") == 1


@HERE_AND_THERE
def test_joblib_compressed(python, tmp_path):
    model = LogisticRegression().fit(X, Y)
    for compress in (0, 3, ("xz", 3), ("bz2", 3)):
        joblib.dump(model, tmp_path / "m.joblib", compress=compress)
        with bare_file.load(tmp_path / "m.joblib", python=python) as predictor:
            assert predictor.predict(X).tolist() == model.predict(X).tolist()


@HERE_AND_THERE
def test_joblib_compressed_with_lz4(python, tmp_path):
    model = LogisticRegression().fit(X, Y)
    plain = io.BytesIO()
    joblib.dump(model, plain)
    data = plain.getvalue()  # in blocks as lz4 writes what it cannot make smaller
    blocks = [data[at : at + 300] for at in range(0, len(data), 300)]
    frame = bytes.fromhex("04224d18 60 40 82") + b"".join(
        (len(block) | 1 << 31).to_bytes(4, "little") + block for block in blocks
    )
    (tmp_path / "m.joblib").write_bytes(frame + bytes(4))
    with bare_file.load(tmp_path / "m.joblib", python=python) as predictor:
        assert predictor.predict(X).tolist() == model.predict(X).tolist()


@HERE_AND_THERE
def test_rows_that_do_not_fit(python, saved):
    path = saved(LogisticRegression().fit(X, Y))
    with bare_file.load(path, python=python) as predictor:
        with pytest.raises(UsageError, match="2 columns, and the model was fitted on 3"):
            predictor.predict(X[:, :2])
        with pytest.raises(UsageError, match="no rows"):
            predictor.predict([])
        assert predictor.predict(X[:1]).tolist() == [Y[0]]  # it goes on after that


def test_a_model_of_one_number_a_row(saved):
    model = IsotonicRegression().fit(X[:, 0], X[:, 0] ** 2)
    with bare_file.load(saved(model)) as predictor:
        assert predictor.predict([[0.1], [0.2]]).tolist() == model.predict([0.1, 0.2]).tolist()
        assert predictor.predict([0.1]) == model.predict([0.1])[0]
        with pytest.raises(UsageError, match="one row of 2"):
            predictor.predict([0.1, 0.2])


@HERE_AND_THERE
def test_what_is_no_model(python, saved):
    with pytest.raises(LoadError) as caught:
        bare_file.load(saved({"a": np.zeros(3)}), python=python)
    assert "LS611" in str(caught.value)


@HERE_AND_THERE
def test_what_runs_code_is_not_loaded(python, saved, tmp_path):
    path = saved([Touches(str(tmp_path / "ran"))])
    with pytest.raises(LoadError) as caught:
        bare_file.load(path, python=python)
    assert "open" in str(caught.value)
    assert not (tmp_path / "ran").exists()


def test_a_process_that_dies_is_told_with_its_last_words(saved):
    with pytest.raises(LoadError) as caught:
        bare_file.load(
            saved([Dies()]), python=sys.executable, trust=True, accept={"LS701": "a test"}
        )
    assert "SIGABRT" in str(caught.value)


def test_a_file_that_changes_between_check_and_load_is_not_loaded(saved, monkeypatch):
    path = saved(LogisticRegression().fit(X, Y))
    read = held.Held.__init__

    def swapped(self, name):
        path.write_bytes(pickle.dumps(LogisticRegression().fit(X, Y == "no")))
        read(self, name)

    monkeypatch.setattr(held.Held, "__init__", swapped)
    with pytest.raises(LoadError) as caught:
        bare_file.load(path)
    assert "LS711" in str(caught.value)


def test_time_and_memory_are_bounded(saved):
    path = saved(LogisticRegression().fit(X, Y))
    with bare_file.load(path, python=sys.executable, timeout=60.0) as predictor:
        os.kill(predictor._asking._runtime._process.pid, signal.SIGSTOP)  # it hangs
        predictor._timeout = 0.5
        with pytest.raises(ProcessFailedError, match="did not answer"):
            predictor.predict(X)
    with pytest.raises(UsageError, match="a process of its own"):
        bare_file.load(path, memory_limit=1 << 30)
    with pytest.raises(LoadError):
        bare_file.load(path, python=sys.executable, memory_limit=30 << 20)


def test_what_would_run_code_is_refused_before_anything_is_built(saved, monkeypatch):
    def built(*_):
        raise AssertionError("nothing is to be built")

    monkeypatch.setattr("loadstone.environment.rebuild.built", built)
    with pytest.raises(LoadError) as caught:
        loadstone.load(saved([LogisticRegression().fit(X, Y), Dies()]), env="isolated")
    assert "abort" in str(caught.value)
    with pytest.raises(LoadError):
        loadstone.load(saved(Dies()))


def test_the_front_door_takes_it_too(columns):
    path, model = columns
    with loadstone.load(path, env="current") as predictor:
        assert np.array_equal(predictor.predict(FRAME), model.predict(FRAME))
    assert np.array_equal(
        loadstone.predict(path, FRAME.to_dict("records"), env="current"), model.predict(FRAME)
    )


@pytest.fixture
def at_hand(monkeypatch, tmp_path):
    """Every file's environment is this one, and is built; what was begun is noted."""
    monkeypatch.setenv("LOADSTONE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(rebuild, "cached", lambda *_: sys.executable)
    begun = []

    def noted(*arguments):
        begun.append(begin(*arguments))
        return begun[-1]

    monkeypatch.setattr(early, "begin", noted)
    return begun


def test_a_process_that_is_at_hand_is_begun_early_and_asked(saved, at_hand):
    path = saved(LogisticRegression().fit(X, Y))
    with bare_file.load(path, python=pytest.fail, early=Early(path, "auto")) as predictor:
        assert predictor.predict(X).tolist() == LogisticRegression().fit(X, Y).predict(X).tolist()
        assert predictor.report.verdict.loads == "yes"
    assert len(at_hand) == 1


def test_the_next_time_it_is_begun_before_the_file_is_read(saved, at_hand, monkeypatch):
    path = saved(LogisticRegression().fit(X, Y))
    bare_file.load(path, python=pytest.fail, early=Early(path, "auto")).close()
    waiting = Early(path, "auto")
    assert len(at_hand) == 2
    with bare_file.load(path, python=pytest.fail, early=waiting) as predictor:
        assert len(predictor.predict(X)) == len(X)
    assert len(at_hand) == 2  # the one that waited was asked
    for other in (Early(path, "isolated"), Early(path, "auto", Wishes({"numpy": "==1.0"}))):
        other.close()
    assert len(at_hand) == 2  # another question is another guess
    os.utime(path, ns=(1, 1))
    Early(path, "auto").close()
    assert len(at_hand) == 2  # and so is another file


def test_a_wrong_guess_is_ended_and_changes_nothing(saved, at_hand, monkeypatch):
    path = saved(LogisticRegression().fit(X, Y))
    bare_file.load(path, python=pytest.fail, early=Early(path, "auto")).close()
    monkeypatch.setattr(rebuild, "cached", lambda *_: None)
    guessed = Early(path, "auto")
    with bare_file.load(path, early=guessed) as predictor:
        assert at_hand[-1]._process.poll() == -signal.SIGKILL
        assert predictor.about["python"]
        assert predictor.predict(X).tolist() == LogisticRegression().fit(X, Y).predict(X).tolist()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"python": "/no/such", "modules": []}'])
def test_a_damaged_guess_is_none(saved, at_hand, text):
    path = saved(LogisticRegression().fit(X, Y))
    bare_file.load(path, early=Early(path, "auto")).close()
    (kept,) = cache.begun().glob("*.json")
    kept.write_text(text)
    with bare_file.load(path, python=pytest.fail, early=Early(path, "auto")) as predictor:
        assert len(predictor.predict(X)) == len(X)
    assert sys.executable in kept.read_text()
    cache.prune()
    assert not kept.exists()


def test_only_libraries_of_an_audited_file_are_imported_ahead(saved, tmp_path):
    artifact = loadstone.inspect(saved(LogisticRegression().fit(X, Y)))
    modules = bare_file.libraries(artifact)
    assert "sklearn.linear_model._logistic" in modules
    assert {name.partition(".")[0] for name in modules} <= {"sklearn", "numpy"}
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps(Dies()))
    assert bare_file.libraries(loadstone.inspect(tmp_path / "evil.pkl")) == ()


def test_a_process_that_was_begun_for_a_file_that_is_refused_is_ended(tmp_path, at_hand):
    path = tmp_path / "evil.pkl"
    path.write_bytes(pickle.dumps(Dies()))
    with pytest.raises(LoadError, match="LS701"):
        bare_file.load(path, early=Early(path, "auto"))
    assert at_hand[0]._process.poll() == -signal.SIGKILL
    assert not cache.begun().exists()


def test_a_skops_file_that_calls_other_code_is_refused(tmp_path):
    path = tmp_path / "model.skops"
    node = {"__class__": "call", "__module__": "builtins", "__loader__": "OperatorFuncNode"}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", json.dumps({**node, "protocol": 2, "_skops_version": "0"}))
    with pytest.raises(LoadError, match=r"LS70.*operator\.call"):
        loadstone.load(path)
