"""Files and folders written beside their final place, and named only when they are whole."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def temporary(final: Path, *, folder: bool = False) -> Iterator[Path]:
    """Give a new sibling of `final` to write to, which is gone at the end unless published."""
    with _told_of(final):
        path = final.with_name(f".{final.name}.{os.urandom(8).hex()}.tmp")
        try:  # which is before it is there: an interrupt finds its name
            if folder:
                path.mkdir(mode=0o700)
            else:
                path.touch(mode=0o600, exist_ok=False)
            yield path
        finally:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


@contextmanager
def _told_of(final: Path) -> Iterator[None]:
    """Let an error of writing name what was to be written, and not its temporary sibling."""
    try:
        yield
    except OSError as error:
        about = Path(error.filename).name if isinstance(error.filename, str) else ""
        full = error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        if full or (about.startswith(f".{final.name}.") and about.endswith(".tmp")):
            error.filename = os.fspath(final)
        raise


def publish(path: Path, final: Path, *, overwrite: bool = False) -> None:
    """Give what was written its name and a new file's mode.

    Raises `FileExistsError` where the name is taken and `overwrite` does not allow to replace it.
    """
    mode = 0o777 if path.is_dir() else 0o666
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(mode & ~umask)
    if path.is_dir():
        path.rename(final)  # refuses a folder that holds anything
        return
    if overwrite:
        path.replace(final)
        return
    try:
        os.link(path, final)  # unlike a rename, refuses a name that is taken
    except FileExistsError:
        raise FileExistsError(_taken(final)) from None
    except OSError:  # a file system without hard links
        if os.path.lexists(final):
            raise FileExistsError(_taken(final)) from None
        path.replace(final)


@contextmanager
def new_file(final: Path, *, overwrite: bool = False) -> Iterator[IO[bytes]]:
    """Give a file to write to, on disk under its final name only when all went well.

    Raises `FileExistsError` as `publish` does, but before anything is written.
    """
    if not overwrite and os.path.lexists(final):
        raise FileExistsError(_taken(final))
    with temporary(final) as path:
        with path.open("w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        publish(path, final, overwrite=overwrite)


def _taken(final: Path) -> str:
    return f"`{final}` exists already, and nothing is written over"
