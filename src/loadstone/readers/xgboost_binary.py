"""XGBoost's old binary format: structures of C++ as they lay in memory; read up to 3.0.

https://github.com/dmlc/xgboost/blob/v1.7.6/src/learner.cc (`LearnerModelParamLegacy`), and for
the trees `src/gbm/gbtree_model.h`.
"""

from __future__ import annotations

import math
import struct

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, ModuleFact
from loadstone.readers import _xgboost
from loadstone.readers._opened import Opened
from loadstone.readers._plain import Scalar
from loadstone.runtime.xgboost_trees import MOST, why_unsound

_PARAMETERS = struct.Struct("<fIiiiII")  # base_score, features, classes, 2 flags, version
_SIZE = 136  # with what is reserved
_BOOSTERS = (b"gbtree", b"dart", b"gblinear")
_BASE64 = b"bs64\t"
_HEAD = 1024


def sniff(opened: Opened) -> bool:
    """Return whether its signature is there, or the structure that writers without one begin by."""
    head = opened.head
    return head.startswith((b"binf", _BASE64)) or _names(head) is not None


def read(opened: Opened) -> Artifact:
    """Return what the first structures say."""
    head, word = _plain(opened)
    start = 4 if head.startswith(b"binf") else 0
    names = _names(head)
    damage: list[Damage] = []
    detail: dict[str, Scalar] = {"signature": "binf" if start else "none", "encoding": word}
    modules: tuple[ModuleFact, ...] = ()
    produced = features = classes = None
    if names is None:
        at = opened.source.size
        cut = len(head) < start + _SIZE + 64
        why = "the file ends inside its header" if cut else "the header names no booster"
        damage.append(Damage("truncated" if cut else "malformed", why, at))
    else:
        base, features, classes, _, _, major, minor = _PARAMETERS.unpack_from(head, start)
        objective, booster, at = names
        produced = f"{major}.{minor}" if 1 <= major < 10 and minor < 100 else None
        trees = int.from_bytes(head[at : at + 4], "little", signed=True)
        detail |= {
            "objective": objective,
            "booster": booster,
            "num_feature": features,
            "num_class": classes,
            "base_score": f"{base:.9g}",
        }
        if booster == "gbtree":
            detail["trees"] = trees
        kept = {key: detail[key] for key in ("objective", "booster", "num_feature", "num_class")}
        modules = (ModuleFact("", "xgboost.core", "Booster", kept),)
    size = opened.source.size
    is_read = names and word == "plain" and size <= MOST
    unsound = why_unsound(opened.source.pread(0, size)) if is_read else None
    damage += [Damage("malformed", unsound)] if unsound else []
    found = opened.artifact(
        "xgboost-binary",
        "model",
        framework="xgboost",
        producer={"xgboost": produced},
        modules=modules,
        signatures=(_xgboost.signature([], [], features, classes),) if names else (),
        requires={"xgboost": "<3.1"},
        damage=tuple(damage),
        detail=detail,
    )
    return replace(found, opening_runs_code="unknown") if unsound or size > MOST else found


def _plain(opened: Opened) -> tuple[bytes, str]:
    """Return the first bytes, decoded where they are written as base64."""
    head = opened.source.pread(0, _HEAD)
    if not head.startswith(_BASE64):
        return head, "plain"
    import base64
    import binascii

    text = head[len(_BASE64) :].split()[:1]
    body = text[0] if text else b""
    try:
        return base64.b64decode(body[: len(body) // 4 * 4]), "base64"
    except binascii.Error:
        return b"", "base64"


def _names(head: bytes) -> tuple[str, str, int] | None:
    """Return the objective, the booster, and where the booster's structure starts."""
    start = 4 if head.startswith(b"binf") else 0
    if len(head) < start + _SIZE + 16:
        return None
    base, features, classes = _PARAMETERS.unpack_from(head, start)[:3]
    if not math.isfinite(base) or features > 1 << 28 or not 0 <= classes < 1 << 24:
        return None
    objective, at = _text(head, start + _SIZE)
    booster, at = _text(head, at)
    if booster not in _BOOSTERS or not objective.replace(b":", b"").replace(b"_", b"").isalnum():
        return None
    return objective.decode("ascii", "replace"), booster.decode("ascii"), at


def _text(head: bytes, at: int) -> tuple[bytes, int]:
    length = int.from_bytes(head[at : at + 8], "little")
    if length > 64:
        return b"", at
    return head[at + 8 : at + 8 + length], at + 8 + length
