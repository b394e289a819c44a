"""Write a bundle as a folder, or as one zip file with stored, aligned entries.

Zip: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT; data starts at multiples of 64
bytes, so that tensors can be memory-mapped from the file.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from loadstone import atomic
from loadstone.errors import UsageError
from loadstone.runtime import MANIFEST

Parts = Mapping[str, list[Any]]  # file name to its bytes, in pieces
ALIGN = 64
_PADDING = 0x4C53  # the id of our extra field
_ZIP64_FROM = (1 << 31) - 1
_DATE = (1980, 1, 1, 0, 0, 0)  # so that equal bundles are equal files


def final_of(path: str | os.PathLike[str], as_folder: bool | None = None) -> tuple[Path, bool]:  # noqa: FBT001 - as `save` takes it
    """Return where a bundle is to be, and whether as a folder; `UsageError` where it cannot be."""
    final = Path(path)
    if os.path.lexists(final):
        raise UsageError(f"`{final}` exists already; choose another name or remove it first")
    if not final.parent.is_dir():
        raise UsageError(f"the folder `{final.parent}` does not exist")
    return final, _is_folder(path) if as_folder is None else as_folder


def _is_folder(path: str | os.PathLike[str]) -> bool:
    text = os.fspath(path)
    return text.endswith(("/", os.sep)) or not Path(text).suffix


def listing(parts: Parts) -> list[dict[str, Any]]:
    """Return every file with its size and digest, as the manifest lists them."""
    found = []
    for name in sorted(parts):
        digest = hashlib.sha256()
        for piece in parts[name]:
            digest.update(piece)
        size = sum(len(piece) for piece in parts[name])
        found.append({"name": name, "size": size, "sha256": digest.hexdigest()})
    return found


def write(path: Path, manifest: bytes, parts: Parts) -> None:
    """Write the bundle to `path`: into it if it is a folder, else as a zip file.

    Raises `OSError`, which names the folder where no more could be written.
    """
    try:
        (_write_folder if path.is_dir() else _write_zip)(path, manifest, parts)
    except OSError as error:
        if error.filename is None:
            error.filename = str(path.absolute().parent)
        raise


def name(place: Path, final: Path) -> None:
    """Give what was written its name; raises `UsageError` where that was taken meanwhile."""
    try:
        atomic.publish(place, final)
    except OSError as error:
        if not final.exists():
            raise
        raise UsageError(f"`{final}` exists already") from error


def _write_folder(path: Path, manifest: bytes, parts: Parts) -> None:
    for name, pieces in {**parts, MANIFEST: [manifest]}.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            _copy(pieces, stream.write)
            stream.flush()
            os.fsync(stream.fileno())


def _write_zip(path: Path, manifest: bytes, parts: Parts) -> None:
    with path.open("wb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            _entry(archive, MANIFEST, [manifest], align=False)
            for name, pieces in parts.items():
                _entry(archive, name, pieces, align=True)
        stream.flush()
        os.fsync(stream.fileno())


def _entry(archive: zipfile.ZipFile, name: str, pieces: list[Any], *, align: bool) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.external_attr = 0o644 << 16
    info.file_size = sum(len(piece) for piece in pieces)
    large = info.file_size > _ZIP64_FROM
    if align:
        assert archive.fp is not None
        header = archive.fp.tell() + 30 + len(name.encode()) + (20 if large else 0)
        padding = -(header + 4) % ALIGN
        info.extra = struct.pack("<HH", _PADDING, padding) + bytes(padding)
    with archive.open(info, "w", force_zip64=large) as stream:
        _copy(pieces, stream.write)


def _copy(pieces: Iterable[Any], sink: Any) -> None:
    step = 16 << 20
    for piece in pieces:
        view = memoryview(piece)
        for at in range(0, len(view), step):
            sink(view[at : at + step])
