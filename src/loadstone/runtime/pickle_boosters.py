"""Models of XGBoost's in a pickle, which its C++ parses when they are opened: see `xgboost_trees`.

`Booster.__setstate__` hands over what stands under `handle`; the wrappers of 0.7 and before it had
the bytes themselves, under `_Booster`.
"""

from typing import Any, Dict, Optional, Tuple

from .audited_dill import type_word
from .pickle_scalars import Buffer
from .pickle_trees import plain_bytes
from .pickle_values import Blob, Call, Global, Pairs, Stream, TupleItems
from .xgboost_trees import MOST, why_unsound

__all__ = ["Elsewhere", "follow"]

_BOOSTER = ("xgboost.core", "Booster")
_WRAPPERS = "xgboost.sklearn"
_BYTES = ("builtins.bytearray", "__builtin__.bytearray")
_LATIN = (["latin-1"], ["latin1"])


class Elsewhere:
    """The payload of what is filled with a model that leads outside of itself, and `why`."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why


def follow(stream: Stream, buffer: Buffer) -> None:
    """Note of each booster that its model leads outside of itself, as the payload of its maker."""
    if not any(item.module in (_BOOSTER[0], _WRAPPERS) for item in stream.globals):
        return
    reader = _Reader(buffer)
    for call in stream.calls:
        made = _class_of(call) if call.states else ("", "")
        for state in call.states:
            why = None
            if made == _BOOSTER:
                why = reader.why(state.get("handle")) if isinstance(state, Pairs) else "no state"
            elif made[0] == _WRAPPERS and isinstance(state, Pairs):
                held = state.get("_Booster")
                if not isinstance(held, Call) or _is_bytes(held):
                    why = reader.why(held)
            if why is not None:
                call.payload = Elsewhere(why)


def _class_of(call: Call) -> Tuple[str, str]:
    """Return the class of what is made: what is called, or the first that is given."""
    first = call.args[0] if isinstance(call.args, TupleItems) and call.args else None
    for item in (call.func, first):
        if isinstance(item, Global) and item.module in (_BOOSTER[0], _WRAPPERS):
            return item.module, item.name
    return "", ""


def _is_bytes(call: Call) -> bool:
    """Whether a call makes a `bytearray`."""
    return call.path in _BYTES or type_word(call) == "bytearray"


class _Reader:
    """Reads models, each once, and not more than so many bytes."""

    def __init__(self, buffer: Buffer) -> None:
        self.buffer = buffer
        self.left = MOST
        self.known: Dict[int, Optional[str]] = {}

    def why(self, held: Any) -> Optional[str]:
        """Return what of a model leads elsewhere; nothing where all holds, or there is none."""
        if held is None:
            return None
        if id(held) not in self.known:
            self.known[id(held)] = self.judged(held)
        return self.known[id(held)]

    def judged(self, held: Any) -> Optional[str]:
        """Return the same of what was not read before."""
        inner = held
        if isinstance(held, Call) and _is_bytes(held):
            args = list(held.args) if isinstance(held.args, TupleItems) else []
            inner = args[0] if args else b""
            if isinstance(inner, str) and args[1:] in _LATIN:
                self.left -= len(inner)
                return why_unsound(inner.encode("latin-1", "replace")) if self.left >= 0 else None
        if isinstance(inner, Blob):
            self.left -= inner.length
            if self.left < 0:
                return None
        data = plain_bytes(inner, self.buffer)
        return "what it is made of was not read" if data is None else why_unsound(data)
