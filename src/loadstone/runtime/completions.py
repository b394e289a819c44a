"""What a version of scikit-learn looks for in an estimator that an older one did not write.

A table, read from the sources of the versions: each entry names the file in which the version that
it is `since` sets the attribute in `fit`, and how that follows from what the older one wrote. A
parameter that is new has the default of its class. Whether the model then predicts what it did is
not known from any of this: predictions tell.
"""

import collections
import copy
import importlib
import inspect
from typing import Any, Callable, Dict, Iterator, NamedTuple, Sequence, Tuple

Version = Tuple[int, ...]
Make = Callable[[Any], Any]
Convert = Callable[[Any], Tuple[Any, str]]
Attribute = NamedTuple(
    "Attribute",
    [("classes", str), ("name", str), ("since", Version), ("make", Make), ("source", str)],
)
Change = NamedTuple(
    "Change",
    [
        ("classes", str),
        ("saved", Version),  # by a version before this one
        ("here", Version),  # in this one or later
        ("make", Make),  # returns whether anything was changed
        ("words", str),
        ("source", str),
    ],
)


def version_of(text: str) -> Version:
    """Return major and minor of a version; empty where it is none."""
    parts = text.split(".")[:2]
    return tuple(map(int, parts)) if len(parts) == 2 and all(map(str.isdigit, parts)) else ()


def _path(path: str) -> Make:
    """Return what follows a path of attributes; one that ends with `()` is called."""

    def follow(made: Any) -> Any:
        for part in path.split("."):
            made = getattr(made, part[:-2])() if part.endswith("()") else getattr(made, part)
        return made

    return follow


def _state(name: str) -> Make:
    """Return an attribute that is a property by now."""
    return lambda made: made.__dict__[name]


def _no(_: Any) -> bool:
    return False


def _always(value: Any) -> Make:
    return lambda _: copy.copy(value)


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

_WIDE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_PLS_SOURCE = "cross_decomposition/_pls.py"
_KERNEL_PCA = "decomposition/_kernel_pca.py"
_LABEL = "preprocessing/_label.py"
_ENCODERS = "preprocessing/_encoders.py"

# parameters that have another name since a version
_RENAMED = (
    ("OneHotEncoder", "sparse_output", "sparse"),
    ("BaseBagging BaseWeightBoosting CalibratedClassifierCV", "estimator", "base_estimator"),
    ("_BaseChain RANSACRegressor SelfTrainingClassifier", "estimator", "base_estimator"),
    ("AgglomerativeClustering FeatureAgglomeration", "metric", "affinity"),
)


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


def _gamma(made: Any) -> Any:
    return 1.0 / made.X_fit_.shape[1] if made.gamma is None else made.gamma


def _path_lengths(made: Any) -> Any:
    length = importlib.import_module("sklearn.ensemble._iforest")._average_path_length  # noqa: SLF001 - as above
    return tuple(length(item.tree_.n_node_samples) for item in made.estimators_)


def _depths(made: Any) -> Any:
    return tuple(item.tree_.compute_node_depths() for item in made.estimators_)


def _valid_mask(made: Any) -> Any:
    return ~made._mask_fit_X.all(axis=0)  # noqa: SLF001 - as above


def _empty(made: Any) -> Any:
    import numpy as np

    return np.isnan(made.initial_imputer_.statistics_)


def _combinations(made: Any) -> Any:
    return made._num_combinations(  # noqa: SLF001 - as above
        n_features=getattr(made, "n_features_in_", None) or made.n_input_features_,
        min_degree=made._min_degree,  # noqa: SLF001 - as above
        max_degree=made._max_degree,  # noqa: SLF001 - as above
        interaction_only=made.interaction_only,
        include_bias=made.include_bias,
    )


def _names(made: Any) -> Any:
    import numpy as np

    held = made.__dict__
    found = held["_feature_names_in"] if "_feature_names_in" in held else held["_df_columns"]
    if found is None:
        raise KeyError("it was fitted on an array")
    return np.asarray(found, dtype=object)


def _indices(made: Any) -> Any:
    names: Any = getattr(made, "feature_names_in_", ())
    found = {}
    for name, _, columns in made.transformers_:
        picked = [columns] if isinstance(columns, (str, int)) else list(columns)
        found[name] = [one if isinstance(one, int) else list(names).index(one) for one in picked]
    return found


def _count(made: Any) -> Any:
    return made._fit_X.shape[0]  # noqa: SLF001 - as above


def _tree(made: Any) -> Any:
    """Build the tree of 0.19 again, whose state is laid out otherwise."""
    kinds = {"kd_tree": "KDTree", "ball_tree": "BallTree"}
    held = made.__dict__
    if held["_fit_method"] not in kinds:
        return None
    kind = getattr(importlib.import_module("sklearn.neighbors"), kinds[held["_fit_method"]])
    named = dict(held["effective_metric_params_"], metric=held["effective_metric_"])
    return kind(held["_fit_X"], held["leaf_size"], **named)


def _priors(made: Any) -> Any:
    import numpy as np

    return np.asarray([1 / len(made.classes_)] * len(made.classes_))


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
        "SplineTransformer",
        (1, 6),
        (1, 6),
        _splines,
        "its splines are scipy's of here",
        "scipy/interpolate/_bsplines.py 1.15",
    ),
)

ATTRIBUTES = (
    Attribute("SimpleImputer", "_fit_dtype", (1, 1), _path("statistics_.dtype"), "impute/_base.py"),
    Attribute("SimpleImputer", "_fill_dtype", (1, 8), _path("_fit_dtype"), "impute/_base.py"),
    Attribute("MissingIndicator", "_precomputed", (0, 24), _no, "impute/_base.py"),
    Attribute("KNNImputer", "_valid_mask", (1, 1), _valid_mask, "impute/_knn.py"),
    Attribute("IterativeImputer", "_is_empty_feature", (1, 6), _empty, "impute/_iterative.py"),
    Attribute("OneHotEncoder", "drop_idx_", (0, 21), _always(None), _ENCODERS),
    Attribute(
        "OneHotEncoder OrdinalEncoder",
        "_infrequent_enabled",
        (1, 1),
        _no,
        _ENCODERS,
    ),
    Attribute(
        "OneHotEncoder",
        "_drop_idx_after_grouping",
        (1, 2),
        _path("drop_idx_"),
        _ENCODERS,
    ),
    Attribute(
        "OneHotEncoder",
        "_n_features_outs",
        (1, 1),
        _path("_compute_n_features_outs()"),
        _ENCODERS,
    ),
    Attribute("OrdinalEncoder", "_missing_indices", (1, 0), _always({}), _ENCODERS),
    Attribute(
        "TfidfTransformer",
        "idf_",
        (1, 5),
        _path("_idf_diag.diagonal()"),
        "feature_extraction/text.py",
    ),
    Attribute("DummyClassifier", "_strategy", (0, 22), _path("strategy"), "dummy.py"),
    Attribute("GaussianNB", "var_", (1, 0), _path("sigma_"), "naive_bayes.py"),
    Attribute("CategoricalNB", "n_features_in_", (1, 0), _path("n_features_"), "naive_bayes.py"),
    Attribute("BaseLibSVM", "_probA", (0, 23), _state("probA_"), "svm/_base.py"),
    Attribute("BaseLibSVM", "_probB", (0, 23), _state("probB_"), "svm/_base.py"),
    Attribute("BaseLibSVM", "_n_support", (0, 22), _state("n_support_"), "svm/_base.py"),
    Attribute("BaseLibSVM", "_effective_probability", (1, 9), _path("probability"), "svm/_base.py"),
    Attribute(
        "CalibratedClassifierCV _CalibratedClassifier",
        "estimator",
        (1, 2),
        _path("base_estimator"),
        "calibration.py",
    ),
    Attribute(
        "_CalibratedClassifier", "calibrators", (0, 24), _path("calibrators_"), "calibration.py"
    ),
    Attribute("BaseEnsemble", "estimator", (1, 2), _path("base_estimator"), "ensemble/_base.py"),
    Attribute(
        "_GeneralizedLinearRegressor",
        "_base_loss",
        (1, 1),
        _path("_get_loss()"),
        "linear_model/_glm/glm.py",
    ),
    Attribute(
        "StackingClassifier", "_label_encoder", (1, 2), _path("_le"), "ensemble/_stacking.py"
    ),
    Attribute(
        "BaseHistGradientBoosting",
        "_bin_mapper",
        (0, 23),
        _path("bin_mapper_"),
        "ensemble/_hist_gradient_boosting/gradient_boosting.py",
    ),
    Attribute("MultiLabelBinarizer", "_cached_dict", (0, 20), _always(None), _LABEL),
    Attribute("NeighborsBase", "n_samples_fit_", (0, 22), _count, "neighbors/_base.py"),
    Attribute("NeighborsBase", "_tree", (0, 22), _tree, "neighbors/_base.py"),
    Attribute("KernelDensity", "bandwidth_", (1, 2), _path("bandwidth"), "neighbors/_kde.py"),
    Attribute(
        "PolynomialFeatures", "_min_degree", (1, 0), _always(0), "preprocessing/_polynomial.py"
    ),
    Attribute(
        "PolynomialFeatures",
        "_max_degree",
        (1, 0),
        _path("degree"),
        "preprocessing/_polynomial.py",
    ),
    Attribute(
        "PolynomialFeatures",
        "_n_out_full",
        (1, 0),
        _combinations,
        "preprocessing/_polynomial.py",
    ),
    Attribute(
        "IsotonicRegression", "X_thresholds_", (0, 24), _path("_necessary_X_"), "isotonic.py"
    ),
    Attribute(
        "IsotonicRegression", "y_thresholds_", (0, 24), _path("_necessary_y_"), "isotonic.py"
    ),
    Attribute(
        "ColumnTransformer", "feature_names_in_", (1, 0), _names, "compose/_column_transformer.py"
    ),
    Attribute(
        "ColumnTransformer",
        "_transformer_to_input_indices",
        (1, 0),
        _indices,
        "compose/_column_transformer.py",
    ),
    Attribute(
        "BaseEnsemble SelfTrainingClassifier",
        "estimator_",
        (1, 2),
        _path("base_estimator_"),
        "ensemble/_base.py",
    ),
    Attribute(
        "RidgeClassifier RidgeClassifierCV",
        "classes_",
        (1, 8),
        _path("_label_binarizer.classes_"),
        "linear_model/_ridge.py",
    ),
    Attribute("NearestCentroid", "class_prior_", (1, 6), _priors, "neighbors/_nearest_centroid.py"),
    Attribute(
        "BaseHistGradientBoosting",
        "_preprocessor",
        (1, 4),
        _always(None),
        "ensemble/_hist_gradient_boosting/gradient_boosting.py",
    ),
    Attribute(
        "IsolationForest",
        "_average_path_length_per_tree",
        (1, 3),
        _path_lengths,
        "ensemble/_iforest.py",
    ),
    Attribute(
        "IsolationForest",
        "_decision_path_lengths",
        (1, 3),
        _depths,
        "ensemble/_iforest.py",
    ),
    Attribute("KernelPCA", "eigenvalues_", (1, 0), _path("lambdas_"), _KERNEL_PCA),
    Attribute("KernelPCA", "eigenvectors_", (1, 0), _path("alphas_"), _KERNEL_PCA),
    Attribute("KernelPCA", "gamma_", (1, 3), _gamma, _KERNEL_PCA),
    Attribute("_PLS", "_x_mean", (0, 24), _path("x_mean_"), _PLS_SOURCE),
    Attribute("_PLS", "_x_std", (0, 24), _path("x_std_"), _PLS_SOURCE),
    Attribute("_PLS", "_y_mean", (0, 24), _path("y_mean_"), _PLS_SOURCE),
    Attribute("_PLS", "intercept_", (1, 1), _path("_y_mean"), _PLS_SOURCE),
    Attribute("KMeans MiniBatchKMeans", "_n_threads", (0, 23), _always(1), "cluster/_kmeans.py"),
    Attribute(
        "GaussianProcessRegressor",
        "_y_train_std",
        (0, 23),
        _always(1.0),
        "gaussian_process/_gpr.py",
    ),
)


def _generator(kind: Any = "MT19937") -> Any:
    """Return a bit generator of NumPy's, named by a text up to 1.23 and by its class since."""
    if not isinstance(kind, (str, type)):
        return kind
    name = kind if isinstance(kind, str) else kind.__name__
    return getattr(importlib.import_module("numpy.random"), name)()


def random(name: str) -> Any:
    """Return a constructor of `numpy.random._pickle` that takes what any NumPy wrote.

    None where the NumPy here does so itself, which 2 and later do.
    """
    numpy = importlib.import_module("numpy")
    if int(numpy.__version__.split(".")[0]) > 1:
        return None
    if name == "__bit_generator_ctor":
        return _generator
    kinds = {"__randomstate_ctor": "RandomState", "__generator_ctor": "Generator"}
    made = getattr(numpy.random, kinds.get(name, ""), None)
    return made and (lambda kind="MT19937", *_: made(_generator(kind)))


def metrics(module: str, name: str) -> Tuple[str, ...]:
    """Return where a distance of the neighbours' trees may be: it has its width since 1.3."""
    if module.split(".", maxsplit=1)[0] != "sklearn" or not module.endswith("dist_metrics"):
        return ()
    found = (name + "64", name[:-2]) if name != "newObj" else (name,)
    return tuple("sklearn.metrics._dist_metrics." + item for item in found)


def _is_of(kind: type, classes: str) -> bool:
    wanted = classes.split()
    return any(
        item.__name__ in wanted and item.__module__.split(".")[0] == "sklearn"
        for item in kind.__mro__
    )


def changes(kind: type, saved: Version, here: Version) -> Iterator[Change]:
    """Yield what else is written in an object of a class."""
    for item in CHANGES:
        if saved and saved < item.saved and here >= item.here and _is_of(kind, item.classes):
            yield item


def missing(made: Any, here: Version) -> Iterator[Tuple[str, Any]]:
    """Yield the attributes that the class looks for here and the object does not have."""
    held, kind = made.__dict__, type(made)
    for new, default in _parameters(kind).items():
        if new in held:
            continue
        old = [old for classes, name, old in _RENAMED if name == new and _is_of(kind, classes)]
        if old and old[0] in held:
            yield new, held[old[0]]
        elif default is not inspect.Parameter.empty:
            yield new, default
    for item in ATTRIBUTES:
        if item.name not in held and here >= item.since and _is_of(kind, item.classes):
            try:
                value = item.make(made)
            except (AttributeError, KeyError):
                continue  # it was not fitted, or is older than what the entry was read from
            yield item.name, value


def _parameters(kind: type) -> Dict[str, Any]:
    """Return the parameters of an estimator's class with their defaults."""
    if not hasattr(kind, "get_params"):
        return {}
    asked = list(inspect.signature(kind.__init__).parameters.values())[1:]  # type: ignore[misc]
    return {item.name: item.default for item in asked if item.kind not in _WIDE}


def states(kind: type) -> Sequence[Convert]:
    """Return what is done to the state of an object of a class before the class sees it."""
    return _STATES.get(kind.__name__, [])


def _nodes(state: Any) -> Tuple[Any, str]:
    wanted = importlib.import_module("sklearn.tree._tree").NODE_DTYPE
    nodes = state["nodes"]
    if nodes.dtype == wanted:
        return state, ""
    return dict(state, nodes=_as(nodes, wanted)), _RECORDS.format("Tree")


_RECORDS = "`{}`: nodes have the fields of this version"
_STATES: Dict[str, Sequence[Convert]] = {"Tree": [_nodes], "TreePredictor": [_record]}
