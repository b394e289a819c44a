"""Models of XGBoost's, whose numbers lead from one to another: its C++ follows them as they are.

A child, a feature, a group or a length that leads outside of the model ends the process that opens
it, or lets it write elsewhere. UBJSON, JSON and the old binary format are read.
https://github.com/dmlc/xgboost/blob/master/src/tree/tree_model.cc
"""

import struct
from array import array
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from . import patience

__all__ = ["MOST", "Unsound", "check", "why_root", "why_unsound"]

MOST = patience.LOOK
_JSON = 1 << 20
_VALUES = 1_000_000
_DEPTH = 64
_ROOTS = (-1, 0x7FFFFFFF)  # parents of the first node
_CATEGORY = 1 << 24
_WIDE = 2  # outputs of a leaf, of a tree that 2.0 and later write without statistics
_U64 = struct.Struct(">q").unpack_from
_ARRAYS = {"I": "h", "l": "i", "L": "q"}
_WIDTHS = {"i": 1, "U": 1, "I": 2, "l": 4, "L": 8, "d": 4, "D": 8}
_ALIKE = (
    *("left_children", "right_children", "parents", "split_indices", "split_conditions"),
    "default_left",
)


class Unsound(Exception):  # noqa: N818 - a state of the model
    """The numbers of a model do not lead to parts of it; the text says which."""


class _TooMuch(Exception):  # noqa: N818 - a limit
    """It holds more than is read."""


def why_unsound(data: bytes) -> Optional[str]:
    """Return what of a model leads elsewhere; nothing where all holds, or it is too large."""
    return _why(_read, data)


def why_root(root: Any) -> Optional[str]:
    """Return the same of what JSON holds, which was read before."""
    return _why(check, root)


def _why(judge: Callable[[Any], None], held: Any) -> Optional[str]:
    try:
        judge(held)
    except _TooMuch:
        return None
    except Unsound as error:
        return str(error)
    except (LookupError, TypeError, AttributeError, ValueError, struct.error):
        return "what it holds is not laid out as a model is"
    return None


def _read(data: bytes) -> None:
    if len(data) > (patience.most() if data[:2] == b"{L" or data[:1] != b"{" else _JSON):
        raise _TooMuch
    if data[:2] == b"{L":
        check(_Reader(data).read())
    elif data[:1] == b"{":
        check(_json(data))
    else:
        _Binary(data).check()


def _json(data: bytes) -> Any:
    import json

    def unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
        found = dict(pairs)
        _hold(len(found) == len(pairs), "a key stands in an object twice")
        return found

    try:
        return json.loads(data.decode(), object_pairs_hook=unique)
    except RecursionError:
        raise Unsound("it is nested too deeply") from None


def _hold(holds: bool, why: str) -> None:  # noqa: FBT001 - as `assert` has it
    if not holds:
        raise Unsound(why)


def check(root: Any) -> None:
    """Raise `Unsound`, or an error of Python's own, for a model whose parts are not as they should.

    `root` is what JSON or UBJSON holds: numbers are lists or arrays.
    """
    root = root.get("Model", root)
    learner = root["learner"]
    told = learner["learner_model_param"]
    features, classes = _whole(told["num_feature"]), _whole(told.get("num_class", "0"))
    groups = max(1, classes, _whole(told.get("num_target", "1")))
    objective = learner.get("objective", {}).get("softmax_multiclass_param")
    if objective is not None:
        _hold(_whole(objective["num_class"]) == classes, "two numbers of classes differ")
    base = told.get("base_score", "")
    if base[:1] == "[":
        _hold(base.count(",") + 1 in (1, groups), "its base scores are not one a group")
    booster = learner["gradient_booster"]
    if booster["name"] == "gblinear":
        weights = len(booster["model"]["weights"])
        _hold(weights == (features + 1) * groups, "its weights are not one a feature and group")
        return
    held = [part for part in (booster, booster.get("gbtree", {})) if "model" in part]
    _hold(len(held) == 1, "it holds not one model of trees")
    model = held[0]["model"]
    for part in (booster, model):
        if "weight_drop" in part:
            _hold(len(part["weight_drop"]) == len(model["trees"]), "its weights are not one a tree")
    _forest(model, features, groups)


def _forest(model: Any, features: int, groups: int) -> None:
    told, trees, info = model["gbtree_model_param"], model["trees"], model["tree_info"]
    count = len(trees)
    _hold(_whole(told["num_trees"]) == count == len(info), "the numbers of its trees differ")
    _hold(_whole(told.get("num_parallel_tree", "1")) >= 1, "a round has no tree")
    _hold(not count or 0 <= min(info) <= max(info) < groups, "a tree is of a group beyond all")
    starts = model.get("iteration_indptr")
    if starts is not None:
        _hold(_rises(starts, count), "its rounds are not made of its trees")
    shapes = [tree if isinstance(tree, _Shape) else _Shape(tree) for tree in trees]
    _hold(
        sorted(shape.number for shape in shapes) == list(range(count)), "its trees are not counted"
    )
    _hold(
        all(-1 <= shape.feature < features for shape in shapes),
        "a node splits by a feature beyond all",
    )
    _hold(all(shape.outputs in (0, 1, groups) for shape in shapes), "its leaves have other outputs")
    if "cats" in model:
        _encoded(model["cats"], features)


def _encoded(cats: Any, features: int) -> None:
    """Judge the categories themselves: texts cut by offsets, or numbers, of each feature."""
    held, starts, order = cats["enc"], cats["feature_segments"], cats["sorted_idx"]
    if not held:
        _hold(not len(starts) and not len(order), "it has places of categories that it has not")
        return
    _hold(len(held) == features == len(starts) - 1, "its categories are not those of its features")
    _hold(_rises(starts, len(order)), "the places of its categories do not follow one another")
    for at, one in enumerate(held):
        count = len(one["values"])
        if "offsets" in one:
            places = one["offsets"]
            _hold(not len(places) or _rises(places, count), "a category lies beyond its texts")
            count = max(0, len(places) - 1)
        own = order[starts[at] : starts[at + 1]]
        _hold(count == len(own), "the places of its categories are not as many")
        _hold(not count or 0 <= min(own) <= max(own) < count, "a category stands beyond all")


def _rises(starts: Sequence[int], end: int) -> bool:
    """Whether whole numbers go from 0 to an end, and none back."""
    rising = all(one <= other for one, other in zip(starts, starts[1:]))  # noqa: B905, RUF007 3.6
    return len(starts) > 0 and starts[0] == 0 and starts[-1] == end and rising


def _whole(text: str) -> int:
    _hold(len(text) < 11 and text.isdigit(), f"{text[:20]!r} is no count")
    return int(text)


class _Shape:
    """What of a tree is compared with others: its number, its outputs, the last feature it uses."""

    __slots__ = ("feature", "number", "outputs")

    def __init__(self, tree: Any) -> None:
        """Judge a tree by itself."""
        told = tree["tree_param"]
        count, self.outputs = _whole(told["num_nodes"]), _whole(told["size_leaf_vector"])
        self.number = tree["id"]
        kinds = tree.get("split_type", ())
        wide = len(tree["base_weights"])
        _hold(
            count > 0
            and all(len(tree[key]) == count for key in _ALIKE)
            and len(kinds) in (0, count)
            and all(
                len(tree[key]) == count
                for key in ("loss_changes", "sum_hessian")
                if key in tree or self.outputs < _WIDE
            )
            and wide in (count, count * self.outputs),
            "the arrays of a tree differ in length",
        )
        leaves = tree.get("leaf_weights")
        places = None if leaves is None else len(leaves) // max(1, self.outputs)
        inner = joined(tree["left_children"], tree["right_children"], tree["parents"], places)
        index = tree["split_indices"]
        used = [index[at] for at in inner]
        self.feature = max(used) if used else -1
        _hold(not used or min(used) >= 0, "a node splits by a feature below all")
        by_category = [at for at in inner if kinds[at]] if any(kinds) else []
        if by_category or len(tree.get("categories_nodes", ())):
            _sets(tree, by_category)


def _sets(tree: Any, split: List[int]) -> None:
    """Judge the categories that nodes split by."""
    nodes, values = list(tree["categories_nodes"]), tree["categories"]
    starts, sizes = tree["categories_segments"], tree["categories_sizes"]
    _hold(nodes == split, "nodes that split by categories have none")
    _hold(len(nodes) == len(starts) == len(sizes), "the sets of categories differ in number")
    _hold(
        all(
            start >= 0 and size > 0 and start + size <= len(values)
            for start, size in zip(starts, sizes)  # noqa: B905 `strict` came with 3.10
        ),
        "a set of categories lies beyond all",
    )
    _hold(not len(values) or 0 <= min(values) <= max(values) < _CATEGORY, "a category is no number")


def joined(
    left: Sequence[int], right: Sequence[int], parents: Sequence[int], leaves: Optional[int]
) -> List[int]:
    """Return the nodes that have children, each child of one node, which is its parent.

    Of a leaf that has several outputs `right` says which of so many `leaves` it is.
    """
    count = len(left)
    inner = [at for at, child in enumerate(left) if child != -1]
    lefts, rights = [left[at] for at in inner], [right[at] for at in inner]
    in_order = list(range(1, count))
    if lefts != in_order[::2] or rights != in_order[1::2]:  # as most trees are numbered
        below = {*lefts, *rights}
        if len(below) != 2 * len(inner) or (below and not 0 < min(below) <= max(below) < count):
            raise Unsound("a child is beyond its tree, or that of two nodes")
    rest = parents[1:]
    held = [parents[at] for at in lefts] == inner == [parents[at] for at in rights]
    own = held and len(rest) == 2 * len(inner)  # each is the parent of those that were compared
    if not held or parents[0] not in _ROOTS or not (own or 0 <= min(rest) <= max(rest) < count):
        raise Unsound("a node is no child of its parent")
    if leaves is None:
        ended = right.count(-1) == count - len(inner) and -1 not in rights
    else:
        ends = [place for place, child in zip(right, left) if child == -1]  # noqa: B905 3.10
        ended = not ends or 0 <= min(ends) <= max(ends) < leaves
    _hold(ended, "a leaf has a child")
    return inner


class _Reader:
    """UBJSON as XGBoost writes it; trees are judged as they are read, and not kept."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.left = _VALUES

    def read(self) -> Any:
        """Return the root object."""
        found = self.value("", _DEPTH)
        _hold(self.at == len(self.data), "more follows it")
        return found

    def length(self) -> int:
        """Return a length, of what lies within the bytes."""
        data, at = self.data, self.at
        if data[at] != 0x4C:
            raise Unsound("a length is told in another way")
        self.at = at + 9
        found: int = _U64(data, at + 1)[0]
        if not 0 <= found <= len(data) - self.at:
            raise Unsound("a length goes beyond its end")
        return found

    def text(self) -> str:
        """Return a text of so many bytes."""
        end = self.length() + self.at
        start, self.at = self.at, end
        return self.data[start:end].decode("utf-8", "replace")

    def value(self, key: str, depth: int) -> Any:
        """Return the value that stands here, under a key."""
        self.left -= 1
        if self.left < 0 or not depth:
            raise _TooMuch
        mark = chr(self.data[self.at])
        self.at += 1
        if mark == "S":
            return self.text()
        if mark == "[":
            return self.items(key, depth - 1)
        if mark == "{":
            return self.object(depth - 1)
        if mark in "ZTF":
            return {"Z": None, "T": True, "F": False}[mark]
        return self.numbers(mark, 1)[0]

    def object(self, depth: int) -> Dict[str, Any]:
        """Return an object, each of whose keys stands once."""
        found: Dict[str, Any] = {}
        data = self.data
        while data[self.at] != 0x7D:
            key = self.text()
            if key in found:
                raise Unsound("a key stands in an object twice")
            found[key] = self.value(key, depth)
        self.at += 1
        return found

    def items(self, key: str, depth: int) -> Any:
        """Return a list, or an array of numbers; of trees what is compared."""
        data, at = self.data, self.at
        if data[at] == 0x24 and data[at + 2] == 0x23:  # `$`, a kind, `#`
            self.at = at + 3
            return self.numbers(chr(data[at + 1]), self.length())
        count = -1
        if data[at] == 0x23:
            self.at = at + 1
            count = self.length()
        found: List[Any] = []
        trees = key == "trees"
        while len(found) != count:
            if count < 0 and data[self.at] == 0x5D:
                self.at += 1
                break
            item = self.value("", depth)
            found.append(_Shape(item) if trees else item)
        return found

    def numbers(self, kind: str, count: int) -> Sequence[Any]:
        """Return whole numbers; of others, which nothing is led by, how many there are."""
        start = self.at
        end = self.at = start + count * _WIDTHS[kind]
        if end > len(self.data):
            raise Unsound("an array goes beyond its end")
        if kind in "dD":
            return range(count)
        if kind in "iU":
            return self.data[start:end] if kind == "U" else array("b", self.data[start:end])
        found = array(_ARRAYS[kind], self.data[start:end])
        found.byteswap()
        return found


class _Binary:
    """The old format: structures of C++ as they lay in memory, of a 64-bit processor."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def check(self) -> None:
        """Judge the model; what older versions have behind it is text."""
        if self.data[:14] == b"CONFIG-offset:":
            self.at = 14
            (size,) = self.take("<q")
            _hold(0 <= size <= len(self.data) - self.at, "its configuration is beyond its end")
        elif self.data[:4] == b"binf":
            self.at = 4
        _, features, classes, attributes, metrics, _, _, targets = self.take("<fIiiiIII104x")
        objective, booster = self.text(), self.text()
        groups = max(1, classes, targets)
        _hold(0 <= classes < _CATEGORY and targets < _CATEGORY, "its classes are no count")
        if booster == b"gblinear":
            self.linear(features, groups)
        else:
            self.trees(features, groups, dart=booster == b"dart")
        if attributes:
            self.texts(2)
        if objective == b"count:poisson":
            self.text()
        if metrics:
            self.texts(1)

    def take(self, form: str) -> Tuple[Any, ...]:
        """Return the numbers of a structure."""
        found = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return found

    def text(self) -> bytes:
        """Return bytes behind their length."""
        (size,) = self.take("<Q")
        _hold(size <= len(self.data) - self.at, "a text goes beyond its end")
        self.at += size
        return self.data[self.at - size : self.at]

    def texts(self, each: int) -> None:
        """Step over a list of texts, so many in an item."""
        (count,) = self.take("<Q")
        _hold(count * each * 8 <= len(self.data) - self.at, "texts go beyond its end")
        for _ in range(count * each):
            self.text()

    def linear(self, features: int, groups: int) -> None:
        """Judge the weights of a linear model."""
        held, outputs = self.take("<Ii128x")
        (count,) = self.take("<Q")
        right = held == features and outputs == groups and count == (features + 1) * groups
        _hold(right, "its weights are not one a feature and group")
        self.ints(count)

    def trees(self, features: int, groups: int, *, dart: bool) -> None:
        """Judge trees, and of which group each is."""
        count, _, _, _, buffered, outputs, wide = self.take("<iiiiqii128x")
        _hold(count >= 0 and 148 * count <= len(self.data), "it has no such number of trees")
        _hold(outputs in (0, groups) and wide in (0, 1), "its trees have other outputs")
        for _ in range(count):
            self.tree(features)
        info = self.ints(count)
        _hold(not count or 0 <= min(info) <= max(info) < groups, "a tree is of a group beyond all")
        if buffered:
            _hold(0 < buffered < MOST, "it has no such number of predictions")
            self.ints(2 * buffered * max(1, outputs))
        if dart and count:
            (weights,) = self.take("<Q")
            _hold(weights == count, "its weights are not one a tree")
            self.ints(weights)

    def tree(self, features: int) -> None:
        """Judge a tree: 20 bytes a node, and 16 of what is known of it."""
        roots, count, _, _, _, wide = self.take("<6i124x")
        _hold(roots == 1 and count > 0 and wide in (0, 1), "a tree has no such number of nodes")
        nodes = self.ints(5 * count)
        self.ints(4 * count)
        parents = array("i", [parent & 0x7FFFFFFF for parent in nodes[::5]])
        inner = joined(nodes[1::5], nodes[2::5], parents, None)
        _hold(
            all(nodes[5 * at + 3] & 0x7FFFFFFF < features for at in inner),
            "a node splits by a feature beyond all",
        )

    def ints(self, count: int) -> "array[int]":
        """Return so many numbers of 4 bytes."""
        _hold(4 * count <= len(self.data) - self.at, "an array goes beyond its end")
        found = array("i")
        found.frombytes(self.data[self.at : self.at + 4 * count])
        self.at += 4 * count
        return found
