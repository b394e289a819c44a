"""Numbers inside a fitted estimator tell that its columns had been scaled, or say nothing."""

from __future__ import annotations

import pickle
from pathlib import Path

import joblib
import pytest
from sklearn import (
    cluster,
    datasets,
    discriminant_analysis,
    ensemble,
    gaussian_process,
    linear_model,
    mixture,
    naive_bayes,
    neighbors,
    pipeline,
    preprocessing,
    svm,
)

from loadstone import readers
from loadstone.engine import check
from loadstone.statedict.takes import takes

FOREST = ensemble.RandomForestClassifier(20, random_state=0)
ESTIMATORS = {
    "forest": FOREST,
    "isolation": ensemble.IsolationForest(n_estimators=20, random_state=0),
    "neighbours": neighbors.KNeighborsClassifier(),
    "svc": svm.SVC(),
    "histograms": ensemble.HistGradientBoostingClassifier(max_iter=5),
}
GAUSSIAN = naive_bayes.GaussianNB()
WINE = datasets.load_wine(return_X_y=True)
REAL = {
    "wine": WINE,
    "iris": datasets.load_iris(return_X_y=True),
    "cancer": datasets.load_breast_cancer(return_X_y=True),
    "digits": datasets.load_digits(return_X_y=True),
}


def _detail(model: object, path: Path) -> dict[str, object]:
    path.write_bytes(pickle.dumps(model))
    return dict(readers.read(str(path)).detail)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize(
    ("scaler", "said"),
    [(preprocessing.StandardScaler, "standardised"), (preprocessing.MinMaxScaler, "0 to 1")],
)
def test_scaled_columns_are_seen(name: str, scaler, said: str, tmp_path: Path) -> None:
    columns, labels = WINE
    model = ESTIMATORS[name].fit(scaler().fit_transform(columns), labels)

    detail = _detail(model, tmp_path / "m.pkl")

    assert detail["scaled"] == said
    assert "in 13 columns" in str(detail["scaled_by"]) or name == "forest"


def test_means_of_classes_tell_of_standardised_columns(tmp_path: Path) -> None:
    columns, labels = WINE
    model = GAUSSIAN.fit(preprocessing.StandardScaler().fit_transform(columns), labels)

    assert _detail(model, tmp_path / "m.pkl")["scaled"] == "standardised"


@pytest.mark.parametrize("name", [*ESTIMATORS, "gaussian"])
@pytest.mark.parametrize("data", REAL)
def test_measured_columns_say_nothing(name: str, data: str, tmp_path: Path) -> None:
    model = {**ESTIMATORS, "gaussian": GAUSSIAN}[name].fit(*REAL[data])

    assert "scaled" not in _detail(model, tmp_path / "m.pkl")


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_pipeline_brings_its_scaler(name: str, tmp_path: Path) -> None:
    whole = pipeline.make_pipeline(preprocessing.StandardScaler(), ESTIMATORS[name]).fit(*WINE)

    assert "scaled" not in _detail(whole, tmp_path / "m.pkl")


def test_the_check_says_so_in_every_container(tmp_path: Path) -> None:
    columns, labels = WINE
    model = FOREST.fit(preprocessing.StandardScaler().fit_transform(columns), labels)
    joblib.dump(model, tmp_path / "plain.joblib")
    joblib.dump(model, tmp_path / "packed.joblib", compress=3)
    (tmp_path / "old.pkl").write_bytes(pickle.dumps(model, protocol=2))

    for file in tmp_path.iterdir():
        found = [item.check.code for item in check(str(file)).found]
        assert "LS504" in found, file.name


def test_few_numbers_say_nothing(tmp_path: Path) -> None:
    columns, labels = WINE
    scaled = preprocessing.StandardScaler().fit_transform(columns)
    few = neighbors.KNeighborsClassifier(1).fit(scaled[:2], labels[:2])
    narrow = neighbors.KNeighborsClassifier().fit(scaled[:, :2], labels)

    assert "scaled" not in _detail(few, tmp_path / "few.pkl")
    assert "scaled" not in _detail(narrow, tmp_path / "narrow.pkl")


def test_numbers_whose_squares_are_no_floats_say_nothing(tmp_path: Path) -> None:
    columns, labels = WINE
    model = neighbors.KNeighborsClassifier(algorithm="brute").fit(columns * 1e200, labels)

    assert "scaled" not in _detail(model, tmp_path / "m.pkl")


LINEAR = {
    "logistic": linear_model.LogisticRegression(max_iter=300),
    "svc": svm.LinearSVC(),
    "perceptron": linear_model.Perceptron(random_state=0),
    "descent": linear_model.SGDClassifier(random_state=0),
    "ridge": linear_model.RidgeClassifier(),
    "regression": linear_model.LinearRegression(),
    "lasso": linear_model.Lasso(),
}
SUGAR, WORSE = datasets.load_diabetes(return_X_y=True, scaled=False)
DIABETES = SUGAR, WORSE > 140


def _alike(model: object, columns: object, labels: object, path: Path) -> bool:
    return "coefficients_alike" in _detail(model.fit(columns, labels), path)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", LINEAR)
def test_coefficients_on_columns_of_many_units_say_nothing(name: str, tmp_path: Path) -> None:
    for columns, labels in (WINE, REAL["cancer"], DIABETES):
        assert not _alike(LINEAR[name], columns, labels, tmp_path / "m.pkl")


@pytest.mark.parametrize("name", ["logistic", "descent"])
def test_coefficients_on_scaled_columns_are_alike(name: str, tmp_path: Path) -> None:
    scaled = preprocessing.StandardScaler().fit_transform(WINE[0])
    assert _alike(LINEAR[name], scaled, WINE[1], tmp_path / "m.pkl")
    path = tmp_path / "m.pkl"
    *_, last = takes(readers.read(str(path)))
    assert last.endswith("the columns were scaled before the fit, or are of one unit")
    assert not [item for item in check(str(path)).found if item.check.code == "LS504"]
    whole = pipeline.make_pipeline(preprocessing.StandardScaler(), LINEAR[name]).fit(*WINE)
    assert "coefficients_alike" not in _detail(whole, path)


CENTRED = {
    "clusters": cluster.KMeans(3, n_init=2, random_state=0),
    "components": mixture.GaussianMixture(3, random_state=0),
    "classes": discriminant_analysis.LinearDiscriminantAnalysis(),
    "processes": gaussian_process.GaussianProcessClassifier(),
}


@pytest.mark.parametrize("name", CENTRED)
def test_centres_tell_of_standardised_columns(name: str, tmp_path: Path) -> None:
    scaler = preprocessing.StandardScaler()
    model = CENTRED[name]
    detail = _detail(model.fit(scaler.fit_transform(WINE[0]), WINE[1]), tmp_path / "m.pkl")
    assert detail["scaled"] == "standardised"
    assert name in str(detail["scaled_by"]) or name == "processes"
    centred = WINE[0] - WINE[0].mean(0), WINE[1]
    for columns, labels in (WINE, REAL["iris"], centred):
        assert "scaled" not in _detail(model.fit(columns, labels), tmp_path / "m.pkl")
