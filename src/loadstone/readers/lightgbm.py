"""LightGBM: the text of `save_model`, whole or cut, and the JSON of `dump_model`.

https://github.com/lightgbm-org/LightGBM/blob/master/src/boosting/gbdt_model_text.cpp; the version
in it is that of the format, not of the package.
"""

from __future__ import annotations

import re
from typing import Any

from loadstone.core.facts import Artifact, Damage, ModuleFact, PortFact, SignatureFact
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._plain import Scalar, clean, sequence, text, whole
from loadstone.readers._source import MemorySource
from loadstone.runtime.lightgbm_trees import MOST, why_unsound

_HEAD = 16 << 20
_TAIL = 1 << 20
_WHOLE = 8 << 20
_UNDO = 32 << 20
_FEATURES = 10_000
_TREES = 500_000
_TEXT = re.compile(rb"tree\r?\n(?=[^\n]{0,200}(?:\n[^\n]{0,200}){0,3}(?:version=|num_class=))")
_DUMP = re.compile(rb'\s*\{\s*"name"\s*:\s*"tree"\s*,\s*"version"\s*:')
# parameters of older and newer versions that 4.0 and 4.1 do not know, and refuse: each was tried
_REFUSED = (
    *("bagging_by_query", "early_stopping_min_delta", "lambdamart_norm", "max_conflict_rate"),
    *("max_position", "sparse_threshold"),
)
_KEYS = ("version", "num_class", "num_tree_per_iteration", "objective", "max_feature_idx")


def sniff(opened: Opened) -> bool:
    """Return whether the first lines are `tree` and what follows it, or a dump of that."""
    return bool(_TEXT.match(opened.head) or _DUMP.match(opened.head))


def read(opened: Opened) -> Artifact:
    """Return what the lines before the first tree and after the last one say."""
    if _DUMP.match(opened.head):
        return _dump(opened)
    head, start = _before_the_trees(opened)
    fields = _fields(head)
    sizes = _sizes(fields)
    if len(sizes) < _TREES:
        damage = _damage(opened, head, start, sizes)
    else:
        damage = [Damage("limit", f"only the first {_TREES} trees are looked at")]
    if not any(item.kind in ("truncated", "crlf") for item in damage):
        damage += _tail_damage(opened)
    if not damage and opened.source.size <= MOST:
        held = opened.source.pread(0, opened.source.size).decode("utf-8", "backslashreplace")
        why = why_unsound(held)
        damage = [Damage("malformed", why)] if why else []
    tail = opened.source.pread(max(0, opened.source.size - _TAIL), _TAIL)
    detail = _detail(fields, len(sizes))
    detail |= _after_the_trees(tail)
    names = fields.get("feature_names", "").split(None, _FEATURES)[:_FEATURES]
    keys = ("objective", "trees", "num_feature", "num_class", "boosting")
    return opened.artifact(
        "lightgbm-text",
        "model",
        framework="lightgbm",
        producer={"lightgbm": None},
        modules=(ModuleFact("", "lightgbm.basic", "Booster", _kept(detail, keys)),),
        signatures=(_signature(names, detail.get("num_class")),),
        requires={"lightgbm": ""},
        opening_runs_code="unknown" if damage or opened.source.size > MOST else "no",
        damage=tuple(damage),
        detail=detail,
    )


def _before_the_trees(opened: Opened) -> tuple[bytes, int]:
    """Return the lines before the first tree, and where that starts; -1 where none does."""
    size = 1 << 16
    while True:
        data = opened.source.pread(0, size)
        at = data.find(b"\nTree=0")
        if at >= 0:
            return data[:at], at + 1
        if size >= min(opened.source.size, _HEAD):
            return data, -1
        size *= 8


def _fields(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in head.split(b"\n", 1000)[:1000]:
        key, equals, value = line.rstrip(b"\r").decode("utf-8", "replace").partition("=")
        if equals and key.isidentifier():
            found.setdefault(key, value)
    return found


def _sizes(fields: dict[str, str]) -> list[int]:
    """Return the bytes of each tree, as the header says; those of the first ones where many."""
    told = fields.get("tree_sizes", "").split(None, _TREES)[:_TREES]
    return [int(item) for item in told if _is_size(item)]


def _is_size(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 12


def _damage(opened: Opened, head: bytes, start: int, sizes: list[int]) -> list[Damage]:
    """Return where the trees are not as long as the header says."""
    if b"\r\n" in opened.head[:64]:
        why = "every line ends with a carriage return, and the sizes of the trees do not count it"
        held = {"trees": len(sizes), "recovers": _recovers(opened)}
        return [Damage("crlf", why, opened.head.find(b"\r\n"), held)]
    size = opened.source.size
    detail: dict[str, Scalar] = {"have": size, "trees": len(sizes)}
    if start < 0:
        if b"end of trees" in head or (not sizes and b"tree_sizes=" in head):
            return []  # a model of no trees
        return [Damage("truncated", "the file ends before its first tree", size, detail)]
    end = start + sum(sizes)
    detail["whole"] = _whole(start, sizes, size)
    if size < end:
        why = f"the trees end at byte {end} by the sizes in the header, the file at byte {size}"
        return [Damage("truncated", why, size, detail | {"need": end})]
    if sizes and opened.source.pread(end, 12) != b"end of trees":
        return [_moved(opened, start, sizes, end, detail)]
    return []


def _recovers(opened: Opened) -> bool:
    """Whether every tree starts where the header says once the conversion is undone."""
    if opened.source.size > _UNDO:
        return False
    plain = opened.source.pread(0, _UNDO).replace(b"\r\n", b"\n")
    again = Opened(opened.path, MemorySource(plain), plain[:HEAD], opened.depth, opened.limits)
    head, start = _before_the_trees(again)
    sizes = _sizes(_fields(head))
    return bool(sizes) and b"\r" not in plain[:HEAD] and not _damage(again, head, start, sizes)


def _moved(
    opened: Opened, start: int, sizes: list[int], end: int, detail: dict[str, Scalar]
) -> Damage:
    """Return the damage where the trees' sizes do not lead to their end."""
    tail = opened.source.pread(max(0, opened.source.size - _TAIL), _TAIL)
    if b"end of trees" not in tail and opened.source.size - end < _TAIL:
        why = "nothing says where the trees end: the file was cut, or edited"
        return Damage("truncated", why, opened.source.size, detail)
    at = start
    for index, size in enumerate(sizes[:10_000]):
        if not opened.source.pread(at, 24).startswith(f"Tree={index}\n".encode()):
            why = f"tree {index} does not start where the sizes in the header say"
            return Damage("malformed", why, at, detail | {"tree": index})
        at += size
    why = "the trees do not end where the sizes in the header say"
    return Damage("malformed", why, end, detail)


def _whole(start: int, sizes: list[int], size: int) -> int:
    for index, length in enumerate(sizes):
        start += length
        if start > size:
            return index
    return len(sizes)


def _tail_damage(opened: Opened) -> list[Damage]:
    tail = opened.source.pread(max(0, opened.source.size - _TAIL), _TAIL)
    part = _lost(tail)
    if not part:
        return []
    why = f"the file ends before or inside its {part}, after the last tree"
    detail: dict[str, Scalar] = {"have": opened.source.size, "part": part.split()[-1]}
    return [Damage("truncated", why, opened.source.size, detail)]


def _lost(tail: bytes) -> str:
    """Return what of the end is not there: every writer ends with it, Python with categories."""
    if b"\nparameters:" in tail and b"\nend of parameters" not in tail:
        return "parameters"
    trees = tail.rfind(b"\nend of trees")
    if trees >= 0 and not re.search(rb"\nfeature.importances:", tail[trees:]):
        return "importances"
    _, told, rest = tail.rpartition(b"\npandas_categorical:")
    if told and (not rest.endswith(b"\n") or not _is_json(rest)):
        return "categories of pandas"
    cut = not told and re.search(rb"end of parameters\r?\n\r?\n[a-z_]*\Z", rest)
    return "categories of pandas" if cut else ""


def _is_json(text: bytes) -> bool:
    try:
        parse(text)
    except NotJson:
        return False
    return True


def _detail(fields: dict[str, str], trees: int) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    for key in _KEYS:
        if key in fields:
            number = whole(fields[key])
            found[key] = clean(fields[key]) if number is None else number
    last = whole(fields.get("max_feature_idx"))
    found["num_feature"] = last + 1 if last is not None else None
    found["trees"] = trees
    found["monotone_constraints"] = bool(fields.get("monotone_constraints"))
    found["average_output"] = "average_output" in fields
    return {key: value for key, value in found.items() if value not in (None, False)}


def _after_the_trees(tail: bytes) -> dict[str, Scalar]:
    """Return the parameters of the training, and the categories that pandas had."""
    found: dict[str, Scalar] = {}
    at = tail.rfind(b"\nparameters:")
    if at >= 0:
        lines = tail[at : tail.find(b"end of parameters", at)].decode("utf-8", "replace")
        for key, value in re.findall(r"^\[(\w{1,60}): ([^\]\r\n]{1,200})\]", lines, re.MULTILINE):
            if key in ("boosting", "linear_tree", "num_iterations", "categorical_feature"):
                found[key] = clean(value)
        told = [key for key in _REFUSED if f"\n[{key}:" in lines]
        if told:
            found["not_of_4_1"] = ", ".join(told)
    at = tail.rfind(b"pandas_categorical:")
    if at >= 0:
        line = tail[at + 19 :].split(b"\n", 1)[0].strip()
        try:
            held, _ = parse(line)
        except NotJson:
            held = None
        found["pandas_categorical"] = len(sequence(held))
    return found


def _kept(detail: dict[str, Scalar], keys: tuple[str, ...]) -> dict[str, Scalar]:
    return {key: detail[key] for key in keys if key in detail}


def _signature(names: list[str], classes: Scalar) -> SignatureFact:
    inputs = tuple(PortFact(clean(name), None, (None,)) for name in names)
    wide = isinstance(classes, int) and classes > 1
    shape = (None, classes) if isinstance(classes, int) and wide else (None,)
    return SignatureFact("", inputs, (PortFact("prediction", "float64", shape),))


def _dump(opened: Opened) -> Artifact:
    """Return the JSON of `dump_model`, which no loader of LightGBM reads."""
    held: dict[str, Any] = {}
    if opened.source.size <= _WHOLE:
        try:
            value, _ = parse(opened.source.pread(0, opened.source.size))
            held = value if isinstance(value, dict) else {}
        except NotJson:
            held = {}
    detail: dict[str, Scalar] = {"written_by": "dump_model", "as": "json"}
    for key in _KEYS:
        value = held.get(key)
        if isinstance(value, (str, int)):
            detail[key] = text(value)
    trees = held.get("tree_info")
    if isinstance(trees, list):
        detail["trees"] = len(trees)
    return opened.artifact("lightgbm-dump", "none", framework="lightgbm", detail=detail)
