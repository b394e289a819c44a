"""How a report is shown: width, characters, colour, detail, and the language of its commands."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final, Literal

from loadstone.core.classes import dataclass

Language = Literal["shell", "python"]

_ASCII: Final = {
    "×": "x",
    "→": "->",
    "←": "<-",
    "…": "...",
    "–": "-",
    "—": "-",
    "·": "|",
    "✓": "ok",
    "✗": "no",
    "☠": "!!",
    "“": '"',
    "”": '"',
    "’": "'",
    "µ": "u",
}
SYMBOLS: Final = "".join(_ASCII)
_COLOURS: Final[Mapping[str, str]] = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "good": "32",
    "bad": "31",
    "unsure": "33",
    "strong": "1",
    "frame": "34",
    "dim": "2",
    "saved": "31",
    "expected": "32",
}
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})  # categories that do not print


@dataclass(frozen=True, slots=True)
class View:
    """The circumstances of one rendering.

    `flags` are the arguments of the user's own command that its follow-up repeats, already
    quoted: `--preprocess prep:tokenize`; `verb` is the command, where that applies fixes too.
    """

    width: int = 100
    unicode: bool = True
    colour: bool = False
    verbose: bool = False
    language: Language = "shell"
    flags: str = ""
    verb: Literal["check", "predict"] = "check"
    several: bool = False  # more than one file was asked about, whatever could be read

    def text(self, value: object) -> str:
        """Return `value` as it may be shown: control characters escaped, ASCII if it must be.

        What a file says goes to a terminal, so an escape sequence in a key's name stays inert.
        """
        shown = "".join(map(_visible, str(value)))
        if self.unicode:
            return shown
        shown = "".join(_ASCII.get(char, char) for char in shown)
        return shown.encode("ascii", "backslashreplace").decode("ascii")

    def paint(self, role: str, value: str) -> str:
        """Return `value` in the colour of `role`, or unchanged where there is no colour."""
        if not self.colour or not value:
            return value
        return f"\x1b[{_COLOURS[role]}m{value}\x1b[0m"


def _visible(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else repr(char)[1:-1]
    if unicodedata.category(char) in _HIDDEN:
        code = ord(char)
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return char


def cells(value: str) -> int:
    """Return how many terminal columns `value` takes; wide characters take two."""
    if value.isascii():
        return len(value)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in value
    )


def pad(value: str, width: int) -> str:
    """Return `value` followed by blanks up to `width` columns."""
    return value + " " * (width - cells(value))


def wrap(value: str, width: int) -> list[str]:
    """Return `value` in lines of at most `width` columns; words and `quoted code` stay whole."""
    lines: list[str] = []
    line = ""
    for word in _words(value):
        if line and cells(line) + 1 + cells(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def hang(start: str, value: str, width: int, indent: int | None = None) -> list[str]:
    """Return `start` and `value` after it; further lines stand under the value, or at `indent`."""
    under = cells(start) if indent is None else indent
    room = max(20, width - max(under, cells(start)))
    first, *rest = wrap(value, room) or [""]
    return [(start + first).rstrip(), *(" " * under + line for line in rest)]


def _words(value: str) -> list[str]:
    """Split at blanks outside of backticks, so that a command can be copied from one line."""
    words: list[str] = []
    quoted = False
    for part in value.split(" "):
        if quoted:
            words[-1] += f" {part}"
        else:
            words.append(part)
        if part.count("`") % 2:
            quoted = not quoted
    return words
