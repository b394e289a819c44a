"""XGBoost UBJSON: what `save_model` writes as of 2.1, and what its pickles hold as of 1.6.

https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
"""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _xgboost
from loadstone.readers._opened import Opened
from loadstone.readers._plain import mapping
from loadstone.readers._ubjson import Cut, Skim
from loadstone.runtime.xgboost_trees import MOST, why_unsound

_KEYS = (b"learner", b"version", b"Config", b"Model")
_COUNTED = frozenset(("trees", "tree_info", "weight_drop"))


def sniff(opened: Opened) -> bool:
    """Return whether an object starts with a key of XGBoost's, after its length."""
    head = opened.head
    if head[:1] != b"{":
        return False
    for marker, width in ((b"L", 8), (b"l", 4), (b"I", 2), (b"U", 1), (b"i", 1)):
        if head[1:2] == marker:
            length = int.from_bytes(head[2 : 2 + width], "big")
            return length < 16 and head[2 + width : 2 + width + length] in _KEYS
    return False


def read(opened: Opened) -> Artifact:
    """Return what the header of the learner says."""
    skim = Skim(opened.source, _COUNTED)
    damage: list[Damage] = []
    root: dict[str, Any] = {}
    try:
        root = skim.read()
        if skim.at < opened.source.size:
            after = opened.source.size - skim.at
            damage.append(
                Damage("trailing", f"{after} bytes follow the model", skim.at, {"bytes": after})
            )
    except Cut as cut:
        root = skim.partial
        detail: dict[str, Any] = {"have": opened.source.size} if cut.kind == "truncated" else {}
        damage.append(Damage(cut.kind, cut.why, cut.at, detail))
    why = None
    if not damage and not skim.twice and opened.source.size <= MOST:
        why = why_unsound(opened.source.pread(0, opened.source.size))
    damage += [Damage("malformed", why)] if why else []
    word = "xgboost-ubj"
    if "Model" in root or "Config" in root:
        root, word = dict(mapping(root.get("Model"))), "xgboost-ubj-pickled"
    differ = tuple(Damage("duplicate-key", f"`{key}` is in an object twice") for key in skim.twice)
    return opened.artifact(
        word,
        "model",
        damage=tuple(damage),
        disagreements=differ,
        opening_runs_code="unknown" if differ or why or opened.source.size > MOST else "no",
        **_xgboost.facts(root),
    )
