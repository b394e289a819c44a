"""joblib's arrays: raw bytes in the stream, behind the BUILD of the object that announces them.

https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py, `NumpyArrayWrapper`.
"""

from __future__ import annotations

import math

from loadstone.readers import _values as values
from loadstone.readers._source import Buffer, OnBuild
from loadstone.runtime.pickles import Call, Malformed, Stream
from loadstone.runtime.pickles import read as read_pickle

JOBLIB = "joblib.numpy_pickle"
_DEPTH = 5
_WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")


def hop(data: Buffer, streams: list[Stream], depth: int = 0) -> OnBuild:
    """Return what steps over an array, given the call that BUILD completed and its position.

    Pickles inside the stream (arrays of objects) are added to `streams`.
    """

    def on_build(call: Call, at: int) -> int:
        if values.class_of(call) != _WRAPPER:
            return at
        held = values.attributes(call)
        shape = values.sizes(held.get("shape"))
        dtype = values.args(held.get("dtype"))
        code = dtype[0] if dtype and isinstance(dtype[0], str) else ""
        if shape is None or not code:
            raise Malformed("an array of joblib's has no shape or no dtype", at)
        if code.startswith("O"):  # a whole pickle stands in the stream
            if depth > _DEPTH:
                raise Malformed("pickles of joblib's are nested too deeply", at)
            inner = read_pickle(data, at, on_build=hop(data, streams, depth + 1))
            streams.append(inner)
            return inner.end
        width = code.lstrip("<>=|")[1:]
        if not width.isdigit() or len(width) > 6:
            raise Malformed(f"an array of joblib's is of `{code[:20]}`", at)
        if held.get("numpy_array_alignment_bytes") is not None:
            at += 1 + int.from_bytes(bytes(data[at : at + 1]), "little")
        unit = 4 if "U" in code[:2] else 1
        end = at + math.prod(shape) * int(width) * unit
        if end > len(data):
            raise Malformed("the stream ends inside an array of joblib's", at)
        return end

    return on_build
