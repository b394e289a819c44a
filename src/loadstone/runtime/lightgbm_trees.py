"""Models of LightGBM's as text, whose numbers lead its C++: it reads as many as they say.

Sizes of trees that go beyond the text, lists that are shorter than a tree has nodes, lines without
an end, and parameters without a value make it read what lies behind.
https://github.com/lightgbm-org/LightGBM/blob/master/src/io/tree.cpp,
https://github.com/lightgbm-org/LightGBM/blob/master/src/boosting/gbdt_model_text.cpp
"""

import re
from typing import Dict, List, Optional, Tuple

from . import patience

__all__ = ["MOST", "why_unsound"]

MOST = patience.LOOK
_LINES = 22  # of a tree, all that are read
_COUNT = 1 << 20  # of classes, trees of an iteration, leaves of a tree
_WHOLE = re.compile(r"(?: ?-?\d{1,10}(?: -?\d{1,10})*)?\Z")
_FLOAT = re.compile(r"[-+.0-9a-z ]*\Z", re.IGNORECASE)
_PARAMETER = re.compile(r"\[\w+: [^\n]*\]\Z")
_BY_NODE = ("split_gain", "threshold", "decision_type", "internal_value", "internal_weight")
_BY_LEAF = ("leaf_value", "leaf_weight", "leaf_count", "leaf_const")


class _Unsound(Exception):  # noqa: N818 - a state of the model
    """The numbers of a model do not lead to parts of it."""


def why_unsound(text: str) -> Optional[str]:
    """Return what of a model leads elsewhere; nothing where all holds, or it is too large."""
    if len(text) > patience.most():
        return None
    try:
        _check(text)
    except _Unsound as error:
        return str(error)
    except (ValueError, LookupError):
        return "what it holds is not laid out as a model is"
    return None


def _hold(right: bool, why: str) -> None:  # noqa: FBT001 - a condition and what it means
    if not right:
        raise _Unsound(why)


def _check(text: str) -> None:
    _hold("\0" not in text and "\r" not in text, "a text ends before its end")
    _parameters(text)
    start = text.find("\nTree=") + 1
    end = text.find("\nend of trees")
    head = _header(text[:start] if start else text)
    last = int(head.get("max_feature_idx", ""))
    _hold(0 <= last < _COUNT, "it has no such number of features")
    for key in ("num_class", "num_tree_per_iteration"):
        _hold(0 < int(head.get(key, "1")) < _COUNT, "it has no such number of classes")
    if not start:
        _hold(not head.get("tree_sizes", "").strip(), "its trees are not there")
        return
    if "tree_sizes" not in head:  # before 2.2: each tree ends with an empty line
        body = text[start : end + 1] if end > 0 else text[start:]
        for tree in body[len("Tree=") :].split("\nTree="):
            _tree("Tree=" + tree, last)
        return
    at = start
    raw = text.encode("utf-8", "surrogatepass")
    data = text if len(raw) == len(text) else None  # ASCII; `isascii` came with 3.7
    at = at if data is not None else len(text[:start].encode("utf-8", "surrogatepass"))
    for size in _numbers(head["tree_sizes"]):
        _hold(0 < size <= len(raw) - at, "a tree goes beyond the text")
        held = text[at : at + size] if data is not None else raw[at : at + size].decode("utf-8")
        _tree(held, last)
        at += size


def _header(text: str) -> Dict[str, str]:
    """Return what stands before the trees; a line that stands twice is taken as the last."""
    return dict(line.partition("=")[::2] for line in text.split("\n"))


def _numbers(text: str) -> List[int]:
    _hold(_WHOLE.match(text) is not None, "a number is none")
    return list(map(int, text.split()))


def _tree(text: str, last: int) -> None:
    """Judge a tree, to the empty line that ends it."""
    body, ended, _ = text.partition("\n\n")
    lines = body.split("\n")
    _hold(lines[0].startswith("Tree=") and bool(ended), "a tree has no end")
    _hold(len(lines) <= _LINES and all("=" in line for line in lines), "a line of a tree is none")
    held = dict(line.partition("=")[::2] for line in lines[1:])
    leaves, sets = int(held["num_leaves"]), int(held.get("num_cat", "0"))
    _hold(0 < leaves < _COUNT and 0 <= sets < _COUNT, "a tree has no such number of leaves")
    _counted(held, _BY_LEAF, leaves)
    _linear(held, leaves, last)
    if leaves == 1:
        return
    _counted(held, (*_BY_NODE, "internal_count"), leaves - 1)
    features = _numbers(held["split_feature"])
    _hold(len(features) == leaves - 1, "a list is shorter than its tree")
    _hold(0 <= min(features) <= max(features) <= last, "a node splits by a feature beyond all")
    _joined(_numbers(held["left_child"]), _numbers(held["right_child"]), leaves)
    if sets:
        bounds = _numbers(held["cat_boundaries"])
        words = _numbers(held["cat_threshold"])
        _hold(len(bounds) == sets + 1 and bounds[0] == 0, "the sets of categories differ in number")
        _hold(
            bounds == sorted(bounds) and bounds[-1] == len(words),
            "a set of categories lies beyond all",
        )


def _counted(held: Dict[str, str], keys: Tuple[str, ...], count: int) -> None:
    for key in keys:
        if held.get(key):
            _hold(_floats(held[key]) == count, "a list is shorter than its tree")
    _hold("leaf_value" in held, "a tree has no values")


def _floats(text: str) -> int:
    """Return how many numbers stand in a list, each of which is one."""
    _hold(_FLOAT.match(text) is not None, "a number is none")
    return len(list(map(float, text.split())))


def _parameters(text: str) -> None:
    """Judge what stands behind the trees: parameters of the training, each with a value."""
    _, told, rest = text.partition("\nparameters:")
    if not told:
        return
    lines, ended, _ = rest.partition("\nend of parameters")
    _hold(bool(ended), "its parameters have no end")
    held = [line for line in lines.split("\n") if line]
    _hold(all(map(_PARAMETER.match, held)), "a parameter has no value")


def _joined(left: List[int], right: List[int], leaves: int) -> None:
    """Judge children: each node below the first, and each leaf, is that of one node before it."""
    _hold(len(left) == len(right) == leaves - 1, "a list is shorter than its tree")
    below = sorted([*left, *right])
    _hold(
        below == [*range(-leaves, 0), *range(1, leaves - 1)],
        "a child is beyond its tree, or that of two nodes",
    )
    _hold(
        all(child < 0 or child > at for of in (left, right) for at, child in enumerate(of)),
        "a node is a child of a later one",
    )


def _linear(held: Dict[str, str], leaves: int, last: int) -> None:
    """Judge the features of leaves that are linear, each with a coefficient."""
    if held.get("is_linear", "0").strip() != "1":
        return
    counts = _numbers(held["num_features"])
    features = held.get("leaf_features", "").split()
    _hold(len(counts) == leaves and min(counts) >= 0, "the features of leaves differ in number")
    _hold(
        sum(counts) == len(features) == _floats(held.get("leaf_coeff", "")),
        "the features of leaves differ in number",
    )
    _hold(
        all(0 <= int(feature) <= last for feature in features),
        "a leaf has a feature beyond all",
    )
