"""A scikit-learn model as an ONNX graph, by skl2onnx: the inputs as rows have them, outputs plain.

https://onnx.ai/sklearn-onnx/api_summary.html. It runs where the model was made, with skl2onnx
beside it. Numbers go in as doubles or as floats (not every operator has a kernel for doubles), and
whole ones of a table as numbers too, or as what they are, where categories are among them.
"""

import importlib
from typing import Any, Dict, Iterator, List, Optional, Tuple

from . import onnx_program, portable
from . import rows as given
from .estimators import picks_by_name
from .portable import UnportableError

Inputs = List[Tuple[str, Any]]


def exported(model: Any, rows: Any, *, numbers: str) -> Tuple[str, bytes, Dict[str, Any]]:
    """Return a loaded model file in ONNX: what `onnx_program` makes of it, or of an `Estimator`."""
    if hasattr(model, "program"):
        return onnx_program.exported(model, rows)
    return _estimator(model, rows, numbers)


def _estimator(model: Any, rows: Any, numbers: str) -> Tuple[str, bytes, Dict[str, Any]]:
    """Return the format, the graph, and what a reader of it has to know, as JSON.

    That is the classes as `portable.labels` tells them, whether the most probable is predicted, of
    several the first (`votes`), the dtype of each output, the names of the columns in their
    order, and the categories of those in which the model refuses others. `model` is an
    `Estimator`, `rows` are some that it takes, `numbers` the types that numbers go in as.

    Raises `UnportableError`, and whatever skl2onnx raises.
    """
    inner = model.model
    outputs = model.predict(rows, probabilities=True)
    known = [name for name in ("predictions", "probabilities") if name in outputs]
    if not all(type(outputs[name]).__name__ == "ndarray" for name in known):
        raise UnportableError("its outputs are no plain arrays")
    if "float32" in numbers and not _may_round(inner):
        raise UnportableError("it may decide by thresholds, for which 32-bit floats are too coarse")
    types, names = _inputs(model, model.take(rows), numbers)
    options = {id(inner): {"zipmap": False}} if "probabilities" in outputs else None
    made = _converted(inner, {"initial_types": types, "options": options})
    leaves = list(_leaves(inner))
    if any(map(_takes_32_bits, leaves)):
        _cast_for_trees(made.graph)
    del made.graph.output[len(known) :]
    if len(made.graph.output) < len(known):
        raise UnportableError("its graph lacks an output")
    if outputs["predictions"].ndim == 1 and model.how == "predict" and len(known) == 1:
        _flatten(made.graph)
    told: Dict[str, Any] = dict(portable.labels(inner) or {}, columns=names)
    voting = type(leaves[-1]).__name__.startswith(_VOTING) and _takes_32_bits(leaves[-1])
    told["votes"] = voting and "probabilities" in known and "values" in told
    told["categories"] = {str(key): cells for key, cells in _categories(inner, names)}
    told["outputs"] = {name: outputs[name].dtype.str for name in known}
    return "onnx", made.SerializeToString(), told


# of rounded numbers they give rounded ones; others take another way at a threshold
_SMOOTH = (
    *("linear_model", "svm", "neural_network", "naive_bayes", "discriminant_analysis"),
    *("cross_decomposition", "decomposition", "preprocessing", "impute"),
)
_BINS = ("KBinsDiscretizer", "Binarizer", "SplineTransformer")
_VOTING = ("DecisionTree", "ExtraTree", "RandomForest")  # they predict the most probable class
_ROUND = (*_VOTING, "GradientBoosting", "IsolationForest")  # they take 32-bit floats themselves


def _may_round(inner: Any) -> bool:
    """Whether an estimator predicts the same of its rows as 32-bit floats, but for rounding."""
    leaves = list(_leaves(inner))
    names = [type(leaf).__name__ for leaf in leaves]
    if len(leaves) == 1 and _takes_32_bits(leaves[0]):
        return True
    smooth = tuple("sklearn." + name for name in _SMOOTH)
    modules = [type(leaf).__module__ for leaf in leaves]
    return all(module.startswith(smooth) for module in modules) and not set(names) & set(_BINS)


def _takes_32_bits(leaf: Any) -> bool:
    kind = type(leaf)
    known = kind.__module__.startswith(("sklearn.tree", "sklearn.ensemble"))
    return known and kind.__name__.startswith(_ROUND)


def _leaves(inner: Any) -> Iterator[Any]:
    """Yield the estimators in pipelines, searches and transformers of columns."""
    held = getattr(inner, "best_estimator_", None)
    parts = [held] if held is not None else [step[1] for step in getattr(inner, "steps", ())]
    parts += [step[1] for step in getattr(inner, "transformers_", ())]
    for part in parts:
        if part is not None and not isinstance(part, str):
            for leaf in _leaves(part):
                yield leaf
    if not parts:
        yield inner


def _categories(inner: Any, names: Optional[List[str]]) -> Iterator[Tuple[Any, List[Any]]]:
    """Yield columns, by name or by number, whose encoder refuses other categories than it knows.

    ONNX has a number for those. Raises `UnportableError` where such a column is not told.
    """
    fitted = getattr(_first(inner), "transformers_", None)
    parts = [(item, columns) for _, item, columns in fitted or ()] or [(inner, None)]
    first = [leaf for item, _ in parts if not isinstance(item, str) for leaf in _leaves(item)]
    told = [id(leaf) for leaf in first if hasattr(leaf, "handle_unknown")]
    for leaf in _leaves(inner):
        if id(leaf) not in told and _holds_refusing(leaf):
            raise UnportableError("which columns its encoder is given is not told")
    for item, columns in parts:
        for leaf in () if isinstance(item, str) else _leaves(item):
            if getattr(leaf, "handle_unknown", "") != "error":
                continue
            known = [cells.tolist() for cells in leaf.categories_]
            picked = list(range(len(known))) if columns is None else _picked(columns)
            if len(picked) != len(known):
                raise UnportableError("which columns its encoder is given is not told")
            for column, cells in zip(picked, known):  # noqa: B905 - Python 3.6 has no `strict`
                key = names[column] if names and isinstance(column, int) else column
                yield key, [cell for cell in cells if not _is_missing(cell)]


def _holds_refusing(leaf: Any) -> bool:
    """Whether an estimator, or one in it, refuses categories for which ONNX has a number."""
    if type(leaf).__name__ == "OneHotEncoder":
        return False  # that operator refuses them too
    params: Dict[str, Any] = getattr(leaf, "get_params", dict)()
    return any(key.endswith("handle_unknown") and value == "error" for key, value in params.items())


def _picked(columns: Any) -> List[Any]:
    """Return the columns that a transformer picks; none of a mask or a slice."""
    if isinstance(columns, (str, int)):
        return [columns]
    held = columns.tolist() if hasattr(columns, "tolist") else columns
    listed = isinstance(held, (list, tuple)) and not any(isinstance(one, bool) for one in held)
    return list(held) if listed else []


def _is_missing(cell: Any) -> bool:
    return cell is None or cell != cell  # noqa: PLR0124 - nan


def _first(inner: Any) -> Any:
    """Return what the rows of a model are given to first."""
    held = getattr(inner, "best_estimator_", None)
    steps = getattr(inner, "steps", None)
    inside = held if held is not None else steps[0][1] if steps else None
    return inner if inside is None else _first(inside)


def _converted(inner: Any, options: Dict[str, Any]) -> Any:
    """Return the graph, of an older version of its operators where skl2onnx asks for that."""
    library = importlib.import_module("skl2onnx")
    try:
        return library.convert_sklearn(inner, **options)
    except RuntimeError as error:
        if "ai.onnx.ml" not in str(error):
            raise
    newest = library.__max_supported_opset__
    return library.convert_sklearn(inner, target_opset={"": newest, "ai.onnx.ml": 3}, **options)


def _inputs(model: Any, taken: Any, numbers: str) -> Tuple[Inputs, Optional[List[str]]]:
    """Return skl2onnx's types of the inputs, and the names of columns where rows have some."""
    kinds = importlib.import_module("skl2onnx.common.data_types")
    number = kinds.DoubleTensorType if "float64" in numbers else kinds.FloatTensorType
    whole = kinds.Int64TensorType if "int64" in numbers else number
    if isinstance(taken, list) and not all(isinstance(row, str) for row in taken):
        raise UnportableError("its rows are no table, and no texts")
    if isinstance(taken, list):
        return [("rows", kinds.StringTensorType([None, 1]))], None
    if given.is_frame(taken):
        names = [str(name) for name in taken.columns]
        cells = [taken[name] for name in taken.columns]
        if picks_by_name(model.first):
            kinds_of = [_kind(cell, kinds, number, whole) for cell in cells]
            return list(zip(names, kinds_of)), names  # noqa: B905 - Python 3.6 has no `strict`
        words = {type(_kind(cell, kinds, number, whole)) for cell in cells}
        if len(words) > 1 and kinds.StringTensorType in words:
            raise UnportableError("its columns are texts and numbers, and it does not pick them")
        text = words == {kinds.StringTensorType}
        return [("rows", (kinds.StringTensorType if text else number)([None, len(names)]))], names
    if getattr(taken, "ndim", 0) != 2 or type(taken).__name__ != "ndarray":
        raise UnportableError("its rows are no table, and no texts")
    text = taken.dtype.kind not in "iubf"
    return [("rows", (kinds.StringTensorType if text else number)([None, taken.shape[1]]))], None


def _kind(cells: Any, kinds: Any, number: Any, whole: Any) -> Any:
    """Return the type of one column: whole numbers, other numbers, or texts."""
    kind = getattr(cells.dtype, "kind", "O")
    if kind in "iub":
        return whole([None, 1])
    if kind == "f":
        return number([None, 1])
    if kind == "O" and all(isinstance(cell, str) for cell in cells):
        return kinds.StringTensorType([None, 1])
    raise UnportableError("a column holds `{}`, for which there is no input".format(cells.dtype))  # noqa: EM103 - messages read better where they are raised


def _cast_for_trees(graph: Any) -> None:
    """Give trees 32-bit floats, as scikit-learn casts the rows of its own before they decide.

    ONNX Runtime compares doubles with their thresholds as they are.
    """
    helper = importlib.import_module("onnx.helper")
    kind = importlib.import_module("onnx").TensorProto.FLOAT
    nodes = []
    for at, node in enumerate(graph.node):
        if node.op_type.startswith("TreeEnsemble"):
            cast = "loadstone_cast_{}".format(at)
            nodes.append(helper.make_node("Cast", [node.input[0]], [cast], to=kind))
            node.input[0] = cast
        nodes.append(node)
    copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)


def _flatten(graph: Any) -> None:
    """Make one column of predictions the vector that scikit-learn gives."""
    helper = importlib.import_module("onnx.helper")
    proto = importlib.import_module("onnx").TensorProto
    (output,) = graph.output
    sizes = "loadstone_one_axis"
    graph.initializer.extend([helper.make_tensor(sizes, proto.INT64, [1], [-1])])
    graph.node.extend([helper.make_node("Reshape", [output.name, sizes], ["loadstone_flat"])])
    kind = output.type.tensor_type.elem_type
    flat = helper.make_tensor_value_info("loadstone_flat", kind, [None])
    del graph.output[:]
    graph.output.extend([flat])
