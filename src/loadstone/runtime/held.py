"""A model file read once into memory: what is judged, hashed and loaded are the same bytes.

https://github.com/joblib/joblib/blob/main/joblib/compressor.py lists the compressions.
"""

import bz2
import hashlib
import os
import zlib
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from .lz4 import Decompressor

try:
    from lzma import LZMAError
except ImportError:  # a Python that was built without it
    LZMAError = OSError  # type: ignore[assignment, misc]

LIMIT = 1 << 35  # bytes that a compressed file may hold; a rebuilt one may limit memory below it
_STEP = 1 << 20
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_ZF_HEADER = 21  # `ZF` and a length in hex, padded to 19 characters


class RefusedError(Exception):
    """A file that is not loaded; `kind` is a word, `names` what it would call."""

    def __init__(self, why: str, kind: str, names: Tuple[str, ...] = ()) -> None:
        super(RefusedError, self).__init__(why)
        self.why = why
        self.kind = kind
        self.names = names


class Held:
    """The bytes of a file, of its companions, and what stands inside where it is compressed."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            self.raw = file.read()
        self.path = path
        self.data = inflated(self.raw)
        self.companions: Dict[str, bytes] = {}

    def match(self, digest: Optional[str]) -> None:
        """Raise `RefusedError` unless these are the bytes of `digest`; None asks for nothing."""
        parts = [hashlib.sha256(data).digest() for data in self._all()]
        if digest is not None and digest != _together(parts):
            why = "the file is not the one that was checked: its bytes changed"
            raise RefusedError(why, "changed")

    def _all(self) -> List[bytes]:
        return [self.raw] + [self.companions[name] for name in sorted(self.companions)]

    def take(self, names: List[str]) -> None:
        """Read the files of these bare names beside the file."""
        for name in names:
            if name != os.path.basename(name) or name in ("", ".", ".."):
                raise RefusedError("`{}` is no name of a file beside it".format(name), "companion")  # noqa: EM103 - messages read better where they are raised
            with open(os.path.join(os.path.dirname(self.path), name), "rb") as file:
                self.companions[name] = file.read()

    def write(self, folder: str, name: str) -> str:
        """Write the same bytes into a folder of our own, and return the path."""
        path = os.path.join(folder, name)
        for other, data in [(name, self.raw), *self.companions.items()]:
            with open(os.path.join(folder, other), "wb") as file:
                file.write(data)
        return path


def digest_of(path: str, companions: Sequence[str] = ()) -> str:
    """Return the digest of a file and of those of these names beside it, read piece by piece."""
    folder = os.path.dirname(path)
    parts = []
    for name in [path] + [os.path.join(folder, name) for name in sorted(companions)]:
        digest = hashlib.sha256()
        with open(name, "rb") as file:
            for piece in iter(lambda: file.read(_STEP), b""):
                digest.update(piece)
        parts.append(digest.digest())
    return _together(parts)


def match_folder(folder: str, parts: Sequence[str], digest: Optional[str]) -> None:
    """Raise `RefusedError` unless the files of a folder are those that were checked."""
    for name in parts:
        if os.path.isabs(name) or ".." in name.replace("\\", "/").split("/"):
            raise RefusedError("`{}` leads out of the folder".format(name), "companion")  # noqa: EM103 - messages read better where they are raised
    if digest is not None and digest_of(os.path.join(folder, parts[0]), parts[1:]) != digest:
        why = "the folder is not the one that was checked: its bytes changed"
        raise RefusedError(why, "changed")


def _together(parts: Sequence[bytes]) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def inflated(raw: bytes) -> bytes:
    """Return what stands in compressed bytes; other bytes as they are."""
    if raw[:4] == b"ZF0x":
        return _whole(raw[_ZF_HEADER:], zlib.decompressobj)
    made = _decompressor(raw)
    return _whole(raw, made) if made else raw


def _decompressor(raw: bytes) -> Optional[Callable[[], Any]]:
    if raw[:2] == b"\x1f\x8b":
        return lambda: zlib.decompressobj(31)
    if raw[:3] == b"BZh":
        return bz2.BZ2Decompressor
    if raw[:6] == b"\xfd7zXZ\0" or (raw[:3] == b"\x5d\0\0" and len(raw) > 13):
        import lzma

        return lzma.LZMADecompressor
    if raw[:4] == b"\x04\x22\x4d\x18":
        return Decompressor
    return zlib.decompressobj if raw[:2] in _ZLIB else None


def _whole(raw: bytes, made: Callable[[], Any]) -> bytes:
    """Return all that stands in one stream, or in several one after the other."""
    out: List[bytes] = []
    size = 0
    left = raw
    while left:
        unpack = made()
        for start in range(0, len(left), _STEP):
            try:
                out.append(unpack.decompress(left[start : start + _STEP]))
            except (zlib.error, LZMAError, OSError, EOFError, ValueError) as error:
                raise RefusedError("it cannot be inflated: {}".format(error), "unread") from error  # noqa: EM103 - as above
            size += len(out[-1])
            if size > LIMIT:
                raise RefusedError("it holds more than {} bytes".format(LIMIT), "unread")  # noqa: EM103 - as above
            if unpack.eof:
                left = unpack.unused_data + left[start + _STEP :]
                break
        else:
            raise RefusedError("its compressed bytes end too early", "unread")
    return b"".join(out)
