"""Files whose container is undone: what is written is proved before it gets its name."""

from __future__ import annotations

import ast
import base64
import hashlib
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from loadstone import readers
from loadstone.atomic import new_file
from loadstone.core.edits import (
    ArchiveModel,
    CutModel,
    DecodeText,
    Dequantise,
    DropArguments,
    DropOperator,
    DropParameters,
    FileEdit,
    ForgetConfiguration,
    MergeAdapter,
    MergePieces,
    PackFolder,
    PlaceWeights,
    RenameGlobals,
    RenameGroups,
    RetagProgram,
    RewriteState,
    UndoLineEndings,
    Unwrap,
)
from loadstone.fixes import (
    arguments,
    boosters,
    dequantised,
    keras_layout,
    keras_metadata,
    lora,
    merge,
    numpy_names,
    operators,
    programs,
)
from loadstone.fixes.archives import ROOM, TIMES

TEXT: Final = 256 << 20  # bytes of text that are decoded
_STEP: Final = 1 << 20
Progress = Callable[[int], None]


class CannotRestoreError(ValueError):
    """The file cannot be undone so that it is proved; nothing was written."""


def restore(
    path: str | os.PathLike[str],
    edit: FileEdit,
    output: Path,
    progress: Progress | None = None,
) -> None:
    """Write to `output` what the file or folder at `path` was, or is to be, and read it back.

    Raises `FileExistsError`, `CannotRestoreError` where a checksum does not match, and `OSError`
    as reading and writing do; nothing is then left behind.
    """
    if isinstance(edit, (DropOperator, ForgetConfiguration, MergePieces, MergeAdapter, Dequantise)):
        _anew(path, edit, output, progress)
        return
    with new_file(output) as file:
        if isinstance(edit, Unwrap):
            _unwrap(path, edit, file, progress)
        elif isinstance(edit, DecodeText):
            _decode(path, edit, file)
        elif isinstance(edit, (DropArguments, RenameGroups)):
            named = isinstance(edit, RenameGroups)
            _rewritten(path, keras_layout.rename if named else arguments.drop, file)
        elif isinstance(edit, RetagProgram):
            _rewritten(path, programs.to_cpu, file)
        elif isinstance(edit, RenameGlobals):
            _rewritten(path, numpy_names.rename, file)
            _whole(file.name, edit.name)
        elif isinstance(edit, (CutModel, DropParameters)):
            _booster(path, edit, file)
        elif isinstance(edit, (RewriteState, PlaceWeights, ArchiveModel)):
            raise CannotRestoreError(f"`{edit.name}` is written where it was proved, and not again")
        elif isinstance(edit, PackFolder):
            _pack(Path(path), edit, file, progress)
        else:
            _undo(path, edit, file, progress)


def _anew(
    path: str | os.PathLike[str],
    edit: DropOperator | ForgetConfiguration | MergePieces | MergeAdapter | Dequantise,
    output: Path,
    progress: Progress | None,
) -> None:
    """Make a folder, or a file of tensors, out of what several files hold."""
    try:
        if isinstance(edit, DropOperator):
            operators.drop(Path(path), edit.operator, output)
        elif isinstance(edit, ForgetConfiguration):
            keras_metadata.forget(Path(path), output)
        elif isinstance(edit, MergePieces):
            merge.merge(path, edit.entry, output, progress)
        elif isinstance(edit, Dequantise):
            dequantised.write_plain(os.fspath(path), edit.entry, output, progress)
        else:
            lora.merge(path, edit, output, progress)
    except ValueError as error:
        raise CannotRestoreError(f"`{path}` cannot be written again: {error}") from error


def _unwrap(
    path: str | os.PathLike[str], edit: Unwrap, file: IO[bytes], progress: Progress | None
) -> None:
    most = ROOM + TIMES * Path(path).stat().st_size
    digest, size = hashlib.sha256(), 0

    def take(chunk: bytes) -> None:
        nonlocal size
        size += len(chunk)
        if size > most:
            raise CannotRestoreError(
                f"`{path}` holds more than {TIMES} times its size: unpack it yourself"
            )
        file.write(chunk)
        digest.update(chunk)
        if progress:
            progress(len(chunk))

    try:
        readers.unwrap(path, edit.member, take)
    except readers.NotWhole as error:
        raise CannotRestoreError(f"`{path}` cannot be unpacked: {error}") from error
    file.flush()
    file.seek(0)
    back = hashlib.sha256()
    while chunk := file.read(_STEP):
        back.update(chunk)
    if back.digest() != digest.digest():
        raise CannotRestoreError(f"`{edit.name}` reads back otherwise than it was written")


def _rewritten(
    path: str | os.PathLike[str], rewrite: Callable[[Path, IO[bytes]], None], file: IO[bytes]
) -> None:
    try:
        rewrite(Path(path), file)
    except ValueError as error:
        raise CannotRestoreError(f"`{path}` cannot be written again: {error}") from error


def _booster(
    path: str | os.PathLike[str], edit: CutModel | DropParameters, file: IO[bytes]
) -> None:
    cut = boosters.cut if isinstance(edit, CutModel) else boosters.without_parameters
    try:
        file.write(cut(Path(path)))
    except ValueError as error:
        raise CannotRestoreError(f"`{path}` cannot be written again: {error}") from error
    file.flush()
    _whole(file.name, edit.name)


def _undo(
    path: str | os.PathLike[str],
    edit: UndoLineEndings,
    file: IO[bytes],
    progress: Progress | None,
) -> None:
    held = b""
    with Path(path).open("rb") as source:
        while chunk := source.read(_STEP):
            whole = held + chunk
            held = b"\r" if whole.endswith(b"\r") else b""  # its line feed may come next
            out = whole[: len(whole) - len(held)].replace(b"\r\n", b"\n")
            file.write(out)
            if progress:
                progress(len(out))
    file.write(held)
    file.flush()
    _whole(file.name, edit.name)


def _pack(folder: Path, edit: PackFolder, file: IO[bytes], progress: Progress | None) -> None:
    """Pack every file, and compare each one's digest with that of what the archive gives back."""
    digests: dict[str, bytes] = {}
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise CannotRestoreError(f"`{name}` is no plain file: pack the folder yourself")
            if path.is_dir():
                continue
            with (
                path.open("rb") as source,
                archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member,
            ):
                digests[name] = _digest(source, member.write, progress)
    file.flush()
    with zipfile.ZipFile(file.name) as archive:
        for name in (names := archive.namelist()):
            with archive.open(name) as member:
                if _digest(member) != digests.get(name):
                    raise CannotRestoreError(f"`{name}` reads back otherwise than it was packed")
    if sorted(names) != sorted(digests):
        raise CannotRestoreError(f"`{edit.name}` does not hold each file once")
    _whole(file.name, edit.name)


def _digest(
    source: IO[bytes],
    write: Callable[[bytes], object] | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Return the digest of what is left of a file, which is also handed on, in pieces."""
    digest = hashlib.sha256()
    while chunk := source.read(_STEP):
        digest.update(chunk)
        if write:
            write(chunk)
        if progress:
            progress(len(chunk))
    return digest.digest()


def _decode(path: str | os.PathLike[str], edit: DecodeText, file: IO[bytes]) -> None:
    if Path(path).stat().st_size > TEXT:
        raise CannotRestoreError(f"`{path}` is longer than {TEXT >> 20} MB: decode it yourself")
    try:
        data = decode(Path(path).read_bytes(), edit.coding)
    except ValueError as error:
        raise CannotRestoreError(f"`{path}` is no {edit.coding} text: {error}") from error
    file.write(data)
    file.flush()
    _whole(file.name, edit.name)


def decode(text: bytes, coding: str) -> bytes:
    """Return the bytes that a text stands for, where they give the same text when coded again.

    Raises `ValueError` where they do not.
    """
    if coding != "repr":
        return _letters(b"".join(text.split()), coding)
    try:
        value = ast.literal_eval(text.decode("ascii").strip())
    except (SyntaxError, MemoryError, RecursionError) as error:
        raise ValueError("it is cut off, or was edited") from error
    if not isinstance(value, bytes) or repr(value).encode() != text.strip():
        raise ValueError("it is not what Python prints of any bytes")
    return value


def _letters(letters: bytes, coding: str) -> bytes:
    if coding == "hex":
        return bytes.fromhex(letters.decode("ascii"))
    extra = b"-_" if coding == "base64url" else None
    letters += b"=" * (-len(letters) % 4 if extra else 0)  # many leave the padding out of these
    data = base64.b64decode(letters, extra, validate=True)
    if base64.b64encode(data, extra) != letters:
        raise ValueError("it is not what base64 gives of any bytes")
    return data


def _whole(written: str, name: str) -> None:
    """Raise unless what was written is read to its end and nothing of it is wrong."""
    artifact = readers.read(written)
    damage = (*artifact.damage, *artifact.disagreements)
    damage = damage or readers.verify(written, artifact)
    if damage:
        raise CannotRestoreError(f"`{name}` would not be whole: {damage[0].why}")
