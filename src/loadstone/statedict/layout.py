"""What pairs of tensors ask for: new names, matrices turned, axes of size 1, rows cut or joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from loadstone.core.classes import dataclass, field
from loadstone.core.edits import Concatenate, Reshape, Split, TensorEdit, Transpose
from loadstone.core.facts import TensorFact
from loadstone.statedict.align import Pairs
from loadstone.statedict.units import Shape, Unit

Tensors = Mapping[str, TensorFact]
Rows = tuple[tuple[str, str], ...]
# torch.nn.MultiheadAttention says what its rows are
_DOCUMENTED: Final = ("in_proj_weight", "in_proj_bias")
_NONE: Final[Mapping[str, bool]] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True)
class Pair:
    """Keys of the file and of the target that hold the same numbers; of one side one key."""

    old: tuple[str, ...]
    new: tuple[str, ...]


def pairs_of(old: Mapping[str, Unit], new: Mapping[str, Unit], units: Pairs) -> Iterator[Pair]:
    """Return the tensors that are paired where units are, member by member, role by role."""
    for ours, theirs in units.items():
        mine, other = old[ours], new[theirs]
        for before, after in zip(mine.ordered, other.ordered, strict=True):
            for role, keys in mine.members[before].items():
                yield Pair(keys, other.members[after][role])


def done(
    pairs: list[Pair],
    left: Tensors,
    right: Tensors,
    kinds: Mapping[str, str],
    squares: Mapping[str, bool] = _NONE,
) -> Found | None:
    """Return the edits that the pairs ask for, None where a matrix may lie either way round.

    `squares` says of kinds of modules whether their square matrices are turned.
    """
    turned = _turned(pairs, left, right, kinds, squares)
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
            {kind_of(pair, kinds) or "matrix" for pair in pairs if pair.old[0] in turned}
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


def _is_fused(pair: Pair, key: str) -> bool:
    return len(pair.old) != len(pair.new) and key in (pair.old if len(pair.old) == 1 else pair.new)


def kind_of(pair: Pair, kinds: Mapping[str, str]) -> str:
    """Return the class of the module that the tensor is in, "" where it is not known."""
    return kinds.get(pair.new[0].rpartition(".")[0], "")


def _turned(
    pairs: list[Pair],
    left: Tensors,
    right: Tensors,
    kinds: Mapping[str, str],
    squares: Mapping[str, bool],
) -> list[str] | None:
    """Return the matrices of the file that lie the other way round.

    A square one lies as all others of its kind of module do; where those differ, or there are
    none beside turned ones, that is open: None.
    """
    ways: dict[str, set[bool]] = defaultdict(set)
    square: list[Pair] = []
    turned: list[str] = []
    for pair in pairs:
        for ours, theirs in matrices(pair, left, right):
            if ours == theirs == ours[::-1]:
                square.append(pair)
            else:
                ways[kind_of(pair, kinds)].add(ours != theirs)
                turned.extend(pair.old if ours != theirs else ())
    if not turned and not squares:
        return []
    for pair in square:
        kind = kind_of(pair, kinds)
        way = {squares[kind]} if kind in squares else ways.get(kind, set() if turned else {False})
        if "Embedding" in kind:
            way = {False}
        if len(way) != 1:
            return None
        turned.extend(pair.old if True in way else ())
    return list(dict.fromkeys(turned))


def _guessed(pairs: list[Pair], turned: list[str], left: Tensors) -> bool:
    """Whether a square matrix is turned in a module that holds none whose shape tells its way."""
    square: set[str] = set()
    told: set[str] = set()
    for pair in pairs:
        parent = pair.new[0].rpartition(".")[0].rpartition(".")[0]
        for key in {*pair.old} & {*turned}:
            shape = left[key].shape
            (square if shape == shape[::-1] else told).add(parent)
    return not square <= told


def matrices(pair: Pair, left: Tensors, right: Tensors) -> Iterator[tuple[Shape, Shape]]:
    """Return the matrices that are compared, saved beside expected."""
    ours = [left[key].shape for key in pair.old]
    theirs = [right[key].shape for key in pair.new]
    if len(ours) > 1:
        theirs = [theirs[0]] if together(ours) == theirs[0] != theirs[0][::-1] else ours
        ours = [together(ours)] if len(theirs) == 1 else ours
    elif len(theirs) > 1:
        theirs = [together(theirs)]
    for mine, other in zip(ours, theirs, strict=True):
        if len(mine) == 2 == len(other):
            yield mine, other


def together(shapes: list[Shape]) -> Shape:
    """Return the shape of these one after the other; of those that do not fit, all in a row."""
    if len(shapes) == 1:
        return shapes[0]
    if not shapes[0] or len({shape[1:] for shape in shapes}) > 1:
        return tuple(size for shape in shapes for size in (*shape, -1))
    return (sum(shape[0] for shape in shapes), *shapes[0][1:])
