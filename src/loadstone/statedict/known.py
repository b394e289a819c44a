"""The table of public classes: the names and shapes of each (`scripts/architectures.py`)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from loadstone.core.classes import dataclass, field
from loadstone.statedict.configured import LENGTH, Sizes

_FILE: Final = os.path.join(  # noqa: PTH118 - `pathlib` takes longer than most files
    os.path.dirname(__file__),  # noqa: PTH120 - as above
    *("..", "data", "architectures.txt"),
)


@dataclass(frozen=True, slots=True)
class Size:
    """An argument of a constructor, and where its value stands."""

    argument: str
    key: str  # of a tensor
    axis: int
    default: int


@dataclass(frozen=True, slots=True)
class Known:
    """A class of the table, or several of the same names and shapes."""

    library: str  # "torchvision", "timm", "transformers"
    names: tuple[str, ...]
    children: Mapping[str, tuple[str, int]]  # name to digest of the structure and its tensors
    shapes: Mapping[str, str] | None  # name to digest; None where a configuration gives the sizes
    arguments: tuple[Size, ...] = ()
    config: str = ""  # transformers: the class of the configuration
    tree: Mapping[str, Any] = field(default_factory=dict)  # what the sizes of its modules follow
    sizes: Sizes | None = None  # and by which rules
    tied: frozenset[str] = frozenset()  # keys that a file need not have
    single: Mapping[str, str] = field(default_factory=dict)  # digests where lists have one module
    plain: str = ""  # digest of all shapes that the defaults of the configuration give


class Table:
    """The table as it lies on disk: lines in order, of which those that are asked for are parsed.

    First a line for each child, `digest name names class:whole,class:whole …`, by digest and name;
    then a line of JSON for each class, and behind these what several share.
    """

    def __init__(self, data: bytes) -> None:
        head = data.index(b"\n")
        self._data = data
        self._start = head + 1
        self._end = self._start + int(data[:head].rpartition(b":")[2].strip(b" }"))
        self._lines: list[bytes] = []

    def with_child(self, name: str, structure: str) -> list[tuple[int, int]]:
        """Return the classes that have this child, each with how many names it has in all."""
        data, key = self._data, f"{structure} {name} ".encode()
        low, high = self._start, self._end
        while low < high:  # the starts of lines
            middle = (low + high) // 2
            start = data.rfind(b"\n", 0, middle) + 1
            if data[start : start + len(key)] < key:
                low = data.index(b"\n", middle) + 1
            else:
                high = start
        if not data.startswith(key, low):
            return []
        classes = data[low : data.index(b"\n", low)].rpartition(b" ")[2]
        pairs = (item.split(b":") for item in classes.split(b","))
        return [(int(number), int(whole)) for number, whole in pairs]

    def known(self, number: int) -> Known:
        """Return the class of that number."""
        item = self._line(number)
        return Known(
            library=item["library"],
            names=tuple(item["names"]),
            children={name: (digest, count) for name, digest, count in item["children"]},
            shapes=dict(item["shapes"]) if "shapes" in item else None,
            arguments=tuple(Size(*size) for size in item.get("arguments", ())),
            config=item.get("config", ""),
            tree={
                name: self._line(below) if isinstance(below, int) and name != LENGTH else below
                for name, below in item.get("tree", {}).items()
            },
            sizes=Sizes.read(self._line(item["sizes"])) if "sizes" in item else None,
            tied=frozenset(item.get("tied", ())),
            single=dict(item.get("single", ())),
            plain=item.get("plain", ""),
        )

    def _line(self, number: int) -> dict[str, Any]:
        import json

        self._lines = self._lines or self._data[self._end :].split(b"\n")
        line: dict[str, Any] = json.loads(self._lines[number])
        return line


@cache
def table() -> Table:
    """Return the table, read once."""
    with open(_FILE, "rb") as file:  # noqa: PTH123 - as above
        return Table(file.read())
