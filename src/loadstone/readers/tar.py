"""Tar archives that hold something else than torch's old format."""

from __future__ import annotations

from loadstone.core.facts import Artifact, RunsCode
from loadstone.readers import _class_paths, _inside, _magic, _tar
from loadstone.readers._opened import PICKLED, Opened
from loadstone.readers._packed_pickles import Judged
from loadstone.readers._source import Source


def sniff(opened: Opened) -> bool:
    """Return whether it begins with the header of a member."""
    return _magic.tar(opened.head)


def read(opened: Opened) -> Artifact:
    """Return the members, and which of them is the model."""
    found, differ = _tar.entries(opened.source)
    regular = [item for item in found if item.kind in (b"0", b"\0", b"")]
    files = {item.name: item for item in regular}

    def head(name: str) -> bytes:
        return opened.source.pread(files[name].offset, min(files[name].size, 4096))

    names = [item.name for item in regular]
    detail: dict[str, str | int | float | bool | None] = {
        "members": ", ".join(names[:8]),
        "count": len(names),
    }
    if len(names) == 1:
        detail["inner"] = _magic.guess(head(names[0]))
    model = _inside.only_model(names, head)
    if model is not None:
        detail["model"] = model
    word, calls = runs(opened, opened.source)
    return opened.artifact(
        "tar",
        "container",
        detail=detail,
        disagreements=tuple(differ),
        opening_runs_code=word,
        calls=calls,
    )


def runs(opened: Opened, source: Source) -> tuple[RunsCode, tuple[str, ...]]:
    """Return what loaders that do not unpack the tar in `source` run, and call."""
    found, differ = _tar.entries(source)
    judged = Judged(opened)
    if differ:
        judged.note("unknown")
    for outside in _class_paths.named(item.name for item in found):
        judged.note("unknown", (outside.text,))
    left = PICKLED
    for item in found:
        if item.kind not in (b"0", b"\0", b"", b"7"):
            continue
        if judged.looks(source.pread(item.offset, min(item.size, 4096))):
            data = source.pread(item.offset, min(item.size, left))
            left -= len(data)
            judged.add(data, item.size)
    return judged.word, judged.calls
