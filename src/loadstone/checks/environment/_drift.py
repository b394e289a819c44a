"""Which estimators predict something else in another scikit-learn, with no error to show for it.

Measured, not documented: 204 fitted estimators of 16 versions, from 0.19.2 to 1.9.1, each loaded in
each of the others. Versions between those that were measured are bounded by the change itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from packaging.specifiers import SpecifierSet

from loadstone.core.classes import dataclass
from loadstone.core.facts import Artifact, ModuleFact

Held = Callable[[Artifact, ModuleFact], bool]


@dataclass(frozen=True, slots=True)
class KnownDrift:
    """One change of a library: which estimators, between which versions, and what it does."""

    classes: frozenset[str]
    saved: SpecifierSet
    here: SpecifierSet
    why: str
    most: str  # the largest difference that was measured
    rows: tuple[str, ...]
    holds: Held = lambda _artifact, _module: True


def shape(artifact: Artifact, module: ModuleFact, name: str) -> tuple[int, ...] | None:
    """Return the shape of an array of an estimator, None where it has no such array."""
    path = f"{module.path}.{name}" if module.path else name
    for state in artifact.state_dicts:
        if path in state.tensors:
            return state.tensors[path].shape
    return None


def attribute(name: str, values: tuple[object, ...]) -> Held:
    """Return whether an attribute of the estimator has one of `values`."""
    return lambda _, module: module.attributes.get(name) in values


def _classes(artifact: Artifact, module: ModuleFact) -> int:
    found = shape(artifact, module, "classes_")
    return found[0] if found else 0


def _many_by_one(artifact: Artifact, module: ModuleFact) -> bool:
    held: Mapping[str, object] = module.attributes
    separate = held.get("solver") == "liblinear" or held.get("multi_class") == "ovr"
    return separate and held.get("multi_class") != "multinomial" and _classes(artifact, module) > 2


def _two_as_many(artifact: Artifact, module: ModuleFact) -> bool:
    return module.attributes.get("multi_class") == "multinomial" and _classes(artifact, module) == 2


def _two_classes(artifact: Artifact, module: ModuleFact) -> bool:
    told = module.attributes.get("multi_class") == "deprecated"
    return told and _classes(artifact, module) == 2


def _many_classes(artifact: Artifact, module: ModuleFact) -> bool:
    return _classes(artifact, module) > 2


def _drift(  # noqa: PLR0917 - the columns of a table
    classes: str, saved: str, here: str, why: str, most: str, rows: str, holds: Held | None = None
) -> KnownDrift:
    made = (frozenset(classes.split()), SpecifierSet(saved), SpecifierSet(here), why, most)
    return KnownDrift(*made, tuple(rows.split()), *([holds] if holds else []))


_LEAVES: Final = (
    "leaves hold counts until 1.3 and fractions as of 1.4, which takes them as they are"
)
_IDF: Final = "the weights of the words moved from `_idf_diag` to `idf_`, and are left out"
TABLE: Final = (
    _drift(
        "ExtraTreeClassifier ExtraTreesClassifier",
        ">=1.3,<1.4",
        ">=1.4",
        _LEAVES,
        "probabilities up to 105, labels of 19 rows of 300",
        "sklearn/C49",
    ),
    _drift(
        "DecisionTreeClassifier RandomForestClassifier",
        ">=1.3,<1.4",
        ">=1.9",
        _LEAVES,
        "probabilities up to 105, labels of 29 rows of 300",
        "sklearn/C08",
    ),
    _drift(
        "TfidfTransformer",
        ">=1.0,<1.5",
        ">=1.5",
        _IDF,
        "values of 0.027, probabilities of 0.005",
        "sklearn/C23 sklearn/S05",
        attribute("use_idf", (True,)),
    ),
    _drift(
        "LogisticRegression LogisticRegressionCV",
        ">=0.22,<1.8",
        ">=1.8",
        "one classifier for each class is read as one for all of them: softmax, not sigmoid",
        "probabilities of 0.38",
        "sklearn/C25",
        _many_by_one,
    ),
    _drift(
        "LogisticRegression LogisticRegressionCV",
        "<1.8",
        ">=1.8",
        "`multi_class='multinomial'` with two classes is read as a plain sigmoid",
        "probabilities of 0.15",
        "sklearn/C25",
        _two_as_many,
    ),
    _drift(
        "LogisticRegression LogisticRegressionCV",
        ">=1.5,<1.8",
        "<1.5",
        "`multi_class='deprecated'` is read as multinomial",
        "probabilities of 0.15",
        "sklearn/C26",
        _two_classes,
    ),
    _drift(
        "AdaBoostClassifier",
        "<1.6",
        ">=1.6",
        "SAMME.R was removed: its votes are combined by SAMME",
        "labels of 113 rows of 240",
        "sklearn/C28",
        attribute("algorithm", ("SAMME.R",)),
    ),
    _drift(
        "PLSRegression CCA PLSCanonical",
        ">=1.3,<1.5",
        ">=1.5",
        "scaling by `_x_std` moved into `coef_`",
        "predictions of 1.05",
        "sklearn/C30",
    ),
    _drift(
        "PLSRegression CCA PLSCanonical",
        ">=1.5",
        ">=1.3,<1.5",
        "scaling by `_x_std` moved into `coef_`",
        "predictions of 1.05",
        "sklearn/C30",
    ),
    _drift(
        "LinearDiscriminantAnalysis",
        "<0.21",
        ">=0.21",
        "one sigmoid for each class became a softmax",
        "probabilities of 0.48",
        "sklearn/C29",
        _many_classes,
    ),
    _drift(
        "IsolationForest",
        ">=0.20,<0.22",
        ">=0.22",
        "`contamination='legacy'` is no longer known, and the offset is another",
        "labels of 25 rows of 240",
        "sklearn/C31",
        attribute("contamination", ("legacy",)),
    ),
    _drift(
        "OneHotEncoder",
        ">=1.1",
        "<1.1",
        "rare categories are not grouped: the state that says so is left out",
        "other columns",
        "sklearn/C32",
        lambda _, module: module.attributes.get("min_frequency") is not None,
    ),
)
