"""Files that an index names: each beside it, opened as far as it stays in the folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, TensorFact
from loadstone.readers import _text, _within
from loadstone.readers._opened import HEAD, Opened

LIMIT = 10_000  # files of one index
_NAMES = 3  # of the tensors in a file that is missing, told


def is_inside(name: Any, suffix: str) -> bool:
    """Return whether it is a name inside the folder: nothing absolute, and no way up."""
    return isinstance(name, str) and name.endswith(suffix) and _within.is_inside(name)


def folder_of(opened: Opened) -> tuple[str, bool]:
    """Return the folder of an index, and whether the folder itself is what was opened."""
    is_folder = os.path.isdir(opened.path)  # noqa: PTH112 - the path is kept as it was given
    return (opened.path if is_folder else os.path.dirname(opened.path)), is_folder  # noqa: PTH120


def read(
    folder: str,
    name: str,
    damage: list[Damage],
    known: tuple[Callable[[Opened], bool], Callable[[Opened], Artifact], str],
) -> Artifact | None:
    """Return the facts of one shard by its sniff, its reader and the word for it."""
    path = os.path.join(folder, name)  # noqa: PTH118
    sniff, reader, word = known
    try:
        target = _within.leads_to(folder, name)
        if target:
            damage.append(_within.outside(name, target))
            return None
        with _within.open_in(folder, name) as source:
            opened = Opened(path, source, source.pread(0, HEAD))
            if sniff(opened):
                shard = reader(opened)
                damage += [
                    replace(
                        item, why=f"`{name}`: {item.why}", detail={**item.detail, "member": name}
                    )
                    for item in shard.damage
                ]
                return shard
            if _text.is_lfs(opened):
                why = f"`{name}` is a git-LFS pointer, not the file"
                damage.append(Damage("lfs-pointer", why, detail={"member": name}))
                return None
            damage.append(
                Damage("malformed", f"the shard `{name}` is no {word}", detail={"member": name})
            )
    except OSError:
        why = f"the shard `{name}` is not beside the index"
        damage.append(Damage("missing-member", why, detail={"member": name}))
    return None


def told(weights: Mapping[str, str], name: str) -> dict[str, str | int]:
    """Return how many tensors the index puts into a file, and the names of the first ones."""
    keys = [key for key, file in weights.items() if file == name]
    return {"tensors": len(keys), "names": ", ".join(key[:200] for key in keys[:_NAMES])}


def moved(fact: TensorFact, name: str) -> TensorFact:
    """Return a tensor where it lies as seen from the index."""
    extent = fact.extent
    if extent is None:
        return fact
    return replace(fact, extent=replace(extent, file=name, storage=f"{name}:{extent.storage}"))
