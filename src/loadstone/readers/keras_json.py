"""The architecture that `to_json` or `to_yaml` of a Keras model wrote, without its weights.

https://keras.io/api/models/model_saving_apis/model_config_serialization/
"""

from __future__ import annotations

import re

from loadstone.core.facts import Artifact
from loadstone.readers import _keras_described as described
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._plain import word

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
    return opened.artifact(FORMAT, "architecture", framework="keras", **described.runs(facts, []))


def _yaml(opened: Opened, name: str) -> Artifact:
    """Return what can be told without reading its tags: a `!!python/tuple` is for its loader."""
    said = _VERSION.search(_tail(opened)) or _VERSION.search(opened.head)
    version = said[1].decode() if said else ""
    return opened.artifact(
        YAML,
        "architecture",
        framework="keras",
        producer={"keras": version} if version else {},
        opening_runs_code="unknown",
        detail={"holds": "architecture", "keras": version or None, "class": name},
    )
