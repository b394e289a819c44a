"""Buffers that hold nothing trained, brought together: renamed, dropped, added."""

from __future__ import annotations

from collections import defaultdict

from loadstone.core.edits import DropKeys, RenameKeys, TensorEdit
from loadstone.statedict import buffers
from loadstone.statedict.layout import Found, Tensors
from loadstone.statedict.words import numbered


def compute(found: Found, saved: Tensors, expected: Tensors) -> None:
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
