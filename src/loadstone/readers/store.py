"""Many artifacts at once: those inside a folder, read in as many processes as there are CPUs."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from loadstone.core.facts import Artifact
from loadstone.readers._identify import read
from loadstone.readers._within import Outside, leads_to, refused

ALONE = 200  # files that one process reads sooner than others start
_CHUNK = 32
_DEPTH = 100  # folders in folders that are walked
_LEFT_OUT = (".git", "__pycache__", "node_modules", ".venv")


def inside(folder: str) -> Iterator[str | Outside]:
    """Yield the files in `folder` and below, and the folders that are one model, by name.

    Links to folders are not followed; of a link to a file outside, it yields why it is not read.
    """
    return _inside(folder, folder, 0)


def _inside(root: str, folder: str, depth: int) -> Iterator[str | Outside]:
    try:
        entries = sorted(os.scandir(folder), key=lambda item: item.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name in _LEFT_OUT or depth >= _DEPTH:
                continue
            if _is_model(entry.path):
                yield entry.path
            else:
                yield from _inside(root, entry.path, depth + 1)
        elif entry.is_file():
            target = leads_to(root, os.path.relpath(entry.path, root)) if entry.is_symlink() else ""
            yield refused(entry.path, target) if target else entry.path


def read_many(paths: Sequence[str | Outside]) -> Iterator[Artifact | OSError]:
    """Yield the facts of each path in turn, or why it cannot be read."""
    workers = min(os.cpu_count() or 1, 1 + len(paths) // ALONE)
    if workers == 1:
        yield from map(_read, paths)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(_read, paths, chunksize=_CHUNK)


def _read(path: str | Outside) -> Artifact | OSError:
    if isinstance(path, Outside):
        return path
    try:
        return read(path)
    except OSError as error:
        return error


def _is_model(folder: str) -> bool:
    found = _read(folder)
    return isinstance(found, Artifact) and found.format != "folder"
