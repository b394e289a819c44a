"""An estimator of scikit-learn is kept in ONNX too, where that predicts the same.

Its environment, and the exporter's, is this one here; `tests/worlds` builds real ones.
"""

import contextlib
import json
import pickle
import re
from typing import ClassVar

import lightgbm
import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

import loadstone
from loadstone.bare_file import FilePredictor
from loadstone.engine import portable
from loadstone.environment import guarantees, here, rebuild, uv
from loadstone.environment.resolve import Lock
from loadstone.environment.wishes import Wishes
from loadstone.errors import LoadError, UsageError
from loadstone.runtime import onnx_export
from loadstone.runtime.estimators import Estimator
from loadstone.runtime.rows import MisfitError
from loadstone.saving_file import save_file

pytest.importorskip("skl2onnx")
pytest.importorskip("onnxruntime")
pd = pytest.importorskip("pandas", minversion="3", reason="Python 3.10 has no pandas 3")

X = np.random.default_rng(0).random((60, 3))
Y = np.where(X[:, 0] > 0.5, "yes", "no")
CITY = np.array(["a", "b", "c"], dtype=object)[np.arange(60) % 3]
FRAME = pd.DataFrame({"age": X[:, 0] * 50, "city": CITY, "n": np.arange(60) % 7})
RECORDS = FRAME.to_dict("records")
NAMED = pd.DataFrame(X, columns=["petal length (cm)", "b", "c"])


@pytest.fixture(autouse=True)
def environments(built, monkeypatch):
    """Let what is rebuilt be the environment at hand, and nothing guarantee that it would do."""
    lock = Lock('lock-version = "1.0"\n', "3.11")
    other = guarantees.Choice("rebuilt", "of another version")
    monkeypatch.setattr(rebuild, "isolated", lambda artifact, wishes, locked=None: built)
    monkeypatch.setattr(rebuild, "lock", lambda artifact, wishes: lock)
    monkeypatch.setattr(rebuild, "beside", lambda locked, tools, wishes, years, kept: built)
    monkeypatch.setattr(rebuild, "covered", lambda artifact: other)


def columns():
    picked = ColumnTransformer([("c", OneHotEncoder(), ["city"]), ("r", "passthrough", ["n"])])
    return make_pipeline(picked, LogisticRegression()).fit(FRAME, Y)


CASES = {
    "logistic": (LogisticRegression().fit(X, Y), X[:9]),
    "truth values": (LogisticRegression().fit(X, Y == "yes"), X[:9]),
    "forest": (RandomForestClassifier(5, random_state=0).fit(X, Y), X[:9]),
    "regressor": (GradientBoostingRegressor(n_estimators=9).fit(X, X[:, 0] * 1e4), X[:9]),
    "boosted classes": (GradientBoostingClassifier(n_estimators=9).fit(X, Y), X[:9]),
    "two outputs": (LinearRegression().fit(X, X[:, :2]), X[:9]),
    "no probabilities": (LinearSVC().fit(X, Y), X[:9]),
    "outliers": (IsolationForest(n_estimators=5, random_state=0).fit(X), X[:9]),
    "transformer": (make_pipeline(StandardScaler(), PCA(2)).fit(X), X[:9]),
    "columns": (columns(), RECORDS[:9]),
    "neighbours": (KNeighborsClassifier().fit(X, Y), X[:9]),
    "names": (LogisticRegression().fit(NAMED, Y), NAMED.iloc[:9].to_dict("records")),
}


def kept(folder):
    """Return the portable forms of the bundle in a folder, and why others were dropped."""
    manifest = json.loads((folder / "kept/loadstone.json").read_text())
    return manifest["forms"][1:], [item["why"] for item in manifest["dropped"]]


def saved(folder, model, examples):
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    return save_file(folder / "model.pkl", folder / "kept", examples=examples)


@pytest.mark.parametrize("name", CASES)
def test_the_form_predicts_what_the_estimator_does(name, tmp_path, monkeypatch):
    model, rows = CASES[name]
    saved(tmp_path, model, rows)
    (form,), dropped = kept(tmp_path)
    assert (form["format"], dropped) == ("onnx", [])
    (also,) = form["also"]
    assert also["result"] in ("identical", "within tolerance")
    assert "onnxruntime" in also["versions"]

    def nothing(*_, **__):
        raise UsageError("nothing is built here")

    monkeypatch.setattr(rebuild, "isolated", nothing)
    path = tmp_path / "kept/loadstone.json"
    manifest = json.loads(path.read_text())
    manifest["forms"][0]["also"] = []  # the original is proved nowhere but where it was made
    path.write_text(json.dumps(manifest))
    with loadstone.load(tmp_path / "kept") as predictor:
        assert predictor.about["model"] == "onnxruntime"
        assert predictor.report.replay.form == "portable"
        assert predictor.report.verdict.predicts_the_same == also["result"]
        found = predictor.predict(rows, probabilities=True)
        taken = pd.DataFrame(rows) if isinstance(rows, list) else rows
        wanted = model.predict(taken) if hasattr(model, "predict") else model.transform(taken)
        assert found.dtype == wanted.dtype
        assert found.shape == wanted.shape
        if found.dtype.kind == "f":
            assert np.allclose(found, wanted, rtol=1e-5, atol=1e-5)
        else:
            assert np.array_equal(found, wanted)
        if hasattr(model, "predict_proba"):
            assert np.array_equal(predictor.classes, model.classes_)
            assert np.allclose(predictor.probabilities, model.predict_proba(taken), atol=1e-6)
        else:
            assert predictor.probabilities is None


def test_columns_are_told_apart_by_their_names(tmp_path):
    model, rows = CASES["columns"]
    saved(tmp_path, model, rows)
    with loadstone.load(tmp_path / "kept", env="current") as here_too:
        wanted = here_too.predict(rows).tolist()
    turned = [dict(reversed(list(row.items()))) for row in rows]
    made = portable_of(tmp_path)
    form = made.opened(None, 60.0)
    found, _ = form.ask(turned, probabilities=False, timeout=60.0)
    assert found["predictions"].tolist() == wanted
    with pytest.raises(MisfitError, match="takes texts, and a row has none"):
        form.ask([{**rows[0], "city": None}], probabilities=False, timeout=60.0)


def test_trees_behind_a_scaler_decide_by_numbers_of_32_bits(tmp_path):
    """Times and places that differ where 32-bit floats end, as scikit-learn's trees see them."""
    state = np.random.default_rng(3)
    near = np.column_stack(
        (1.7e9 + state.integers(0, 4000, 1500), 48.85 + 1e-8 * state.integers(0, 900, 1500))
    )
    target = np.where(state.random(1500) > 0.5, "yes", "no")
    model = make_pipeline(StandardScaler(), RandomForestClassifier(12, random_state=0))
    model.fit(near[:300], target[:300])
    saved(tmp_path, model, near[:12])
    assert kept(tmp_path)[1] == []
    form = portable_of(tmp_path).opened(None, 60.0)
    found, _ = form.ask(near, probabilities=True, timeout=60.0)
    assert np.array_equal(found["predictions"], model.predict(near))
    assert np.allclose(found["probabilities"], model.predict_proba(near), atol=1e-6)


def test_of_classes_with_as_many_votes_the_first_is_predicted(tmp_path):
    model = RandomForestClassifier(6, random_state=0).fit(X, np.arange(60) % 3)
    saved(tmp_path, model, X[:9])
    assert kept(tmp_path)[1] == []
    rows = np.random.default_rng(5).random((3000, 3))
    form = portable_of(tmp_path).opened(None, 60.0)
    found, _ = form.ask(rows, probabilities=True, timeout=60.0)
    assert np.array_equal(found["predictions"], model.predict(rows))


def test_missing_values_that_onnx_takes_otherwise_are_refused(tmp_path):
    """Trees of today send them one way without having met any; the graph sends them another."""
    model, rows = CASES["forest"]
    saved(tmp_path, model, rows)
    (form,), _ = kept(tmp_path)
    assert form["labels"]["missing"] == []
    assert form["made"] > 200
    asking = portable_of(tmp_path).opened(None, 60.0)
    with pytest.raises(MisfitError, match="missing values in the column `1` were not compared"):
        asking.ask([[0.5, None, 0.5]], probabilities=False, timeout=60.0)
    lacking = np.where(X[:9] > 0.9, np.nan, X[:9])
    assert np.isnan(lacking).any()
    (tmp_path / "other").mkdir()
    saved(tmp_path / "other", model, lacking)
    assert kept(tmp_path / "other")[0] == []


def exported(model, rows, numbers="float64"):
    told = onnx_export.exported(Estimator(model), rows, numbers=numbers)
    return portable.Portable(*told).opened(None, 60.0)


def encoded(encoder):
    picked = ColumnTransformer([("c", encoder, ["city"]), ("r", "passthrough", ["n"])])
    return make_pipeline(picked, DecisionTreeClassifier(max_depth=3)).fit(FRAME, Y)


@pytest.mark.parametrize(
    ("encoder", "row", "why"),
    [
        (OrdinalEncoder(), {"city": "z"}, "the column `city` holds a category that .* 'z'"),
        (OneHotEncoder(), {"city": "z"}, "the column `city` holds a category that .* 'z'"),
        (OrdinalEncoder(), {"city": 5}, "the column `city` holds other than texts"),
        (OrdinalEncoder(), {"n": float("inf")}, "a value in the column `n` is infinite"),
        (OrdinalEncoder(), {"n": "many"}, "takes float64, and the rows hold other values"),
    ],
)
def test_what_the_original_refuses_or_reads_otherwise_is_refused(encoder, row, why):
    model = encoded(encoder)
    with contextlib.closing(exported(model, RECORDS[:9])) as form:
        found, _ = form.ask(RECORDS[:9], probabilities=False, timeout=60.0)
        assert np.array_equal(found["predictions"], model.predict(FRAME[:9]))
        with pytest.raises(MisfitError, match=why):
            form.ask([RECORDS[0], {**RECORDS[1], **row}], probabilities=False, timeout=60.0)


def test_categories_by_their_places():
    codes = np.column_stack([np.arange(60) % 3, np.arange(60) % 2]).astype(float)
    model = make_pipeline(OrdinalEncoder(), LogisticRegression()).fit(codes, Y)
    with contextlib.closing(exported(model, codes[:9], "float32")) as form:
        form.ask(codes[:9], probabilities=False, timeout=60.0)
        with pytest.raises(MisfitError, match=r"the column `1` holds a category .* 2\.0"):
            form.ask(codes[:9, ::-1], probabilities=False, timeout=60.0)


@pytest.mark.parametrize("inside", ["a later step", "a union"])
def test_an_encoder_whose_columns_are_not_told_is_not_exported(inside):
    codes = np.column_stack([np.arange(60) % 3, np.arange(60) % 2]).astype(float)
    first = ColumnTransformer([("all", "passthrough", [0, 1])])
    if inside == "a union":
        first = make_union(OrdinalEncoder(), StandardScaler())
    steps = [first, *([OrdinalEncoder()] if inside == "a later step" else [])]
    model = make_pipeline(*steps, LogisticRegression()).fit(codes, Y)
    with pytest.raises(onnx_export.UnportableError, match="which columns its encoder is given"):
        exported(model, codes[:9], "float32" if inside == "a later step" else "float64")


def test_rows_that_the_form_refuses_go_to_the_original(tmp_path):
    model, rows = CASES["forest"]
    saved(tmp_path, model, rows)
    path = tmp_path / "kept/loadstone.json"
    manifest = json.loads(path.read_text())
    manifest["forms"][0]["also"] = []  # as where other versions are installed
    path.write_text(json.dumps(manifest))
    lacking = [[0.1, None, 0.3], [0.9, 0.1, 0.4]]
    with loadstone.load(tmp_path / "kept") as predictor:
        assert predictor.about["model"] == "onnxruntime"
        assert predictor.predict(rows).tolist() == model.predict(rows).tolist()
        assert predictor.notes == []
        given = np.array(lacking, dtype=float)
        found = predictor.predict(lacking, probabilities=True)
        assert found.tolist() == model.predict(given).tolist()
        assert np.array_equal(predictor.probabilities, model.predict_proba(given))
        (note,) = predictor.notes
        assert re.match("predicted with the original, in Python .* column `1` were not comp", note)
        with pytest.raises(UsageError, match="the rows have 2 columns"):
            predictor.predict([[0.1, 0.2]])


def test_an_original_that_does_not_load_is_told_with_the_refusal():
    class Refusing:
        about: ClassVar = {"python": "3.11"}

        def ask(self, *_, **__):
            raise MisfitError("a value is infinite")

    def original():
        raise LoadError(None, "it does not load")

    predictor = FilePredictor(None, Refusing(), 1.0, original=original)
    with pytest.raises(UsageError, match=r"a value is infinite; the original .* does not load"):
        predictor.predict([[1.0]])


def portable_of(folder):
    (form,), _ = kept(folder)
    data = (folder / "kept" / form["file"]).read_bytes()
    return portable.Portable(form["format"], data, form["labels"])


def test_what_onnx_computes_otherwise_is_not_kept(tmp_path, monkeypatch):
    """The graph is of a model with other coefficients: the witnesses find it out."""
    model, rows = CASES["logistic"]
    convert = portable.convert

    def wrong(asking, given, timeout, *, numbers):
        made = convert(asking, given, timeout, numbers=numbers)
        return portable.Portable(made.format, other_graph(), made.labels, (), made.rounding)

    def other_graph():
        from skl2onnx import to_onnx

        other = LogisticRegression().fit(X, np.roll(Y, 7))
        return to_onnx(other, X[:1], options={"zipmap": False}).SerializeToString()

    monkeypatch.setattr(portable, "convert", wrong)
    saved(tmp_path, model, rows)
    forms, (why,) = kept(tmp_path)
    assert forms == []
    assert why.startswith("it does not predict the same")


@pytest.mark.parametrize(
    ("model", "rows", "why"),
    [
        (TfidfVectorizer().fit(["good film", "bad"]), ["good", "bad"], "no plain arrays"),
        (
            make_pipeline(
                StandardScaler(), lightgbm.LGBMClassifier(n_estimators=5, verbose=-1)
            ).fit(X, Y),
            X,
            "it may decide by thresholds, for which 32-bit floats are too coarse",
        ),
        (make_pipeline(FunctionTransformer(np.sinh), LinearRegression()).fit(X, Y == "no"), X, ""),
    ],
    ids=["sparse", "thresholds", "a function"],
)
def test_what_has_no_graph_says_why(model, rows, why, tmp_path):
    report = saved(tmp_path, model, rows)
    assert report.verdict.predicts_the_same == "identical"
    forms, (told,) = kept(tmp_path)
    assert forms == []
    assert why in told


@pytest.mark.parametrize(
    ("model", "rows", "tried"),
    [
        (TfidfVectorizer().fit(["good film", "bad"]), ["good", "bad"], [1]),  # it has no graph
        (
            make_pipeline(FunctionTransformer(np.sinh), LinearRegression()).fit(X, Y == "no"),
            X,
            [1, None],
        ),
    ],
)
def test_a_second_exporter_is_asked_only_where_it_may_help(
    model, rows, tried, tmp_path, monkeypatch
):
    asked, beside = [], rebuild.beside

    def recorded(locked, tools, wishes, years, kept):
        asked.append(years)
        return beside(locked, tools, wishes, years, kept)

    monkeypatch.setattr(rebuild, "beside", recorded)
    saved(tmp_path, model, rows)
    assert asked == tried


def test_of_many_examples_the_report_tells_how_many_are_witnesses(tmp_path):
    model, _ = CASES["logistic"]
    told = []
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    rows = np.vstack([X, X])[:80]
    wishes = Wishes(say=told.append)
    report = save_file(tmp_path / "model.pkl", tmp_path / "kept", examples=rows, wishes=wishes)
    assert "the first 64 of 80 examples become witnesses" in told
    assert report.verdict.predicts_because.startswith(
        "on 64 witnesses, the first of 80 examples, in "
    )


def test_without_the_exporter_or_a_runtime_the_original_is_kept_alone(tmp_path, monkeypatch):
    model, rows = CASES["logistic"]

    def nothing(*_, **__):
        raise uv.UvFailedError(["error: no such release"])

    monkeypatch.setattr(rebuild, "beside", nothing)
    (tmp_path / "a").mkdir()
    saved(tmp_path / "a", model, rows)
    assert kept(tmp_path / "a")[1] == [
        "`skl2onnx` cannot be installed beside its libraries: error: no such release"
    ]
    from loadstone import saving_forms

    bare = here.here()
    without = {name: v for name, v in bare.distributions.items() if "onnx" not in name}
    monkeypatch.setattr(saving_forms, "here", lambda: type(bare)(bare.python, without))
    (tmp_path / "b").mkdir()
    saved(tmp_path / "b", model, rows)
    assert kept(tmp_path / "b")[1] == [
        "nothing is here that predicts with ONNX: `pip install onnxruntime`"
    ]
