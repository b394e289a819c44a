"""What a check reports: one cause, where it is, the evidence, and what to do."""

from __future__ import annotations

from typing import Literal

from loadstone.core.classes import dataclass
from loadstone.core.edits import Edit

Severity = Literal["error", "warning", "note"]
Safety = Literal["safe", "unsafe", "manual"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where: a file, a name inside it, a byte of it; or a line of the user's code."""

    path: str
    name: str | None = None
    offset: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of evidence: what was saved beside what is expected."""

    saved: str
    expected: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do. Edits are data; a manual fix has code or a command instead.

    `proof` says what was tested before the fix was offered.
    """

    title: str
    edits: tuple[Edit, ...] = ()
    safety: Safety = "safe"
    proof: str = ""
    python: str = ""  # exact code, for a manual fix
    shell: str = ""  # exact command, for a manual fix

    def __post_init__(self) -> None:
        if (self.safety == "manual") != (not self.edits):
            raise ValueError("a manual fix has no edits, and every other has some")


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause. The message stands alone, lowercase, without a full stop."""

    message: str
    at: Place
    code_at: Place | None = None  # the code concerned
    code_text: str = ""  # "class Net"
    headings: tuple[str, str] = ("saved", "expected")
    rows: tuple[Row, ...] = ()
    more: int = 0  # rows that were left out
    notes: tuple[str, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None  # where it differs from the check's own
    covers: tuple[str, ...] = ()  # the catalogue rows that this finding is, of those of the check
    explains_rest: bool = True  # whether the checks that its check supersedes have nothing to add
