"""`facts.json`: the facts without weights, so that a check can be run again elsewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from loadstone.atomic import new_file
from loadstone.core import jsonable
from loadstone.core.facts import (
    Applied,
    Archived,
    Artifact,
    AsMade,
    Assignment,
    Base,
    Bundle,
    Code,
    Coverage,
    Dequantised,
    Drift,
    Environment,
    Filling,
    Held,
    Idle,
    Infinite,
    Load,
    ModelType,
    NotNumbers,
    Replay,
    Rewrite,
    SaveFacts,
    Target,
    TargetProblem,
    Trials,
    Unasked,
    Unfitted,
    Untied,
)
from loadstone.engine.run import Facts

SCHEMA: Final = "loadstone.facts/1"
KINDS: Final[tuple[type, ...]] = (
    Artifact,
    Target,
    Assignment,
    TargetProblem,
    Trials,
    Unasked,
    Environment,
    Code,
    Bundle,
    Replay,
    Coverage,
    SaveFacts,
    Load,
    Drift,
    Archived,
    Rewrite,
    Filling,
    Unfitted,
    NotNumbers,
    AsMade,
    Untied,
    Held,
    Base,
    Dequantised,
    ModelType,
    Idle,
    Infinite,
    Applied,
)


class NotFactsError(ValueError):
    """A file that says it holds facts and does not; the message says where."""


def dumps(facts: Facts) -> str:
    """Return the facts as JSON text; derived ones are left out, since a run derives them."""
    values = {kind.__name__: jsonable.to_json(facts[kind]) for kind in KINDS if kind in facts}
    return json.dumps({"schema": SCHEMA, "facts": values}, indent=1, ensure_ascii=False) + "\n"


def loads(text: str, source: str = "facts.json") -> Facts:
    """Return the facts that `dumps` wrote.

    Raises `NotFactsError` for anything else.
    """
    names = {kind.__name__: kind for kind in KINDS}
    try:
        document: Any = json.loads(text)
        values = document["facts"]
        facts: Facts = {
            names[name]: jsonable.from_json(names[name], value) for name, value in values.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotFactsError(f"`{source}` does not hold facts: {error}") from error
    if Artifact not in facts:
        raise NotFactsError(f"`{source}` holds no facts of an artifact")
    return facts


def is_saved(path: str | os.PathLike[str]) -> bool:
    """Return whether `path` is a file that `write` wrote, by its first bytes."""
    if not Path(path).is_file():  # a FIFO would wait for somebody to write
        return False
    try:
        with Path(path).open("rb") as file:
            head = file.read(64)
    except OSError:
        return False
    return f'"schema": "{SCHEMA}"'.encode() in head


def load(path: str | os.PathLike[str]) -> Facts:
    """Return the facts in the file at `path`."""
    return loads(Path(path).read_text("utf-8"), os.fspath(path))


def write(path: Path, facts: Facts) -> None:
    """Write the facts to `path`, which must not exist."""
    with new_file(path) as file:
        file.write(dumps(facts).encode())
