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

from loadstone.core.classes import dataclass, field
from loadstone.core.edits import (
    Concatenate,
    CopyKeys,
    DropKeys,
    RenameKeys,
    Reshape,
    Split,
    TensorEdit,
    Transpose,
)
from loadstone.core.facts import TensorFact
from loadstone.statedict import buffers
from loadstone.statedict.align import Alignment, align
from loadstone.statedict.fuse import fuse
from loadstone.statedict.units import Counting, Shape, Unit, signature, units
from loadstone.statedict.words import numbered

Tensors = Mapping[str, TensorFact]
Rows = tuple[tuple[str, str], ...]
_READINGS: Final = 3
# torch.nn.MultiheadAttention says what its rows are
_DOCUMENTED: Final = ("in_proj_weight", "in_proj_bias")


@dataclass(slots=True)
class Found:
    """What was found, in the order in which it is done: layouts, names, fused ones, the rest."""

    names: dict[str, str] = field(default_factory=dict)
    proof: str = ""
    layout: tuple[TensorEdit, ...] = ()
    turned: tuple[str, ...] = ()
    reshaped: tuple[str, ...] = ()
    layout_proof: str = ""
    layout_convention: str = ""
    fused: tuple[TensorEdit, ...] = ()
    fused_rows: Rows = ()
    convention: str = ""
    computed: tuple[TensorEdit, ...] = ()
    computed_rows: Rows = ()
    tied: tuple[TensorEdit, ...] = ()
    tied_rows: Rows = ()
    ambiguous: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Pair:
    """Keys of the file and of the target that hold the same numbers; of one side one key."""

    old: tuple[str, ...]
    new: tuple[str, ...]


def search(
    saved: Tensors, expected: Tensors, *, kinds: Mapping[str, str], aliases: Mapping[str, str]
) -> Found:
    """Return what makes `saved` fit `expected`; what is open is left as it is."""
    left = {key: fact for key, fact in saved.items() if not buffers.computed(key, fact)}
    right = {key: fact for key, fact in expected.items() if not buffers.computed(key, fact)}
    twins = _twins(left)
    tied = {key: name for key, name in aliases.items() if key in right and name in right}
    shared = [key.rpartition(".")[0] for pair in tied.items() for key in pair]
    kinds = {**kinds, **dict.fromkeys(shared, "Embedding")}  # a head that is one lies as it does
    found = _named(left, right, kinds)
    if found is None and (twins or tied):
        ours = {key: fact for key, fact in left.items() if key not in twins}
        theirs = {key: fact for key, fact in right.items() if key not in tied}
        found = _named(ours, theirs, kinds)
        if found is not None:
            _tie(found, twins, tied)
    if found is None:
        others = {key for key in left if key in right and left[key].shape != right[key].shape}
        ours = {key: fact for key, fact in left.items() if key not in others}
        theirs = {key: fact for key, fact in right.items() if key not in others}
        found = _named(ours, theirs, kinds) if others else None
    if found is None:
        found = Found(ambiguous=_open(left, right))
    _compute(found, saved, expected)
    return found


def _named(left: Tensors, right: Tensors, kinds: Mapping[str, str]) -> Found | None:
    """Return the names and layouts of all of `left`, or None where an answer is open.

    An answer that gives a name of both sides to another tensor is taken where there is no other.
    """
    second: Found | None = None
    ways = _split_up(left, right)
    in_order = _by_module(left)
    for reading in range(_READINGS):
        ours, theirs = _shapes(left, reading), _shapes(right, reading)
        ways, again = tee(ways)
        for old, new in again:
            if _held(old, ours) != _held(new, theirs):
                continue
            result = align(
                old, new, _signatures(old, ours), _signatures(new, theirs), in_order=in_order
            )
            if not result.complete:
                continue
            found = _done(list(_pairs(old, new, result)), left, right, kinds)
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
    old: Mapping[str, Unit],
    new: Mapping[str, Unit],
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
            mine == other != mine[::-1] and "Embedding" not in _kind(pair, kinds)
            for pair in _pairs({p: old[p] for p in known}, new, Alignment(pairs=known))
            for mine, other in _matrices(pair, left, right)
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


def _split_up(left: Tensors, right: Tensors) -> Iterator[tuple[dict[str, Unit], dict[str, Unit]]]:
    """Return the units of both sides, for each way to count, as they are and put together."""
    for counting in get_args(Counting):
        old, new = units(left, counting), units(right, counting)
        yield old, new
        fused = fuse(old, new), fuse(new, old)
        if fused != (old, new):
            yield fused


def _by_module(keys: Iterable[str]) -> bool:
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
    def shape(keys: tuple[str, ...]) -> Shape:
        whole = _together([tensors[key].shape for key in keys])
        if reading and len(whole) > 2:
            whole = _bare(whole)
        return tuple(sorted(whole)) if reading == 2 and len(whole) == 2 else whole

    return shape


def _together(shapes: list[Shape]) -> Shape:
    """Return the shape of these one after the other; of those that do not fit, all in a row."""
    if len(shapes) == 1:
        return shapes[0]
    if not shapes[0] or len({shape[1:] for shape in shapes}) > 1:
        return tuple(size for shape in shapes for size in (*shape, -1))
    return (sum(shape[0] for shape in shapes), *shapes[0][1:])


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


def _pairs(old: Mapping[str, Unit], new: Mapping[str, Unit], result: Alignment) -> Iterator[_Pair]:
    for ours, theirs in result.pairs.items():
        mine, other = old[ours], new[theirs]
        for before, after in zip(mine.ordered, other.ordered, strict=True):
            for role, keys in mine.members[before].items():
                yield _Pair(keys, other.members[after][role])


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


def _done(
    pairs: list[_Pair], left: Tensors, right: Tensors, kinds: Mapping[str, str]
) -> Found | None:
    """Return the edits that the pairs ask for, None where a matrix may lie either way round."""
    turned = _turned(pairs, left, right, kinds)
    if turned is None:
        return None
    found = Found(turned=tuple(turned))
    shapes: dict[str, tuple[int, ...]] = {}
    fused: list[TensorEdit] = []
    rows: list[tuple[str, str]] = []
    for pair in pairs:
        if len(pair.old) == 1 == len(pair.new):
            found.names[pair.old[0]] = pair.new[0]
            wanted = right[pair.new[0]].shape
            if sorted(wanted) != sorted(left[pair.old[0]].shape):
                shapes[pair.old[0]] = wanted
        elif len(pair.old) == 1:
            fused.append(Split(pair.old[0], {key: right[key].shape[0] for key in pair.new}))
            rows.extend((pair.old[0], key) for key in pair.new)
        else:
            fused.append(Concatenate(pair.old, pair.new[0]))
            rows.extend((key, pair.new[0]) for key in pair.old)
    if fused:
        one = [key for pair in pairs for key in (pair.old + pair.new) if _is_fused(pair, key)]
        documented = all(key.endswith(_DOCUMENTED) for key in one)
        found.convention = "" if documented else "q, k and v, or gate and up, lie in that order"
    if turned:
        kinds_of = sorted(
            {_kind(pair, kinds) or "matrix" for pair in pairs if pair.old[0] in turned}
        )
        found.layout_proof = (
            f"every {' and '.join(kinds_of)} fits that way round, and not the other"
        )
        if _guessed(pairs, turned, left):
            found.layout_convention = "square ones lie as the others of their kind"
    elif shapes:
        found.layout_proof = "the same numbers in the same order: only axes of size 1 differ"
    edits = (Transpose(tuple(turned)) if turned else None, Reshape(shapes) if shapes else None)
    found.layout = tuple(edit for edit in edits if edit is not None)
    found.reshaped = tuple(shapes)
    found.fused, found.fused_rows = tuple(fused), tuple(rows)
    return found


def _is_fused(pair: _Pair, key: str) -> bool:
    return len(pair.old) != len(pair.new) and key in (pair.old if len(pair.old) == 1 else pair.new)


def _kind(pair: _Pair, kinds: Mapping[str, str]) -> str:
    return kinds.get(pair.new[0].rpartition(".")[0], "")


def _turned(
    pairs: list[_Pair], left: Tensors, right: Tensors, kinds: Mapping[str, str]
) -> list[str] | None:
    """Return the matrices of the file that lie the other way round.

    A square one lies as all others of its kind of module do; where those differ, or there are
    none beside turned ones, that is open: None.
    """
    ways: dict[str, set[bool]] = defaultdict(set)
    square: list[_Pair] = []
    turned: list[str] = []
    for pair in pairs:
        for ours, theirs in _matrices(pair, left, right):
            if ours == theirs == ours[::-1]:
                square.append(pair)
            else:
                ways[_kind(pair, kinds)].add(ours != theirs)
                turned.extend(pair.old if ours != theirs else ())
    if not turned:
        return []
    for pair in square:
        kind = _kind(pair, kinds)
        way = ways.get(kind, set())
        if "Embedding" in kind:
            way = {False}
        if len(way) != 1:
            return None
        turned.extend(pair.old if True in way else ())
    return list(dict.fromkeys(turned))


def _guessed(pairs: list[_Pair], turned: list[str], left: Tensors) -> bool:
    """Whether a square matrix is turned in a module that holds none whose shape tells its way."""
    square: set[str] = set()
    told: set[str] = set()
    for pair in pairs:
        parent = pair.new[0].rpartition(".")[0].rpartition(".")[0]
        for key in {*pair.old} & {*turned}:
            shape = left[key].shape
            (square if shape == shape[::-1] else told).add(parent)
    return not square <= told


def _matrices(pair: _Pair, left: Tensors, right: Tensors) -> Iterator[tuple[Shape, Shape]]:
    """Return the matrices that are compared, saved beside expected."""
    ours = [left[key].shape for key in pair.old]
    theirs = [right[key].shape for key in pair.new]
    if len(ours) > 1:
        theirs = [theirs[0]] if _together(ours) == theirs[0] != theirs[0][::-1] else ours
        ours = [_together(ours)] if len(theirs) == 1 else ours
    elif len(theirs) > 1:
        theirs = [_together(theirs)]
    for mine, other in zip(ours, theirs, strict=True):
        if len(mine) == 2 == len(other):
            yield mine, other


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


def _tie(found: Found, twins: Mapping[str, str], tied: Mapping[str, str]) -> None:
    """Give tied names what their parameter has, and drop what the file holds twice."""
    copies = {key: name for key, name in tied.items() if key not in found.names.values()}
    edits: list[TensorEdit] = []
    if twins:
        edits.append(DropKeys(tuple(twins)))
    if copies:
        edits.append(CopyKeys(copies))
    found.tied = tuple(edits)
    found.tied_rows = (
        *((key, "") for key in twins),
        *((name, key) for key, name in copies.items()),
    )


def _compute(found: Found, saved: Tensors, expected: Tensors) -> None:
    """Bring together the buffers that hold nothing trained: rename, drop, add."""
    ours = {key: fact for key, fact in saved.items() if buffers.computed(key, fact)}
    theirs = {key: fact for key, fact in expected.items() if buffers.computed(key, fact)}
    modules = {old.rpartition(".")[0]: new.rpartition(".")[0] for old, new in found.names.items()}
    names: dict[str, str] = {}
    for key, fact in ours.items():
        path, _, leaf = key.rpartition(".")
        for new in (f"{modules.get(path, path)}.{leaf}".lstrip("."), key):
            if new in theirs and theirs[new].shape == fact.shape and new not in names.values():
                names[key] = new
                break
    names |= _in_series(
        {key: fact for key, fact in ours.items() if key not in names},
        {key: fact for key, fact in theirs.items() if key not in names.values()},
    )
    dropped = tuple(
        key for key in ours if key not in names and not buffers.masks_weights(key, saved)
    )
    added = {key: fact for key, fact in theirs.items() if key not in names.values()}
    edits: list[TensorEdit] = []
    if dropped:
        edits.append(DropKeys(dropped))
    changed = {old: new for old, new in names.items() if old != new}
    if changed and found.names:
        found.names |= names
    elif changed:
        edits.append(RenameKeys(names=changed))
    fills = buffers.known(added)
    found.computed = (*edits, *fills)
    found.computed_rows = (
        *((key, "") for key in dropped),
        *(("", key) for fill in fills for key in fill.shapes),
    )


def _in_series(ours: Tensors, theirs: Tensors) -> dict[str, str]:
    """Pair buffers of one name and shape: the one on each side, or one of each number."""
    names: dict[str, str] = {}
    left, right = _by_leaf(ours), _by_leaf(theirs)
    for kind, keys in left.items():
        others = right.get(kind, {})
        if len(keys) == len(others) and (len(keys) == 1 or None not in {*keys, *others}):
            pairs = zip(sorted(keys.items()), sorted(others.items()), strict=True)
            names |= {old: new for (_, old), (_, new) in pairs}
    return names


def _by_leaf(tensors: Tensors) -> dict[object, dict[tuple[int, ...] | None, str]]:
    """Return the keys by leaf and shape, then by their numbers; of two with the same, None."""
    groups: dict[object, dict[tuple[int, ...] | None, str]] = defaultdict(dict)
    for key, fact in tensors.items():
        *path, leaf = key.split(".")
        numbers = tuple(found[1] for part in path if (found := numbered(part)))
        group = groups[leaf, fact.shape]
        group[None if numbers in group else numbers] = key
    return groups


def _open(left: Tensors, right: Tensors) -> tuple[tuple[str, ...], ...]:
    """Return the modules of the file that more than one of the target's may be."""
    ours = {key: fact for key, fact in left.items() if key not in right}
    theirs = {key: fact for key, fact in right.items() if key not in left}
    old, new = units(ours, "nothing"), units(theirs, "nothing")
    shapes = _shapes(ours, 0), _shapes(theirs, 0)
    signatures = _signatures(old, shapes[0]), _signatures(new, shapes[1])
    result = align(old, new, *signatures, in_order=_by_module(left))
    return tuple((path, *news) for olds, news in result.open for path in olds if news)
