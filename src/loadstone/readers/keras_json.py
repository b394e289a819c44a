"""The architecture that `to_json` or `to_yaml` of a Keras model wrote, without its weights.

https://keras.io/api/models/model_saving_apis/model_config_serialization/
"""

from __future__ import annotations

import re
from typing import Any

from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _keras_described as described
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._plain import clean, word
from loadstone.readers._yaml import NotYaml
from loadstone.readers._yaml import parse as yaml

FORMAT, YAML = "keras-json", "keras-yaml"
_SIZE = 16 << 20
_JSON = re.compile(rb'\s*\{[^{}\[\]]{0,400}"class_name": ?"(?:Sequential|Functional|Model)"')
_ANY = re.compile(rb'\s*\{[^{}\[\]]{0,400}"class_name": ?"[A-Za-z_]')
_YAML = re.compile(
    rb"(?:backend: ?\w+\r?\n)?class_name: ?(Sequential|Functional|Model)\r?\nconfig:\r?\n"
)
_VERSION = re.compile(rb"^keras_version: ?'?([\w.+-]{1,40})'?\r?$", re.MULTILINE)


def sniff(opened: Opened) -> bool:
    """Return whether a configuration of a model begins here, or stands before the version."""
    head = opened.head
    if _JSON.match(head) or _YAML.match(head):
        return True
    return bool(_ANY.match(head)) and b'"keras_version"' in _tail(opened)


def _tail(opened: Opened) -> bytes:
    return opened.source.pread(max(0, opened.source.size - 200), 200)


def read(opened: Opened) -> Artifact:
    """Return the facts of the architecture."""
    found = _YAML.match(opened.head)
    if found is not None:
        return _yaml(opened, found[1].decode())
    data = opened.source.pread(0, min(opened.source.size, _SIZE))
    try:
        value, _ = parse(data, odd_numbers=True)
    except NotJson as error:
        return opened.artifact("text", "none", detail={"kind": f"JSON that is cut: {error.why}"})
    if not isinstance(value, dict) or not isinstance(value.get("config"), dict | list):
        return opened.artifact("json", "none", detail={"keys": ", ".join(map(word, value))[:200]})
    return _described(opened, FORMAT, value, [])


def _described(opened: Opened, form: str, value: dict[str, Any], damage: list[Damage]) -> Artifact:
    version = word(value.get("keras_version"), 60)
    facts = described.model(value, None, version=version)
    facts["detail"] = {
        "holds": "architecture",
        "keras": version or None,
        "backend": word(value.get("backend"), 60) or None,
        **described.generation(version, value, ""),
        **facts["detail"],
    }
    facts["detail"].pop("compiled")
    facts["producer"] = {"keras": version} if version else {}
    return opened.artifact(
        form,
        "architecture",
        framework="keras",
        damage=tuple(damage),
        **described.runs(facts, damage),
    )


def _yaml(opened: Opened, name: str) -> Artifact:
    """Return what the text says; its loader makes tuples, and whatever else a tag names.

    `model_from_yaml` of Keras 1 and 2 gives it to `yaml.load`, and is gone since TensorFlow 2.6.
    """
    data = opened.source.pread(0, min(opened.source.size, _SIZE))
    try:
        value, twice = yaml(data, python=True)
    except NotYaml as error:
        return _unread(opened, name, error.args[0])
    if not isinstance(value, dict) or not isinstance(value.get("config"), dict | list):
        return _unread(opened, name, "there is no configuration of a model in it")
    damage = [Damage("malformed", f"the key `{clean(key, 100)}` is there twice") for key in twice]
    return _described(opened, YAML, value, damage)


def _unread(opened: Opened, name: str, why: str) -> Artifact:
    said = _VERSION.search(_tail(opened)) or _VERSION.search(opened.head)
    version = said[1].decode() if said else ""
    return opened.artifact(
        YAML,
        "architecture",
        framework="keras",
        producer={"keras": version} if version else {},
        opening_runs_code="unknown",
        damage=(Damage("limit", f"the YAML was not read: {why}"),),
        detail={"holds": "architecture", "keras": version or None, "class": name},
    )
