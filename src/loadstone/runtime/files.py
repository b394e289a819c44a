"""The files of a bundle, from a folder or from a zip file, and their digests against the manifest.

What is read is what is checked: each file is read once, into memory, and hashed from there.
"""

import hashlib
import json
import os
import struct
import threading
import zipfile
from typing import Any, Dict, List, Optional, Tuple

from . import MANIFEST
from .manifest_shape import SCHEMA, wrong

CHUNK = 8 << 20  # bytes; hashing follows reading by one chunk


class BundleUnreadableError(Exception):
    """The file or folder is no bundle that this version can read; `why` says it."""

    def __init__(self, path: str, why: str) -> None:
        super(BundleUnreadableError, self).__init__("{}: {}".format(path, why))
        self.path = path
        self.why = why


class Files:
    """The files of one bundle by relative name."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.places: Dict[str, Tuple[str, int, int]] = {}
        if os.path.isdir(path):
            self._list_folder(path)
        else:
            self._list_archive(path)
        if MANIFEST not in self.places:
            raise BundleUnreadableError(path, "it holds no `{}`".format(MANIFEST))
        try:
            self.manifest = json.loads(bytes(self.read(MANIFEST)).decode("utf-8"))
            schema = self.manifest["schema"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BundleUnreadableError(
                path, "its manifest is malformed: {}".format(error)
            ) from error
        if schema != SCHEMA:
            raise BundleUnreadableError(path, "its schema is `{}`, not `{}`".format(schema, SCHEMA))
        why = wrong(self.manifest)
        if why:
            raise BundleUnreadableError(path, "its manifest is malformed: {}".format(why))
        self.listed = {item["name"]: item for item in self.manifest["files"]}
        self.changed: Dict[str, str] = {}
        self._hashing: List[threading.Thread] = []
        self._checked: Any = set()

    def _list_folder(self, path: str) -> None:
        for folder, _, names in os.walk(path):
            for name in names:
                full = os.path.join(folder, name)
                relative = os.path.relpath(full, path).replace(os.sep, "/")
                self.places[relative] = (full, 0, os.path.getsize(full))

    def _list_archive(self, path: str) -> None:
        try:
            with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
                for info in archive.infolist():
                    if info.filename in self.places:
                        raise BundleUnreadableError(path, "`{}` is twice".format(info.filename))
                    if info.compress_type != zipfile.ZIP_STORED:
                        raise BundleUnreadableError(
                            path, "`{}` is compressed".format(info.filename)
                        )
                    file.seek(info.header_offset)
                    header = file.read(30)
                    sizes = struct.unpack("<HH", header[26:30])
                    start = info.header_offset + 30 + sizes[0] + sizes[1]
                    self.places[info.filename] = (path, start, info.file_size)
        except (zipfile.BadZipFile, struct.error) as error:
            raise BundleUnreadableError(
                path, "it is no whole zip file: {}".format(error)
            ) from error

    def read(self, name: str) -> Any:
        """Return the bytes of a file in memory that may be written to; `KeyError` if absent."""
        full, start, size = self.places[name]
        data = bytearray(size)
        with open(full, "rb") as file:
            file.seek(start)
            if file.readinto(data) != size:
                raise BundleUnreadableError(self.path, "`{}` is truncated".format(name))
        return data

    def checked(self, name: str, background: bool = False) -> Any:  # noqa: FBT001, FBT002 - called with its name or not at all
        """Return the bytes of a file and compare their digest with the manifest's.

        What does not agree is noted in `changed`. With `background` the digest is taken by a
        thread while the caller goes on; `finish` waits for it.
        """
        if name in self._checked:
            return self.read(name)
        self._checked.add(name)
        if not background or self.places[name][2] < CHUNK:
            data = self.read(name)
            self._compare(name, hashlib.sha256(data).hexdigest(), len(data))
            return data
        return self._read_and_hash(name)

    def _read_and_hash(self, name: str) -> Any:
        import numpy as np

        full, start, size = self.places[name]
        held: Any = np.empty(size, dtype=np.uint8)  # unlike a bytearray, not zeroed first
        data = memoryview(held)
        ready = threading.Semaphore(0)
        spans = [(at, min(at + CHUNK, size)) for at in range(0, size, CHUNK)]

        def digest() -> None:
            sha256 = hashlib.sha256()
            for first, last in spans:
                ready.acquire()
                sha256.update(data[first:last])
            self._compare(name, sha256.hexdigest(), size)

        thread = threading.Thread(target=digest, name="loadstone-digest", daemon=True)
        thread.start()
        self._hashing.append(thread)
        try:
            with open(full, "rb", buffering=0) as file:
                file.seek(start)
                for first, last in spans:
                    while first < last:
                        count = file.readinto(data[first:last])
                        if not count:
                            raise BundleUnreadableError(self.path, "`{}` is truncated".format(name))  # noqa: TRY301 - answered below like any other
                        first += count  # noqa: PLW2901 - the span shrinks as it is read
                    ready.release()
        except BaseException:
            for _ in spans:  # so that the thread ends
                ready.release()
            raise
        return data

    def _compare(self, name: str, digest: str, size: int) -> None:
        listed = self.listed.get(name)
        if listed is None:
            if name != MANIFEST:
                self.changed[name] = "extra"
        elif listed["sha256"] != digest or listed["size"] != size:
            self.changed[name] = "changed"

    def finish(self) -> Dict[str, str]:
        """Check every file that was not read yet, wait for the digests, return what changed."""
        for name in self.listed:
            if name not in self.places:
                self.changed[name] = "missing"
        for name in self.places:
            if name not in self._checked and name != MANIFEST:
                self.checked(name)
        for thread in self._hashing:
            thread.join()
        return dict(sorted(self.changed.items()))

    def find(self, kind: str) -> Optional[Dict[str, Any]]:
        """Return the form of this kind as the manifest has it."""
        for form in self.manifest["forms"]:
            if form["kind"] == kind:
                return dict(form)
        return None


def is_bundle(path: str) -> bool:
    """Return whether `path` is a folder or zip file that holds our manifest."""
    if os.path.isdir(path):
        return os.path.isfile(os.path.join(path, MANIFEST))
    if not os.path.isfile(path):  # a FIFO would wait for somebody to write
        return False
    try:
        with open(path, "rb") as file:
            head = file.read(30 + len(MANIFEST))
        return head[:4] == b"PK\x03\x04" and head[30:] == MANIFEST.encode("ascii")
    except OSError:
        return False
