"""What a loader looks up by names in a configuration, or opens beside a model, and so may call."""

from __future__ import annotations

from collections.abc import Iterable

from loadstone.core.classes import dataclass
from loadstone.core.facts import RunsCode
from loadstone.readers import _members
from loadstone.readers._opened import WORST, Opened
from loadstone.readers._records import FolderRecords

__all__ = ["Outside", "beside", "together"]

_FILES = 100
_CALLS = 50
_TEXTS = (".json", ".txt", ".md", ".yaml", ".yml", ".safetensors", ".jinja", ".cfg")


@dataclass(frozen=True, slots=True)
class Outside:
    """What leads outside of what was read: it is told in `text`."""

    text: str
    runs: bool  # it calls other code; else nobody read what it would do


def together(
    word: RunsCode, calls: Iterable[str], outside: Iterable[Outside]
) -> tuple[RunsCode, tuple[str, ...]]:
    """Return the verdict of a model with what its configuration leads to."""
    told = list(outside)
    if told:
        worst: RunsCode = "yes" if any(item.runs for item in told) else "unknown"
        word = max(word, worst, key=WORST.index)
    return word, tuple(dict.fromkeys((*calls, *(item.text[:300] for item in told))))[:_CALLS]


def beside(
    opened: Opened, records: FolderRecords, taken: Iterable[str] = (), at: str = ""
) -> list[Outside]:
    """Return what opening the other files of a folder calls: its loader may open any of them.

    What is judged by content is every file that is no text by its name, which no loader unpickles.
    """
    known = set(taken)
    others = [name for name in records.names if name.startswith(at) and name not in known]
    others = [name for name in others if not name.lower().endswith(_TEXTS)]
    found: list[Outside] = []
    if len(others) > _FILES:
        found.append(
            Outside(f"{len(others)} files beside the model, not all of them read", runs=False)
        )
    for name in others[:_FILES]:
        inner = _members.artifact(opened, records, name)
        if inner is None or inner.opening_runs_code == "unknown":
            found.append(Outside(f"`{name}`, which is not judged", runs=False))
        elif inner.opening_runs_code == "yes":
            found += [Outside(call, runs=True) for call in inner.calls or (f"`{name}`",)]
    return found
