"""A booster's own file cut out of what is around it; no byte of the model is changed.

XGBoost's pickles hold the whole model: the old binary, JSON or UBJSON of `Config` and `Model`.
https://github.com/dmlc/xgboost/blob/master/src/learner.cc. LightGBM's text ends with the parameters
that it was trained with, which predicting does not need.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from loadstone.readers import _pickled_booster
from loadstone.readers._source import MemorySource
from loadstone.readers._ubjson import Cut, Skim
from loadstone.runtime.checked import Judged
from loadstone.runtime.held import Held, RefusedError

_START: Final = b"\nparameters:\n"
_END: Final = b"\nend of parameters\n"


def cut(path: Path) -> bytes:
    """Return the bytes of the one XGBoost model in the pickle at `path`, as they stand in it.

    Raises `ValueError` where there is not one, or it is written in another way, and `OSError`.
    """
    try:
        judged = Judged(Held(str(path)))
    except RefusedError as error:
        raise ValueError(error.why) from error
    found = _pickled_booster.handles(tuple(judged.streams), judged.held.data)
    if len(found) != 1:
        raise ValueError(f"it holds {len(found)} models of XGBoost")
    held = found[0]
    if held.startswith(b'{"'):
        return _of_json(held)
    if held[:1] == b"{":
        return _of_ubjson(held)
    if held.startswith(b"CONFIG-offset:"):
        raise ValueError("its configuration stands behind the old binary")
    return held


def _of_json(held: bytes) -> bytes:
    """Return the value of `Model` in an object, as its bytes."""
    text, decoder, at = held.decode("latin-1"), json.JSONDecoder(), 1
    try:
        while True:
            key, at = decoder.raw_decode(text, at)
            start = text.index(":", at) + 1
            _, end = decoder.raw_decode(text, start)
            if key == "Model":
                return held[start:end]
            at = text.index(",", end) + 1
    except (ValueError, RecursionError) as error:
        raise ValueError("its JSON has no `Model`") from error


def _of_ubjson(held: bytes) -> bytes:
    skim = Skim(MemorySource(held), frozenset(("trees", "tree_info", "weight_drop")))
    try:
        for key, start, end in skim.parts():
            if key == "Model":
                return held[start:end]
    except Cut as error:
        raise ValueError(error.why) from error
    raise ValueError("its UBJSON has no `Model`")


def without_parameters(path: Path) -> bytes:
    """Return the LightGBM text at `path` without the block of its parameters.

    Raises `ValueError` where there is not one such block behind the trees, and `OSError`.
    """
    data = path.read_bytes()
    start, end = data.find(_START), data.find(_END)
    trees = data.find(b"\nend of trees")
    if not 0 <= trees < start < end or data.find(_START, start + 1) >= 0:
        raise ValueError("it has not one block of parameters behind its trees")
    return data[: start + 1] + data[end + len(_END) :]
