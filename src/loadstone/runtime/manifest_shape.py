"""What the manifest of a bundle has to look like, before anything of it is used.

The format: docs/bundle.md. A shape is a type, `None`, a tuple of such of which one has to fit, a
list of one shape for every item, or a dict: a name that ends in `?` may be absent, and `*` stands
for every other name.
"""

from typing import Any, Dict, Optional, Tuple

SCHEMA = "loadstone.bundle/1"
_NUMBER = (int, float, None)
_SHAPE = (None, [(int, None)])
_PART = {
    "name": str,
    "kind": str,
    "dtype?": (str, None),
    "shape?": _SHAPE,
    "free?": [int],
    "holds?": (str, None),
    "depth?": int,
    "missing?": (bool, None),
    "optional?": bool,
    "ordered?": bool,
    "categories?": ([(str, int, float, bool)], None),
}
_PARTS = (None, [_PART])
_FORM = {
    "kind": str,
    "weights?": {"*": str},
    "structure?": str,
    "file?": str,
    "beside?": [str],
    "pillow?": bool,
}
_RANGE = {
    "name": str,
    "kind": str,
    "rows": int,
    "missing": int,
    "least?": (bool, *_NUMBER),  # of a column of truth values
    "most?": (bool, *_NUMBER),
    "values?": [str],
}
MANIFEST = {
    "schema": str,
    "name": str,
    "created": str,
    "loadstone": str,
    "framework": str,
    "forms": [_FORM],
    "dropped": [{"kind": str, "why": str}],
    "steps": {"*": {"root?": str, "name?": str}},
    "plan": dict.fromkeys(("preprocess", "collate", "postprocess"), (str, None)),
    "signature": {
        "kind": (str, None),
        "inputs": _PARTS,
        "outputs": _PARTS,
        "prepared?": _PARTS,
        "labels?": {"*": [str]},
    },
    "witnesses": {
        "count": int,
        "file?": (str, None),
        "seed?": (int, None),
        "left_out?": int,
        "private?": str,
        "digests?": str,
    },
    "coverage": {"*": (*_NUMBER, {"looked_up": int, "unknown": int})},
    "ranges": [_RANGE],
    "code": (None, {"names": [str], "needs": [str]}),
    "environment": {"versions": {"*": (str, None)}},
    "unproven": [str],
    "uncaptured": [{"name": str, "why": str, "supply": str}],
    "files": [{"name": str, "size": int, "sha256": str}],
}
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def wrong(manifest: Any) -> Optional[str]:
    """Return what is not as a manifest has it, None where all is."""
    why = _wrong(manifest, MANIFEST, "")
    if why:
        return why
    for at, item in enumerate(manifest["ranges"]):
        needed = ("values",) if item["kind"] == "value" else ("least", "most")
        for name in needed:
            if item.get(name) is None:
                return "it has no `ranges[{}].{}`".format(at, name)
    return None


def _wrong(value: Any, shape: Any, place: str) -> Optional[str]:
    if isinstance(shape, tuple):
        return _of_none(value, shape, place)
    if isinstance(shape, dict):
        return _in_object(value, shape, place)
    if isinstance(shape, list) and isinstance(value, list):
        told = (_wrong(item, shape[0], "{}[{}]".format(place, at)) for at, item in enumerate(value))
        return next((why for why in told if why), None)
    fits = value is None if shape is None else type(value) is shape
    return None if fits else "`{}` is {}".format(place, _is_no(value, (shape,)))


def _of_none(value: Any, shapes: Tuple[Any, ...], place: str) -> Optional[str]:
    """Return why a value is of none of the shapes: what is wrong inside of it, if it may be."""
    told = [_wrong(value, shape, place) for shape in shapes]
    if None in told:
        return None
    inside = [why for why in told if why and not why.startswith("`{}` is ".format(place))]
    return inside[0] if inside else "`{}` is {}".format(place, _is_no(value, shapes))


def _in_object(value: Any, shape: Dict[str, Any], place: str) -> Optional[str]:
    if not isinstance(value, dict):
        return "`{}` is {}".format(place or "the manifest", _is_no(value, (shape,)))
    named = {name.rstrip("?"): (name[-1] != "?", inner) for name, inner in shape.items()}
    rest = named.pop("*", (False, None))[1]
    for name, (needed, inner) in named.items():
        inside = "{}.{}".format(place, name) if place else name
        if name in value:
            why = _wrong(value[name], inner, inside)
            if why:
                return why
        elif needed:
            return "it has no `{}`".format(inside)
    if rest is not None:
        for name in value:
            if name not in named:
                why = _wrong(value[name], rest, "{}.{}".format(place, name))
                if why:
                    return why
    return None


def _is_no(value: Any, shapes: Tuple[Any, ...]) -> str:
    wanted = [_word(shape) for shape in shapes]
    return "{}, not {}".format(_word_of(value), " or ".join(dict.fromkeys(wanted)))


def _word(shape: Any) -> str:
    if shape is None:
        return "null"
    if isinstance(shape, (dict, list)):
        return "an object" if isinstance(shape, dict) else "a list"
    return _WORDS[shape]


def _word_of(value: Any) -> str:
    if isinstance(value, (dict, list)) or value is None:
        return _word(value)
    return _WORDS[type(value)]
