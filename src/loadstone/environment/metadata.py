"""Metadata of old releases that uv refuses, such as `pytz (>=2011k)`, in words that it takes.

pip read such words until version 24.1 (https://github.com/pypa/pip/issues/12063). The release is
fetched, its own `METADATA` read, and given to uv as `dependency-metadata`
(https://docs.astral.sh/uv/reference/settings/#dependency-metadata). A requirement that is no
requirement of today's loses its versions and keeps its name: the day of the lock still bounds it.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from loadstone.core.classes import dataclass
from loadstone.environment import uv

_REFUSED: Final = re.compile(r"Metadata for `([^`]+)` \(v([^)]+)\) could not be parsed")
_VERSION: Final = (
    r"v?(\d+!)?\d+(\.\d+)*((a|b|rc|c)\d+)?(\.?post\d+)?(\.?dev\d+)?(\+[a-z0-9.]+)?(\.\*)?"
)
_CLAUSE: Final = rf"\s*(~=|===?|!=|<=?|>=?)\s*{_VERSION}\s*"
_NAME: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?")
_VERSIONS: Final = re.compile(rf"({_CLAUSE}(,{_CLAUSE})*)?", re.ASCII)
# an operator and a version that a letter follows: an ordinal that nothing of today has
_LETTERED: Final = re.compile(r"((?:>=?|<=?)\s*\d+(?:\.\d+)*)[a-z]+(?![\w.])")


@dataclass(frozen=True, slots=True)
class Stated:
    """What one release needs, as uv takes it."""

    name: str
    version: str
    requires: tuple[str, ...]
    python: str | None = None


def refused(lines: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the releases, as name and version, whose metadata uv could not read."""
    return tuple(dict.fromkeys(_REFUSED.findall("\n".join(lines))))


def fetched(name: str, version: str, python: str, settings: Sequence[str]) -> Stated:
    """Fetch a release for the interpreter at `python` and return what it says that it needs.

    `settings` are uv's, for where packages come from. Raises `uv.UvFailedError`.
    """
    with tempfile.TemporaryDirectory() as folder:
        uv.run(
            [
                *("pip", "install", "--quiet", "--no-deps", "--target", folder),
                *("--python", python, *settings, f"{name}=={version}"),
            ]
        )
        for file in Path(folder).glob("*.dist-info/METADATA"):
            return stated(name, version, file.read_text("utf-8", "replace"))
    raise uv.UvFailedError([f"`{name}` {version} has no metadata"])


def stated(name: str, version: str, text: str) -> Stated:
    """Return what the text of a `METADATA` needs, in words that uv takes."""
    from email.parser import HeaderParser

    headers = HeaderParser().parsestr(text)
    needs = tuple(mended(str(line)) for line in headers.get_all("Requires-Dist", []))
    return Stated(name, version, needs, headers.get("Requires-Python"))


def mended(line: str) -> str:
    """Return a requirement that is valid today; versions that are not lose a letter, or all."""
    found = _NAME.match(line)
    if found is None:
        return line
    rest, semicolon, marker = line[found.end() :].partition(";")
    versions = rest.strip().removeprefix("(").removesuffix(")")
    if not _VERSIONS.fullmatch(versions):
        versions = _LETTERED.sub(r"\1", versions)
    if not _VERSIONS.fullmatch(versions):
        versions = ""
    whole = found[1] + (found[2] or "") + versions.replace(" ", "")
    return f"{whole} ; {marker.strip()}" if semicolon else whole


def written(given: Iterable[Stated]) -> str:
    """Return the `uv.toml` that tells uv what these releases need."""
    blocks = []
    for item in given:
        lines = [
            "[[dependency-metadata]]",
            f"name = {json.dumps(item.name)}",
            f"version = {json.dumps(item.version)}",
            f"requires-dist = {json.dumps(list(item.requires))}",
        ]
        if item.python:
            lines.append(f"requires-python = {json.dumps(item.python)}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"
