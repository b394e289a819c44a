"""The sizes and modes of pictures that are given as Pillow's images or as files, column by column.

https://pillow.readthedocs.io/en/stable/handbook/concepts.html#modes
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final, cast

MODE: Final = "picture mode"
NAMES: Final = ("picture width", "picture height", MODE)

Picture = tuple[int, int, str]


def columns(batch: Any, *, files: bool) -> Iterator[tuple[str, list[Any]]]:
    """Yield width and height in pixels and the mode of each picture, nothing where one is none.

    Texts are paths only where the inputs are `files`. Of a file only the head is read.
    """
    if not isinstance(batch, list) or not batch:
        return
    found = [_of(item, files=files) for item in batch]
    if None not in found:
        for name, values in zip(
            NAMES, zip(*cast("list[Picture]", found), strict=True), strict=True
        ):
            yield name, list(values)


def _of(item: Any, *, files: bool) -> Picture | None:
    if isinstance(item, PurePath) or (files and isinstance(item, str)):
        return _in_file(str(item))
    home = type(item).__module__.partition(".")[0]
    return (*item.size, item.mode) if home == "PIL" and hasattr(item, "mode") else None


def _in_file(path: str) -> Picture | None:
    if importlib.util.find_spec("PIL") is None:
        return None
    from PIL import Image

    try:
        with Image.open(path) as picture:
            return (*picture.size, picture.mode)
    except Exception:  # noqa: BLE001 - not there, or no picture: what prepares it says so better
        return None
