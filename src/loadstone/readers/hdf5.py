"""HDF5 files: models and weights of every Keras, or datasets of something else.

https://github.com/keras-team/keras/blob/master/keras/src/legacy/saving/legacy_h5_format.py
"""

from __future__ import annotations

from typing import Any

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Artifact, Damage, RunsCode, StateDict
from loadstone.readers import _hdf5_pickles as pickles
from loadstone.readers import _keras_described as described
from loadstone.readers import _keras_weights as weights
from loadstone.readers._hdf5 import Hdf5, NotHdf5, find
from loadstone.readers._hdf5_objects import Objects, Value
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._plain import Scalar, clean
from loadstone.readers._source import Source

FORMAT = "keras-h5"
_TEXT = 32 << 20
_V3 = ("layers", "_layer_checkpoint_dependencies", "vars", "optimizer")


@dataclass(slots=True)
class _Found:
    """What was read of one file before it is put together."""

    start: int
    file: Hdf5 | None = None
    damage: list[Damage] = field(default_factory=list)
    attributes: dict[str, Value] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    states: list[StateDict] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    layout: str = ""
    layers: dict[str, str] = field(default_factory=dict)

    def fail(self, error: NotHdf5) -> None:
        """Note what stands in the way."""
        detail: dict[str, Scalar] = {}
        if self.file is not None and self.file.missing:
            have = self.file.source.size
            detail = {"have": have, "need": self.file.end}
        if error.kind == "truncated" and any(item.kind == "truncated" for item in self.damage):
            return
        self.damage.append(Damage(error.kind, error.why, error.at, detail))


def sniff(opened: Opened) -> bool:
    """Return whether the signature stands at the start, or behind a user block."""
    return find(opened.source, opened.head) is not None


def read(opened: Opened) -> Artifact:
    """Return the facts of a file of Keras, or of another one."""
    found = _Found(find(opened.source, opened.head) or 0)
    try:
        found.file = Hdf5(opened.source, found.start)
        if found.file.missing:
            have, need = opened.source.size, found.file.end
            why = f"the file holds {have} bytes, its header says {need}"
            found.damage.append(Damage("truncated", why, have, {"have": have, "need": need}))
        _contents(found, Objects(found.file))
    except NotHdf5 as error:
        found.fail(error)
    if found.layout or _is_stub(opened, found):
        return _keras(opened, found)
    return _other(opened, found)


def configuration(source: Source) -> str | None:
    """Return the text of a model's configuration, None where there is none.

    Raises `NotHdf5` where the file cannot be read.
    """
    file = Hdf5(source, find(source, source.pread(0, 4096)) or 0)
    return weights.text(Objects(file).attributes(file.root), "model_config")


def _contents(found: _Found, objects: Objects) -> None:
    root = objects.file.root
    found.attributes = objects.attributes(root)
    links = objects.links(root)
    found.names = list(links)
    group = links.get("model_weights")
    if "model_config" in found.attributes or (group is not None and group.address is not None):
        found.layout = "named"
        if group is not None and group.address is not None:
            _take(found, weights.named(objects, group.address), "model_weights", "model")
        training = links.get("optimizer_weights")
        if training is not None and training.address is not None:
            held = weights.named(objects, training.address)
            _take(found, held, "optimizer_weights", "optimizer")
    elif weights.texts(found.attributes, "layer_names") is not None:
        found.layout = "named"
        _take(found, weights.named(objects, root), "", "model")
    else:
        _below(found, objects, root)


def _below(found: _Found, objects: Objects, root: int) -> None:
    held = weights.below(objects, root)
    vars_held = any("/vars/" in f"/{name}" for name in held.tensors)
    if found.names and set(found.names) & set(_V3) and (vars_held or not held.tensors):
        found.layout = "numbered"
        found.layers = held.names
        if "_layer_checkpoint_dependencies" in found.names:
            found.layout = "numbered, of 2.12 and 2.13"
        found.states += weights.states(held, "")
    elif held.tensors or held.others:
        found.states.append(StateDict("", held.tensors, held.others, "other"))
    _rest(found, held)


def _take(found: _Found, held: weights.Held, path: str, role: Any) -> None:
    if held.tensors or role == "model":
        found.states.append(StateDict(path, held.tensors, held.others, role))
    for name in held.missing[:20]:
        why = f"`{name[:300]}` is named and is not there"
        found.damage.append(Damage("missing-member", why, detail={"key": name[:300]}))
    _rest(found, held)


def _rest(found: _Found, held: weights.Held) -> None:
    found.links += held.links
    if held.error is not None:
        found.fail(held.error)


def _is_stub(opened: Opened, found: _Found) -> bool:
    """Whether a save of Keras began it and did not come to the weights."""
    keras = "keras_version" in found.attributes or "backend" in found.attributes
    empty = not found.names and not found.attributes and found.file is not None
    small = opened.source.size <= 8192
    return not found.damage and (keras or (empty and small))


def _json(found: _Found, name: str) -> Any:
    held = weights.text(found.attributes, name)
    if held is None:
        return None
    if len(held) > _TEXT:
        found.damage.append(Damage("limit", f"`{name}` is longer than is read"))
        return None
    try:
        value, twice = parse(held.encode("utf-8", "backslashreplace"), odd_numbers=True)
    except NotJson as error:
        found.damage.append(Damage(error.kind, error.of(f"`{name}`")))
        return None
    if twice:
        found.damage.append(
            Damage("malformed", f"`{name}` has the key `{clean(twice[0], 100)}` twice")
        )
    return value


def _keras(opened: Opened, found: _Found) -> Artifact:
    config = _json(found, "model_config")
    version, backend = _of(found, "keras_version"), _of(found, "backend")
    facts = described.model(config, _json(found, "training_config"), version=version)
    has_config = isinstance(config, dict)
    tensors = any(state.tensors for state in found.states if state.role == "model")
    holds = "model" if has_config else "weights" if tensors else "nothing"
    facts["detail"] = {
        "layout": found.layout or None,
        "holds": holds,
        "keras": version or None,
        "backend": backend or weights.backend(found.states, version) or None,
        **described.generation(version, config, found.layout),
        "user_block": found.start or None,
        "links": "; ".join(found.links[:5]) or None,
        **facts["detail"],
    }
    states = tuple(found.states)
    damage = [*found.damage, *_links(found)]
    facts["producer"] = {"keras": version} if version else {}
    return opened.artifact(
        FORMAT,
        "model" if has_config else "state-dict" if tensors else "none",
        framework="keras",
        state_dicts=states,
        entries={place: name for place, name in list(found.layers.items())[:2000] if place},
        damage=tuple(damage),
        **described.runs(facts, damage),
    )


def _of(found: _Found, name: str) -> str:
    return (weights.text(found.attributes, name) or "")[:60]


def _links(found: _Found) -> list[Damage]:
    """Return links out of the file as damage: the tensors that they stand for are not here."""
    outside = [item for item in found.links if "another file" in item]
    return [Damage("missing-member", item, detail={"link": True}) for item in outside[:20]]


def _other(opened: Opened, found: _Found) -> Artifact:
    detail: dict[str, Scalar] = {
        "names": ", ".join(found.names[:20])[:500] or None,
        "attributes": ", ".join(list(found.attributes)[:20])[:500] or None,
        "user_block": found.start or None,
        "links": "; ".join(found.links[:5]) or None,
    }
    word: RunsCode = "unknown"
    calls: tuple[str, ...] = ()
    if found.file is not None:
        word, calls = pickles.runs(opened, Objects(found.file))
    return opened.artifact(
        "hdf5",
        "container",
        state_dicts=tuple(found.states),
        damage=tuple(found.damage),
        opening_runs_code="unknown" if found.damage and word != "yes" else word,
        calls=calls,
        detail={key: value for key, value in detail.items() if value is not None},
    )
