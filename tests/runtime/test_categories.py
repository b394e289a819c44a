"""The categories that an encoder was fitted on are told of a file, and compared with its rows."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

import loadstone
from loadstone import comparing
from loadstone.errors import UsageError
from loadstone.runtime.categories import fitted, texts

pytest.importorskip("sklearn")
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder

FRAME = pd.DataFrame(
    {"city": ["Rome", "Oslo", None, "Rome"], "size": list("SLSM"), "age": [1.0, 2.0, 3.0, 4.0]}
)
CITIES, SIZES = ["Oslo", "Rome"], ["L", "M", "S"]


@pytest.mark.parametrize(
    ("picked", "found"),
    [
        (["city", "size"], {"city": CITIES, "size": SIZES}),
        ([0, 1], {"city": CITIES, "size": SIZES}),
        ([-2], {"size": SIZES}),
        ([False, True, False], {"size": SIZES}),
        (["age"], {}),
    ],
)
def test_columns_by_name_place_and_truth_value(picked, found):
    encoder = OneHotEncoder(handle_unknown="ignore")
    columns = ColumnTransformer([("codes", encoder, picked)], remainder="drop").fit(FRAME)
    assert fitted(columns) == found


def test_what_is_before_the_encoder_must_hand_texts_on():
    imputed = make_pipeline(SimpleImputer(strategy="most_frequent"), OrdinalEncoder())
    lower = FunctionTransformer(lambda frame: frame.map(str.lower))
    changed = make_pipeline(lower, OneHotEncoder())
    columns = ColumnTransformer([("a", imputed, ["size"]), ("b", changed, ["size"])]).fit(FRAME)
    assert fitted(columns) == {"size": SIZES}
    assert fitted(OneHotEncoder().fit(FRAME[["size"]])) == {"size": SIZES}
    assert fitted(OneHotEncoder().fit(FRAME[["size"]].to_numpy())) == {}
    assert fitted(LogisticRegression()) == {}


def test_a_vectorizer_of_dictionaries_tells_its_texts_and_not_its_numbers():
    rows = [{"zip": "00123", "area": 3.0, "odd": "a"}, {"zip": "NA", "area": 4.0, "odd": 2.0}]
    found = fitted(DictVectorizer().fit(rows))
    assert found == {"zip": ["00123", "NA"]}


def test_columns_of_texts_with_the_values_that_look_missing():
    frame = pd.DataFrame({"land": ["NA", "US"], "note": ["1 2", "3"], "size": [1, 2]})
    parts = [
        ("codes", OneHotEncoder(), ["land", "size"]),
        ("words", TfidfVectorizer(token_pattern=r"\d"), "note"),
    ]
    assert texts(ColumnTransformer(parts).fit(frame)) == {"land": ["NA"], "note": []}
    assert texts(LogisticRegression()) == {}


_CODES = pd.DataFrame(
    {"zip": ["00123", "00456", "01789", "90210"] * 5, "land": ["NA", "US", "null", "DE", "NA"] * 4}
)
_ENCODERS = {
    "one-hot": lambda: OneHotEncoder(handle_unknown="ignore"),
    "ordinal": lambda: OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    "imputed": lambda: make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
    ),
}


@pytest.mark.parametrize("name", [*_ENCODERS, "dictionaries"])
def test_codes_in_a_csv_file_predict_as_in_the_fit(name, tmp_path):
    from loadstone.inputs import rows

    labels = ((_CODES.zip == "00123") | (_CODES.land == "NA")).astype(int)
    if name == "dictionaries":
        given = _CODES.to_dict("records")
        model = make_pipeline(DictVectorizer(), LogisticRegression()).fit(given, labels)
    else:
        given = _CODES
        columns = ColumnTransformer([("codes", _ENCODERS[name](), ["zip", "land"])])
        model = make_pipeline(columns, LogisticRegression()).fit(given, labels)
    path, table = tmp_path / "model.pkl", tmp_path / "rows.csv"
    path.write_bytes(pickle.dumps(model))
    _CODES.to_csv(table, index=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with loadstone.load(path) as predictor:
            read = rows.read(table)
            assert read[0]["zip"] == 123, "what pandas makes of it, where nobody knows better"
            predictor.predict(read, probabilities=True)
            found = predictor.probabilities
            few = predictor.plain(read, probabilities=True)["probabilities"]
    assert np.array_equal(found, model.predict_proba(given))
    assert np.array_equal(few, found)
    with comparing.question(path, read) as asked:
        answer = comparing.ask(asked, comparing.here())
    assert np.array_equal(answer.outputs["probabilities"], found)


def test_numbers_for_texts_are_told_where_the_model_raises(tmp_path):
    encoder = OneHotEncoder(handle_unknown="ignore")
    columns = ColumnTransformer([("codes", encoder, ["zip"])])
    model = make_pipeline(columns, LogisticRegression()).fit(_CODES, _CODES.land == "NA")
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model))
    told = "`zip`: `123` is no text, and the fit held texts"
    predictor = loadstone.load(tmp_path / "m.pkl", on_unknown="ignore")
    with predictor, pytest.raises(UsageError, match=told):
        predictor.predict([{"zip": 123}])


@pytest.fixture
def model(tmp_path):
    encoder = OneHotEncoder(handle_unknown="ignore")
    columns = ColumnTransformer([("codes", encoder, ["size"])], remainder="passthrough")
    frame = FRAME[["size", "age"]]
    fitted_model = make_pipeline(columns, LogisticRegression()).fit(frame, [0, 1, 0, 1])
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(fitted_model))
    return tmp_path / "m.pkl"


ROWS = [{"size": "S", "age": 2.0}, {"size": "XL", "age": 2.0}]
TOLD = "`size`: `XL` is not among the 3 categories that the model was fitted on"


def test_a_category_that_the_encoder_leaves_out_is_told(model, tmp_path):
    with loadstone.load(model) as predictor, pytest.warns(UserWarning, match=TOLD):
        predictor.predict(ROWS)
    with loadstone.load(model, on_unknown="error") as predictor:
        with pytest.raises(ValueError, match=TOLD):
            predictor.predict(ROWS)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert predictor.predict(ROWS[:1]).shape == (1,)
            assert predictor.predict(FRAME[["size", "age"]]).shape == np.shape(FRAME["age"])


@pytest.mark.parametrize("kind", ["pickled", "booster"])
def test_categories_that_lightgbm_numbers_are_texts_of_a_csv_file(kind, tmp_path):
    lightgbm = pytest.importorskip("lightgbm")
    from loadstone.inputs import rows

    frame = pd.DataFrame({"x": np.arange(40.0) % 7, "zip": pd.Categorical(list(_CODES.zip) * 2)})
    labels = (frame.zip == "00123").astype(int)
    model = lightgbm.LGBMClassifier(n_estimators=3, min_child_samples=2, verbose=-1)
    model.fit(frame, labels)
    path = tmp_path / ("m.pkl" if kind == "pickled" else "m.txt")
    if kind == "pickled":
        path.write_bytes(pickle.dumps(model))
    else:
        model.booster_.save_model(path)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    with loadstone.load(path) as predictor:
        found = predictor.predict(rows.read(tmp_path / "rows.csv"), probabilities=True)
        probable = predictor.probabilities[:, 1] if kind == "pickled" else found
    assert np.array_equal(probable, model.predict_proba(frame)[:, 1])
