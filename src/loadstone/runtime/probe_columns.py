"""What an estimator tells of the columns that it takes: values, limits, thresholds."""

from typing import Any, Dict, Iterator, List, Optional, Sequence

_DEPTH = 8
_TRAINED = ("_fit_X", "support_vectors_", "X_fit_", "X_train_", "X_")  # rows that it was fitted on
_CENTRES = ("cluster_centers_", "centroids_", "means_", "theta_")
_WIDTHS = (
    *("n_features_in_", "n_features_", "n_features", "_n_features", "n_input_features_"),
    *("mean_", "scale_", "data_min_", "statistics_", "coef_", "components_", "scalings_"),
    *(_TRAINED + _CENTRES),
)
_WITHIN = (
    *("estimators_", "calibrated_classifiers_", "estimator_", "base_estimator_", "estimator"),
    *("base_estimator", "best_estimator_", "classifier_", "regressor_", "initial_imputer_"),
)


class Column:
    """One column: values that it may have, limits of numbers, and thresholds inside them."""

    def __init__(self) -> None:
        self.values: List[Any] = []  # where it is of few values
        self.texts: List[str] = []  # words, where it is of texts
        self.marks: List[float] = []  # thresholds, or values of rows that it was fitted on
        self.low: Optional[float] = None
        self.high: Optional[float] = None

    def span(self, low: Any, high: Any) -> None:
        """Widen the limits."""
        if low == low and high == high and abs(low) < 1e300 and abs(high) < 1e300:  # noqa: PLR0124 - nan
            self.low = float(low) if self.low is None else min(self.low, float(low))
            self.high = float(high) if self.high is None else max(self.high, float(high))


def width(model: Any, depth: int = 0) -> int:
    """Return how many columns an estimator takes, 0 where it does not tell."""
    for name in _WIDTHS:
        held = _held(model, name)
        if isinstance(held, int) or type(held).__name__.startswith("int"):
            return int(held)
        shape: Any = getattr(held, "shape", ())
        if len(shape) == 2 or (len(shape) == 1 and name != "coef_"):
            return int(shape[-1])
        if len(shape) == 1 and shape[0]:
            return int(shape[0])
    for name in ("categories_", "bin_edges_", "category_count_", "coefs_"):
        held = _held(model, name)
        if held is not None:
            return len(held[0]) if name == "coefs_" else len(held)
    if depth < _DEPTH:
        for inner in within(model):
            found = width(inner, depth + 1)
            if found:
                return found
    return 0


def _held(model: Any, name: str) -> Any:
    return getattr(model, "__dict__", {}).get(name)


def within(model: Any) -> Iterator[Any]:
    """Yield the estimators inside one that see the same columns."""
    steps = _held(model, "steps")
    if steps:
        used = [step[1] for step in steps if step[1] not in (None, "passthrough")]
        for item in used:
            yield item
            if not _keeps(item):
                return
        return
    for _, item in _held(model, "transformer_list") or ():
        yield item
    for name in _WITHIN:
        held = _held(model, name)
        items = held if isinstance(held, list) else [held]
        if hasattr(held, "shape"):
            items = held.reshape(-1).tolist()
        yield from (item for item in items if hasattr(item, "__dict__"))


def _keeps(item: Any) -> bool:
    """Whether a step leaves the columns as they are, so that the next one's words hold of them."""
    return type(item).__name__ == "SimpleImputer" and not getattr(item, "add_indicator", False)


def learn(model: Any, columns: Sequence[Column], depth: int = 0) -> None:
    """Note what an estimator, and those inside it, tell of the columns."""
    if depth > _DEPTH:
        return
    _numbers(model, columns)
    _trees(model, columns)
    for name in ("categories_", "category_count_", "bin_edges_"):
        held = _held(model, name)
        for column, told in zip(columns, held if held is not None else ()):  # noqa: B905 - Python 3.6 has no `strict`
            if name == "categories_":
                column.values = list(told.tolist() if hasattr(told, "tolist") else told)
            elif name == "category_count_":
                column.values = list(range(told.shape[1]))
            else:
                _marked(column, told)
    if type(model).__name__ in ("CountVectorizer", "TfidfVectorizer", "HashingVectorizer"):
        columns[0].texts = words(model)
    for inner in within(model):
        learn(inner, columns, depth + 1)


def words(model: Any) -> List[str]:
    """Return words that a text vectorizer knows, and some that it does not."""
    held = _held(model, "vocabulary_") or {}
    return [*sorted(held)[:400], "loadstone", "unknown", "Words", "42"]


def _marked(column: Column, values: Any) -> None:
    for value in values:
        column.span(value, value)
        column.marks.append(float(value))


def _numbers(model: Any, columns: Sequence[Column]) -> None:
    import numpy as np

    pairs = []
    held: Dict[str, Any] = model.__dict__ if hasattr(model, "__dict__") else {}
    if _fits(held.get("mean_"), columns) and _fits(held.get("scale_"), columns):
        pairs.append((held["mean_"] - 3 * held["scale_"], held["mean_"] + 3 * held["scale_"]))
    elif _fits(held.get("mean_"), columns):
        pairs.append((held["mean_"] - 3, held["mean_"] + 3))
    if _fits(held.get("center_"), columns) and _fits(held.get("scale_"), columns):
        pairs.append((held["center_"] - 3 * held["scale_"], held["center_"] + 3 * held["scale_"]))
    if _fits(held.get("data_min_"), columns) and _fits(held.get("data_max_"), columns):
        pairs.append((held["data_min_"], held["data_max_"]))
    if _fits(held.get("max_abs_"), columns):
        pairs.append((-held["max_abs_"], held["max_abs_"]))
    if _fits(held.get("statistics_"), columns) and held["statistics_"].dtype.kind in "iuf":
        pairs.append((held["statistics_"] - 1, held["statistics_"] + 1))
    rows: Any
    for name in (*_TRAINED, *_CENTRES, "quantiles_"):
        rows = held.get(name)
        rows = rows.toarray() if hasattr(rows, "toarray") else rows
        if getattr(rows, "ndim", 0) == 2 and _fits(rows[0], columns) and rows.dtype.kind in "iuf":
            pairs.append((np.nanmin(rows, axis=0), np.nanmax(rows, axis=0)))
            for at, column in enumerate(columns):
                column.marks += [float(item) for item in rows[:40, at] if item == item]  # noqa: PLR0124 - nan
    for low, high in pairs:
        for at, column in enumerate(columns):
            column.span(low[at], high[at])


def _fits(values: Any, columns: Sequence[Column]) -> bool:
    return getattr(values, "shape", None) == (len(columns),)


def _trees(model: Any, columns: Sequence[Column]) -> None:
    tree = _held(model, "tree_")
    if tree is not None and hasattr(tree, "threshold"):
        for feature, threshold in zip(tree.feature, tree.threshold):  # noqa: B905 - as above
            if 0 <= feature < len(columns):
                _marked(columns[feature], [threshold])
    for stage in _held(model, "_predictors") or ():
        for predictor in stage:
            nodes = predictor.nodes
            named = "num_threshold" if "num_threshold" in nodes.dtype.names else "threshold"
            for node in nodes[nodes["is_leaf"] == 0]:
                if node["feature_idx"] < len(columns) and abs(node[named]) < 1e300:
                    _marked(columns[int(node["feature_idx"])], [float(node[named])])
