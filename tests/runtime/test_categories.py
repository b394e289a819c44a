"""The categories that an encoder was fitted on are told of a file, and compared with its rows."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

import loadstone
from loadstone.runtime.categories import fitted

pytest.importorskip("sklearn")
from sklearn.compose import ColumnTransformer
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
