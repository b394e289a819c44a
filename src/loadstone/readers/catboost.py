"""CatBoost's own format: `CBM1`, the size of a flatbuffer, the flatbuffer, and tables behind it.

https://github.com/catboost/catboost/blob/master/catboost/libs/model/flatbuffers/model.fbs
"""

from __future__ import annotations

import re
from itertools import islice

from loadstone.core.facts import Artifact, Damage, ModuleFact, PortFact, SignatureFact
from loadstone.readers._flatbuffer import FlatBuffer, NotFlatBuffer, Table
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._plain import Scalar, clean, mapping, scalar, sequence, text
from loadstone.readers._source import Part
from loadstone.runtime.catboost_trees import MOST, has_unread, why_unsound

_CORE = 64 << 20  # the largest core that is read
FEATURES = 10_000
_PAIRS = 200
# fields by number: TModelCore
_FORMAT, _TREES, _INFO, _PARTS = 0, 1, 2, 3
# TModelTrees
_DIMENSION, _TREE_SIZES, _CATEGORIES, _FLOATS = 0, 2, 4, 5
# TCatFeature: index, flat index, name; TFloatFeature: nans, index, flat index, borders, name
_CATEGORY_FLAT, _CATEGORY_NAME, _FLOAT_FLAT, _FLOAT_NAME = 1, 2, 2, 4


def sniff(opened: Opened) -> bool:
    """Return whether the signature is there."""
    return opened.head[:4] == b"CBM1"


def read(opened: Opened) -> Artifact:
    """Return what the core says: features, trees, parameters, classes."""
    size = int.from_bytes(opened.head[4:8], "little")
    damage: list[Damage] = []
    unread = opened.source.size > MOST
    detail: dict[str, Scalar] = {"core": size}
    ports: tuple[PortFact, ...] = ()
    info: dict[str, str] = {}
    if len(opened.head) < 8 or 8 + size > opened.source.size:
        have = {"have": opened.source.size, "need": 8 + size, "whole": 0}
        why = f"the core ends at byte {8 + size}, the file at byte {opened.source.size}"
        damage.append(Damage("truncated", why, opened.source.size, have))
    elif size > _CORE:
        why = f"the core takes {size} bytes, the limit is {_CORE}"
        damage.append(Damage("limit", why, 4, {"core": size}))
    else:
        try:
            core = FlatBuffer(Part(opened.source, 8, size)).root()
            info = _info(core)
            ports = _core(core, detail, damage)
        except NotFlatBuffer as error:
            damage.append(Damage("malformed", f"the core is no flatbuffer: {error}", 8))
    if not damage and opened.source.size <= MOST:
        unsound = why_unsound(opened.source.pread(0, opened.source.size))
        damage += [Damage("malformed", unsound)] if unsound else []
        unread = unsound is None and has_unread(opened.source.pread(0, opened.source.size))
    detail |= told(info)
    kept: dict[str, Scalar] = {
        key: detail[key] for key in ("loss_function", "trees", "classes") if key in detail
    }
    return opened.artifact(
        "catboost",
        "model",
        framework="catboost",
        producer={"catboost": version(info)},
        modules=(ModuleFact("", "catboost.core", "CatBoost", kept),),
        signatures=(SignatureFact("", ports, (PortFact("prediction", "float64"),)),)
        if ports
        else (),
        requires={"catboost": ""},
        opening_runs_code="unknown" if damage or unread else "no",
        damage=tuple(damage),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _info(core: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in islice(core.tables(_INFO), _PAIRS):
        key = pair.text(0)
        if key:
            found[clean(key, 60)] = pair.text(1, _CORE)
    return found


def _core(core: Table, detail: dict[str, Scalar], damage: list[Damage]) -> tuple[PortFact, ...]:
    detail["format"] = text(core.text(_FORMAT))
    parts = core.vector(_PARTS)[1]
    detail["parts"] = parts or None
    trees = core.table(_TREES)
    if trees is None:
        damage.append(Damage("malformed", "the core holds no trees", 8))
        return ()
    detail["trees"] = trees.vector(_TREE_SIZES)[1]
    detail["dimension"] = _integer(trees, _DIMENSION)
    named: list[tuple[int, PortFact]] = []
    for number, (field, flat, name, kind) in enumerate(
        (
            (_FLOATS, _FLOAT_FLAT, _FLOAT_NAME, "float32"),
            (_CATEGORIES, _CATEGORY_FLAT, _CATEGORY_NAME, None),
        )
    ):
        features = list(islice(trees.tables(field), FEATURES))
        detail[("float_features", "cat_features")[number]] = len(features)
        for feature in features:
            at = _integer(feature, flat)
            at = len(named) if at is None else at
            named.append((at, PortFact(clean(feature.text(name) or str(at)), kind, (None,))))
    return tuple(port for _, port in sorted(named, key=lambda item: item[0]))


def _integer(table: Table, field: int) -> int | None:
    return table.number(field, 4, signed=True) if table.given(field) else None


def told(info: dict[str, str]) -> dict[str, Scalar]:
    """Return the parameters of the training and the classes."""
    found: dict[str, Scalar] = {"guid": text(info.get("model_guid")) or None}
    parameters = _json(info.get("params"))
    loss = mapping(mapping(parameters).get("loss_function"))
    found["loss_function"] = text(loss.get("type"))
    found["trained"] = text(info.get("train_finish_time"))
    classes = sequence(_json(info.get("class_params")).get("class_names")) or sequence(
        _json(info.get("multiclass_params")).get("class_names")
    )
    if classes:
        shown = (str(scalar(item)) for item in classes[:20])
        found["classes"] = clean(", ".join(shown))
        found["num_class"] = len(classes)
    return found


def _json(written: str | None) -> dict[str, object]:
    try:
        value, _ = parse((written or "{}").encode("utf-8", "backslashreplace"))
    except NotJson:
        return {}
    return dict(mapping(value))


def version(info: dict[str, str]) -> str | None:
    """Return the version that wrote it."""
    lines = re.search(r"(\d+\.\d+(?:\.\d+)?)", info.get("catboost_version_info", "")[:400])
    return lines[1] if lines else None
