"""Where Keras keeps tensors in HDF5: by the names of layers (Keras 1, 2) or by their places (3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from loadstone.core.classes import dataclass, field, replace
from loadstone.core.facts import StateDict, TensorFact
from loadstone.readers._hdf5 import NotHdf5
from loadstone.readers._hdf5_objects import Link, Objects, Value

_DEPTH = 24
_TENSORS = 40_000
_OTHERS = 1_000
_NUMBER = re.compile(r"(\d+)")
_OUTPUT = re.compile(r":\d+$")
Attributes = Mapping[str, Value]


@dataclass(slots=True)
class Held:
    """The tensors below one group, by their paths, and what stands in their place."""

    tensors: dict[str, TensorFact] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # of layers, by their places in Keras 3
    links: list[str] = field(default_factory=list)  # that lead elsewhere, and are not followed
    missing: list[str] = field(default_factory=list)  # named by an attribute and not there
    error: NotHdf5 | None = None


def texts(attributes: Attributes, name: str) -> list[str] | None:
    """Return a list of names, which Keras splits in chunks where it is long: `name0`, `name1`."""
    value = attributes.get(name)
    if value is not None:
        return [_decoded(item) for item in value.texts]
    found: list[str] = []
    chunk = 0
    while (value := attributes.get(f"{name}{chunk}")) is not None:
        found += [_decoded(item) for item in value.texts]
        chunk += 1
    return found if chunk else None


def text(attributes: Attributes, name: str) -> str | None:
    """Return one text."""
    value = attributes.get(name)
    return _decoded(value.texts[0]) if value is not None and value.texts else None


def _decoded(item: bytes) -> str:
    return item.decode("utf-8", "backslashreplace")


def named(objects: Objects, address: int) -> Held:
    """Return the tensors of a group in the order that its layers and their weights are named."""
    found = Held()
    try:
        links = objects.links(address)
        attributes = objects.attributes(address)
        layers = texts(attributes, "layer_names")
        if layers is None:
            _of_layer(objects, address, "", found)
            return found
        extra = "top_level_model_weights"
        for layer in [*layers, *([extra] if extra in links and extra not in layers else [])]:
            link = _at(objects, links, layer)
            if link is None:
                found.missing.append(layer)
            elif link.address is None:
                _note(found, layer, link)
            else:
                _of_layer(objects, link.address, f"{layer}/", found)
    except NotHdf5 as error:
        found.error = error
    return found


def _of_layer(objects: Objects, address: int, before: str, found: Held) -> None:
    links = objects.links(address)
    for name in texts(objects.attributes(address), "weight_names") or ():
        link = _at(objects, links, name)
        if link is None:
            found.missing.append(f"{before}{name}")
        else:
            _add(objects, link, f"{before}{name}", found)


def _at(objects: Objects, links: Mapping[str, Link], path: str) -> Link | None:
    """Return the link at a path of groups, as far as it stays in this file."""
    if path in links:
        return links[path]
    parts = path.split("/")[:_DEPTH]
    for place, part in enumerate(parts):
        link = links.get(part)
        if link is None or place == len(parts) - 1 or link.address is None:
            return link
        links = objects.links(link.address)
    return None


def _add(objects: Objects, link: Link, path: str, found: Held) -> None:
    if len(found.tensors) >= _TENSORS:
        raise NotHdf5(f"it holds more than {_TENSORS} tensors", kind="limit")
    if link.address is None:
        _note(found, path, link)
        return
    fact = objects.dataset(link.address)
    if isinstance(fact, TensorFact):
        found.tensors[path] = _typed(objects, link.address, fact)
    elif isinstance(fact, str) and len(found.others) < _OTHERS:
        found.others[path] = fact


def _typed(objects: Objects, address: int, fact: TensorFact) -> TensorFact:
    """Return a tensor by the dtype that Keras 3 notes where HDF5 has none."""
    if fact.dtype.startswith("void"):
        noted = text(objects.attributes(address), "dtype")
        if noted == "bfloat16" and fact.dtype == "void16":
            return replace(fact, dtype="bfloat16")
    return fact


def _note(found: Held, path: str, link: Link) -> None:
    kind = "a link into another file" if link.external else "a link"
    if len(found.links) < 100:
        found.links.append(f"`{path[:300]}` is {kind}, to `{link.target[:300]}`")


def backend(states: Iterable[StateDict], version: str) -> str:
    """Return what computed a model of Keras 1: TensorFlow's variables have names that end in `:0`.

    Keras 2 says it. Seen of 1.0.8, 1.1.2, 1.2.0 and 1.2.2 with both.
    """
    names = [name for state in states if state.role == "model" for name in state.tensors]
    ends = {bool(_OUTPUT.search(name)) for name in names}
    if len(ends) != 1 or not version.startswith("1."):
        return ""
    return "tensorflow" if ends == {True} else "theano"


def below(objects: Objects, address: int) -> Held:
    """Return every tensor below a group by its path; numbers sort as numbers."""
    found = Held()
    waiting: list[tuple[Link, str, int]] = [(Link("", address), "", 0)]
    seen: set[int] = set()
    try:
        while waiting:
            link, path, depth = waiting.pop()
            group = link.address
            if group is None or objects.dataset(group) is not None:
                _add(objects, link, path, found)
                continue
            if group in seen or depth > _DEPTH:
                _note(found, path, Link("", None, "a group that it lies in, or too deep"))
                continue
            seen.add(group)
            inside = objects.links(group)
            if path.endswith("vars") and (name := text(objects.attributes(group), "name")):
                found.names[path.removesuffix("vars").rstrip("/")] = name
            waiting += [
                (inside[key], f"{path}/{key}" if path else key, depth + 1)
                for key in sorted(inside, key=_order, reverse=True)
            ]
    except NotHdf5 as error:
        found.error = error
    return found


def _order(name: str) -> list[tuple[int, int, str]]:
    parts = _NUMBER.split(name)
    return [(0, int(part), "") if part.isdecimal() and len(part) < 19 else (1, 0, part)
            for part in parts]  # fmt: skip


def states(held: Held, path: str) -> Iterator[StateDict]:
    """Yield the tensors of Keras 3: the model's, the optimizer's, those of metrics."""
    split: dict[str, dict[str, TensorFact]] = {"model": {}, "optimizer": {}, "other": {}}
    for name, fact in held.tensors.items():
        first = name.partition("/")[0]
        role = "optimizer" if first == "optimizer" else "other" if first in _MEASURES else "model"
        split[role][name] = fact
    yield StateDict(path, split["model"], held.others)
    for role, place in (("optimizer", "optimizer"), ("other", "metrics")):
        if split[role]:
            inside = {name.partition("/")[2]: fact for name, fact in split[role].items()}
            where = f"{path}/{place}" if path else place
            yield StateDict(where, inside, role="optimizer" if role == "optimizer" else "other")


_MEASURES = ("metrics", "_metrics", "loss_tracker", "_loss_tracker", "_compile_metrics")
