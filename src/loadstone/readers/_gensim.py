"""The arrays that gensim keeps beside a pickle of its own, each named after the pickle.

`SaveLoad.save` and `_load_specials`, https://github.com/piskvorky/gensim/blob/develop/gensim/utils.py
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any

from loadstone.core.classes import dataclass, field, replace
from loadstone.core.facts import Artifact, Damage, PartFact, StateDict, TensorFact
from loadstone.readers import _shards, npy
from loadstone.readers import _values as values
from loadstone.readers._opened import Opened
from loadstone.readers._plain import Scalar, clean

_DEPTH = 6
_FILES = 1_000
_SPARSE = ("data", "indptr", "indices")
_LISTS = ("__numpys", "__scipys", "__recursive_saveloads")
_OWN = {  # pickles that a class writes beside its own, where it holds no such attribute
    "gensim.models.ldamodel.LdaModel": ("state",),
    "gensim.models.ldamulticore.LdaMulticore": ("state",),
    "gensim.models.lsimodel.LsiModel": ("projection",),
}


@dataclass(slots=True)
class Companions:
    """What lies beside the pickle, and what should."""

    parts: list[PartFact] = field(default_factory=list)
    tensors: dict[str, TensorFact] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)
    pickles: list[Artifact] = field(default_factory=list)  # which gensim opens with it

    @property
    def states(self) -> tuple[StateDict, ...]:
        """The arrays, by the attributes that they are loaded into."""
        return (StateDict("", self.tensors),) if self.tensors else ()


def versions(root: Any) -> dict[str, str | None]:
    """Return which gensim saved it last, as its events say since 4.0."""
    events = values.items(values.attributes(root).get("lifecycle_events")) or ()
    for event in reversed(events[-_FILES:]):
        told = {values.key(key): value for key, value in values.pairs(event) or ()}
        word = told.get("gensim")
        if type(word) is str and len(word) < 40:
            return {"gensim": clean(word)}
    return {}


def companions(
    path: str, root: Any, read: Callable[[Opened], Artifact], *, alone: bool
) -> Companions:
    """Return the files that `root` was saved with, pickles among them by `read`.

    `alone` says that no folder is around.
    """
    found = Companions()
    name = os.path.basename(path)  # noqa: PTH119 - the path is kept as it was given
    if alone or name.endswith((".gz", ".bz2")):
        return found
    folder = os.path.dirname(path)  # noqa: PTH120 - as above
    missing, needed = [], 0
    ignored = _texts(values.attributes(root).get("__ignoreds"))
    named = [*itertools.islice(_named(root, "", 0), _FILES), *_own(root)]
    for attribute, kind in named:
        file = f"{name}.{attribute}" if kind == "own" else f"{name}.{attribute}.npy"
        problems: list[Damage] = []
        known = (npy.sniff, npy.read, "array") if kind == "array" else (_any, _inside(read), kind)
        held = _shards.read(folder, file, problems, known)
        gone = any(item.kind == "missing-member" for item in problems)
        if gone and (_is_held(root, attribute) or not (kind != "own" or attribute in ignored)):
            continue
        needed += 1
        found.parts.append(PartFact(file, kind, held.size if held else 0, "tensor", "weights"))
        if gone:
            missing.append(file)
        found.damage += [item for item in problems if item.kind != "missing-member"]
        if held is None:
            continue
        if kind != "array":
            found.pickles.append(held)
        for state in held.state_dicts:
            for key, fact in state.tensors.items():
                place = f"{attribute}.{key}" if key else attribute
                found.tensors[place] = _shards.moved(fact, file)
    if missing:
        found.damage.append(_missing(folder, name, missing, needed))
    return found


def _any(_: Opened) -> bool:
    return True


def _inside(read: Callable[[Opened], Artifact]) -> Callable[[Opened], Artifact]:
    """Return a reader that looks for nothing beside the file in its turn."""
    return lambda opened: read(replace(opened, depth=opened.depth + 1))


def _own(root: Any) -> Iterator[tuple[str, str]]:
    names = _OWN.get(".".join(values.class_of(root) or ()), ())
    yield from ((name, "own") for name in names)


def _named(node: Any, before: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the attributes that are kept beside the pickle, those of objects inside with dots."""
    attributes = values.attributes(node)
    if depth > _DEPTH or attributes.keys().isdisjoint(_LISTS):
        return
    for name in _texts(attributes.get("__numpys")):
        yield f"{before}{name}", "array"
    for name in _texts(attributes.get("__scipys")):
        yield f"{before}{name}", "pickle"
        for part in _SPARSE:
            yield f"{before}{name}.{part}", "array"
    for name in _texts(attributes.get("__recursive_saveloads")):
        yield from _named(attributes.get(name), f"{before}{name}.", depth + 1)


def _is_held(root: Any, attribute: str) -> bool:
    """Whether an object holds what it also says to be beside it: it was pickled whole later."""
    node = root
    for name in attribute.split("."):
        held = values.attributes(node)
        if name not in held:
            return False
        node = held[name]
    return True


def _texts(node: Any) -> list[str]:
    held = values.items(node) or ()
    return [name for name in list(held)[:_FILES] if isinstance(name, str) and _is_name(name)]


def _is_name(name: str) -> bool:
    """Whether a file of this name lies in the folder: no path, and nothing that ends it early."""
    return bool(name) and name == os.path.basename(name) and name.isprintable()  # noqa: PTH119


def _missing(folder: str, name: str, missing: list[str], of: int) -> Damage:
    file = missing[0]
    detail: dict[str, Scalar] = {"member": file, "members": len(missing), "of": of}
    renamed = _renamed(folder, name, file)
    if renamed:
        detail["renamed"] = renamed
    return Damage(
        "missing-member",
        f"`{file}` is not beside the file, which needs {of} such files",
        detail=detail,
    )


def _renamed(folder: str, name: str, file: str) -> str:
    """Return the only file here that is the array of a pickle of another name."""
    try:
        inside = [item.name for item in os.scandir(folder or ".")][:10_000]
    except OSError:
        return ""
    ending = file.removeprefix(name)
    found = [item for item in inside if item.endswith(ending) and not item.startswith(f"{name}.")]
    return found[0] if len(found) == 1 else ""
