"""What a folder asks to be installed: requirements.txt, conda.yaml, python_env.yaml.

https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeGuard

from loadstone.readers._plain import clean, mapping, sequence, text
from loadstone.readers._records import Records
from loadstone.readers._yaml import LIMIT, NotYaml, parse

_LONGEST = 500
_LINE = re.compile(
    r"([A-Za-z0-9](?:[\w.-]{0,80}[A-Za-z0-9])?)\s*(?:\[[\w., -]*\]\s*)?"
    r"(\(?[<>=!~][^;#]{0,120})?(?:[;#].*)?"
)
_CONDA = re.compile(r"([\w.-]{1,80})\s*(?:=+\s*([\w.*+!-]{1,60}))?(?:=[\w.-]*)?")
_MOST = 500


def required(lines: Iterable[Any]) -> dict[str, str]:
    """Return the distributions that lines of a requirements file name, with what they ask."""
    found: dict[str, str] = {}
    for line in lines:
        known = _LINE.fullmatch(line.strip()) if _is_short(line) else None
        if known and len(found) < _MOST:
            found.setdefault(known[1], re.sub(r"[\s()]", "", known[2] or ""))
    return found


def _is_short(line: Any) -> TypeGuard[str]:
    """Whether it is a line of a length that is matched: spaces take the square of their number."""
    return isinstance(line, str) and len(line) <= _LONGEST


def of(records: Records, root: str = "") -> tuple[dict[str, str], str | None]:
    """Return what the files at `root` ask, and the version of Python that they name."""
    found: dict[str, str] = {}
    python = None
    if f"{root}requirements.txt" in records:
        data = records.read(f"{root}requirements.txt")[:LIMIT]
        found |= required(data.decode("utf-8", "replace").splitlines())
    conda = mapping(yaml_of(records, f"{root}conda.yaml"))
    for item in sequence(conda.get("dependencies"))[:_MOST]:
        if isinstance(item, dict):
            found = required(sequence(item.get("pip"))) | found
            continue
        known = _CONDA.fullmatch(item) if _is_short(item) else None
        if known and known[1] == "python":
            python = known[2]
        elif known and known[1] != "pip":
            found.setdefault(known[1], f"=={known[2]}" if known[2] else "")
    held = mapping(yaml_of(records, f"{root}python_env.yaml"))
    python = text(held.get("python")) or python
    return found, clean(python) if python else None


def yaml_of(records: Records, name: str) -> Any:
    """Return what a YAML file holds, nothing where it is not there or not read."""
    if name not in records or records.size(name) > LIMIT:
        return None
    try:
        return parse(records.read(name))[0]
    except NotYaml:
        return None
