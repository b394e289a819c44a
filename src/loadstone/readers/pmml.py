"""PMML: an XML document whose data dictionary and mining schema say what goes in and out.

https://dmg.org/pmml/v4-4-1/GeneralStructure.html
"""

from __future__ import annotations

from loadstone.core.facts import Artifact, Damage, ModuleFact, PortFact, SignatureFact
from loadstone.readers import _xml
from loadstone.readers._opened import Opened

_FIELDS = 20_000
_MODELS = 200
_TAIL = 4096
_VALUES = 100  # of one field that are told
_TYPES = {
    "double": "float64",
    "float": "float32",
    "integer": "int64",
    "boolean": "bool",
    "string": "string",
}
_CHANCES = ("probability", "confidence", "affinity", "standardError")
_TARGETS = ("target", "predicted")


def sniff(opened: Opened) -> bool:
    """Return whether the first element is `PMML`."""
    return _xml.root(opened.head) == "PMML"


def read(opened: Opened) -> Artifact:
    """Return the fields, the models and what wrote them."""
    document = _Document()
    damage = _xml.walk(opened, document.begin, document.end)
    tail = opened.source.pread(max(0, opened.source.size - _TAIL), _TAIL)
    found = [damage] if damage else []
    if damage is None and not tail.rstrip(b"\0 \t\r\n").endswith(b"PMML>"):
        have = opened.source.size
        found = [Damage("truncated", "the file does not end with `</PMML>`", have, {"have": have})]
    return opened.artifact(
        "pmml",
        "model",
        framework="pmml",
        producer=document.producer,
        modules=tuple(document.models),
        signatures=(document.signature(),),
        damage=tuple(found),
        detail=document.detail | document.classes(),
    )


class _Document:
    """Takes the elements up to the end of the first model's schema and output."""

    def __init__(self) -> None:
        self.fields: dict[str, str | None] = {}
        self.inputs: list[str] = []
        self.targets: list[str] = []
        self.outputs: list[PortFact] = []
        self.models: list[ModuleFact] = []
        self.producer: dict[str, str | None] = {}
        self.detail: dict[str, str | int | float | bool | None] = {}
        self.path: list[str] = []
        self.field = ""
        self.values: dict[str, list[str]] = {}

    def begin(self, tag: str, given: _xml.Attributes, depth: int) -> None:
        del self.path[depth - 1 :]
        self.path.append(tag)
        around = self.path[-2] if depth > 1 else ""
        if depth == 1:
            self.detail["version"] = given.get("version", "")[:20]
        elif tag == "Application" and around == "Header":
            name = given.get("name", "")[:80]
            if name:
                self.producer[name] = given.get("version", "")[:80] or None
        elif tag == "DataField" and len(self.fields) < _FIELDS:
            self.field = given.get("name", "")[:200]
            self.fields[self.field] = _TYPES.get(given.get("dataType", ""))
        elif tag == "Value" and around == "DataField" and given.get("property", "valid") == "valid":
            held = self.values.setdefault(self.field, [])
            if len(held) < _VALUES:
                held.append(given.get("value", "")[:200])
        elif depth == 2 and tag.endswith("Model") and len(self.models) < _MODELS:
            self._model(tag, given)
        elif depth == 4 and around == "MiningSchema" and len(self.inputs) < _FIELDS:
            name = given.get("name", "")[:200]
            usage = given.get("usageType", "active")
            if usage in _TARGETS:
                self.targets.append(name)
            elif usage == "active":
                self.inputs.append(name)
        elif depth == 4 and tag == "OutputField" and len(self.outputs) < _FIELDS:
            self.outputs.append(PortFact(given.get("name", "")[:200], self._given(given), ()))

    def _given(self, given: _xml.Attributes) -> str | None:
        """Return the type of an output; one that says none has that of what it stands for."""
        feature = given.get("feature", "predictedValue")
        if "dataType" in given:
            return _TYPES.get(given["dataType"])
        if feature in _CHANCES:
            return "float64"
        target = given.get("targetField") or (self.targets[0] if self.targets else "")
        return self.fields.get(target) if feature == "predictedValue" else None

    def _model(self, tag: str, given: _xml.Attributes) -> None:
        if self.models:
            raise _xml.Enough
        function = given.get("functionName", "")[:80] or None
        name = given.get("modelName", "")[:200] or None
        told = {
            "function": function,
            "name": name,
            "algorithm": given.get("algorithmName", "")[:200],
        }
        self.models.append(
            ModuleFact("", "pmml", tag[:80], {key: value for key, value in told.items() if value})
        )

    def end(self, tag: str, _text: str, depth: int) -> None:
        if depth == 2 and self.models and tag == self.models[0].name:
            raise _xml.Enough

    def classes(self) -> dict[str, str]:
        """Return the values of the field that is predicted, where it has a list of them."""
        told = [value for name in self.targets for value in self.values.get(name, [])]
        return {"classes": ", ".join(told)[:400]} if told else {}

    def signature(self) -> SignatureFact:
        """Return the fields that the first model takes and gives."""
        inputs = tuple(PortFact(name, self.fields.get(name), ()) for name in self.inputs)
        targets = tuple(PortFact(name, self.fields.get(name), ()) for name in self.targets)
        return SignatureFact("", inputs, targets + tuple(self.outputs))
