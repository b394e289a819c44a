"""Which variable of a file goes into which of a model: by its place, and by the name of its layer.

Keras takes weights by their places and never compares names, so two layers of equal shapes that
were exchanged are loaded the wrong way round without a word. Both readings are made here.
"""

import re
from typing import Any, Dict, List, Sequence, Tuple

Slot = Dict[str, Any]
# A slot is a variable: `group` and `tail` are its place, `layer` the name of its layer, "" where
# that is not known, `inner` its own name as `layer/variable`, `shape` its sizes, and `kind` the
# class of the layer as Keras would name it (of a model's only).
_NUMBER = re.compile(r"_(\d+)$")


class _Group:
    """The variables of one layer."""

    def __init__(self, slot: Slot) -> None:
        self.place = slot["group"]
        self.layer = slot["layer"]
        self.kind = slot["kind"]
        self.slots: List[Slot] = []

    def fits(self, other: "_Group") -> bool:
        return self.shapes() == other.shapes()

    def shapes(self) -> Dict[str, List[int]]:
        return {slot["tail"]: slot["shape"] for slot in self.slots}


def groups(slots: Sequence[Slot]) -> List[_Group]:
    """Return the layers of the variables, in their order."""
    found: Dict[str, _Group] = {}
    for slot in slots:
        found.setdefault(slot["group"], _Group(slot)).slots.append(slot)
    return list(found.values())


def decide(
    file: Sequence[Slot], model: Sequence[Slot], *, exact: bool = False, force: bool = False
) -> Dict[str, Any]:
    """Return how the variables of a file go into a model's.

    `pairs` are the variables that go together, `missing` those of the model that the file has not,
    `unexpected` those of the file that the model has not, `mismatched` those of other shapes.
    `open` are layers whose names and places disagree: whether the layers were exchanged, or only
    their names, is not in the file. They go by their places, with `force` by their names. `moved`
    go by their names: by their places the shapes differ, or, for variables inside a layer of
    layers, only what is frozen does.
    `unnamed` are layers of equal shapes that their places alone tell apart. Names that Keras
    numbered itself count by their order; with `exact` they are names as any other.
    """
    theirs, ours = groups(file), groups(model)
    by_place = {group.place: group for group in theirs if group.place}
    placed = [(by_place[group.place], group) for group in ours if group.place in by_place]
    named, numbered = _named(theirs, ours, exact=exact)
    both = dict(numbered)
    both.update(named)
    at = {id(left): right for left, right in placed}
    apart = [g for g in theirs if id(g) in both and at.get(id(g)) is not both[id(g)]]
    if not all(group.fits(both[id(group)]) for group in apart):
        apart = []  # the shapes say that the names are other layers' now
        both = {}
    by_name = _joined(theirs, placed, both)
    result = _slots(theirs, ours, by_name if force else placed, force=force)
    kind = "open"
    told = [g for g in apart if id(g) in named or _alone(g, apart)]
    if apart and len(told) == len(apart) and not force and not _fits(result):
        other = _slots(theirs, ours, by_name, force=False)
        if _fits(other):
            result, placed, kind = other, by_name, "moved"
        elif _left(other) < _left(result):
            result = other  # neither fits: names tell which layer was added or is gone
    kinds = {group.kind for group in ours if group.kind}
    took = {number: _told(right, kinds) for number, right in at.items()}
    result[kind] += [
        (_told(g, kinds), took.get(id(g), ""), _told(both[id(g)], kinds)) for g in apart
    ]
    result["unnamed"] = _unnamed(placed, both)
    return result


def _told(group: _Group, kinds: Any) -> str:
    """Return its name, or the attribute that holds it where Keras gave the name."""
    is_attribute = group.place.isidentifier() and not group.place.startswith("layer_with_")
    return str(group.place if is_attribute and _is_automatic(group.layer, kinds) else group.layer)


def _alone(group: _Group, others: Sequence[_Group]) -> bool:
    """Whether no other one has its shapes, so that a number for a name is enough."""
    return sum(group.fits(other) for other in others) == 1


def _fits(result: Dict[str, Any]) -> bool:
    return not _left(result)


def _left(result: Dict[str, Any]) -> int:
    """Return how many variables have no counterpart of their shape."""
    return sum(len(result[word]) for word in ("missing", "unexpected", "mismatched"))


def _joined(
    theirs: Sequence[_Group], placed: List[Tuple[_Group, _Group]], named: Dict[int, _Group]
) -> List[Tuple[_Group, _Group]]:
    """Return the pairs by names, and by places of what has no name of its own and is left."""
    pairs = [(group, named[id(group)]) for group in theirs if id(group) in named]
    taken = {id(right) for _, right in pairs}
    left = [(a, b) for a, b in placed if id(a) not in named and id(b) not in taken]
    return pairs + left


def _named(
    theirs: Sequence[_Group], ours: Sequence[_Group], *, exact: bool
) -> Tuple[Dict[int, _Group], Dict[int, _Group]]:
    """Return the layers of the model by those of the file: of one name, and of one number.

    `dense_4` is a name that Keras gave: of such names only the order says something.
    """
    kinds = {group.kind for group in ours if group.kind}
    held = [_by_name(side) for side in (theirs, ours)]
    named: Dict[int, _Group] = {}
    numbered: Dict[int, _Group] = {}
    for name, group in held[0].items():
        if name in held[1] and (exact or not _is_automatic(name, kinds)):
            named[id(group)] = held[1][name]
    if exact:
        return named, numbered
    for kind in sorted(kinds):
        lists = [_of_kind(side, kind, kinds) for side in held]
        if len(lists[0]) == len(lists[1]):
            numbered.update({id(a): b for a, b in zip(*lists)})  # noqa: B905 - Python 3.6 has no `strict`
    return named, numbered


def _by_name(side: Sequence[_Group]) -> Dict[str, _Group]:
    """Return the layers that have a name to themselves."""
    names = [group.layer for group in side]
    return {group.layer: group for group in side if group.layer and names.count(group.layer) == 1}


def _base(name: str) -> str:
    return _NUMBER.sub("", name.rpartition("/")[2])


def _is_automatic(name: str, kinds: Any) -> bool:
    return _base(name) in kinds


def _of_kind(held: Dict[str, _Group], kind: str, kinds: Any) -> List[_Group]:
    """Return the layers that Keras numbered of one class, by their numbers."""
    names = [name for name in held if _base(name) == kind and _is_automatic(name, kinds)]
    return [held[name] for name in sorted(names, key=_order)]


def _order(name: str) -> int:
    found = _NUMBER.search(name)
    return int(found.group(1)) if found else -1


def _slots(
    theirs: Sequence[_Group],
    ours: Sequence[_Group],
    placed: Sequence[Tuple[_Group, _Group]],
    *,
    force: bool,
) -> Dict[str, Any]:
    """Return the pairs of variables, what is left on either side, and what moved inside layers."""
    found: Dict[str, Any] = {"pairs": [], "mismatched": [], "moved": [], "open": []}
    used = set()
    filled = set()
    for left, right in placed:
        for a, b in _within(left, right, found, force=force):
            used.add(id(a))
            filled.add(id(b))
            found["pairs" if a["shape"] == b["shape"] else "mismatched"].append((a, b))
    found["missing"] = [s for group in ours for s in group.slots if id(s) not in filled]
    found["unexpected"] = [s for group in theirs for s in group.slots if id(s) not in used]
    return found


def _within(
    left: _Group, right: _Group, found: Dict[str, Any], *, force: bool
) -> List[Tuple[Slot, Slot]]:
    """Return the variables of one layer that go together.

    A layer that holds layers lists what is trained first, so that what is frozen changes the order
    of the variables and not that of the layers: their names then hold.
    """
    tails = {slot["tail"]: slot for slot in right.slots}
    by_place = [(slot, tails[slot["tail"]]) for slot in left.slots if slot["tail"] in tails]
    names = [[slot["inner"] for slot in side.slots] for side in (left, right)]
    known = {slot["inner"]: slot for slot in right.slots}
    if names[0] == names[1] or sorted(names[0]) != sorted(names[1]) or len(known) < len(names[1]):
        return by_place
    by_name = [(slot, known[slot["inner"]]) for slot in left.slots]
    if any(a["shape"] != b["shape"] for a, b in by_name):
        return by_place
    orders = [list(dict.fromkeys(name.rpartition("/")[0] for name in side)) for side in names]
    at = {id(a): b["inner"] for a, b in by_place}
    told = [(a["inner"], at.get(id(a), ""), b["inner"]) for a, b in by_name]
    sure = orders[0] == orders[1]
    found["moved" if sure else "open"] += [item for item in told if item[1] != item[2]]
    return by_name if sure or force else by_place


def _unnamed(placed: Sequence[Tuple[_Group, _Group]], both: Dict[int, _Group]) -> List[str]:
    """Return the layers of shapes that another one has too, where no name tells which is which."""
    shapes = [right.shapes() for _, right in placed]
    return [
        right.layer or right.place
        for (left, right), shape in zip(placed, shapes)  # noqa: B905 - Python 3.6 has no `strict`
        if id(left) not in both and shapes.count(shape) > 1
    ]
