"""Inputs from a file: json, jsonl, csv, npy, npz, or a text a line."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import json
import math
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadstone.errors import UsageError
from loadstone.runtime import batches
from loadstone.runtime.categories import MISSING

# What `pandas.read_csv` takes for truth values, unless it is told otherwise.
_TRUTH: Final = {
    **dict.fromkeys(("True", "TRUE", "true"), True),
    **dict.fromkeys(("False", "FALSE", "false"), False),
}
Rows = Any  # a list of texts, records or lists; an array; or arrays by name
Texts = Mapping[str, Collection[str]]  # columns, with their values that look missing and are none


class Csv(list[dict[str, Any]]):
    """Records of a CSV file, typed as pandas reads them, with the cells as they are written."""

    def __init__(self, names: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
        """Type the `cells`, column after column."""
        self._cells = dict(zip(names, cells, strict=True))
        super().__init__(_records({name: _column(held) for name, held in self._cells.items()}))

    def typed(self, texts: Texts) -> list[dict[str, Any]]:
        """Return the records with some columns as texts, whatever their cells look like."""
        if not any(name in texts for name in self._cells):
            return self
        return _records(
            {
                name: _texts(held, texts[name]) if name in texts else _column(held)
                for name, held in self._cells.items()
            }
        )


def typed(rows: Rows, about: Mapping[str, Any]) -> Rows:
    """Return rows with the texts that a model was fitted on, by what it says `about` itself.

    Of a CSV file, where `00123` may be a text or a number and `NA` a value; other rows as they are.
    """
    return rows.typed(about.get("texts") or {}) if isinstance(rows, Csv) else rows


def _records(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def read(path: str | Path, texts: Texts | None = None) -> Rows:
    """Return the inputs that the file at `path` holds, in the form that `predict` takes.

    Text formats give a list of lists, texts or records; `.npy` an array, `.npz` arrays by name.
    In CSV, the columns `texts` are texts, whatever their cells look like, and those of their
    values that are given with them are not missing.
    `-` is what comes on standard input: JSON, records in JSON a line each, or CSV.
    Raises `UsageError` where the file holds something else, `OSError` where it cannot be read.
    """
    place = Path(path)
    if str(path) == "-":
        data = sys.stdin.buffer.read()
        kind = _kind(data)
    else:
        kind = place.suffix.lower()
        if kind not in _READERS:
            raise UsageError(f"`{place}`: rows are read from {', '.join(_READERS)}")
        data = place.read_bytes()
    rows = _READERS[kind](data, str(place))
    if texts and isinstance(rows, Csv):
        rows = rows.typed(texts)
    if len(rows) == 0:
        raise UsageError(f"`{place}` holds no rows")
    return rows


def is_file(path: str) -> bool:
    """Whether `path` is a file of rows, by its suffix."""
    return Path(path).suffix.lower() in _READERS and Path(path).is_file()


def _kind(data: bytes) -> str:
    """Return the suffix of a file that these bytes would stand in."""
    start = data.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if start not in (b"[", b"{"):
        return ".csv"
    with contextlib.suppress(ValueError, RecursionError):
        json.loads(data)
        return ".json"
    return ".jsonl"


def parts(path: str | Path) -> tuple[Rows, ...] | None:
    """Return `inputs`, or `inputs` and `outputs`, where these are all that the file holds.

    None for any other file, and for one that `read` refuses. Raises `UsageError` where one of them
    holds no rows or is misspelt, `OSError`.
    """
    place = Path(path)
    found: Any = None
    if place.suffix.lower() == ".npz":
        found = _npz(place.read_bytes(), str(place))
    elif place.suffix.lower() == ".json":
        with contextlib.suppress(ValueError, RecursionError):
            found = json.loads(place.read_bytes())
    if not isinstance(found, dict) or found.keys() not in ({"inputs"}, {"inputs", "outputs"}):
        _refuse_misspelt(found, str(place))
        return None
    named = [(name, found[name]) for name in ("inputs", "outputs") if name in found]
    return tuple(_part(name, rows, str(place)) for name, rows in named)


def _refuse_misspelt(found: Any, path: str) -> None:
    """Raise `UsageError` where two names are meant for `inputs` and `outputs`."""
    if not isinstance(found, dict) or len(found) != 2:
        return
    from difflib import get_close_matches as close

    for given, other in (tuple(found), tuple(found)[::-1]):
        if close(str(given), ["inputs"], 1, 0.8) and close(str(other), ["outputs"], 1, 0.8):
            raise UsageError(
                f"`{path}` holds `{given}` and `{other}`: examples stand under `inputs`, and what "
                "is expected of them under `outputs`"
            )


def _part(name: str, rows: Any, path: str) -> Rows:
    if name == "inputs" and batches.is_columns(rows):
        rows = batches.records(rows)  # by name, each a list of rows
    if not isinstance(rows, list):
        if hasattr(rows, "shape") and rows.shape and len(rows):
            return rows
        told = "no rows" if hasattr(rows, "shape") else f"a JSON {_word(rows)}"
        raise UsageError(f"`{name}` of `{path}` holds {told}; a list of rows is expected")
    if not rows:
        raise UsageError(f"`{name}` of `{path}` holds no rows")
    return _rows(rows, path) if name == "inputs" else rows


def batch(rows: Rows) -> Rows:
    """Return rows of numbers as one array, float32 unless all are whole; other rows as they are."""
    if not isinstance(rows, list) or not isinstance(rows[0], (list, int, float)):
        return rows
    import numpy as np

    try:
        array = np.asarray(rows)
    except ValueError:  # of unequal length, as token ids are
        return rows
    if array.dtype.kind not in "fiu":
        return rows
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def _text(data: bytes, path: str) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as spreadsheets write it
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"`{path}` is not UTF-8 text: byte {error.start:,}") from error


def _json(data: bytes, path: str) -> Rows:
    text = _text(data, path)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        hint = "; it looks like a table: name it `.csv`" if _is_table(text) else ""
        raise UsageError(f"`{path}` is not JSON: {error}{hint}") from error
    if isinstance(value, dict) and value.keys() == {"inputs"} and isinstance(value["inputs"], list):
        value = value["inputs"]
    if isinstance(value, dict) and not any(isinstance(x, (list, dict)) for x in value.values()):
        value = [value] if value else value  # one record
    if batches.is_columns(value):
        value = batches.records(value)  # inputs by name, each a list of rows
    if not isinstance(value, list):
        raise UsageError(f"`{path}` holds a JSON {_word(value)}; a list of rows is expected")
    return _rows(value, path)


def _jsonl(data: bytes, path: str) -> Rows:
    lines = enumerate(_text(data, path).splitlines(), 1)
    return _rows([_line(line, number, path) for number, line in lines if line.strip()], path)


def _line(line: str, number: int, path: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"`{path}`, line {number}: not JSON: {error}") from error


def _csv(data: bytes, path: str) -> Rows:
    """Read records under a header; without one, where every cell is a number, an array."""
    try:
        lines = [row for row in csv.reader(io.StringIO(_text(data, path), newline="")) if row]
    except csv.Error as error:
        raise UsageError(f"`{path}` is not CSV: {error}") from error
    if not lines:
        return []
    apart = _other_separator(lines)
    if apart:
        raise UsageError(
            f"`{path}` is separated by {apart}, and commas are read: save it with them"
        )
    for number, row in enumerate(lines[1:], 2):
        if len(row) != len(lines[0]):
            told = f"{len(row)} columns, and the first row has {len(lines[0])}"
            raise UsageError(f"`{path}`, row {number}: {told}")
    if all(_number(cell) is not None for cell in lines[0]):
        columns = [_column(cells) for cells in zip(*lines, strict=True)]
        return _rows([list(row) for row in zip(*columns, strict=True)], path)
    if len(set(lines[0])) < len(lines[0]):
        raise UsageError(f"`{path}`: a column's name stands twice in the header")
    return Csv(lines[0], list(zip(*lines[1:], strict=True)) or [()] * len(lines[0]))


def _is_table(text: str) -> bool:
    """Whether a text has lines of equally many cells, and does not begin as JSON does."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    commas = {line.count(",") for line in lines}
    return len(lines) > 1 and len(commas) == 1 and commas != {0} and text.lstrip()[:1] not in "[{"


def _other_separator(lines: Sequence[Sequence[str]]) -> str:
    """Return what separates the cells of a header without commas, in words."""
    if len(lines[0]) > 1 or len(lines) < 2:
        return ""
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        count = lines[0][0].count(mark)
        if count and all(",".join(row).count(mark) == count for row in lines[1:20]):
            return word
    return ""


def _column(cells: Sequence[str]) -> list[Any]:
    """Return the cells of a column as `pandas.read_csv` takes them, which models are fitted on.

    Numbers or truth values where all that are not missing are; else texts, whatever each looks
    like. What is missing among numbers is None, and among others NaN. https://pandas.pydata.org/docs/reference/api/pandas.read_csv.html
    """
    held = [None if cell in MISSING else cell for cell in cells]
    told = [cell for cell in held if cell is not None]
    if all(_number(cell) is not None for cell in told):
        return [None if cell is None else _number(cell) for cell in held]
    truth = all(cell in _TRUTH for cell in told)
    return [math.nan if cell is None else _TRUTH[cell] if truth else cell for cell in held]


def _texts(cells: Sequence[str], known: Collection[str]) -> list[Any]:
    """Return the cells of a column of texts; those that are missing as NaN, but for those known."""
    return [math.nan if cell in MISSING and cell not in known else cell for cell in cells]


def _number(cell: str) -> int | float | None:
    if "_" in cell:  # which Python takes for a number
        return None
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(cell)
    return None


def _npy(data: bytes, path: str) -> Rows:
    import numpy as np

    try:
        return np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise UsageError(f"`{path}` is not an array of numbers: {error}") from error


def _npz(data: bytes, path: str) -> Rows:
    import zipfile

    import numpy as np

    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise UsageError(f"`{path}` is not an archive of arrays: {error}") from error


def _txt(data: bytes, path: str) -> Rows:
    return [line for line in _text(data, path).splitlines() if line.strip()]


def _rows(rows: list[Any], path: str) -> Rows:
    """Refuse rows that are not alike; what dtype they become, the model's signature knows."""
    kinds = sorted({_word(row) for row in rows})
    if len(kinds) > 1 and kinds != ["number", "whole number"]:
        raise UsageError(f"`{path}` mixes rows: {', '.join(kinds)}; all must be alike")
    if kinds and kinds[0] in ("null", "true or false"):
        raise UsageError(f"`{path}` holds {kinds[0]} rows; lists, texts or objects are expected")
    return rows


def _word(value: object) -> str:
    words: Mapping[type, str] = {
        dict: "object",
        list: "list",
        str: "text",
        bool: "true or false",
        int: "whole number",
        float: "number",
        type(None): "null",
    }
    return words[type(value)]


_READERS: Final[Mapping[str, Callable[[bytes, str], Rows]]] = {
    ".json": _json,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": _csv,
    ".npy": _npy,
    ".npz": _npz,
    ".txt": _txt,
}
