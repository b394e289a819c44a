"""The signature of a batch: the name, type and sizes of every input, as a save infers or is told.

`missing` says what the model is known to take: `true` where examples held missing values or the
user says so, `null` where none did (a value that is missing is then told), `false` where the user
refuses them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from loadstone.errors import UsageError
from loadstone.runtime import batches

Whole = Literal["texts", "array", "frame"]
MOST_CATEGORIES: Final = 1024  # of a column of pandas' categories
WHOLE: Final = "inputs"  # what an input without a name is called in an edit
_FIELDS: Final = ("dtype", "shape", "missing", "optional", "categories")


def of_inputs(value: Any, ranges: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the parts of a batch of examples; `ranges` tell in which values were missing."""
    seen = {item["name"] for item in ranges if item["missing"]}
    parts = inferred(value)
    for part in parts:
        if part["kind"] != "text":
            there = part["name"] in seen or (not part["name"] and bool(seen))
            part["missing"] = there or None
    return parts


def inferred(value: Any) -> list[dict[str, Any]]:
    """Return the parts of a batch: name, kind, dtype and shape, with null for a free axis."""
    if batches.is_frame(value):
        return [_column(value, at) for at in range(value.shape[1])]
    if isinstance(value, dict):
        return [{**part, "name": str(key)} for key in value for part in inferred(value[key])]
    if isinstance(value, tuple):
        return [part for item in value for part in inferred(item)]
    if batches.is_array(value):
        kind = "tensor" if batches.is_tensor(value) else "array"
        dtype = str(value.dtype).removeprefix("torch.")
        shape = [None, *map(int, value.shape[1:])]
        return [{"name": "", "kind": kind, "dtype": dtype, "shape": shape}]
    return _items(value) if isinstance(value, list) and value else []


def edited(parts: list[dict[str, Any]], changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parts with the user's changes: names to a dtype, or to the fields that change.

    The name of an input that has none is `inputs`. Raises `UsageError` for what there is not.
    """
    names = {str(part["name"]) or WHOLE: part for part in parts}
    if not isinstance(changes, Mapping):
        raise UsageError("`signature` maps the names of inputs to a dtype, or to what changes")
    for name in changes:
        if name not in names:
            known = ", ".join(f"`{item}`" for item in names) or "none"
            raise UsageError(f"`signature`: there is no input `{name}`; there are {known}")
    return [{**part, **_change(name, changes.get(name, {}))} for name, part in names.items()]


def whole(
    told: Mapping[str, Any],
) -> tuple[Literal["texts", "array", "frame"], list[dict[str, Any]]]:
    """Return the kind and the parts of inputs that nothing but the user describes.

    `inputs` is one text, or an array with `dtype` and `shape`; other names are columns of a frame,
    with a `dtype` each. Raises `UsageError` for what does not say enough.
    """
    base = [{"name": "" if name == WHOLE else name, "kind": "column"} for name in told]
    parts = edited(base, told)
    if set(told) == {WHOLE}:
        (part,) = parts
        if part.get("holds") == "text":
            return "texts", [{"name": "", "kind": "text"}]
        if part.get("shape") and part.get("dtype"):
            return "array", [{**part, "kind": "array"}]
    elif told and WHOLE not in told and all(part.get("dtype") for part in parts):
        return "frame", parts
    raise UsageError(
        "synthetic examples are made from `signature` alone: say `{'inputs': 'text'}`, "
        "`{'inputs': {'dtype': 'float32', 'shape': [None, 4]}}`, or the `dtype` of every column"
    )


def _change(name: str, change: Any) -> dict[str, Any]:
    if isinstance(change, str):
        change = {"dtype": change}
    odd = set(change) - set(_FIELDS) if isinstance(change, Mapping) else {type(change).__name__}
    if odd:
        told = ", ".join(f"`{item}`" for item in sorted(odd))
        raise UsageError(f"`signature`, `{name}`: {told} is none of {', '.join(_FIELDS)}")
    found = dict(change)
    if "dtype" in found:
        held = family(str(found["dtype"]))
        if held == "other":
            raise UsageError(f"`signature`, `{name}`: {found['dtype']!r} is no dtype")
        found["holds"] = held
    if "shape" in found:
        found["shape"] = [None if size is None else int(size) for size in found["shape"]]
    return found


def text_columns(path: str) -> dict[str, list[str]]:
    """Return the columns that the bundle at `path` takes as texts; none where it is no bundle.

    With each, the values of the examples and of the fit that are kept.
    """
    from loadstone.runtime.files import BundleUnreadableError, Files, is_bundle

    try:
        manifest = Files(path).manifest if is_bundle(path) else {}
    except (BundleUnreadableError, OSError):  # which its load tells
        return {}
    parts = (manifest.get("signature") or {}).get("inputs") or []
    known = {item["name"]: item.get("values") or [] for item in manifest.get("ranges") or []}
    closed = {part["name"]: part.get("categories") or [] for part in parts}
    texts = [part["name"] for part in parts if part.get("holds") in ("text", "datetime")]
    texts += [name for name, held in closed.items() if held and _all_texts(held)]
    return {name: [*known.get(name, ()), *closed[name]] for name in texts}


def _all_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def family(dtype: str) -> str:
    """Return what values of a dtype are: int, float, bool, text, category, datetime or other."""
    word = dtype.lower().removeprefix("torch.")
    for start, name in _FAMILIES:
        if word.startswith(start):
            return name
    return "other"


_FAMILIES: Final = (
    *(("uint", "int"), ("int", "int"), ("float", "float"), ("bfloat", "float")),
    *(("double", "float"), ("bool", "bool"), ("str", "text"), ("text", "text")),
    *(("category", "category"), ("datetime", "datetime"), ("object", "object")),
)


_PLAIN: Final[Mapping[type, str]] = {
    str: "text",
    bool: "bool",
    int: "int",
    float: "float",
    type(None): "missing",
}


def holds(values: Iterable[Any]) -> str:
    """Return what single values are: bool, int, float, number (both), text, missing, or other."""
    held = list(values)
    types = set(map(type, held))
    if types <= _PLAIN.keys():  # at once: tables have many cells
        kinds = {_PLAIN[kind] for kind in types} - {"missing"}
        if float in types and all(value != value for value in held if type(value) is float):  # noqa: PLR0124 - nan
            kinds.discard("float")
    else:
        kinds = {_kind(value) for value in held} - {"missing"}
    if not kinds:
        return "missing"
    if kinds == {"int", "float"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "other"


def _kind(value: Any) -> str:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return "missing"
    if not getattr(value, "shape", None) and hasattr(value, "item"):  # a number of numpy
        value = value.item()
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - nan
        return "missing"
    kinds = ((str, "text"), (bool, "bool"), (int, "int"), (float, "float"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "other")


def _column(frame: Any, at: int) -> dict[str, Any]:
    column = frame.iloc[:, at]
    held = family(str(column.dtype))
    part = {"name": str(frame.columns[at]), "kind": "column", "dtype": str(column.dtype)}
    if held == "object":
        held = holds(column)
    if held == "category":
        categories = column.cat.categories.tolist()
        plain = all(isinstance(item, (str, int, float)) for item in categories)
        if plain and len(categories) <= MOST_CATEGORIES:
            return {
                **part,
                "holds": held,
                "categories": categories,
                "ordered": bool(column.cat.ordered),
            }
        held = "other"
    return {**part, "holds": held}


def _items(value: list[Any]) -> list[dict[str, Any]]:
    first = value[0]
    if isinstance(first, str):
        return [{"name": "", "kind": "text"}]
    if all(isinstance(item, dict) for item in value):
        names = dict.fromkeys(name for item in value for name in item)
        return [_cell(name, value) for name in names]
    if batches.is_array(first):
        (part,) = inferred(first[None])
        shapes = [tuple(getattr(item, "shape", ())) for item in value]
        rank = len(first.shape)
        if any(len(shape) != rank for shape in shapes):
            return [{**part, "shape": None}]
        sizes = [{shape[axis] for shape in shapes} for axis in range(rank)]
        rest = [int(first.shape[axis]) if len(sizes[axis]) == 1 else None for axis in range(rank)]
        return [{**part, "shape": [None, *rest]}]
    depth, item = 0, first
    while isinstance(item, list) and item:
        depth, item = depth + 1, item[0]
    return [{"name": "", "kind": type(first).__name__, "depth": depth}]


def _cell(name: Any, records: list[dict[Any, Any]]) -> dict[str, Any]:
    """Return the part of one name of records; `optional` where some of them lack it."""
    values = [record[name] for record in records if name in record]
    held = holds(values)
    kind = type(values[0]).__name__
    part = {"name": str(name), "kind": kind, "holds": held, "depth": batches.depth(values[0])}
    return {**part, "optional": True} if len(values) < len(records) else part
