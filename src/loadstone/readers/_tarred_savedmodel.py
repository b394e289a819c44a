"""SavedModels in a tar, which models of Keras 2.8 to 2.11 are pickled as: read where they lie.

`deserialize_model_from_bytecode` writes each member to TensorFlow's files in memory, under the name
that it has in the tar, and loads the folder:
https://github.com/keras-team/keras/blob/v2.10.0/keras/saving/pickle_utils.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from loadstone.core.facts import Artifact
from loadstone.readers import _tar, savedmodel
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._source import MemorySource, Part, Source
from loadstone.readers._tf_members import Members

_PROGRAM = "saved_model.pb"
_FILE = re.compile(
    r"(?:saved_model\.pb|keras_metadata\.pb|fingerprint\.pb|(?:variables|assets)/[\w-][\w.-]*)\Z"
)
# folders are named with the whole path in memory that the model was saved under
_FOLDER = re.compile(r"ram://[0-9a-f-]{36}/(?:variables|assets)/?\Z")
_ZIP_END = b"PK\5\6"  # Keras 2.12 to 2.15 read a zip, which is found by its end


class _Tarred(Members):
    """The files of a tar, by their names."""

    def __init__(self, source: Source, files: dict[str, _tar.Entry]) -> None:
        super().__init__("")
        self._source = source
        self._files = files

    def size(self, name: str) -> int | None:
        found = self._files.get(name)
        return None if found is None else found.size

    def names(self, below: str = "") -> list[str]:
        prefix = f"{below}/" if below else ""
        return sorted(name.removeprefix(prefix) for name in self._files if name.startswith(prefix))

    @contextmanager
    def open(self, name: str) -> Iterator[Source]:
        found = self._files.get(name)
        whole = Part(self._source, found.offset, found.size) if found else MemorySource(b"")
        yield whole


def read(opened: Opened, data: bytes) -> Artifact | None:
    """Return the one SavedModel in the bytes of a tar, nothing where loaders may see another."""
    source = MemorySource(data)
    found, differ = _tar.entries(source)
    files = {item.name: item for item in found if item.kind == b"0"}
    folders = [item for item in found if item.kind == b"5"]
    plain = len(files) + len(folders) == len(found) and not differ
    named = all(map(_FILE.match, files)) and all(_FOLDER.match(item.name) for item in folders)
    if not (plain and named and _PROGRAM in files) or _ZIP_END in data:
        return None
    members = _Tarred(source, files)
    with members.open(_PROGRAM) as program:
        head = program.pread(0, HEAD)
        whole = Opened(opened.path, program, head, opened.depth + 1, opened.limits)
        if not savedmodel.sniff(whole):
            return None
        return savedmodel.of_members(whole, members)
