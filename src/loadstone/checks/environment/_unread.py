"""Which estimators another scikit-learn refuses, or loads and then raises for, known by versions.

Measured: 204 fitted estimators of 16 versions, from 0.19.2 to 1.9.1, each loaded in each of the
others. Versions between those that were measured are bounded by the change itself. What is refused
for a name that moved or is gone is told by the names.
"""

from __future__ import annotations

from typing import Final

from packaging.specifiers import SpecifierSet

from loadstone.checks.environment._drift import Held, attribute
from loadstone.core.classes import dataclass


@dataclass(frozen=True, slots=True)
class Unread:
    """One change of a library: which classes, between which versions, and what is raised."""

    classes: frozenset[str]
    saved: SpecifierSet
    here: SpecifierSet
    error: str
    when: str  # it is raised
    rows: tuple[str, ...]
    holds: Held = lambda _artifact, _module: True


def _unread(  # noqa: PLR0917 - the columns of a table
    classes: str, saved: str, here: str, error: str, when: str, rows: str, holds: Held | None = None
) -> Unread:
    made = (frozenset(classes.split()), SpecifierSet(saved), SpecifierSet(here), error, when)
    return Unread(*made, tuple(rows.split()), *([holds] if holds else []))


def _lacks(name: str) -> str:
    return f"'{{name}}' object has no attribute '{name}'"


def _names(module: str, start: str) -> Held:
    """Return whether a file names something of a module."""
    return lambda artifact, _: any(
        item.module == module and item.name.startswith(start) for item in artifact.globals
    )


_LOAD: Final = "when it is loaded"
_ANY: Final = "when it predicts"
_TREES: Final = "node array from the pickle has an incompatible dtype"
_IMPUTER, _ENCODER, _TREE = "SimpleImputer", "OneHotEncoder", "Tree"
_WEIGHTED: Final = attribute("use_idf", (True,))
TABLE: Final = (
    _unread(_TREE, "<1.3", ">=1.3", _TREES, _LOAD, "sklearn/C02 sklearn/C04"),
    _unread(_TREE, ">=1.3", ">=1.0,<1.3", _TREES, _LOAD, "sklearn/C05"),
    _unread(
        _TREE, ">=1.3", "<1.0", "Did not recognise loaded array dytpe", _LOAD, "sklearn/C05"
    ),  # "dytpe" is how it is written there
    _unread(
        "DecisionTreeClassifier DecisionTreeRegressor",
        ">=1.3,<1.4",
        ">=1.4,<1.9",
        _lacks("monotonic_cst"),
        _ANY,
        "sklearn/C06 sklearn/C07",
    ),
    _unread(_IMPUTER, "<1.1", ">=1.1", _lacks("_fit_dtype"), "when it transforms", "sklearn/C09"),
    _unread(
        _IMPUTER,
        ">=1.1,<1.8",
        ">=1.8",
        _lacks("_fill_dtype"),
        "when it transforms",
        "sklearn/C10",
    ),
    _unread(
        _ENCODER,
        "<1.1",
        ">=1.1",
        _lacks("_infrequent_enabled"),
        "when it transforms",
        "sklearn/C11",
    ),
    _unread(
        "TfidfTransformer",
        "<1.0",
        ">=1.5",
        "This TfidfTransformer instance is not fitted yet",
        "when it transforms",
        "sklearn/C22",
        _WEIGHTED,
    ),
    _unread(
        "TfidfTransformer",
        ">=1.5",
        "<1.5",
        "idf vector is not fitted",
        "when it transforms",
        "sklearn/C24",
        _WEIGHTED,
    ),
    _unread(
        "LogisticRegression LogisticRegressionCV",
        ">=1.8",
        "<1.8",
        _lacks("multi_class"),
        "by `predict_proba`",
        "sklearn/C27",
    ),
    _unread(
        "newObj",
        "<0.20",
        ">=0.20,<0.23",
        "the interpreter crashes: signal 11",
        _LOAD,
        "sklearn/C19",
        lambda _, module: module.module.endswith(("kd_tree", "ball_tree")),
    ),
    _unread(
        "GradientBoostingClassifier GradientBoostingRegressor HistGradientBoostingClassifier "
        "HistGradientBoostingRegressor GammaRegressor PoissonRegressor TweedieRegressor",
        ">=1.1,<1.6",
        ">=1.6",
        "`sklearn._loss._loss` has no `__pyx_unpickle_Cy…`",
        _LOAD,
        "sklearn/C15",
        _names("sklearn._loss._loss", "__pyx_unpickle_Cy"),
    ),
    _unread(
        "SGDClassifier",
        "<1.6",
        ">=1.6",
        "`sklearn.linear_model._sgd_fast` has no `Log`",
        _LOAD,
        "sklearn/C17 sklearn/S04",
        _names("sklearn.linear_model._sgd_fast", "Log"),
    ),
    _unread("GaussianNB", "<1.0", ">=1.0", _lacks("var_"), _ANY, "sklearn/C33"),
    _unread(
        "SVC NuSVC SVR NuSVR OneClassSVM", "<0.23", ">=0.23", _lacks("_probA"), _ANY, "sklearn/C34"
    ),
    _unread("CalibratedClassifierCV", "<1.2", ">=1.2", _lacks("estimator"), _ANY, "sklearn/C35"),
    _unread("RidgeClassifier", "<1.8", ">=1.8", _lacks("classes_"), _ANY, "sklearn/C44"),
    _unread("KBinsDiscretizer", "<0.24", ">=0.24", _lacks("dtype"), _ANY, "sklearn/C50"),
    _unread(
        "HistGradientBoostingClassifier HistGradientBoostingRegressor",
        ">=1.1,<1.4",
        ">=1.4",
        _lacks("_preprocessor"),
        _ANY,
        "sklearn/C51",
    ),
    _unread("LinearRegression", "<0.24", ">=1.6", _lacks("positive"), _ANY, "sklearn/C52"),
)
