"""Private examples as keyed digests: who has the examples and the key can prove what they give.

A digest is HMAC-SHA256 with a key of 32 random bytes that is not in the bundle, so that no guess of
an example can be tried on the bundle alone, however few values there are to guess from. Floats are
told in cells of two grids beside that, half a cell apart: numbers up to half a cell apart are in
one cell of either, and numbers in one cell differ by less than one.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, Final

from loadstone.core.facts import StageReplay
from loadstone.errors import UsageError
from loadstone.inputs.signature import holds
from loadstone.runtime import batches
from loadstone.runtime.compare import is_float, widen
from loadstone.runtime.trace import plain
from loadstone.runtime.values import encode

FILE: Final = "witnesses/digests.json"
MOST: Final = 4096  # floats of one stage whose cells are kept
_TAG: Final = 8  # bytes of the digest of one cell
_HEAD: Final = "loadstone-key-1 "
Feed = Callable[[bytes], None]


def new_key() -> bytes:
    """Return a key."""
    return secrets.token_bytes(32)


def key_text(key: bytes) -> str:
    """Return what the file of a key holds."""
    return f"{_HEAD}{key.hex()}\n"


def read_key(path: Path) -> bytes:
    """Return the key in a file; raises `UsageError` where it holds none, `OSError` as reading."""
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    try:
        key = bytes.fromhex(text.removeprefix(_HEAD.strip()).strip())
    except ValueError:
        key = b""
    if not text.startswith(_HEAD.strip()) or len(key) != 32:
        raise UsageError(f"`{path}` is no key of Loadstone's")
    return key


def recorded(
    inputs: Any,
    stages: Mapping[str, Any],
    tolerances: Mapping[str, float],
    key: bytes,
    *,
    files: bool = False,
) -> bytes:
    """Return the file of digests: of the inputs, and of what each stage gave of them."""
    told = {
        "algorithm": "hmac-sha256",
        "key": _whole(key, "key", b"").hex()[:16],
        "inputs": _of_inputs(inputs, key, files=files),
        "stages": {
            name: _of_stage(name, value, tolerances.get(name, 0.0), key)
            for name, value in stages.items()
        },
    }
    return json.dumps(told, indent=1).encode()


def is_key(told: Mapping[str, Any], key: bytes) -> bool:
    """Whether the digests were made with this key."""
    return hmac.compare_digest(str(told["key"]), _whole(key, "key", b"").hex()[:16])


def are_inputs(told: Mapping[str, Any], inputs: Any, key: bytes, *, files: bool = False) -> bool:
    """Whether these are the inputs of the save."""
    return hmac.compare_digest(str(told["inputs"]), _of_inputs(inputs, key, files=files))


def compared(told: Mapping[str, Any], name: str, value: Any, key: bytes, rows: int) -> StageReplay:
    """Return what a stage gives now against its digests.

    It is `unproven` where it is not bit for bit what it was, and too large for cells to be kept.
    """
    then = told["stages"][name]
    if hmac.compare_digest(str(then["exact"]), _exact(name, value, key)):
        return StageReplay(name, "identical", difference=0.0)  # type: ignore[arg-type]
    rest, floats = _parts(value)
    if not hmac.compare_digest(str(then["rest"]), _whole(key, f"{name}/rest", rest).hex()):
        return StageReplay(name, "differs", moved=rows, example=_TOLD)  # type: ignore[arg-type]
    if "step" not in then:  # nothing was measured that it may differ by
        return StageReplay(name, "differs", moved=rows, example=_TOLD)  # type: ignore[arg-type]
    if "cells" not in then:
        return StageReplay(name, "unproven", example=_LARGE)  # type: ignore[arg-type]
    step = float(then["step"])
    held = base64.b64decode(then["cells"])
    odd: set[int] = set()
    for at, (leaf, place, number) in enumerate(_numbers(floats)):
        pair = held[2 * _TAG * at : 2 * _TAG * (at + 1)]
        now = _cells(name, at, number, step, key)
        if pair[:_TAG] != now[:_TAG] and pair[_TAG:] != now[_TAG:]:
            size = max(1, len(floats[leaf]) // max(rows, 1))
            odd.add(place // size)
    result = "differs" if odd else "within tolerance"
    example = _TOLD if odd else ""
    return StageReplay(name, result, tolerance=step, moved=len(odd), example=example)  # type: ignore[arg-type]


_TOLD: Final = "the digests differ"
_LARGE: Final = "not bit for bit what it was, and of so many numbers no rounded digests are kept"


def _of_inputs(inputs: Any, key: bytes, *, files: bool) -> str:
    taken = hmac.new(key, b"inputs/", "sha256")
    _feed(inputs, taken.update, files=files)
    return taken.hexdigest()


def _of_stage(name: str, value: Any, tolerance: float, key: bytes) -> dict[str, Any]:
    rest, floats = _parts(value)
    told: dict[str, Any] = {
        "exact": _exact(name, value, key),
        "rest": _whole(key, f"{name}/rest", rest).hex(),
    }
    if tolerance > 0 and floats:
        told["step"] = 2 * tolerance
    if "step" in told and sum(len(leaf) for leaf in floats) <= MOST:
        cells = (
            _cells(name, at, number, told["step"], key)
            for at, (_, _, number) in enumerate(_numbers(floats))
        )
        told["cells"] = base64.b64encode(b"".join(cells)).decode("ascii")
    return told


def _exact(name: str, value: Any, key: bytes) -> str:
    taken = hmac.new(key, f"{name}/".encode(), "sha256")
    _feed(value, taken.update)
    return taken.hexdigest()


def _whole(key: bytes, name: str, data: bytes) -> bytes:
    return hmac.new(key, f"{name}/".encode() + data, "sha256").digest()


def _cells(name: str, at: int, number: float, step: float, key: bytes) -> bytes:
    """Return the digests of the cells that a number is in: 16 bytes."""
    import math

    words = (
        (repr(number), repr(number))
        if not math.isfinite(number)
        else (str(math.floor(number / step)), str(math.floor(number / step + 0.5)))
    )
    return b"".join(
        _whole(key, f"{name}/cell", f"{at}/{grid}/{word}".encode())[:_TAG]
        for grid, word in enumerate(words)
    )


def _numbers(floats: list[Any]) -> Iterator[tuple[int, int, float]]:
    """Yield every float with the number of its leaf and its place there."""
    for leaf, values in enumerate(floats):
        for place, number in enumerate(values.tolist()):
            yield leaf, place, number


def _parts(value: Any) -> tuple[bytes, list[Any]]:
    """Return all of a value but its floats, as bytes, and its floats, a float64 array a leaf."""
    floats: list[Any] = []
    rest = bytearray()
    _feed(value, rest.extend, floats)
    return bytes(rest), floats


def _feed(  # noqa: PLR0912 - one branch a kind of value
    value: Any, feed: Feed, floats: list[Any] | None = None, *, files: bool = False
) -> None:
    """Give the bytes of a value to `feed`, each part after its kind and length.

    A frame is what is in its columns, whatever its index. Floats go to `floats`, if given.
    """
    import numpy as np

    if files and isinstance(value, (str, PurePath)):
        _write(feed, "file", Path(value).read_bytes())
    elif batches.is_frame(value):
        _write(feed, "frame", str(value.shape[1]).encode())
        for at, name in enumerate(value.columns):
            _feed(str(name), feed)
            cells = value.iloc[:, at].tolist()
            _feed([None if holds([cell]) == "missing" else cell for cell in cells], feed, floats)
    elif isinstance(value, dict):
        _write(feed, "dict", str(len(value)).encode())
        for name, item in value.items():
            _feed(name, feed)
            _feed(item, feed, floats, files=files)
    elif isinstance(value, (list, tuple)):
        _write(feed, "list", str(len(value)).encode())
        for item in value:
            _feed(item, feed, floats, files=files)
    elif isinstance(value, float):
        if floats is None:
            _write(feed, "float", struct.pack("<d", value))
        else:
            _write(feed, "float", b"")
            floats.append(np.array([value], dtype=np.float64))
    elif batches.is_array(value) and not getattr(value.dtype, "hasobject", False):
        array, word = plain(value)
        told = f"{word} {'x'.join(map(str, array.shape))}"
        if floats is not None and is_float(word) and "complex" not in word:
            _write(feed, "array", told.encode())
            floats.append(widen(array, word).reshape(-1))
        else:
            _write(feed, "array", told.encode())
            _write(feed, "bytes", array.tobytes())
    else:
        arrays: list[Any] = []
        tree = encode(value, arrays)
        _write(feed, type(value).__name__, json.dumps(tree, sort_keys=True).encode())
        for array in arrays:
            _write(feed, "bytes", array.tobytes())


def _write(feed: Feed, kind: str, data: bytes) -> None:
    feed(f"{kind} {len(data)} ".encode())
    feed(data)
