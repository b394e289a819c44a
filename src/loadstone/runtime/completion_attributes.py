"""Attributes that a version of scikit-learn looks for and an older one did not write.

Each entry names the file in which the version that it is `since` sets the attribute in `fit`, and
how that follows from what the older one wrote.
"""

import copy
import importlib
from typing import Any, Callable, NamedTuple, Tuple

Make = Callable[[Any], Any]
Attribute = NamedTuple(
    "Attribute",
    [
        ("classes", str),
        ("name", str),
        ("since", Tuple[int, ...]),
        ("make", Make),
        ("source", str),
    ],
)
_PLS_SOURCE = "cross_decomposition/_pls.py"
_KERNEL_PCA = "decomposition/_kernel_pca.py"
_LABEL = "preprocessing/_label.py"
_ENCODERS = "preprocessing/_encoders.py"


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
