"""Recorded trees against new ones: identical, within a measured tolerance, or different."""

from typing import Any, Dict, Iterable, List, Optional, Set

from .values import VIEWED, array_of

Tolerances = Dict[str, float]
ORDER = ("identical", "within tolerance", "unproven", "differs")


def worst(results: List[str]) -> str:
    """Return the least that may be claimed of all `results`; `unproven` of none."""
    return max(results, key=ORDER.index) if results else "unproven"


def widened(
    tolerances: Dict[str, Dict[str, float]], others: Iterable[Dict[str, Dict[str, float]]]
) -> Dict[str, Dict[str, float]]:
    """Return tolerances by stage and leaf, each the largest of it in `tolerances` and `others`."""
    found = {stage: dict(leaves) for stage, leaves in tolerances.items()}
    for other in others:
        for stage, leaves in other.items():
            kept = found.setdefault(stage, {})
            for path, size in leaves.items():
                kept[path] = max(size, kept.get(path, 0.0))
    return found


class AtLeast(Dict[str, float]):
    """Tolerances of leaves, none below `floor`."""

    def __init__(self, tolerances: Tolerances, floor: float) -> None:
        super(AtLeast, self).__init__(tolerances)
        self.floor = floor

    def get(self, key: str, _default: Any = None) -> Any:
        """Return that of a leaf, or the floor."""
        return max(super(AtLeast, self).get(key, self.floor), self.floor)

    def values(self) -> Any:
        """Return all of them, and the floor."""
        return [*super(AtLeast, self).values(), self.floor]


def scale(tree: Any, arrays: Any) -> float:
    """Return the largest finite magnitude of the floating-point leaves of a tree."""
    import numpy as np

    if isinstance(tree, float):
        return abs(tree)
    if isinstance(tree, list):
        return max((scale(item, arrays) for item in tree), default=0.0)
    if not isinstance(tree, dict):
        return 0.0
    if tree.get("$") in ("tensor", "array", "scalar"):
        word = tree["dtype"] if tree["$"] == "tensor" else ""
        array = array_of(tree if tree["$"] == "array" else tree["v"], arrays)
        word = word or str(array.dtype)
        if "float" not in word and "complex" not in word:
            return 0.0
        values = np.abs(widen(array, word))
        values = values[np.isfinite(values)]
        return float(values.max()) if values.size else 0.0
    parts = tree.get("v", ()) if "$" in tree else list(tree.values())
    return scale(parts, arrays) if isinstance(parts, list) else 0.0


class Everywhere(Dict[str, float]):
    """One tolerance for every floating-point leaf."""

    def __init__(self, value: float) -> None:
        super(Everywhere, self).__init__()
        self.value = value

    def get(self, _key: str, _default: Any = None) -> Any:
        """Return it, whichever leaf is asked for."""
        return self.value


EVERYTHING = Everywhere(float("inf"))  # differences are only measured


class Comparison:
    """What a comparison found, gathered while both trees are walked side by side.

    `leaves` holds the largest absolute difference of each floating-point leaf, by its path, where
    list positions are `*`. A leaf without a tolerance must be bit for bit the same.
    """

    def __init__(self, rows: int = 0, tolerances: Optional[Tolerances] = None) -> None:
        self.rows = rows
        self.tolerances = {} if tolerances is None else tolerances
        self.identical = True
        self.differs = False
        self.leaves: Dict[str, float] = {}
        self.moved: Set[int] = set()
        self.largest_at: Optional[int] = None  # the row of the largest difference
        self.example = ""

    @property
    def result(self) -> str:
        """One of the words of a verdict."""
        if self.differs:
            return "differs"
        return "identical" if self.identical else "within tolerance"

    @property
    def difference(self) -> Optional[float]:
        """The largest absolute difference of any floating-point leaf, if there is one."""
        return max(self.leaves.values()) if self.leaves else None

    def differ(self, saved: str, now: str, rows: List[int]) -> None:
        """Note a difference that no tolerance allows."""
        self.identical = False
        self.differs = True
        self.moved.update(rows or range(max(self.rows, 1)))
        if not self.example:
            self.example = "{} → {}".format(saved, now)


def compare(  # noqa: PLR0917 - each is what is compared
    saved: Any,
    saved_arrays: Any,
    now: Any,
    now_arrays: Any,
    rows: int = 0,
    tolerances: Optional[Tolerances] = None,
) -> Comparison:
    """Compare two trees; `rows` is the number of witnesses that the first axis may count."""
    found = Comparison(rows, tolerances)
    _Walk(found, saved_arrays, now_arrays).walk(saved, now, "", [])
    return found


class _Walk:
    def __init__(self, found: Comparison, saved_arrays: Any, now_arrays: Any) -> None:
        self.found = found
        self.saved_arrays = saved_arrays
        self.now_arrays = now_arrays

    def walk(self, saved: Any, now: Any, path: str, row: List[int]) -> None:
        kind = _kind(saved)
        if kind != _kind(now):
            self.found.differ(short(saved), short(now), row)
        elif kind == "list":
            self.items(_list(saved), _list(now), path, row)
        elif kind == "object":
            self.fields(saved, now, path, row)
        elif kind in ("array", "scalar", "tensor", "image"):
            self.array(saved, now, path, row)
        elif kind in ("float", "number"):
            self.number(saved, now, path, row)
        elif kind == "complex":
            self.items(saved["v"], now["v"], path, row)
        elif kind in ("plain", "bytes", "int", "size", "dtype", "device"):
            if saved != now:
                self.found.differ(short(saved), short(now), row)
        else:
            self.tagged(saved, now, path, row)

    def items(self, saved: List[Any], now: List[Any], path: str, row: List[int]) -> None:
        if len(saved) != len(now):
            sizes = ["{} items".format(len(part)) for part in (saved, now)]
            self.found.differ(sizes[0], sizes[1], row)
            return
        counts = not row and path == "" and len(saved) == self.found.rows
        for at, pair in enumerate(zip(saved, now)):  # noqa: B905 - Python 3.6 has no `strict`
            self.walk(pair[0], pair[1], path + "/*", [at] if counts else row)

    def fields(self, saved: Any, now: Any, path: str, row: List[int]) -> None:
        if set(saved) != set(now):
            self.found.differ(short(sorted(saved)), short(sorted(now)), row)
            return
        for key in saved:
            self.walk(saved[key], now[key], "{}/{}".format(path, key), row)

    def tagged(self, saved: Any, now: Any, path: str, row: List[int]) -> None:
        """Compare dicts, records, sets, frames and the like: everything beside `v` exactly."""
        plain = [
            {key: part for key, part in tree.items() if key not in ("v", "k", "name", "index")}
            for tree in (saved, now)
        ]
        keys = [tree.get("k", ()) for tree in (saved, now)]
        if plain[0] != plain[1] or keys[0] != keys[1]:
            self.found.differ(short(keys[0] or plain[0]), short(keys[1] or plain[1]), row)
            return
        parts = [tree["v"] if isinstance(tree["v"], list) else [tree["v"]] for tree in (saved, now)]
        if len(parts[0]) != len(parts[1]):
            self.found.differ(short(parts[0]), short(parts[1]), row)
            return
        for at, pair in enumerate(zip(parts[0], parts[1])):  # noqa: B905 - Python 3.6 has no `strict`
            name = keys[0][at] if at < len(keys[0]) and isinstance(keys[0][at], str) else at
            self.walk(pair[0], pair[1], "{}/{}".format(path, name), row)

    def number(self, saved: Any, now: Any, path: str, row: List[int]) -> None:
        import numpy as np

        pair = [float(item["v"]) if isinstance(item, dict) else item for item in (saved, now)]
        held = [np.array([item], dtype=np.float64) for item in pair]
        self.compare_arrays(held[0], held[1], "float64", path, row)

    def array(self, saved: Any, now: Any, path: str, row: List[int]) -> None:
        word = saved.get("dtype") if saved["$"] == "tensor" else None
        pair = [
            array_of(tree if tree["$"] == "array" else tree["v"], arrays)
            for tree, arrays in ((saved, self.saved_arrays), (now, self.now_arrays))
        ]
        names = [
            tree["dtype"] if tree["$"] == "tensor" else str(array.dtype)
            for tree, array in zip((saved, now), pair)  # noqa: B905 - Python 3.6 has no `strict`
        ]
        shapes = ["×".join(map(str, array.shape)) or "scalar" for array in pair]
        if names[0] != names[1] or shapes[0] != shapes[1]:
            self.found.differ(names[0] + " " + shapes[0], names[1] + " " + shapes[1], row)
        else:
            self.compare_arrays(pair[0], pair[1], word or names[0], path, row)

    def compare_arrays(self, saved: Any, now: Any, word: str, path: str, row: List[int]) -> None:
        import numpy as np

        same = saved.tobytes() == now.tobytes()
        if same and not is_float(word):
            return
        if not is_float(word):
            wrong = np.asarray(saved != now)
            if wrong.any():
                self.note(saved, now, wrong, row)
            return
        gap = np.zeros(saved.shape) if same else gaps(widen(saved, word), widen(now, word))
        largest = float(gap.max()) if gap.size else 0.0
        if largest > (self.found.difference or 0.0):
            self.found.largest_at = self.row_of(gap, row)
        self.found.leaves[path] = max(largest, self.found.leaves.get(path, 0.0))
        if same:
            return
        self.found.identical = False
        wrong = gap > self.found.tolerances.get(path, 0.0)
        if wrong.any():
            self.note(widen(saved, word), widen(now, word), wrong, row)

    def row_of(self, gap: Any, row: List[int]) -> Optional[int]:
        """Return the row of the largest difference, None where the leaf is not of rows."""
        if row:
            return row[0]
        by_row = bool(gap.ndim) and gap.shape[0] == self.found.rows
        return int(gap.reshape(gap.shape[0], -1).max(axis=1).argmax()) if by_row else None

    def note(self, saved: Any, now: Any, wrong: Any, row: List[int]) -> None:
        import numpy as np

        rows = row
        if not row and wrong.ndim and wrong.shape[0] == self.found.rows:
            flags = wrong.reshape(wrong.shape[0], -1).any(axis=1)
            rows = [int(at) for at in np.flatnonzero(flags)]
        first = tuple(int(part[0]) for part in np.nonzero(wrong)) if wrong.ndim else ()
        self.found.differ(short(saved[first].item()), short(now[first].item()), rows)


def widen(array: Any, word: str) -> Any:
    """Return a floating-point array as float64 (complex128 for complex)."""
    import numpy as np

    if word == "bfloat16":
        return (array.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    if word in VIEWED:  # 8-bit floats: their bit patterns, which are compared exactly
        return array.astype(np.float64)
    return array.astype(np.complex128 if "complex" in word else np.float64)


def gaps(saved: Any, now: Any) -> Any:
    """Return absolute differences; equal infinities and two nans differ by nothing."""
    import numpy as np

    with np.errstate(all="ignore"):
        gap = np.abs(saved - now)
    gap = np.where((saved == now) | (np.isnan(saved) & np.isnan(now)), 0.0, gap)
    return np.where(np.isnan(gap), np.inf, gap)


def is_float(word: str) -> bool:
    """Return whether an element type, by its word, is of floating-point numbers."""
    return word.startswith(("float", "bfloat", "complex")) or word[:2] in ("<f", "<c")


def _kind(tree: Any) -> str:
    if isinstance(tree, list):
        return "list"
    if isinstance(tree, dict):
        tag = str(tree.get("$", "object"))
        return {"tuple": "list", "float": "number"}.get(tag, tag)
    return "number" if isinstance(tree, float) else "plain"


def _list(tree: Any) -> List[Any]:
    items = tree if isinstance(tree, list) else tree["v"]
    return list(items)


def short(value: Any) -> str:
    """Return a tree in at most 60 characters."""
    text = _plain(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _plain(value: Any) -> str:
    """Return a tree in the words of the user: an array by its dtype and shape, no tags."""
    if isinstance(value, list):
        return "[{}]".format(", ".join(map(_plain, value[:8])) + ", …" * (len(value) > 8))
    if not isinstance(value, dict):
        return repr(value)
    kind = value.get("$")
    if kind is None:
        pairs = ["{!r}: {}".format(key, _plain(item)) for key, item in list(value.items())[:8]]
        return "{" + ", ".join(pairs) + "}"
    held = value.get("v", "")
    if kind in ("array", "tensor", "scalar", "image"):
        return _array_words(str(kind), value, value if kind == "array" else held)
    return _plain(held) if isinstance(held, (list, dict)) else str(held or kind)


def _array_words(kind: str, value: Any, array: Any) -> str:
    import numpy as np

    if "shape" not in array:  # it lies beside the tree
        return " ".join([kind, str(value.get("dtype", ""))]).strip()
    if kind == "scalar":
        return str(array_of(array, []).item())
    dtype = value["dtype"] if kind == "tensor" else np.dtype(array["dtype"]).name
    return " ".join([kind, dtype, "×".join(map(str, array["shape"]))]).strip()
