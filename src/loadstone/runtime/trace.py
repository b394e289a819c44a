"""What went into and came out of every module of a model, call by call, in a small record.

Every tensor is told by its digest, and by its numbers, of a large one by every so many. A model
that is called again is followed along the record, up to the first call that is another.
"""

import hashlib
import json
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from .batches import is_array, is_tensor
from .compare import gaps, is_float, widen
from .values import tensor_array

FILE = "witnesses/trace.json"
NUMBERS = "witnesses/trace.bin"
NOTES = 4000  # of one record; what is called after them is not followed
BYTES = 4 << 20  # of all numbers kept
READ = 1 << 30  # bytes of what is told by its digest, so that a save does not wait for it
SHARE = 1 << 15  # bytes of the numbers of one output; of an input an eighth
# Up to this share of the largest number, two kernels round otherwise.
_ROUNDING = {"float64": 1e-10, "complex128": 1e-10, "float16": 3e-2, "bfloat16": 3e-2}
_SINGLE = 1e-4
Note = Callable[[str, str, Any], None]  # of a module: its path, "in" or "out", the value


def leaves(value: Any) -> Iterator[Any]:
    """Yield the tensors and arrays of a value; of other objects nothing is told."""
    if is_tensor(value) or (is_array(value) and hasattr(value, "tobytes")):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            for leaf in leaves(item):
                yield leaf
    elif isinstance(value, (tuple, list)):
        for item in value:
            for leaf in leaves(item):
                yield leaf


def plain(leaf: Any) -> Tuple[Any, str]:
    """Return a leaf as an array of numpy's, and the word of its element type."""
    import numpy as np

    if is_tensor(leaf):
        word = str(leaf.dtype).split(".")[-1]
        return np.ascontiguousarray(tensor_array(leaf)).reshape(tuple(leaf.shape)), word
    return np.ascontiguousarray(leaf), str(leaf.dtype)


def digest(array: Any) -> str:
    """Return a digest of the bytes of an array."""
    return hashlib.blake2b(array.tobytes(), digest_size=16).hexdigest()


class Trace:
    """A record while it is made."""

    def __init__(self) -> None:
        self.notes: List[Dict[str, Any]] = []
        self.numbers = bytearray()
        self.cut = False
        self._read = 0

    def note(self, path: str, side: str, value: Any) -> None:
        """Record one value."""
        if len(self.notes) >= NOTES or self._read > READ:
            self.cut = True
            return
        share = SHARE if side == "out" else SHARE // 8
        told = [self._leaf(leaf, share) for leaf in leaves(value)]
        self.notes.append({"module": path, "side": side, "leaves": told})

    def _leaf(self, leaf: Any, share: int) -> Dict[str, Any]:
        array, word = plain(leaf)
        self._read += array.nbytes
        told: Dict[str, Any] = {"dtype": word, "shape": list(array.shape), "digest": digest(array)}
        if array.dtype.hasobject or not array.size:
            return told
        room = min(share, BYTES - len(self.numbers))
        most = max(room, 0) // array.dtype.itemsize
        if most:
            step = -(-array.size // most)
            held = array.reshape(-1)[::step]
            told.update(step=step, at=len(self.numbers), stored=array.dtype.str)
            self.numbers += held.tobytes()
        return told

    def files(self, weights: Dict[str, str]) -> Dict[str, bytes]:
        """Return the files of the record by name; `weights` are digests of tensors by name."""
        told = {"notes": self.notes, "weights": weights, "cut": self.cut}
        return {FILE: json.dumps(told).encode("utf-8"), NUMBERS: bytes(self.numbers)}


class Difference:
    """A call that is not as it was recorded."""

    def __init__(self, path: str, what: str, now: str = "") -> None:
        self.path = path
        self.what = what  # "in", "out", "order"
        self.now = now  # what was called instead
        self.rounding = False
        self.difference: Optional[float] = None
        self.largest: Optional[float] = None  # magnitude that was recorded
        self.saved = ""
        self.given = ""
        self.arrays: Dict[str, Any] = {}  # by file name, for whoever studies them


class Following:
    """A record while the model is called again."""

    def __init__(self, told: Dict[str, Any], numbers: Any) -> None:
        self.recorded = told["notes"]
        self.cut = told["cut"]
        self.numbers = bytes(numbers)
        self.at = 0
        self.first: Optional[Difference] = None  # bit for bit
        self.beyond: Optional[Difference] = None  # more than kernels round
        self.equal: List[str] = []  # modules whose outputs were the same before the first

    def note(self, path: str, side: str, value: Any) -> None:
        """Compare one value."""
        if self.beyond is not None:
            return
        if self.at >= len(self.recorded):
            if not self.cut:
                self._found(Difference(path, "order", path))
            return
        saved = self.recorded[self.at]
        self.at += 1
        if (saved["module"], saved["side"]) != (path, side):
            self._found(Difference(saved["module"], "order", path))
            return
        found = self._compare(saved, list(leaves(value)))
        if found is not None:
            self._found(found)
        elif self.first is None and side == "out":
            self.equal.append(path)

    def finish(self) -> None:
        """Note that calls which were recorded did not come."""
        if self.beyond is None and self.at < len(self.recorded):
            self._found(Difference(self.recorded[self.at]["module"], "order"))

    def _found(self, found: Difference) -> None:
        if self.first is None:
            self.first = found
        if not found.rounding:
            self.beyond = found

    def _compare(self, saved: Dict[str, Any], now: List[Any]) -> Optional[Difference]:
        found: Optional[Difference] = None
        if len(now) != len(saved["leaves"]):
            found = Difference(saved["module"], saved["side"])
            found.saved = "{} tensors".format(len(saved["leaves"]))
            found.given = "{} tensors".format(len(now))
            return found
        for number, (told, leaf) in enumerate(zip(saved["leaves"], now)):  # noqa: B905 - Python 3.6 has no `strict`
            array, word = plain(leaf)
            if (told["dtype"], told["shape"], told["digest"]) == (
                word,
                list(array.shape),
                digest(array),
            ):
                continue
            if found is None:
                found = Difference(saved["module"], saved["side"])
                found.rounding = True
            self._measure(found, told, array, word)
            name = "{}.{}".format(saved["side"], number)
            found.arrays[name + ".now"] = array
            held = self._held(told)
            if held is not None:
                kept = held.reshape(told["shape"]) if told["step"] == 1 else held
                suffix = "" if told["step"] == 1 else ".every{}".format(told["step"])
                found.arrays["{}.recorded{}".format(name, suffix)] = kept
        return found

    def _held(self, told: Dict[str, Any]) -> Any:
        import numpy as np

        if "at" not in told:
            return None
        size = 1
        for length in told["shape"]:
            size *= length
        count = -(-size // told["step"])
        return np.frombuffer(self.numbers, told["stored"], count, told["at"]).copy()

    def _measure(self, found: Difference, told: Dict[str, Any], array: Any, word: str) -> None:
        import numpy as np

        if (told["dtype"], told["shape"]) != (word, list(array.shape)):
            found.rounding = False
            found.saved = _words(told["dtype"], told["shape"])
            found.given = _words(word, list(array.shape))
            return
        held = self._held(told)
        if held is None or not is_float(word):
            found.rounding = False
            return
        saved, now = widen(held, word), widen(array.reshape(-1)[:: told["step"]], word)
        gap = float(gaps(saved, now).max())
        finite = np.abs(saved[np.isfinite(saved)])
        largest = float(finite.max()) if finite.size else 0.0
        if gap and (found.difference is None or gap > found.difference):
            found.difference, found.largest = gap, largest
        # Equal numbers of those that were kept: it is others that differ, by what is not known.
        if gap == 0.0 or gap > _ROUNDING.get(word, _SINGLE) * largest:
            found.rounding = False


def _words(dtype: str, shape: List[int]) -> str:
    return " ".join([dtype, "×".join(map(str, shape))]).strip()
