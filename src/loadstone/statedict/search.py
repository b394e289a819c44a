"""The search for which tensor of a file is which of a target's, whatever they are called.

Shapes are first taken as they are, then without axes of size 1, then with matrices either way
round. Numbers in the names count first as whole segments, then at the end of words too, then not
at all. The first reading in which the evidence leaves one answer for every tensor is the answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import tee
from typing import Final, get_args

from loadstone.core.classes import dataclass
from loadstone.core.edits import CopyKeys, DropKeys, TensorEdit
from loadstone.statedict import buffers
from loadstone.statedict.align import Alignment, align
from loadstone.statedict.computed import compute
from loadstone.statedict.fuse import fuse
from loadstone.statedict.layout import Found, Tensors, done, kind_of, matrices, pairs_of, together
from loadstone.statedict.units import Counting, Shape, Unit, Units, signature, units

_READINGS: Final = 3


def search(
    saved: Tensors, expected: Tensors, *, kinds: Mapping[str, str], aliases: Mapping[str, str]
) -> Found:
    """Return what makes `saved` fit `expected`; what is open is left as it is."""
    sides = Sides(saved, expected, kinds, aliases)
    found = next((made for side in sides.each() if (made := sides.named(side)) is not None), None)
    if found is None:
        left, right = sides.trained
        others = {key for key in left if key in right and left[key].shape != right[key].shape}
        ours = {key: fact for key, fact in left.items() if key not in others}
        theirs = {key: fact for key, fact in right.items() if key not in others}
        found = _named(ours, theirs, sides.kinds) if others else None
        found = found or Found()
    compute(found, saved, expected)
    return found


@dataclass(frozen=True, slots=True)
class Side:
    """What is paired: all that is trained, or that without what is tied."""

    left: Tensors
    right: Tensors
    twins: Mapping[str, str]  # of the file, left out, with the key that has the same bytes
    tied: Mapping[str, str]  # of the target, left out, with the name that is its parameter's


class Sides:
    """What of a file and of a target is to be paired."""

    def __init__(
        self,
        saved: Tensors,
        expected: Tensors,
        kinds: Mapping[str, str],
        aliases: Mapping[str, str],
    ) -> None:
        left = {key: fact for key, fact in saved.items() if not buffers.computed(key, fact)}
        right = {key: fact for key, fact in expected.items() if not buffers.computed(key, fact)}
        self.trained = left, right
        self._twins = _twins(left)
        self._tied = {key: name for key, name in aliases.items() if key in right and name in right}
        shared = [key.rpartition(".")[0] for pair in self._tied.items() for key in pair]
        # a head that is an embedding lies as it does
        self.kinds = {**kinds, **dict.fromkeys(shared, "Embedding")}

    def each(self) -> Iterator[Side]:
        """Yield all of both, then that without the names that are tied."""
        left, right = self.trained
        yield Side(left, right, {}, {})
        if self._twins or self._tied:
            ours = {key: fact for key, fact in left.items() if key not in self._twins}
            theirs = {key: fact for key, fact in right.items() if key not in self._tied}
            yield Side(ours, theirs, self._twins, self._tied)

    def named(self, side: Side) -> Found | None:
        """Return the one answer that the evidence leaves, None where it leaves none or several."""
        found = _named(side.left, side.right, self.kinds)
        if found is not None:
            tie(found, side)
        return found


def _named(left: Tensors, right: Tensors, kinds: Mapping[str, str]) -> Found | None:
    """Return the names and layouts of all of `left`, or None where an answer is open.

    An answer that gives a name of both sides to another tensor is taken where there is no other.
    """
    second: Found | None = None
    in_order = by_module(left)
    for reading in readings(left, right):
        if not reading.even:
            continue
        old, new = reading.old, reading.new
        result = align(old, new, reading.ours, reading.theirs, in_order=in_order)
        if result.doubtful:
            return None  # a later reading would only see less of it
        if not result.complete:
            continue
        found = done(list(pairs_of(old, new, result.pairs)), left, right, kinds)
        if (
            found is not None
            and not found.turned
            and _turned_instead(
                old, new, result, left=left, right=right, kinds=kinds, in_order=in_order
            )
        ):
            if not result.moved:
                return None
            continue
        if found is not None:
            found.proof = _proof(result, old)
            if not result.moved:
                return found
            second = second or found
    return second


def _turned_instead(
    old: Units,
    new: Units,
    result: Alignment,
    *,
    left: Tensors,
    right: Tensors,
    kinds: Mapping[str, str],
    in_order: bool,
) -> bool:
    """Whether the file may as well have its matrices the other way round, and other pairs.

    `up, down` that would be `down_proj, up_proj` by their shapes say so by their names. Where
    names do not say all, the order has to, unless another matrix shows how the file lies.
    """
    whole, either = (_signatures(old, _shapes(left, reading)) for reading in (0, 2))
    theirs = _signatures(new, _shapes(right, 2))
    orientations: dict[object, set[object]] = defaultdict(set)
    for path, held in either.items():
        orientations[held].add(whole[path])
    open_ = [path for path, held in either.items() if len(orientations[held]) > 1]
    if not open_:
        return False
    other = align(old, new, either, theirs, in_order=in_order).pairs
    if any(other.get(path, result.pairs[path]) != result.pairs[path] for path in open_):
        return True
    known = {path: to for path, to in result.pairs.items() if path not in open_}
    told = [path for path in known if result.told[path] == "shapes"]
    return (
        not all(path in other for path in open_)
        and not (in_order and _listed_alike([*told, *open_], result.pairs, old, new))
        and not any(
            mine == other != mine[::-1] and "Embedding" not in kind_of(pair, kinds)
            for pair in pairs_of({p: old[p] for p in known}, new, known)
            for mine, other in matrices(pair, left, right)
        )
    )


def _listed_alike(
    paths: list[str], pairs: Mapping[str, str], old: Mapping[str, Unit], new: Mapping[str, Unit]
) -> bool:
    """Whether these stand in the target in the order of the file; fused ones have no place."""
    ours, theirs = ({path: at for at, path in enumerate(units)} for units in (old, new))
    whole = [path for path in paths if not (old[path].extra or new[pairs[path]].extra)]
    at = [theirs[pairs[path]] for path in sorted(whole, key=ours.__getitem__)]
    return at == sorted(at)


@dataclass(frozen=True, slots=True)
class Reading:
    """The units of both sides as one reading has them, which hold the same shapes."""

    old: Units
    new: Units
    ours: Mapping[str, object]  # the signatures of the units of the file, by their paths
    theirs: Mapping[str, object]

    @property
    def even(self) -> bool:
        """Whether each unit of a side has one of the other: else no pairing is whole."""
        return Counter(self.ours.values()) == Counter(self.theirs.values())


def readings(left: Tensors, right: Tensors) -> Iterator[Reading]:
    """Yield the readings in which both sides hold the same shapes, the strictest first, each once.

    Without numbers in the names, or axes of size 1, several readings are one.
    """
    ways = _split_up(left, right)
    seen: list[tuple[Mapping[str, object], Mapping[str, object]]] = []
    read: list[tuple[set[Shape], ...]] = []
    every = [{fact.shape for fact in side.values()} for side in (left, right)]
    for reading in range(_READINGS):
        shapes = tuple({_read(shape, reading) for shape in side} for side in every)
        if shapes in read:
            continue
        read.append(shapes)
        ours, theirs = _shapes(left, reading), _shapes(right, reading)
        ways, again = tee(ways)
        for old, new in again:
            if _held(old, ours) != _held(new, theirs):
                continue
            both = _signatures(old, ours), _signatures(new, theirs)
            if both not in seen:
                seen.append(both)
                yield Reading(old, new, *both)


def _split_up(left: Tensors, right: Tensors) -> Iterator[tuple[Units, Units]]:
    """Yield the units of both sides, for each way to count, as they are and put together."""
    before: tuple[object, ...] = ()
    for counting in get_args(Counting):
        old, new = units(left, counting), units(right, counting)
        if before == (old.keys(), new.keys()):
            continue  # names without such numbers
        before = old.keys(), new.keys()
        yield old, new
        fused = fuse(old, new), fuse(new, old)
        if fused != (old, new):
            yield fused


def by_module(keys: Iterable[str]) -> bool:
    """Whether all that is in a module stands together, as a class lists it.

    A file whose keys are sorted says nothing of the order in its class.
    """
    keys = list(keys)
    if keys == sorted(keys):
        return False
    closed: set[tuple[str, ...]] = set()
    now: list[str] = []
    for key in keys:
        path = key.split(".")[:-1]
        same = 0
        while same < len(path) and same < len(now) and path[same] == now[same]:
            same += 1
        closed.update(tuple(now[: size + 1]) for size in range(same, len(now)))
        if len(path) > same and tuple(path[: same + 1]) in closed:
            return False
        now = path
    return True


def _shapes(tensors: Tensors, reading: int) -> Callable[[tuple[str, ...]], Shape]:
    alone = {key: _read(fact.shape, reading) for key, fact in tensors.items()}

    def shape(keys: tuple[str, ...]) -> Shape:
        if len(keys) == 1:
            return alone[keys[0]]
        return _read(together([tensors[key].shape for key in keys]), reading)

    return shape


def _read(shape: Shape, reading: int) -> Shape:
    if reading and len(shape) > 2:
        shape = _bare(shape)
    return tuple(sorted(shape)) if reading == 2 and len(shape) == 2 else shape


def _bare(shape: Shape) -> Shape:
    """Return the shape without the axes of size 1 at its end; the first axis stays."""
    end = len(shape)
    while end > 1 and shape[end - 1] == 1:
        end -= 1
    return shape[:end]


def _held(of: Mapping[str, Unit], shape: Callable[[tuple[str, ...]], Shape]) -> Counter[Shape]:
    return Counter(
        shape(keys)
        for unit in of.values()
        for roles in unit.members.values()
        for keys in roles.values()
    )


def _signatures(
    of: Mapping[str, Unit], shape: Callable[[tuple[str, ...]], Shape]
) -> dict[str, object]:
    return {path: signature(unit, shape) for path, unit in of.items()}


def _proof(result: Alignment, old: Mapping[str, Unit]) -> str:
    """Say what told the modules apart, the number of each."""
    told = Counter(result.told[path] for path in old)
    if set(told) == {"shapes"}:
        return "unique assignment: no other pairing has the same leaves and shapes"
    words = {
        "shapes": "by shapes alone",
        "names": "by names",
        "names and places": "by what names and places say",
        "numbers": "by numbers",
        "neighbours": "by what stands beside them",
        "what remains": "as the one that remained",
    }
    parts = [f"{told[key]} {said}" for key, said in words.items() if told[key]]
    return f"bijection with all shapes equal: {', '.join(parts)}"


def _twins(tensors: Tensors) -> dict[str, str]:
    """Return the keys whose bytes are those of an earlier key, with that key."""
    first: dict[object, str] = {}
    twins = {}
    for key, fact in tensors.items():
        if fact.extent is None or not fact.count:
            continue
        place = (fact.extent, fact.shape, fact.dtype)
        if first.setdefault(place, key) != key:
            twins[key] = first[place]
    return twins


def tie(found: Found, side: Side) -> None:
    """Give tied names what their parameter has, and drop what the file holds twice."""
    copies = {key: name for key, name in side.tied.items() if key not in found.names.values()}
    edits: list[TensorEdit] = []
    if side.twins:
        edits.append(DropKeys(tuple(side.twins)))
    if copies:
        edits.append(CopyKeys(copies))
    found.tied = tuple(edits)
    found.tied_rows = (
        *((key, "") for key in side.twins),
        *((name, key) for key, name in copies.items()),
    )
