"""What a version of scikit-learn holds otherwise than an older one: records, leaves, losses.

Each entry names the file of scikit-learn, or the change, that it was read from.
"""

import collections
import copy
import importlib
from typing import Any, Callable, Dict, NamedTuple, Sequence, Tuple

Version = Tuple[int, ...]
Convert = Callable[[Any], Tuple[Any, str]]
Change = NamedTuple(
    "Change",
    [
        ("classes", str),
        ("saved", Version),  # by a version before this one
        ("here", Version),  # in this one or later
        ("make", Callable[[Any], bool]),  # returns whether anything was changed
        ("words", str),
        ("source", str),
    ],
)
_PLS_SOURCE = "cross_decomposition/_pls.py"


class Start:
    """What gradient boosting of 0.20 and before starts from: a number, under one of three names."""

    def __reduce_ex__(self, _: Any) -> Any:
        """Refuse to be written: nobody else has this class."""
        raise TypeError("an estimator of scikit-learn 0.20 is left in the model")


# what stands in for a class that was removed, until the object that holds it is written otherwise
SUBSTITUTES: Dict[Tuple[str, str], Any] = {
    ("sklearn.compose._column_transformer", "_RemainderColsList"): collections.UserList,
    ("sklearn.ensemble.gradient_boosting", "MeanEstimator"): Start,
    ("sklearn.ensemble.gradient_boosting", "QuantileEstimator"): Start,
    ("sklearn.ensemble.gradient_boosting", "LogOddsEstimator"): Start,
}


def _fractions(made: Any) -> bool:
    """Divide the counts in the leaves of a classifier's tree by their sum."""
    if "tree_" not in made.__dict__:
        return False
    values = made.tree_.value
    sums = values.sum(axis=-1, keepdims=True)
    sums[sums == 0] = 1
    values /= sums
    return True


def _unscaled(made: Any) -> bool:
    """Divide the coefficients by the scale of the inputs, which is no longer done to those."""
    if "coef_" not in made.__dict__:
        return False
    made.coef_ = made.coef_ / made._x_std  # noqa: SLF001 - scikit-learn's own
    made.__dict__.setdefault("_predict_1d", False)
    return True


def _turned(made: Any) -> bool:
    """Write the coefficients a row for each output."""
    held = made.__dict__
    if "_coef_" in held:
        held["coef_"] = held.pop("_coef_")
    elif "coef_" in held:
        held["coef_"] = held["coef_"].T
    return "coef_" in held


def _columns(made: Any) -> bool:
    """Write `passthrough` as the transformer that it stands for, and columns as lists."""
    found = []
    for name, item, columns in made.__dict__.get("transformers_", ()):
        picked = list(columns) if isinstance(columns, collections.UserList) else columns
        passes = isinstance(item, str) and item == "passthrough"
        found.append((name, _passing(made, picked) if passes else item, picked))
    made.transformers_ = found
    return bool(found)


def _passing(made: Any, columns: Any) -> Any:
    """Return the transformer that passes columns on, as a fit of `made` would leave it."""
    kind = importlib.import_module("sklearn.preprocessing").FunctionTransformer
    item = kind(accept_sparse=True, check_inverse=False, feature_names_out="one-to-one")
    if isinstance(columns, list):
        item.n_features_in_ = len(columns)
        names = getattr(made, "feature_names_in_", None)
        if names is not None:
            at = [one if isinstance(one, int) else list(names).index(one) for one in columns]
            item.feature_names_in_ = names[at]
    return item


_LOSSES = {
    "auto": "log_loss",
    "binary_crossentropy": "log_loss",
    "categorical_crossentropy": "log_loss",
    "deviance": "log_loss",
    "lad": "absolute_error",
    "least_absolute_deviation": "absolute_error",
    "least_squares": "squared_error",
    "ls": "squared_error",
}


def _renamed_loss(made: Any) -> bool:
    before = made.loss
    names = {"log": "log_loss", "squared_loss": "squared_error"}
    made.loss = names.get(before, before)
    return before in names


def _baseline(made: Any) -> bool:
    held = made.__dict__.get("_baseline_prediction")
    if getattr(held, "shape", ())[1:] != (1,):
        return False
    made._baseline_prediction = held.T  # noqa: SLF001 - as above
    return True


def _indicator(made: Any) -> bool:
    held = made.__dict__.get("indicator_")
    if held is not None:
        held._precomputed = True  # noqa: SLF001 - as above
    return held is not None


def _limits(made: Any) -> bool:
    import numpy as np

    held = made.__dict__
    if "_min_value" not in held or np.ndim(held["_min_value"]):
        return False
    count = len(made.initial_imputer_.statistics_)
    held.update({name: np.full(count, held[name]) for name in ("_min_value", "_max_value")})
    return True


def _classes(made: Any) -> bool:
    if made.classes is not None or "classes_" not in made.__dict__:
        return False
    made.classes = made.classes_
    return True


def _start(made: Any) -> bool:
    """Start from the same number as an estimator that knows only that."""
    held = made.__dict__.get("init_")
    if not isinstance(held, Start):
        return False
    import numpy as np

    kinds = importlib.import_module("sklearn.dummy")
    told = vars(held)
    if "prior" in told:  # a logarithm of odds
        odds = np.exp(told["prior"])
        made.init_ = item = kinds.DummyClassifier(strategy="prior")
        item.classes_, item.n_classes_ = made.classes_, 2
        item.class_prior_ = np.array([1.0, odds]) / (1 + odds)
    else:
        value = told["mean"] if "mean" in told else told["quantile"]
        made.init_ = item = kinds.DummyRegressor(strategy="constant", constant=value)
        item.constant_ = np.array([[value]])
    vars(item).update(n_outputs_=1, _strategy=item.strategy, sparse_output_=False)
    return True


def _loss(made: Any) -> bool:
    made.loss = _LOSSES.get(made.loss, made.loss)
    if any(name in made.__dict__ for name in ("estimators_", "_predictors")):
        made._loss = made._get_loss(sample_weight=None)  # noqa: SLF001 - as above
    return True


def _record(state: Any) -> Tuple[Any, str]:
    import numpy as np

    common = importlib.import_module("sklearn.ensemble._hist_gradient_boosting.common")
    wanted, nodes = common.PREDICTOR_RECORD_DTYPE, state["nodes"]
    if nodes.dtype == wanted:
        return state, ""
    none = np.zeros((0, 8), dtype=np.uint32)
    bits = dict.fromkeys(("binned_left_cat_bitsets", "raw_left_cat_bitsets"), none)
    return dict(bits, **dict(state, nodes=_as(nodes, wanted))), _RECORDS.format("TreePredictor")


def _as(records: Any, wanted: Any) -> Any:
    """Return records with other fields: those that are new are zeros."""
    import numpy as np

    held = np.zeros(records.shape, wanted)
    for field in records.dtype.names:
        new = _FIELDS.get(field, field) if field not in wanted.names else field
        if new in wanted.names:
            held[new] = records[field]
    return held


_FIELDS = {"threshold": "num_threshold"}


def _ratio(made: Any) -> bool:
    """Say by `l1_ratio` what `penalty` said."""
    if made.penalty not in ("l1", "l2"):
        return False
    made.l1_ratio = float(made.penalty == "l1")
    return True


def _each_against_the_rest(made: Any) -> bool:
    """Make one of three classes or more, each told from the rest, what it is called since 1.8.

    That is what `multi_class` told to use, as of 1.5.
    """
    held = made.__dict__
    told, coef = held.get("multi_class", "auto"), held.get("coef_", ())
    separate = told in ("ovr", "warn") or (
        told in ("auto", "deprecated") and held.get("solver") == "liblinear"
    )
    if len(coef) < 3 or not separate:
        return False
    import numpy as np

    labels = importlib.import_module("sklearn.preprocessing").LabelBinarizer(sparse_output=True)
    kind = importlib.import_module("sklearn.multiclass").OneVsRestClassifier
    constants = np.broadcast_to(held["intercept_"], (len(coef),))
    parts = [copy.copy(made) for _ in coef]
    for at, part in enumerate(parts):
        part.coef_, part.intercept_ = coef[at : at + 1].copy(), constants[at : at + 1].copy()
        part.classes_ = np.array([0, 1])
    labels.fit(held["classes_"])
    fitted = {"estimators_": parts, "label_binarizer_": labels, "classes_": held["classes_"]}
    seen = {name: held[name] for name in ("n_features_in_", "feature_names_in_") if name in held}
    template = importlib.import_module("sklearn.base").clone(made)
    held.clear()
    made.__class__ = kind
    made.__init__(template)
    held.update(fitted, **seen)
    return True


def _splines(made: Any) -> bool:
    """Make the splines again: those of scipy hold more by now."""
    if "bsplines_" not in made.__dict__:
        return False
    kind = importlib.import_module("scipy.interpolate").BSpline
    made.bsplines_ = [
        kind.construct_fast(old["t"], old["c"], old["k"], extrapolate=old["extrapolate"])
        for old in map(vars, made.bsplines_)
    ]
    return True


def _nodes(state: Any) -> Tuple[Any, str]:
    wanted = importlib.import_module("sklearn.tree._tree").NODE_DTYPE
    nodes = state["nodes"]
    if nodes.dtype == wanted:
        return state, ""
    return dict(state, nodes=_as(nodes, wanted)), _RECORDS.format("Tree")


_RECORDS = "`{}`: nodes have the fields of this version"


STATES: Dict[str, Sequence[Convert]] = {"Tree": [_nodes], "TreePredictor": [_record]}

CHANGES = (
    Change(
        "DecisionTreeClassifier",
        (1, 4),
        (1, 4),
        _fractions,
        "leaves hold fractions, not counts",
        "https://github.com/scikit-learn/scikit-learn/pull/27639",
    ),
    Change(
        "ColumnTransformer",
        (1, 7),
        (1, 4),
        _columns,
        "`passthrough` is the transformer that it stands for, and columns are lists",
        "compose/_column_transformer.py",
    ),
    Change(
        "BaseGradientBoosting",
        (0, 21),
        (0, 21),
        _start,
        "what it starts from is an estimator of this version",
        "ensemble/_gb.py",
    ),
    Change(
        "BaseGradientBoosting BaseHistGradientBoosting",
        (1, 6),
        (1, 6),
        _loss,
        "its loss is one of this version",
        "ensemble/_gb.py",
    ),
    Change(
        "BaseHistGradientBoosting",
        (1, 1),
        (1, 1),
        _baseline,
        "the raw predictions that it starts from are a row",
        "ensemble/_hist_gradient_boosting/gradient_boosting.py",
    ),
    Change(
        "BaseSGD",
        (1, 3),
        (1, 3),
        _renamed_loss,
        "its loss has another name",
        "linear_model/_stochastic_gradient.py",
    ),
    Change(
        "_BaseImputer",
        (0, 24),
        (0, 24),
        _indicator,
        "its indicator takes what is missing, not the rows",
        "impute/_base.py",
    ),
    Change(
        "IterativeImputer",
        (0, 23),
        (0, 23),
        _limits,
        "its limits are one for each column",
        "impute/_iterative.py",
    ),
    Change(
        "_CalibratedClassifier",
        (0, 24),
        (0, 24),
        _classes,
        "`classes` are those that it was fitted with",
        "calibration.py",
    ),
    Change("_PLS", (1, 3), (1, 3), _turned, "a row of `coef_` is an output", _PLS_SOURCE),
    Change("_PLS", (1, 5), (1, 5), _unscaled, "`coef_` is divided by `_x_std`", _PLS_SOURCE),
    Change(
        "LogisticRegression",
        (1, 8),
        (1, 8),
        _ratio,
        "`l1_ratio` says what `penalty` said",
        "linear_model/_logistic.py",
    ),
    Change(
        "LogisticRegression",
        (1, 8),
        (1, 8),
        _each_against_the_rest,
        "one for each class against the rest is a `OneVsRestClassifier`",
        "https://github.com/scikit-learn/scikit-learn/pull/32073",
    ),
    Change(
        "SplineTransformer",
        (1, 6),
        (1, 6),
        _splines,
        "its splines are scipy's of here",
        "scipy/interpolate/_bsplines.py 1.15",
    ),
)
