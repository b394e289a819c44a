"""Core ML: a `.mlmodel` is one protobuf message; a `.mlpackage` is a folder around it.

https://apple.github.io/coremltools/mlmodel/Format/Model.html
"""

from __future__ import annotations

import os

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, ModuleFact, PartFact, PortFact, SignatureFact
from loadstone.readers._coreml_layers import LAYERS
from loadstone.readers._coreml_weights import Place, Weights
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._protobuf import BYTES, VARINT, Field, NotProtobuf, Wire, signed
from loadstone.readers._records import FolderRecords
from loadstone.readers._within import open_in

Scalar = str | int | float | bool | None
KINDS = {
    200: "pipelineClassifier",
    201: "pipelineRegressor",
    202: "pipeline",
    300: "glmRegressor",
    301: "supportVectorRegressor",
    302: "treeEnsembleRegressor",
    303: "neuralNetworkRegressor",
    304: "bayesianProbitRegressor",
    400: "glmClassifier",
    401: "supportVectorClassifier",
    402: "treeEnsembleClassifier",
    403: "neuralNetworkClassifier",
    404: "kNearestNeighborsClassifier",
    500: "neuralNetwork",
    501: "itemSimilarityRecommender",
    502: "mlProgram",
    555: "customModel",
    556: "linkedModel",
    560: "classConfidenceThresholding",
    600: "oneHotEncoder",
    601: "imputer",
    602: "featureVectorizer",
    603: "dictVectorizer",
    604: "scaler",
    606: "categoricalMapping",
    607: "normalizer",
    609: "arrayFeatureExtractor",
    610: "nonMaximumSuppression",
    900: "identity",
    2000: "textClassifier",
    2001: "wordTagger",
    2002: "visionFeaturePrint",
    2003: "soundAnalysisPreprocessing",
    2004: "gazetteer",
    2005: "wordEmbedding",
    2006: "audioFeaturePrint",
    3000: "serializedModel",
}
_NETWORKS = (303, 403, 500)
_PIPELINES = (200, 201)
_CUSTOM_LAYER = 500
_ARRAYS = {65552: "float16", 65568: "float32", 65600: "float64", 131104: "int32", 131080: "int8"}
_PLAIN = {1: "int64", 2: "float64", 3: "string"}
_PREDICTED = {11: "predicted_feature", 12: "predicted_probabilities"}
_COLOURS = {10: ("uint8", 1), 20: ("uint8", 3), 30: ("uint8", 3), 40: ("float16", 1)}
_OPS = 5000
_DEPTH = 8
_PORTS = 2000
_LOOKED_AT = 200
_ROOT = "com.apple.CoreML/"


def sniff(opened: Opened) -> bool:
    """Return whether a specification version and a description of features come first."""
    head = opened.head
    if head[:1] != b"\x08" or not 0 < int.from_bytes(head[1:2], "big") < 64:
        return False
    wire = Wire(opened.source, _LOOKED_AT)
    seen: set[int] = set()
    described = False
    try:
        for field in wire.fields():
            number = field.number
            if (field.wire != VARINT) if number in {1, 10} else (field.wire != BYTES):
                return False
            if number not in {1, 2, 10} and number not in KINDS:
                return False
            if number == 2:
                described = _is_description(wire, field)
            seen.add(number)
    except NotProtobuf as error:
        return error.kind == "truncated" and described and _says_how(opened.head)
    return described and bool(seen & KINDS.keys())


def _says_how(head: bytes) -> bool:
    """Return whether the field names of coremltools stand in a file that was cut."""
    return b"coremltools" in head


def _is_description(wire: Wire, field: Field) -> bool:
    known = {1, 7, 10, 11, 12, 13, 14, 20, 21, 50, 100}
    try:
        return all(item.number in known and item.wire == BYTES for item in wire.inside(field))
    except NotProtobuf:
        return False


def read(opened: Opened) -> Artifact:
    """Return kind, inputs, outputs, operators, weights and what wrote it."""
    folder = None if opened.depth else os.path.dirname(opened.path) or "."  # noqa: PTH120 - kept as given
    return _read(opened, Place(folder))


def _read(opened: Opened, place: Place) -> Artifact:
    model = _Model(opened, place)
    damage: list[Damage] = []
    try:
        model.message(0, opened.source.size, "", 0)
    except NotProtobuf as error:
        damage.append(Damage(error.kind, error.why, error.at))
    finally:
        model.weights.close()
    return opened.artifact(
        "coreml",
        "program",
        framework="coreml",
        state_dicts=model.weights.states,
        producer=model.producer,
        modules=tuple(model.modules),
        signatures=(model.signature,) if model.signature else (),
        ops=model.ops,
        damage=(*damage, *model.weights.damage),
        detail=model.detail,
    )


class _Model:
    def __init__(self, opened: Opened, place: Place) -> None:
        self.wire = Wire(opened.source)
        self.weights = Weights(self.wire, place)
        self.detail: dict[str, Scalar] = {}
        self.producer: dict[str, str | None] = {}
        self.modules: list[ModuleFact] = []
        self.ops: dict[str, int] = {}
        self.signature: SignatureFact | None = None

    def message(self, start: int, end: int, path: str, depth: int) -> None:
        """Walk one Model; those of a pipeline are its steps."""
        if depth > _DEPTH:
            raise NotProtobuf("pipelines are nested too deeply", start, "limit")
        for field in self.wire.fields(start, end):
            number = field.number
            if number == 1 and not path:
                self.detail["specification_version"] = signed(field.value)
            elif number == 2 and not path:
                self._description(field)
            elif number in KINDS:
                if not path:
                    self.detail["type"] = KINDS[number]
                self._kind(field, path, depth)

    def _kind(self, field: Field, path: str, depth: int) -> None:
        number = field.number
        attributes: dict[str, Scalar] = {}
        if number == 555:
            for item in self.wire.inside(field):
                if item.number == 10:
                    attributes["class"] = self.detail["custom_model"] = self.wire.text(item, 200)
        if len(self.modules) < _PORTS:
            self.modules.append(ModuleFact(path, "coreml", KINDS[number], attributes))
        if number in _NETWORKS:
            self._layers(field, path)
        elif number == 502:
            self._program(field)
        elif number in _PIPELINES:
            for item in self.wire.inside(field):
                if item.number == 1:
                    self._steps(item, path, depth)
        elif number == 202:
            self._steps(field, path, depth)

    def _steps(self, field: Field, path: str, depth: int) -> None:
        models = [item for item in self.wire.inside(field) if item.number == 1]
        for number, item in enumerate(models[:_PORTS]):
            step = f"{path}.{number}" if path else str(number)
            self.message(item.value, item.end, step, depth + 1)

    def _op(self, word: str) -> None:
        if word in self.ops or len(self.ops) < _OPS:
            self.ops[word] = self.ops.get(word, 0) + 1

    def _layers(self, field: Field, path: str) -> None:
        """Count the layers by their kinds, name the classes that an app has to bring."""
        count, custom = 0, []
        for layer in self.wire.inside(field):
            if layer.number != 1:
                continue
            count += 1
            held = [item for item in self.wire.inside(layer) if item.wire == BYTES]
            name = next((self.wire.text(item, 200) for item in held if item.number == 1), "")
            stem = f"{path}.{name}" if path else name
            for item in held:
                if item.number == _CUSTOM_LAYER:
                    named = [i for i in self.wire.inside(item) if i.number == 10]
                    own = self.wire.text(named[0], 200) if named else ""
                    self._op(f"custom::{own}")
                    custom.append(own)
                elif item.number in LAYERS:
                    self._op(LAYERS[item.number])
                    self.weights.layer(stem, item.number, item)
        self.detail["layers"] = count
        if custom:
            self.detail["custom_layers"] = ", ".join(dict.fromkeys(custom))[:400]

    def _program(self, field: Field) -> None:
        """Count the operations of an ML program: functions, blocks, operations, their blocks."""
        for function in self._mapped(field, 2):
            for block in self._mapped(function, 3):
                self._block(block, 0)

    def _mapped(self, field: Field, number: int) -> list[Field]:
        """Return the values of a map field."""
        found: list[Field] = []
        for entry in self.wire.inside(field):
            if entry.number == number:
                found += [item for item in self.wire.inside(entry) if item.number == 2][:1]
        return found

    def _block(self, block: Field, depth: int) -> None:
        if depth > _DEPTH:
            raise NotProtobuf("blocks are nested too deeply", block.value, "limit")
        for operation in self.wire.inside(block):
            if operation.number == 3:
                self._operation(operation, depth)

    def _operation(self, operation: Field, depth: int) -> None:
        kind, made = "", ""
        attributes: list[Field] = []
        for item in self.wire.inside(operation):
            if item.number == 1:
                kind = self.wire.text(item, 200)
                self._op(kind)
            elif item.number == 3 and not made:
                names = [inner for inner in self.wire.inside(item) if inner.number == 1]
                made = self.wire.text(names[0], 400) if names else ""
            elif item.number == 4:
                self._block(item, depth + 1)
            elif item.number == 5:
                attributes.append(item)
        if attributes:
            self.weights.operation(kind, made, attributes)

    def _description(self, field: Field) -> None:
        inputs: list[PortFact] = []
        outputs: list[PortFact] = []
        for item in self.wire.inside(field):
            if item.number == 1 and len(inputs) < _PORTS:
                inputs.append(self._port(item))
            elif item.number == 10 and len(outputs) < _PORTS:
                outputs.append(self._port(item))
            elif item.number in _PREDICTED and item.length:
                self.detail[_PREDICTED[item.number]] = self.wire.text(item, 200)
            elif item.number == 100:
                self._metadata(item)
        self.signature = SignatureFact("", tuple(inputs), tuple(outputs))

    def _metadata(self, field: Field) -> None:
        for item in self.wire.inside(field):
            if item.number != 100:
                continue
            held = {inner.number: self.wire.text(inner, 200) for inner in self.wire.inside(item)}
            key, value = held.get(1, ""), held.get(2, "")
            prefix = "com.github.apple.coremltools."
            if key == f"{prefix}version":
                self.producer["coremltools"] = value or None
            elif len(self.detail) < 60:
                self.detail[f"metadata.{key.removeprefix(prefix)}"] = value

    def _port(self, field: Field) -> PortFact:
        name, dtype, shape = "", None, None
        for item in self.wire.inside(field):
            if item.number == 1:
                name = self.wire.text(item)
            elif item.number == 3:
                dtype, shape = self._type(item)
        return PortFact(name, dtype, shape)

    def _type(self, field: Field) -> tuple[str | None, tuple[int | str | None, ...] | None]:
        for item in self.wire.inside(field):
            if item.number in _PLAIN:
                return _PLAIN[item.number], ()
            if item.number == 4:
                return self._image(item)
            if item.number == 5:
                sizes: list[int] = []
                dtype = None
                for inner in self.wire.inside(item):
                    if inner.number == 1 and inner.length < 1000 and len(sizes) < 64:
                        sizes += map(signed, self.wire.numbers(inner))
                    elif inner.number == 2:
                        dtype = _ARRAYS.get(inner.value)
                return dtype, tuple(size if size >= 0 else None for size in sizes[:64]) or None
        return None, None

    def _image(self, field: Field) -> tuple[str | None, tuple[int | None, ...]]:
        """Return the pixels of a picture: rows, columns and colours."""
        held = {item.number: item.value for item in self.wire.inside(field)}
        kind, colours = _COLOURS.get(held.get(3, 0), (None, None))
        return kind, (held.get(2) or None, held.get(1) or None, colours)


def sniff_package(records: FolderRecords) -> bool:
    """Return whether the folder is a `.mlpackage`: a manifest, and data by Core ML's author."""
    return "Manifest.json" in records and any(
        name.startswith(f"Data/{_ROOT}") for name in records.names
    )


def read_package(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the model that the manifest names as its root, and the files beside it."""
    damage: list[Damage] = []
    name, entries = _root(records, damage)
    found = opened.artifact("coreml-package", "program", framework="coreml")
    if name in records:
        with open_in(records.root, name) as source:
            inner = Opened(
                opened.path, source, source.pread(0, HEAD), opened.depth + 1, opened.limits
            )
            below = name.rpartition("/")[0]
            found = _read(inner, Place(records.root, f"{below}/" if below else "", name))
            found = replace(found, format="coreml-package", size=opened.source.size)
    else:
        why = f"`{name}`, the root of the model, is not in the folder"
        damage.append(Damage("missing-member", why, None, {"member": name}))
    parts = []
    for place, author in entries:
        held = [item for item in records.names if item == place or item.startswith(f"{place}/")]
        size = sum(map(records.size, held))
        if place != name and held:
            parts.append(PartFact(place, "coreml-item", size, role=author))
    return replace(
        found, is_folder=True, parts=tuple(parts[:100]), damage=found.damage + tuple(damage)
    )


def _root(records: FolderRecords, damage: list[Damage]) -> tuple[str, list[tuple[str, str]]]:
    try:
        held, _ = parse(records.read("Manifest.json")[: 1 << 20])
    except NotJson as error:
        damage.append(Damage(error.kind, error.of("`Manifest.json`"), error.at))
        held = {}
    entries = held.get("itemInfoEntries") if isinstance(held, dict) else None
    paths: list[tuple[str, str]] = []
    root = f"Data/{_ROOT}model.mlmodel"
    for key, entry in entries.items() if isinstance(entries, dict) else ():
        path = entry.get("path") if isinstance(entry, dict) else None
        if isinstance(path, str) and ".." not in path.split("/"):
            paths.append((f"Data/{path}"[:400], str(entry.get("name"))[:80]))
            if key == held.get("rootModelIdentifier"):
                root = paths[-1][0]
    return root, paths
