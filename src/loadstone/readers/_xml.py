"""XML read by expat, start tag by start tag: no entities, no document types, bounded.

https://docs.python.org/3/library/xml.html#xml-vulnerabilities
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from loadstone.core.facts import Damage
from loadstone.readers._opened import Opened

_CHUNK = 1 << 16
_BYTES = 64 << 20
_TAGS = 400_000
_DEPTH = 1000
_ROOT = re.compile(rb"<(?!\?|!)(?:[\w.-]{1,40}:)?([\w.-]{1,80})[\s/>]")
Attributes = dict[str, str]


class Enough(Exception):  # noqa: N818 - it ends the reading
    """What was looked for has been read."""


class _Refused(Exception):  # noqa: N818 - the bytes' fault
    def __init__(self, why: str, kind: str = "malformed") -> None:
        super().__init__(why)
        self.why = why
        self.kind = kind


def root(head: bytes) -> str:
    """Return the name of the first element, without its prefix; "" where there is none."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"<"):
        return ""
    match = _ROOT.search(re.sub(rb"<!--.*?-->", b"", start, flags=re.DOTALL))
    return match[1].decode("ascii", "replace") if match else ""


def walk(
    opened: Opened,
    begin: Callable[[str, Attributes, int], None],
    end: Callable[[str, str, int], None],
) -> Damage | None:
    """Call `begin(tag, attributes, depth)` and `end(tag, text, depth)`; return what is wrong."""
    try:
        parser = expat.ParserCreate()
    except (ValueError, LookupError) as error:
        return Damage("malformed", str(error))
    state = {"depth": 0, "tags": 0}
    text: list[str] = []

    def start(name: str, given: Attributes) -> None:
        state["tags"] += 1
        if state["tags"] > _TAGS or state["depth"] > _DEPTH:
            raise _Refused("it has more elements than the limit", "limit")
        state["depth"] += 1
        text.clear()
        begin(name.rpartition(":")[2], given, state["depth"])

    def stop(name: str) -> None:
        end(name.rpartition(":")[2], "".join(text).strip()[:400], state["depth"])
        state["depth"] -= 1
        text.clear()

    def held(data: str) -> None:
        if len(text) < 50:
            text.append(data[:400])

    def refused(*_: object) -> Any:
        raise _Refused("it declares a document type or an entity, which is not read")

    parser.StartElementHandler = start
    parser.EndElementHandler = stop
    parser.CharacterDataHandler = held
    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    parser.ExternalEntityRefHandler = refused
    return _fed(opened, parser)


def _fed(opened: Opened, parser: expat.XMLParserType) -> Damage | None:
    size = opened.source.size
    try:
        for at in range(0, min(size, _BYTES), _CHUNK):
            parser.Parse(opened.source.pread(at, _CHUNK), False)  # noqa: FBT003 - expat's own
        if size > _BYTES:
            return Damage("limit", f"only the first {_BYTES} of {size} bytes are read", _BYTES)
        parser.Parse(b"", True)  # noqa: FBT003 - expat's own
    except Enough:
        return None
    except _Refused as error:
        return Damage(error.kind, error.why, max(0, parser.CurrentByteIndex))
    except (expat.ExpatError, ValueError, LookupError) as error:
        return _broken(error, size)
    return None


def _broken(error: Exception, size: int) -> Damage:
    code = getattr(error, "code", 0)
    cut = code in {3, 4, 5, 20} and "no element found" in str(error)
    if cut or "unclosed" in str(error):
        return Damage("truncated", "the file ends inside an element", size, {"have": size})
    return Damage("malformed", f"it is no XML: {error}"[:300])
