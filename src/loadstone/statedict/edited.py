"""Edits applied to names, shapes and places: no byte is read.

A transposed, cut or reshaped tensor is another view of the same storage. What is put together of
several, or is computed, lies nowhere in the file: `Made` says how it comes to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loadstone.core.classes import dataclass, field, replace
from loadstone.core.edits import (
    Concatenate,
    CopyKeys,
    DropKeys,
    Edit,
    FillKeys,
    FoldNorm,
    PartNorm,
    RenameKeys,
    Reshape,
    ResizeRows,
    RetagDevice,
    Salvage,
    Split,
    Transpose,
)
from loadstone.core.facts import TensorFact

Tensors = Mapping[str, TensorFact]


class CannotApplyError(ValueError):
    """The edits do not fit these tensors; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Made:
    """A tensor that lies nowhere: others one after the other, or values that are computed.

    `norm` says of what the parts are: `weight` of g and v, `spectral` of w, u and v along `axis`,
    `length` of a weight alone.
    """

    parts: tuple[TensorFact, ...] = ()  # along the first axis
    fill: str = ""  # "zeros"; "arange", along the last axis
    norm: str = ""
    axis: int = 0


@dataclass(frozen=True, slots=True)
class Edited:
    """Tensors after edits, and how those came to be that lie in no file."""

    tensors: Tensors
    made: Mapping[str, Made] = field(default_factory=dict)


def edited(tensors: Tensors, edits: Sequence[Edit]) -> Edited:
    """Return what `edits` make of `tensors`, in order.

    Raises `CannotApplyError` where one does not fit. What is done to a file as a whole is ignored.
    """
    state = Edited(dict(tensors))
    for edit in edits:
        state = _after(state, edit)
    return state


def _after(state: Edited, edit: Edit) -> Edited:  # noqa: PLR0911, PLR0912 - one return an edit
    tensors = dict(state.tensors)
    match edit:
        case RenameKeys():
            return _renamed(state, edit)
        case DropKeys():
            _need(tensors, edit.keys, "drop")
            return _kept(state, [key for key in tensors if key not in set(edit.keys)])
        case Salvage():
            _need(tensors, edit.whole, "salvage")
            return _kept(state, edit.whole)
        case RetagDevice():
            return replace(
                state, tensors={key: replace(fact, device=None) for key, fact in tensors.items()}
            )
        case Transpose():
            _need(tensors, edit.keys, "transpose")
            if any(key in state.made for key in edit.keys):
                raise CannotApplyError(f"`{edit.keys[0]}` lies nowhere, and is not transposed")
            return replace(
                state, tensors=tensors | {k: _reversed(k, tensors[k]) for k in edit.keys}
            )
        case Reshape():
            _need(tensors, tuple(edit.shapes), "reshape")
            shaped = {key: _shaped(key, tensors[key], to) for key, to in edit.shapes.items()}
            return replace(state, tensors=tensors | shaped)
        case Split():
            return _split(state, edit)
        case Concatenate():
            return _concatenated(state, edit)
        case FoldNorm():
            return _folded(state, edit)
        case PartNorm():
            return _parted(state, edit)
        case ResizeRows():
            return _resized(state, edit)
        case CopyKeys():
            _need(tensors, tuple(edit.names.values()), "copy")
            _free(tensors, edit.names)
            copies = {new: old for new, old in edit.names.items() if old in state.made}
            return Edited(
                tensors | {new: tensors[old] for new, old in edit.names.items()},
                {**state.made, **{new: state.made[old] for new, old in copies.items()}},
            )
        case FillKeys():
            _free(tensors, edit.shapes)
            filled = {key: TensorFact(edit.dtype, shape) for key, shape in edit.shapes.items()}
            made = {**state.made, **{key: Made(fill=edit.value) for key in edit.shapes}}
            return Edited(tensors | filled, made)
        case _:
            return state


def _need(tensors: Tensors, keys: Sequence[str], verb: str) -> None:
    absent = [key for key in keys if key not in tensors]
    if absent:
        raise CannotApplyError(f"there is no `{absent[0]}` to {verb}")


def _free(tensors: Tensors, keys: Mapping[str, object]) -> None:
    taken = [key for key in keys if key in tensors]
    if taken:
        raise CannotApplyError(f"there is a `{taken[0]}` already")


def _kept(state: Edited, keys: Sequence[str]) -> Edited:
    made = {key: state.made[key] for key in keys if key in state.made}
    return Edited({key: state.tensors[key] for key in keys}, made)


def _renamed(state: Edited, edit: RenameKeys) -> Edited:
    renamed: dict[str, TensorFact] = {}
    for key, fact in state.tensors.items():
        new = edit(key)
        if new in renamed:
            raise CannotApplyError(f"two keys would become `{new}`")
        renamed[new] = fact
    unused = [name for name in edit.names if name not in state.tensors and not edit.strip_segments]
    if unused and not (edit.strip or edit.add):
        raise CannotApplyError(f"there is no `{unused[0]}` to rename")
    return Edited(renamed, {edit(key): made for key, made in state.made.items()})


def _reversed(key: str, fact: TensorFact) -> TensorFact:
    if len(fact.shape) != 2:
        raise CannotApplyError(f"`{key}` is {fact}, and only a matrix is transposed")
    place = fact.extent and replace(fact.extent, stride=fact.extent.stride[::-1])
    return replace(fact, shape=fact.shape[::-1], extent=place)


def _shaped(key: str, fact: TensorFact, shape: tuple[int, ...]) -> TensorFact:
    if [size for size in fact.shape if size != 1] != [size for size in shape if size != 1]:
        told = "×".join(map(str, shape)) or "scalar"
        raise CannotApplyError(f"`{key}` is {fact}, which is {told} by more than axes of 1")
    place = fact.extent
    if place is not None:
        steps = iter([s for s, n in zip(place.stride, fact.shape, strict=True) if n != 1])
        place = replace(place, stride=tuple(next(steps) if size != 1 else 1 for size in shape))
    return replace(fact, shape=shape, extent=place)


def _split(state: Edited, edit: Split) -> Edited:
    _need(state.tensors, (edit.key,), "split")
    fact = state.tensors[edit.key]
    if not fact.shape or fact.shape[0] != sum(edit.into.values()) or edit.key in state.made:
        raise CannotApplyError(f"`{edit.key}` is {fact}, which does not split as said")
    tensors: dict[str, TensorFact] = {}
    for key, held in state.tensors.items():
        if key != edit.key:
            tensors[key] = held
            continue
        at = 0
        for name, rows in edit.into.items():
            if name in state.tensors:
                raise CannotApplyError(f"there is a `{name}` already")
            tensors[name] = _rows(fact, at, rows)
            at += rows
    return replace(state, tensors=tensors)


def _rows(fact: TensorFact, start: int, rows: int) -> TensorFact:
    place = fact.extent
    if place is not None:
        place = replace(place, first=place.first + start * place.stride[0])
    return replace(fact, shape=(rows, *fact.shape[1:]), extent=place)


def _resized(state: Edited, edit: ResizeRows) -> Edited:
    _need(state.tensors, tuple(edit.rows), "resize")
    tensors, made = dict(state.tensors), dict(state.made)
    for key, rows in edit.rows.items():
        fact = tensors[key]
        if not fact.shape or key in state.made or rows < 0:
            raise CannotApplyError(f"`{key}` is {fact}, whose rows are not told")
        if rows <= fact.shape[0]:
            tensors[key] = _rows(fact, 0, rows)
            continue
        tensors[key] = TensorFact(fact.dtype, (rows, *fact.shape[1:]), kind=fact.kind)
        made[key] = Made((fact,), "zeros")
    return Edited(tensors, made)


def _concatenated(state: Edited, edit: Concatenate) -> Edited:
    _need(state.tensors, edit.keys, "put together")
    parts = [state.tensors[key] for key in edit.keys]
    alike = {(fact.dtype, fact.shape[1:], bool(fact.shape)) for fact in parts}
    if len(alike) > 1 or not parts[0].shape or any(key in state.made for key in edit.keys):
        raise CannotApplyError(f"`{edit.keys[0]}` and what follows do not fit together")
    if edit.into in state.tensors and edit.into not in edit.keys:
        raise CannotApplyError(f"there is a `{edit.into}` already")
    shape = (sum(fact.shape[0] for fact in parts), *parts[0].shape[1:])
    whole = TensorFact(parts[0].dtype, shape, kind=parts[0].kind)
    tensors: dict[str, TensorFact] = {}
    for key, held in state.tensors.items():
        if key == edit.keys[0]:
            tensors[edit.into] = whole
        elif key not in edit.keys:
            tensors[key] = held
    return Edited(tensors, {**state.made, edit.into: Made(tuple(parts))})


def _folded(state: Edited, edit: FoldNorm) -> Edited:
    gone = {part: new for new, parts in edit.keys.items() for part in parts}
    _need(state.tensors, tuple(gone), "fold")
    _free(state.tensors, edit.keys)
    whole = {"weight": -1, "spectral": 0}[edit.norm]  # which part is of the weight's shape
    tensors: dict[str, TensorFact] = {}
    made = dict(state.made)
    for key, held in state.tensors.items():
        new = gone.get(key)
        if new is None:
            tensors[key] = held
        elif new not in tensors:
            parts = tuple(state.tensors[part] for part in edit.keys[new])
            if any(part in state.made for part in edit.keys[new]):
                raise CannotApplyError(f"`{key}` lies nowhere, and is not folded")
            tensors[new] = TensorFact(parts[whole].dtype, parts[whole].shape, kind="parameter")
            made[new] = Made(parts, norm=edit.norm, axis=edit.axis)
    return Edited(tensors, made)


def _parted(state: Edited, edit: PartNorm) -> Edited:
    _need(state.tensors, tuple(edit.keys), "part")
    _free(state.tensors, dict.fromkeys(key for parts in edit.keys.values() for key in parts))
    tensors: dict[str, TensorFact] = {}
    made = dict(state.made)
    for key, held in state.tensors.items():
        if key not in edit.keys:
            tensors[key] = held
            continue
        if key in state.made:
            raise CannotApplyError(f"`{key}` lies nowhere, and is not parted")
        length, direction = edit.keys[key]
        tensors[length] = TensorFact(held.dtype, edit.shapes[length], kind="parameter")
        made[length] = Made((held,), norm="length")
        tensors[direction] = held
    return Edited(tensors, made)
