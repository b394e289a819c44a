"""What may be opened beside an artifact: files that lie in its folder, wherever links lead.

Every reader that opens or measures another file than the one that it was given does so here.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable

from loadstone.core.facts import Damage
from loadstone.readers._plain import clean
from loadstone.readers._source import FileSource, Unreadable

LINK = "link-outside"  # the kind of damage
_CACHES = ("models--", "datasets--", "spaces--")
_LONGEST = 4096  # letters of a path; no system opens a longer one


class Outside(Unreadable):
    """A link leads out of the folder."""


def is_inside(location: str) -> bool:
    """Return whether a path stays in the folder that it starts in, on any system."""
    parts = location[:_LONGEST].replace("\\", "/").split("/")
    return (
        0 < len(location) < _LONGEST
        and "\0" not in location
        and ":" not in parts[0]
        and not (parts[0] == "" or ".." in parts)
    )


def leads_to(folder: str, name: str) -> str:
    """Return where a path in a folder leads that is outside of it, "" where it stays inside.

    A file in the cache of huggingface_hub is inside: snapshots are links to it, and were in a
    `local_dir` before 0.23. https://huggingface.co/docs/huggingface_hub/guides/manage-cache
    """
    try:
        root = os.path.realpath(folder or ".")
        real = os.path.realpath(os.path.join(folder, name))  # noqa: PTH118 - kept as it was given
    except ValueError:  # a zero byte, or what is no text of the system: it leads nowhere
        return ""
    if real == root or real.startswith(root.rstrip(os.sep) + os.sep):
        return ""
    cache, _, last = os.path.dirname(real).rpartition(os.sep)  # noqa: PTH120 - as above
    cached = last == "blobs" and cache.rpartition(os.sep)[2].startswith(_CACHES)
    return "" if cached else real


def open_in(folder: str, name: str) -> FileSource:
    """Open a file of a folder.

    Raises `Outside` where a link leads out of it, `OSError` where the file cannot be opened.
    """
    path = os.path.join(folder, name)  # noqa: PTH118 - the path is kept as it was given
    target = leads_to(folder, name)
    if target:
        raise refused(path, target)
    try:
        return FileSource(path)
    except ValueError as error:
        raise FileNotFoundError(errno.ENOENT, str(error), clean(path)) from error


def size_in(folder: str, name: str) -> int | None:
    """Return the bytes of a regular file in a folder, None where there is none inside."""
    try:
        found = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - as above
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) and not leads_to(folder, name) else None


def names_in(folder: str, below: str = "") -> list[str]:
    """Return the names in a folder, or in one inside it, in order; none where it leads out."""
    try:
        listed = [] if leads_to(folder, below) else os.listdir(os.path.join(folder, below) or ".")  # noqa: PTH118, PTH208
    except (OSError, ValueError):
        return []
    return sorted(listed)


def refused(path: str, target: str) -> Outside:
    """Return why a link is not read."""
    why = f"it is a link out of the folder, to `{clean(target, 400)}`"
    return Outside(errno.EACCES, why, clean(path, 4096))


def outside(name: str, target: str) -> Damage:
    """Return that a link of a model leads out of its folder."""
    why = f"the link `{clean(name)}` leads out of the folder, and was not followed"
    detail = {"member": clean(name), "target": clean(target, 400)}
    return Damage(LINK, why, detail=detail)


def unfollowed(seen: Iterable[Damage], links: Iterable[Damage]) -> tuple[Damage, ...]:
    """Return the damage with that of links, which are why the files behind them are not there."""
    known = list(seen)
    all_links = (*(item for item in known if item.kind == LINK), *links)
    told = {item.detail.get("target"): item for item in reversed(all_links)}
    names = {item.detail.get("member") for item in all_links}
    kept = [
        item
        for item in known
        if item.kind != LINK
        and (item.kind != "missing-member" or item.detail.get("member") not in names)
    ]
    return (*kept, *reversed(told.values()))
