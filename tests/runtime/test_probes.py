"""Rows that are made for a model: of what it holds, taken by it, and the same every time."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import CategoricalNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, LabelEncoder, OneHotEncoder, StandardScaler

from loadstone.runtime import probes
from loadstone.runtime.estimators import Estimator

X = np.random.default_rng(0).random((120, 4)) * [1, 10, 100, 1000]
Y = (X[:, 0] > 0.5).astype(int)
TEXTS = ["good film", "bad film", "very good", "very bad plot"] * 5


def positive(rows):
    if (rows < 0).any():
        raise ValueError("negative")
    return rows


def made(model):
    estimator = Estimator(model)
    rows, counts = probes.made(estimator)
    answers, raised = estimator.answers(rows)
    assert raised == {}
    assert np.shape(next(iter(answers.values())))[0] == sum(counts.values()) == len(rows)
    return rows, counts


def test_the_same_model_gives_the_same_rows():
    model = RandomForestClassifier(3, random_state=0).fit(X, Y)
    (first, counts), (second, _) = made(model), made(model)
    assert (first == second)[~np.isnan(first)].all()
    assert sum(counts.values()) <= probes.COUNT


def test_rows_lie_at_the_thresholds_of_trees_and_beside_them():
    model = RandomForestClassifier(3, random_state=0).fit(X, Y)
    rows, counts = made(model)
    marks = {
        (int(feature), float(threshold))
        for tree in model.estimators_
        for feature, threshold in zip(tree.tree_.feature, tree.tree_.threshold, strict=True)
        if feature >= 0
    }
    at = {(column, value) for row in rows.tolist() for column, value in enumerate(row)}
    assert counts["at its thresholds and beside them"] == 64
    assert marks & at
    leaves = model.apply(np.nan_to_num(rows))
    reached = sum(len(np.unique(column)) for column in leaves.T)
    assert reached > 0.8 * sum(tree.get_n_leaves() for tree in model.estimators_)


def test_the_limits_are_those_of_the_scaler():
    rows, _ = made(make_pipeline(StandardScaler(), LinearRegression()).fit(X, Y))
    spread = rows.std(axis=0)
    assert (spread[1:] > 5 * spread[:-1]).all()  # each column is ten times as wide as the last


def test_values_are_missing_only_where_the_model_takes_that():
    rows, counts = made(make_pipeline(SimpleImputer(), LinearRegression()).fit(X, Y))
    assert counts["lacking values"] == 16
    assert np.isnan(rows).any()
    rows, counts = made(LinearRegression().fit(X, Y))
    assert "lacking values" not in counts
    assert not np.isnan(rows).any()


def test_columns_by_name_have_their_own_categories_and_numbers():
    frame = pd.DataFrame({"city": ["a", "b", "c"] * 40, "age": X[:, 0] * 50, "text": TEXTS * 6})
    columns = ColumnTransformer(
        [
            ("city", OneHotEncoder(handle_unknown="ignore"), ["city"]),
            ("age", StandardScaler(), ["age"]),
            ("text", TfidfVectorizer(), "text"),
        ]
    )
    rows, counts = made(make_pipeline(columns, LogisticRegression()).fit(frame, Y))
    assert {row["city"] for row in rows} >= {"a", "b", "c", "loadstone"}
    assert any("plot" in row["text"] for row in rows)
    assert counts["of unknown categories"] == 16


def test_texts_are_of_words_that_it_knows_and_of_others():
    rows, counts = made(TfidfVectorizer().fit(TEXTS))
    assert counts == {"of its words": 256}
    held = {word for row in rows for word in row.split()}
    assert held > {"good", "bad", "film", "very", "plot"}
    assert "" in rows


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (LinearRegression().fit(X, Y), "between -3 and 3"),
        (FunctionTransformer(positive).fit(X), "of positive numbers"),
        (CategoricalNB().fit((X > 0.5).astype(int), Y), "within its limits"),
        (KNeighborsClassifier().fit(X, Y), "at its thresholds and beside them"),
        (HistGradientBoostingRegressor(max_iter=3).fit(X, Y), "at its thresholds and beside them"),
        (DictVectorizer().fit([{"city": "a", "n": 1.0}, {"city": "b"}]), "of its names"),
        (LabelEncoder().fit(["no", "yes"]), "of its classes"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_models_of_other_kinds(model, kind):
    _, counts = made(model)
    assert counts[kind]


def refuses(_):
    raise ValueError("never")


def test_a_model_that_takes_nothing_has_none():
    with pytest.raises(probes.Unprobed):
        probes.made(Estimator(FunctionTransformer(refuses)))
