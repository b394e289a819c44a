"""Models of boosters in a pickle, which their C++ parses when they are opened.

`Booster.__setstate__` of XGBoost hands over what stands under `handle`; the wrappers of 0.7 and
before it had the bytes themselves, under `_Booster`. LightGBM keeps a text under `handle`, or
`_handle`, CatBoost bytes under `__model`. See `xgboost_trees`, `lightgbm_trees`, `catboost_trees`.
"""

from typing import Any, Callable, Dict, Iterator, Optional, Tuple

from . import patience
from .audited_dill import type_word
from .pickle_scalars import Buffer
from .pickle_trees import plain_bytes
from .pickle_values import Blob, Call, Disagreement, Global, Pairs, Stream, TupleItems

__all__ = ["Elsewhere", "follow"]

_BOOSTER = ("xgboost.core", "Booster")
_WRAPPERS = "xgboost.sklearn"
_LIGHTGBM = ("lightgbm.basic", "Booster")
_CATBOOST = "catboost.core"
_MODULES = (_BOOSTER[0], _WRAPPERS, _LIGHTGBM[0], _CATBOOST)
_BYTES = ("builtins.bytearray", "__builtin__.bytearray")
_LARGE = "models of boosters are larger than a look follows; a load follows them whole first"
_LATIN = (["latin-1"], ["latin1"])


class Elsewhere:
    """The payload of what is filled with a model that leads outside of itself: `whose`, `why`."""

    __slots__ = ("whose", "why")

    def __init__(self, why: str, whose: str) -> None:
        self.why = why
        self.whose = whose


def follow(stream: Stream, buffer: Buffer) -> None:
    """Note of each booster that its model leads outside of itself, as the payload of its maker."""
    if not any(item.module in _MODULES for item in stream.globals):
        return
    reader = _Reader(buffer)
    for call in stream.calls:
        made = _class_of(call) if call.states else ("", "")
        for state in call.states:
            for why, whose in _why(reader, made, state):
                call.payload = Elsewhere(why, whose)
    if reader.unread:
        stream.disagreements.append(Disagreement("unfollowed", stream.start, reader.unread))


def _why(reader: "_Reader", made: Tuple[str, str], state: Any) -> Iterator[Tuple[str, str]]:
    """Yield what of the model in a state leads elsewhere, and whose code follows it."""
    for held, judge, whose in _held(reader, made, state):
        why = reader.why(held, judge)
        if why is not None:
            yield why, whose


def _held(
    reader: "_Reader", made: Tuple[str, str], state: Any
) -> Iterator[Tuple[Any, Callable[[bytes], Optional[str]], str]]:
    """Yield the models in a state, with what judges them."""
    if made == _BOOSTER:
        yield state.get("handle") if isinstance(state, Pairs) else 0, _why_bytes, "XGBoost"
    elif made[0] == _WRAPPERS and isinstance(state, Pairs):
        held = state.get("_Booster")
        if not isinstance(held, Call) or _is_bytes(held):
            yield held, _why_bytes, "XGBoost"
    elif made == _LIGHTGBM:
        for held in _all_under(state, ("handle", "_handle")):
            yield held, _why_text, "LightGBM"
    elif made[0] == _CATBOOST:
        for held in _all_under(state, ("__model",)):
            yield held, reader.why_of_catboost, "CatBoost"


def _all_under(state: Any, keys: Tuple[str, ...]) -> Iterator[Any]:
    """Yield what stands in a state under some keys, which may be there twice."""
    parts = state if isinstance(state, TupleItems) else [state]
    for part in parts:
        for key, held in part if isinstance(part, Pairs) else ():
            if key in keys:
                yield held


def _why_bytes(data: bytes) -> Optional[str]:
    from .xgboost_trees import why_unsound  # imported where there is a model, as those below

    return why_unsound(data)


def _why_text(data: bytes) -> Optional[str]:
    from . import lightgbm_trees

    return lightgbm_trees.why_unsound(data.decode("utf-8", "surrogatepass"))


def _class_of(call: Call) -> Tuple[str, str]:
    """Return the class of what is made: what is called, or the first that is given."""
    first = call.args[0] if isinstance(call.args, TupleItems) and call.args else None
    for item in (call.func, first):
        if isinstance(item, Global) and item.module in _MODULES:
            return item.module, item.name
    return "", ""


def _is_bytes(call: Call) -> bool:
    """Whether a call makes a `bytearray`."""
    return call.path in _BYTES or type_word(call) == "bytearray"


class _Reader:
    """Reads models, each once, and not more than so many bytes."""

    def __init__(self, buffer: Buffer) -> None:
        self.buffer = buffer
        self.left = patience.most()
        self.known: Dict[int, Optional[str]] = {}
        self.unread = ""  # what of a model was not read

    def why_of_catboost(self, data: bytes) -> Optional[str]:
        """Return what of a model of CatBoost's leads elsewhere; note whether all of it was read."""
        from . import catboost_trees

        why = catboost_trees.why_unsound(data)
        if why is None and catboost_trees.has_unread(data):
            self.unread = catboost_trees.UNREAD
        return why

    def why(self, held: Any, judge: Callable[[bytes], Optional[str]]) -> Optional[str]:
        """Return what of a model leads elsewhere; nothing where all holds, or there is none."""
        if held is None:
            return None
        if id(held) not in self.known:
            self.known[id(held)] = self.judged(held, judge)
        return self.known[id(held)]

    def judged(self, held: Any, judge: Callable[[bytes], Optional[str]]) -> Optional[str]:
        """Return the same of what was not read before."""
        inner = held
        if isinstance(held, Call) and _is_bytes(held):
            args = list(held.args) if isinstance(held.args, TupleItems) else []
            inner = args[0] if args else b""
            if isinstance(inner, str) and args[1:] in _LATIN:
                self.left -= len(inner)
                inner = inner.encode("latin-1", "replace") if self.left >= 0 else b""
        if isinstance(inner, str) and judge is _why_text:
            inner = inner.encode("utf-8", "surrogatepass")
            self.left -= len(inner)
        if isinstance(inner, Blob):
            self.left -= inner.length
        if self.left < 0:
            self.unread = _LARGE
            return None
        data = plain_bytes(inner, self.buffer)
        return "what it is made of was not read" if data is None else judge(data)
