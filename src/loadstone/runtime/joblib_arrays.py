"""joblib's arrays: raw bytes in the stream, behind the BUILD of the object that announces them.

https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py, `NumpyArrayWrapper`. How many
bytes the loader takes has to be certain, since opcodes follow them: an element type whose size
or whose objects are not is refused.
"""

import re
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from .pickle_scalars import Buffer, OnBuild
from .pickle_values import Call, Global, Items, Limits, Malformed, Pairs, Stream

WRAPPERS = (
    ("joblib.numpy_pickle", "NumpyArrayWrapper"),
    ("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"),
)
_MAKERS = ("copyreg._reconstructor", "copy_reg._reconstructor", "copyreg.__newobj_ex__")
_NUMBERS = re.compile(r"(b1|[iu][1248]|f[248]|f1[26]|c8|c16|c24|c32|[mM]8)\Z")
_SIZED = re.compile(r"[SUVa]([1-9]\d{0,8})\Z")
_OBJECT = re.compile(r"O[48]?\Z")

Dtype = NamedTuple("Dtype", [("width", int), ("is_object", bool)])


def hop(data: Buffer, streams: List[Stream], limits: Optional[Limits] = None) -> OnBuild:
    """Return what steps over an array, given the call that BUILD completed and its position.

    Pickles inside the stream (arrays of objects) are added to `streams`. joblib gives those to
    `pickle.load`, which steps over nothing.
    """

    def on_build(call: Call, at: int) -> int:
        if class_of(call) not in WRAPPERS:
            return at
        if len(call.states) != 1:
            raise Malformed("an array of joblib's is announced twice", at)
        held = attributes(call)
        kind = dtype(held.get("dtype"), at)
        count = _count(held.get("shape"), at)
        if kind.is_object:  # a whole pickle stands in the stream
            inner = _read(data, at, limits)
            streams.append(inner)
            call.payload = inner
            return inner.end
        if held.get("numpy_array_alignment_bytes") is not None:
            at += 1 + int.from_bytes(bytes(data[at : at + 1]), "little")
        end = at + count * kind.width
        if end > len(data):
            raise Malformed("the stream ends inside an array of joblib's", at)
        call.payload = (at, end)
        return end

    return on_build


def _read(data: Buffer, at: int, limits: Optional[Limits]) -> Stream:
    from . import pickles

    return pickles.read(data, at, limits=limits, on_build=_announced)


def _announced(call: Call, at: int) -> int:
    if class_of(call) in WRAPPERS:
        raise Malformed("an array is announced where `pickle.load` reads, and joblib does not", at)
    return at


def class_of(call: Call) -> Optional[Tuple[str, str]]:
    """Return module and name of the class that a call makes an object of."""
    made = call.func
    if call.path in _MAKERS:
        made = call.args[0] if isinstance(call.args, list) and call.args else None
    return (made.module, made.name) if type(made) is Global else None


def attributes(call: Call) -> Dict[str, Any]:
    """Return what the states of a call put into its `__dict__`, and by name."""
    found: Dict[str, Any] = {}
    for state in call.states:
        parts = list(state) if isinstance(state, Items) and len(state) == 2 else [state]
        for part in [state] if isinstance(state, Pairs) else parts:
            if isinstance(part, Pairs):
                found.update({key: value for key, value in part if type(key) is str})
    return found


def _count(shape: Any, at: int) -> int:
    if not isinstance(shape, Items) or len(shape) > 64:
        raise Malformed("an array of joblib's has no shape", at)
    count = 1
    for size in shape:
        if type(size) is not int or not 0 <= size < 1 << 63:
            raise Malformed("an array of joblib's has a shape of something else", at)
        count *= size
    return count


def dtype(node: Any, at: int) -> Dtype:
    """Return the size of what `numpy.dtype(…)` makes, and whether it holds objects.

    Raises `Malformed` where either could be another than it seems.
    """
    args = list(node.args) if type(node) is Call and isinstance(node.args, list) else []
    if type(node) is not Call or node.path != "numpy.dtype" or not args:
        raise Malformed("an array of joblib's has no dtype", at)
    code = args[0].decode("latin-1") if isinstance(args[0], bytes) else args[0]
    bare = code.lstrip("<>=|") if isinstance(code, str) else ""
    states = [list(state) if isinstance(state, Items) else [] for state in node.states]
    if len(states) > 1 or any(len(state) not in (8, 9) for state in states):
        raise Malformed("a dtype of joblib's is filled in an unknown way", at)
    state = states[0] if states else [3, "|", None, None, None, -1, -1, 0]
    if _OBJECT.match(bare):
        return Dtype(0, is_object=True)
    flags, fields = state[7], state[4]
    if type(flags) is not int:
        raise Malformed("a dtype of joblib's has parts that are not known", at)
    if _NUMBERS.match(bare) and fields is None and state[2] is None and not flags & 1:
        return Dtype(int(bare[1:]), is_object=False)
    sized = _SIZED.match(bare)
    if sized is None:
        raise Malformed(f"an array of joblib's is of `{bare[:20]}`", at)
    width = int(sized[1]) * (4 if bare[0] == "U" else 1)
    if states and state[5] != width:
        raise Malformed("a dtype of joblib's has two sizes", at)
    if state[2] is not None and _width_of_parts(state[2], at) != width:
        raise Malformed("a dtype of joblib's has parts that are not known", at)
    return Dtype(width, _has_objects(fields, flags, at))


def _width_of_parts(parts: Any, at: int) -> int:
    """Return the size of a field that is an array, of a dtype and a shape; -1 where it is none."""
    if not isinstance(parts, Items) or len(parts) != 2:
        return -1
    inner = dtype(parts[0], at)
    return -1 if inner.is_object else inner.width * _count(parts[1], at)


def _has_objects(fields: Any, flags: int, at: int) -> bool:
    """Whether a field is of objects, as it and the flags have to agree on."""
    inside = False
    if isinstance(fields, Pairs):
        for _, told in fields:
            if not isinstance(told, Items) or not told:
                raise Malformed("a field of a dtype is not known", at)
            inside = dtype(told[0], at).is_object or inside
    elif fields is not None:
        raise Malformed("the fields of a dtype are not known", at)
    if inside != bool(flags & 1):
        raise Malformed("a dtype of joblib's hides that it holds objects", at)
    return inside
