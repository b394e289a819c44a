"""What an older version of scikit-learn looks for in an estimator that a newer one wrote.

Each entry names the file in which the version that still reads it sets it, and how that follows
from what the newer one wrote.
"""

import importlib
from typing import Any, Callable, NamedTuple, Tuple

Version = Tuple[int, ...]
Older = NamedTuple(
    "Older",
    [
        ("classes", str),
        ("name", str),
        ("before", Version),  # looked for by versions before this one
        ("make", Callable[[Any], Any]),
        ("source", str),
    ],
)
Back = NamedTuple(
    "Back",
    [
        ("classes", str),
        ("saved", Version),  # by this version or a later one
        ("before", Version),  # for versions before this one
        ("make", Callable[[Any, Version], bool]),  # returns whether anything was changed
        ("words", str),
        ("source", str),
    ],
)
_GRADIENT = "ensemble/_gb.py 1.3"
_COLUMNS = "compose/_column_transformer.py"


def _held(name: str) -> Callable[[Any], Any]:
    """Return what stands under another name, which may be a property in the older version."""
    return lambda made: made.__dict__[name]


def _diagonal(made: Any) -> Any:
    import scipy.sparse as sp

    idf = made.__dict__["idf_"]
    count = len(idf)
    return sp.diags(idf, offsets=0, shape=(count, count), format="csr", dtype=idf.dtype)


def _table_of_names(made: Any) -> Any:
    """Return the names that 0.24 compares, None where it was fitted on an array."""
    return made.__dict__.get("feature_names_in_")


def _texts_pick(made: Any) -> bool:
    picked = made._columns  # noqa: SLF001 - scikit-learn's own
    one = [item[0] if isinstance(item, list) and item else item for item in picked]
    return any(isinstance(item, str) for item in one)


OLDER = (
    Older("TfidfTransformer", "_idf_diag", (1, 5), _diagonal, "feature_extraction/text.py 1.4"),
    Older("GaussianNB", "sigma_", (1, 0), _held("var_"), "naive_bayes.py 0.24"),
    Older(
        "BaseDecisionTree BaseForest BaseGradientBoosting BaseBagging _BaseDiscreteNB",
        "n_features_",
        (1, 0),
        _held("n_features_in_"),
        "tree/_classes.py 0.24",
    ),
    Older(
        "PolynomialFeatures",
        "n_input_features_",
        (1, 0),
        _held("n_features_in_"),
        "preprocessing/_polynomial.py 0.24",
    ),
    Older(
        "BaseEnsemble SelfTrainingClassifier",
        "base_estimator_",
        (1, 2),
        _held("estimator_"),
        "ensemble/_base.py 1.1",
    ),
    Older(
        "_CalibratedClassifier", "base_estimator", (1, 2), _held("estimator"), "calibration.py 1.1"
    ),
    Older(
        "StackingClassifier", "_le", (1, 2), _held("_label_encoder"), "ensemble/_stacking.py 1.1"
    ),
    Older("FastICA", "_whiten", (1, 3), _held("whiten"), "decomposition/_fastica.py 1.2"),
    Older("KernelPCA", "lambdas_", (1, 0), _held("eigenvalues_"), "decomposition/_kernel_pca.py"),
    Older("KernelPCA", "alphas_", (1, 0), _held("eigenvectors_"), "decomposition/_kernel_pca.py"),
    Older("ColumnTransformer", "_name_to_fitted_passthrough", (1, 4), lambda _: {}, _COLUMNS),
    Older("ColumnTransformer", "_feature_names_in", (1, 0), _table_of_names, _COLUMNS),
    Older("ColumnTransformer", "_df_columns", (1, 0), _table_of_names, _COLUMNS),
    Older("ColumnTransformer", "_n_features", (1, 3), _held("n_features_in_"), _COLUMNS),
    Older("ColumnTransformer", "_has_str_cols", (1, 0), _texts_pick, _COLUMNS),
)


def _automatic(made: Any, _: Version) -> bool:
    """Say in words of then that `multi_class` was not given."""
    if made.multi_class != "deprecated":
        return False
    made.multi_class = "auto"
    return True


def _same_votes(made: Any, _: Version) -> bool:
    made.algorithm = "SAMME"
    return True


_LOSSES = (  # today's name, the name before, and the version that has today's first
    ("log_loss", "deviance", (1, 1), "BaseGradientBoosting"),
    ("log_loss", "auto", (1, 1), "BaseHistGradientBoosting"),
    ("log_loss", "log", (1, 1), "BaseSGD"),
    ("squared_error", "ls", (1, 0), "BaseGradientBoosting"),
    ("absolute_error", "lad", (1, 0), "BaseGradientBoosting"),
    ("squared_error", "least_squares", (1, 0), "BaseHistGradientBoosting"),
    ("absolute_error", "least_absolute_deviation", (1, 0), "BaseHistGradientBoosting"),
    ("squared_error", "squared_loss", (1, 0), "BaseSGD"),
)


def _loss_of_then(made: Any, here: Version) -> bool:
    of = {item.__name__ for item in type(made).__mro__}
    for new, old, since, classes in _LOSSES:
        if made.loss == new and here < since and classes in of:
            made.loss = old
            return True
    return False


def _gradient_loss(made: Any, here: Version) -> bool:
    """Make the loss of before 1.4, which turns raw predictions into probabilities."""
    if "estimators_" not in made.__dict__:
        return False
    losses = importlib.import_module("sklearn.ensemble._gb_losses")
    classes = made.__dict__.get("n_classes_", 1)
    if made.loss in ("log_loss", "deviance"):
        kind = losses.MultinomialDeviance if classes > 2 else losses.BinomialDeviance
    else:
        kind = losses.LOSS_FUNCTIONS[made.loss]
    if "classes_" in made.__dict__:
        loss = kind(classes)
    elif made.loss in ("huber", "quantile"):
        loss = kind(made.alpha)
    else:
        loss = kind()
    setattr(made, "_loss" if here >= (1, 1) else "loss_", loss)
    return True


def _histogram_loss(made: Any, here: Version) -> bool:
    if "_predictors" not in made.__dict__:
        return False
    extra = {"n_threads": 1} if here == (1, 0) else {}
    made._loss = made._get_loss(sample_weight=None, **extra)  # noqa: SLF001 - as above
    return True


def _column(made: Any, _: Version) -> bool:
    held = made.__dict__.get("_baseline_prediction")
    if getattr(held, "ndim", 0) != 2:
        return False
    # one number of a binary classifier or a regressor, else a column
    made._baseline_prediction = held[0, 0] if held.shape == (1, 1) else held.T  # noqa: SLF001 - as above
    return True


def _scaled(made: Any, here: Version) -> bool:
    """Give the coefficients to inputs that are divided by their scale, laid out as then."""
    held = made.__dict__
    if "coef_" not in held:
        return False
    coef = held["coef_"] * held["_x_std"]
    if here >= (1, 3):
        held["coef_"] = coef
    elif here >= (1, 1):
        del held["coef_"]
        held["_coef_"] = coef
    else:
        held["coef_"] = coef.T
    return True


BACK = (
    Back(
        "LogisticRegression LogisticRegressionCV",
        (1, 5),
        (1, 5),
        _automatic,
        "`multi_class` is `auto`, as it is by default",
        "linear_model/_logistic.py 1.4",
    ),
    Back(
        "AdaBoostClassifier",
        (1, 6),
        (1, 6),
        _same_votes,
        "its votes are combined by SAMME, as they were since 1.6",
        "ensemble/_weight_boosting.py 1.5",
    ),
    Back(
        "BaseGradientBoosting BaseHistGradientBoosting BaseSGD",
        (1, 0),
        (1, 1),
        _loss_of_then,
        "its loss has the name of then",
        "ensemble/_gb.py 1.0",
    ),
    Back(
        "BaseGradientBoosting",
        (1, 4),
        (1, 4),
        _gradient_loss,
        "its loss is one of this version",
        _GRADIENT,
    ),
    Back(
        "BaseHistGradientBoosting",
        (1, 1),
        (1, 1),
        _histogram_loss,
        "its loss is one of this version",
        "ensemble/_hist_gradient_boosting/gradient_boosting.py 1.0",
    ),
    Back(
        "BaseHistGradientBoosting",
        (1, 1),
        (1, 1),
        _column,
        "the raw predictions that it starts from are a column",
        "ensemble/_hist_gradient_boosting/gradient_boosting.py 1.0",
    ),
    Back(
        "_PLS",
        (1, 5),
        (1, 5),
        _scaled,
        "`coef_` is for inputs that are divided by `_x_std`",
        "cross_decomposition/_pls.py",
    ),
)
