"""The YAML that tools write into model folders: maps, lists, texts; nothing that refers or builds.

https://yaml.org/spec/1.1/. An anchor, an alias or a tag is refused, not understood, but for what
Python writes of plain values where that is asked for.
"""

from __future__ import annotations

import re
from typing import Any

LIMIT = 1 << 20
_LINES = 50_000
_SPACE = " \t\r"  # what YAML takes for white space in a line
_DEPTH = 24
_EFFORT = 16 << 20  # letters that are looked at for where lists end
_QUOTED, _FLOW = 1 << 18, 1 << 14  # letters of one value over several lines
_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'"""  # quoted, or plain
    r"""|[^\s\#'"\[\]{}&*!|>%@`,-][^\#]{0,200}?|-[^\s\#][^\#]{0,200}?)[ ]{0,20}:(?:\s+(.*))?$"""
)
_ENDS = {
    '"': re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL),
    "'": re.compile(r"(?:[^']|'')*'(?!')", re.DOTALL),
}
_TEXTS = re.compile(r"""(?<!\\)"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")  # `\"` begins none
_TAG = re.compile(r"!!python/(?:tuple|unicode|str)(?:\s+|$)")
_ANCHOR = re.compile(r"&(\w{1,40})(?:\s+|$)")
_ALIAS = re.compile(r"\*(\w{1,40})(?:\s+#.*)?")
_INTEGER = re.compile(r"[-+]?\d{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\d{1,18}\.\d{0,18}|\.\d{1,18})(?:[eE][-+]?\d{1,3})?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "on", "On"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "off", "Off"), False),
}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", '"': '"', "\\": "\\", "/": "/", " ": " "}


class NotYaml(Exception):  # noqa: N818 - the bytes' fault
    """The text is not of this part of YAML."""


def parse(data: bytes, *, python: bool = False) -> tuple[Any, list[str]]:
    """Return the value in `data`, and the keys that a map holds twice.

    With `python`, a tuple is taken for a list, a text of Python 2 for a text, and what an alias
    stands for is told where it stands. Raises `NotYaml`.
    """
    if len(data) > LIMIT:
        raise NotYaml(f"it takes {len(data)} bytes, the limit is {LIMIT}")
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = text.splitlines()[:_LINES]
    reader = _Reader(lines, python=python)
    value = reader.block(0)
    if reader.next() is not None and not reader.ended:
        raise NotYaml(f"line {reader.at + 1} does not belong to what stands before it")
    return value, reader.twice


class _Reader:
    """The lines, and how far they have been read."""

    def __init__(self, lines: list[str], *, python: bool) -> None:
        self.lines = lines
        self.python = python
        self.anchors: dict[str, tuple[Any, int]] = {}  # a value, and its lines
        self.repeated = 0  # lines that aliases stand for
        self.effort = _EFFORT
        self.at = 0
        self.twice: list[str] = []
        self.ended = False

    def next(self) -> tuple[int, str] | None:
        """Return the indentation and the content of the next line that says something."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            content = line.lstrip(" ").rstrip(_SPACE)
            if content.startswith("\t"):
                raise NotYaml(f"line {self.at + 1} is indented with a tab")
            if line.startswith(("---", "...")) and self.at:
                self.ended = True
                return None
            if content and not content.startswith(("#", "%")) and content.strip(_SPACE) != "---":
                return len(line) - len(line.lstrip(" ")), content
            self.at += 1
        return None

    def block(self, depth: int) -> Any:
        """Read a map, a list or a scalar, by its first line."""
        found = self.next()
        if found is None:
            return None
        if depth > _DEPTH:
            raise NotYaml("it is nested too deeply")
        indent, content = found
        if content == "-" or content.startswith("- "):
            return self._list(indent, depth)
        if _KEY.match(content):
            return self._map(indent, depth)
        self.at += 1
        return self._inline(content, indent - 1)

    def _map(self, indent: int, depth: int) -> dict[str, Any]:
        held: dict[str, Any] = {}
        while (found := self.next()) is not None and found[0] == indent:
            line = _KEY.match(found[1])
            if line is None:
                break
            key = str(_scalar(line[1]) if line[1][:1] not in "\"'" else _unquoted(line[1]))
            if key in held and len(self.twice) < 20:
                self.twice.append(key)
            self.at += 1
            held[key] = self._after(line[2] or "", indent, depth)
        if found is not None and found[0] > indent:
            raise NotYaml(f"line {self.at + 1} is indented otherwise than those before it")
        return held

    def _after(self, rest: str, indent: int, depth: int) -> Any:
        """Read what belongs to a key: on its line, or on those below."""
        if not self.python:
            return self._value(rest, indent, depth)
        if alias := _ALIAS.fullmatch(rest):
            return self._repeated(alias[1])
        anchor = _ANCHOR.match(rest)
        rest = rest[anchor.end() :] if anchor else rest
        tag = _TAG.match(rest)
        start = self.at + self.repeated
        value = self._value(rest[tag.end() :] if tag else rest, indent, depth)
        if anchor:
            self.anchors[anchor[1]] = value, self.at + self.repeated - start + 1
        return value

    def _repeated(self, name: str) -> Any:
        """Return what an alias stands for, as long as all of them stand for few lines."""
        if name not in self.anchors:
            raise NotYaml(f"line {self.at} refers to `{name}`, which does not stand before it")
        value, lines = self.anchors[name]
        self.repeated += lines
        if self.repeated > _LINES:
            raise NotYaml("its aliases stand for more than is read")
        return value

    def _value(self, rest: str, indent: int, depth: int) -> Any:
        if rest.startswith("#"):
            rest = ""
        if rest[:1] in ("|", ">"):
            return self._literal(rest, indent)
        if rest:
            return self._inline(rest, indent)
        below = self.next()
        if below is None or below[0] < indent:
            return None
        if below[0] > indent or below[1] == "-" or below[1].startswith("- "):
            return self.block(depth + 1)
        return None

    def _list(self, indent: int, depth: int) -> list[Any]:
        held: list[Any] = []
        while (found := self.next()) is not None and found[0] == indent:
            content = found[1]
            if content != "-" and not content.startswith("- "):
                break
            rest = content[1:].lstrip(" ")
            inner = indent + len(content) - len(rest)
            if rest and (_KEY.match(rest) or rest.startswith("- ")):
                self.lines[self.at] = " " * inner + rest
                held.append(self.block(depth + 1))
                continue
            self.at += 1
            held.append(self._after(rest, indent, depth))
        return held

    def _literal(self, rest: str, indent: int) -> str:
        """Read `|` or `>` and the lines below that are indented more."""
        lines: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip(_SPACE) and len(line) - len(line.lstrip(" ")) <= indent:
                break
            lines.append(line.strip(_SPACE))
            self.at += 1
        return ("\n" if rest[0] == "|" else " ").join(lines).strip(_SPACE)

    def _inline(self, text: str, indent: int) -> Any:
        first = text[0]
        if first in "&*!%@`" or text.startswith("? "):
            raise NotYaml(f"line {self.at} uses `{first}`, which is not read")
        if first in "\"'":
            return _unquoted(self._more(text))
        if first in "[{":
            return _flow(self._more(text))
        words = [text.split(" #", 1)[0].strip(_SPACE)]
        while (line := self._continued(indent)) is not None:
            words.append(line.split(" #", 1)[0].strip(_SPACE))
        return _scalar(" ".join(words))

    def _continued(self, indent: int) -> str | None:
        """Take the next line where it continues a scalar of the line before."""
        if self.at >= len(self.lines):
            return None
        line = self.lines[self.at]
        content = line.strip(_SPACE)
        if not content or len(line) - len(line.lstrip(" ")) <= indent or content[0] == "#":
            return None
        self.at += 1
        return content

    def _whole(self, pieces: list[str]) -> bool:
        """Whether the last line ends what began in the first; only a list is read again for it."""
        first = pieces[0][0]
        if first in "\"'":
            start = 1 if len(pieces) == 1 else 0
            return _ENDS[first].match(pieces[-1], start) is not None
        if {"[": "]", "{": "}"}[first] not in pieces[-1]:
            return False
        text = "".join(pieces)
        self.effort -= len(text)
        if self.effort < 0:
            raise NotYaml("its lists over several lines are longer than is read")
        return _balanced(text)

    def _more(self, text: str) -> str:
        """Return the text with as many lines below as it takes to be whole."""
        pieces, left = [text], _FLOW if text[0] in "[{" else _QUOTED
        while not self._whole(pieces):
            left -= len(pieces[-1])
            if self.at >= len(self.lines) or len(pieces) > 5000 or left < 0:
                raise NotYaml("a text or a list is not closed, or too long")
            line = self.lines[self.at].strip(_SPACE)
            joint = "" if pieces[-1].endswith("\\") and text[0] == '"' else " "
            if not joint:
                pieces[-1] = pieces[-1][:-1]
                line = line[1:] if line.startswith("\\ ") else line
            if line and pieces[-1].endswith("\n"):
                joint = ""
            pieces.append(joint + line if line else "\n")
            self.at += 1
        return "".join(pieces)


def _unquoted(text: str) -> str:
    if text[0] == "'":
        end = re.match(r"'((?:[^']|'')*)'", text, re.DOTALL)
        return end[1].replace("''", "'") if end else text
    end = re.match(r'"((?:[^"\\]|\\.)*)"', text, re.DOTALL)
    body = end[1] if end else text

    def escaped(found: re.Match[str]) -> str:
        word = found[1]
        return chr(int(word[1:], 16)) if len(word) > 1 else _ESCAPES.get(word, word)

    return re.sub(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", escaped, body, flags=re.DOTALL)


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _balanced(text: str) -> bool:
    bare = _TEXTS.sub("", text)
    return sum(map(bare.count, "[{")) <= sum(map(bare.count, "]}"))


_TOKEN = re.compile(
    r""" ?([\[\]{},:]|(?<!\\)"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'"""
    r"""|[^\s\[\]{},:"']+(?:[^\[\]{},:]*[^\s\[\]{},:])?)"""
)


def _flow(text: str) -> Any:
    """Read `[a, b]` and `{a: b}`."""
    tokens = _TOKEN.findall(re.sub(r"\s+", " ", text))
    value, at = _flow_value(tokens, 0, 0)
    if at != len(tokens) and not tokens[at].startswith("#"):
        raise NotYaml("something follows a list or a map on its line")
    return value


def _flow_value(tokens: list[str], at: int, depth: int) -> tuple[Any, int]:
    if at >= len(tokens) or depth > _DEPTH:
        raise NotYaml("a list or a map on one line is not closed, or too deep")
    word = tokens[at]
    if word == "[":
        return _flow_list(tokens, at + 1, depth)
    if word == "{":
        return _flow_map(tokens, at + 1, depth)
    if word in "]},:" or word[0] in "&*!":
        raise NotYaml(f"`{word[0]}` stands where a value should")
    return (_unquoted(word) if word[0] in "\"'" else _scalar(word)), at + 1


def _flow_list(tokens: list[str], at: int, depth: int) -> tuple[Any, int]:
    held: list[Any] = []
    while at < len(tokens) and tokens[at] != "]":
        if tokens[at] == ",":
            at += 1
            continue
        value, at = _flow_value(tokens, at, depth + 1)
        held.append(value)
    return held, at + 1


def _flow_map(tokens: list[str], at: int, depth: int) -> tuple[Any, int]:
    held: dict[str, Any] = {}
    while at < len(tokens) and tokens[at] != "}":
        if tokens[at] == ",":
            at += 1
            continue
        key, at = _flow_value(tokens, at, depth + 1)
        if not isinstance(key, (str, int, float, bool)) or tokens[at : at + 1] != [":"]:
            raise NotYaml("a map on one line has a key without a value")
        held[str(key)], at = _flow_value(tokens, at + 1, depth + 1)
    return held, at + 1
