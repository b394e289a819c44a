"""Estimators of old versions, rewritten for the scikit-learn here, predict what they predicted."""

import io
import json
import pickle
import warnings
from pathlib import Path

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from loadstone import readers
from loadstone.environment.renames import elsewhere
from loadstone.runtime import completions, rewrite
from loadstone.runtime.estimators import Estimator
from loadstone.runtime.held import RefusedError

FILES = Path(__file__).parents[1] / "files" / "pickles"
TOLD = json.loads((FILES / "predictions.json").read_text())
SKLEARN = Path(sklearn.__file__).parent
NUMBERS = [[0.1, 0.2, 0.3], [0.9, 0.1, 0.4], [0.5, 0.5, 0.5], [2, -1, 0]]
TEXTS = ["good film", "bad film", "good good bad", "nothing"]

pytestmark = pytest.mark.skipif(
    tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 9), reason="the tables are of 1.9"
)


def rewritten(path):
    artifact = readers.read(path)
    names = [(item.module, item.name) for item in artifact.globals]
    places = {f"{m}.{n}": [item.path for item in elsewhere(m, n) if item.path] for m, n in names}
    return rewrite.rewritten(
        str(path), places=places, saved=artifact.producer.get("scikit-learn") or ""
    )


def opened(data, path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing of another version is left in it
        if path.suffix == ".joblib":
            return joblib.load(io.BytesIO(data))
        return pickle.loads(data)


def differences(model, name):
    rows = TEXTS if "text." in name else NUMBERS
    found, raised = Estimator(model).answers(rows)
    assert raised == {}
    return {
        key: np.asarray(value).tolist() == found[key].tolist()
        or np.allclose(found[key], value, 1e-12, 1e-12)
        for key, value in TOLD[name].items()
    }


@pytest.mark.parametrize("name", TOLD)
def test_it_predicts_what_it_predicted_where_it_was_made(name):
    path = FILES / name
    data, done = rewritten(path)
    assert all(differences(opened(data, path), name).values())
    assert len(done) == len(set(done))


@pytest.mark.parametrize("version", ["0.19", "0.24", "1.0"])
def test_without_it_they_do_not_load(version):
    path = FILES / f"sklearn-{version}" / "forest.pkl"
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((ValueError, ImportError)):
            pickle.load(file)


def test_without_it_the_leaves_of_1_3_are_misread():
    with (FILES / "sklearn-1.3/forest.pkl").open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = pickle.load(file)
    assert not differences(model, "sklearn-1.3/forest.pkl")["predict_proba"]


def test_it_tells_what_was_done():
    _, done = rewritten(FILES / "sklearn-1.0" / "forest.pkl")
    assert "`Tree`: nodes have the fields of this version (2 times)" in done
    assert "`DecisionTreeClassifier`: leaves hold fractions, not counts (2 times)" in done
    _, done = rewritten(FILES / "sklearn-1.0" / "text.pkl")
    assert "`TfidfTransformer.idf_` is filled in" in done


def test_a_name_that_is_not_audited_is_not_looked_up(tmp_path):
    path = tmp_path / "m.pkl"
    path.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(RefusedError, match=r"os\.system|posix"):
        rewrite.rewritten(str(path))


def test_other_bytes_than_were_checked_are_refused():
    path = FILES / "sklearn-1.0" / "forest.pkl"
    with pytest.raises(RefusedError, match="bytes changed"):
        rewrite.rewritten(str(path), digest="0" * 64)


def test_a_class_that_is_gone_is_never_written(tmp_path):
    path = tmp_path / "m.pkl"
    path.write_bytes(b"\x80\x02csklearn.preprocessing.imputation\nImputer\n)\x81}b.")
    with pytest.raises(rewrite.NotRewrittenError, match=r"imputation\.Imputer. is not in"):
        rewrite.rewritten(str(path), saved="0.19.2")


@pytest.mark.parametrize("item", completions.ATTRIBUTES, ids=lambda item: item.name)
def test_every_attribute_of_the_table_stands_in_its_source(item):
    """The file that an entry names is of the library, and looks for what is filled in."""
    assert item.name in (SKLEARN / item.source).read_text("utf-8")


def test_versions_are_compared_by_major_and_minor():
    assert completions.version_of("0.22.2.post1") == (0, 22)
    assert completions.version_of("1.10.dev0") == (1, 10)
    assert completions.version_of("") == ()
    assert completions.version_of("new") == ()


def test_one_against_the_rest_is_what_it_was_before_1_8(tmp_path):
    """Until 1.7 each class had its own sigmoid, and the rows were made to sum to one."""
    rng = np.random.default_rng(0)
    rows, labels = rng.random((90, 3)), np.repeat(["a", "b", "c"], 30)
    model = LogisticRegression().fit(rows, labels)
    model.multi_class = "ovr"
    path = tmp_path / "m.pkl"
    data = pickle.dumps(make_pipeline(model), protocol=2)
    assert len(sklearn.__version__) == 5
    path.write_bytes(data.replace(sklearn.__version__.encode(), b"1.5.2"))
    _, made = rewrite.rewritten(str(path), saved="1.5.2")
    assert made[-1].endswith("is a `OneVsRestClassifier`")
    again = pickle.loads(rewrite.rewritten(str(path), saved="1.5.2")[0])
    scores = 1 / (1 + np.exp(-model.decision_function(rows)))
    expected = scores / scores.sum(axis=1, keepdims=True)
    assert np.allclose(again.predict_proba(rows), expected, 1e-12)
    assert not np.allclose(model.predict_proba(rows), expected, 1e-2)
    assert (again.predict(rows) == model.predict(rows)).all()
    assert np.allclose(again.decision_function(rows), model.decision_function(rows), 1e-12)
