"""What was predicted again, of what inputs, and how it differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from loadstone.core.classes import dataclass, field
from loadstone.core.verdict import Predicts, worst
from loadstone.core.words import count, share
from loadstone.runtime.gaps import is_gap


@dataclass(frozen=True, slots=True)
class StageReplay:
    """One stage of the witnesses, predicted again and compared with what was recorded."""

    stage: Literal["preprocess", "model", "postprocess"]
    result: Predicts
    difference: float | None = None  # largest absolute difference, where it is a number
    tolerance: float | None = None  # measured at save
    moved: int = 0  # witnesses that differ
    example: str = ""  # the first that differs: what was recorded and what came now
    error: str = ""  # where the stage raised instead


@dataclass(frozen=True, slots=True)
class FirstDifference:
    """The first call of a module that is not as recorded, where the model was called by modules.

    `what`: `out` (what it gives, of equal inputs), `in` (what it is given), `order` (another module
    is called, or none), `none` (every call is as recorded), `unknown` (it could not be followed).
    """

    what: Literal["out", "in", "order", "none", "unknown"]
    module: str = ""  # its path; "" for the model as a whole
    now: str = ""  # the module that is called instead
    equal: int = 0  # calls of modules before it that gave the same, bit for bit
    inside: bool = False  # modules in it are among those
    difference: float | None = None  # the largest, of the numbers that were kept
    largest: float | None = None  # magnitude of those
    saved: str = ""  # dtype and shape, where those differ
    given: str = ""
    rounding: bool = False  # so small that kernels may round so
    rounds_from: str | None = None  # the module before it where such differences begin
    around: str = ""  # the module whose code computes what differs
    changed: tuple[str, ...] = ()  # tensors that it is computed with and that are not as saved
    why: str = ""  # it could not be followed


@dataclass(frozen=True, slots=True)
class Replay:
    """The witnesses, predicted again; each stage is fed what was *recorded* before it."""

    witnesses: int
    stages: tuple[StageReplay, ...]
    form: str = ""
    whole: Predicts = "unproven"  # inputs to final outputs, end to end
    repeatable: bool | None = None  # two runs agree
    where: str = "this process"
    unloaded: Literal["", "code", "model"] = ""  # what did not load, so that nothing was predicted
    seed: int | None = None  # from which the model drew, at save and now
    decoding: str = ""  # how a model that generates texts chooses its tokens: "greedy search"
    draws: int | None = None  # runs at save and now, that were compared in distribution
    resolution: float | None = None  # share of the runs that must lie otherwise to be told
    first: FirstDifference | None = None
    kept: str = ""  # the folder that holds what differs, as arrays
    digests: bool = False  # given examples, against digests of what the same ones gave at save


@dataclass(frozen=True, slots=True)
class RowLookups:
    """What one row of a call holds that is unknown to a table."""

    row: int  # from 1
    looked_up: int
    unknown: int
    examples: tuple[str, ...] = ()

    def words(self, unit: str) -> str:
        """Return it in words: `3 with 1 of 2 tokens`."""
        looked_up = count(self.looked_up, unit) if unit else f"{self.looked_up:,}"
        return f"{self.row:,} with {self.unknown:,} of {looked_up}"


@dataclass(frozen=True, slots=True)
class Lookups:
    """How often a vocabulary or a table of categories was asked for what it does not hold."""

    name: str  # of the table: "vocab_map"
    looked_up: int
    unknown: int
    examples: tuple[str, ...] = ()  # the first unknown keys
    looked_up_at_save: int | None = None  # over the examples of the save; None where not counted
    unknown_at_save: int | None = None
    unit: str = "token"  # what is looked up; "value" of a column
    rows: tuple[RowLookups, ...] = ()  # the first that hold unknown ones, where they are known
    rows_unknown: int = 0  # all that do; only those with more than at save, where the whole is not
    of: int | None = None  # rows of the call
    odd: bool = False  # whether a row alone holds more than at save

    @property
    def saved(self) -> tuple[int, int] | None:
        """How many were looked up at save, and how many of these were unknown."""
        if self.looked_up_at_save is None or self.unknown_at_save is None:
            return None
        return self.looked_up_at_save, self.unknown_at_save

    @property
    def is_gap(self) -> bool:
        """Whether more is unknown than at save, in all or in one row, beyond chance."""
        return self.odd or is_gap(self.looked_up, self.unknown, self.saved)

    @property
    def at_save(self) -> str:
        """The share that was unknown at save, in words: `0.4% at save`."""
        if not self.saved:
            return ""
        return f"{share(self.saved[1] / self.saved[0] if self.saved[0] else 0.0)} at save"

    @property
    def where(self) -> str:
        """Which rows, each with its own counts: `2 of 9 rows: 3 with 1 of 2 tokens, …`."""
        if not self.rows or self.of is None:
            return ""
        told = [row.words(self.unit if at == 0 else "") for at, row in enumerate(self.rows)]
        head = f"{self.rows_unknown:,} of {count(self.of, 'row')}"
        if self.rows_unknown > len(told):
            return f"{head}: {', '.join(told)} …"
        *first, last = told
        return f"{head}: {' and '.join([', '.join(first), last]) if first else f'row {last}'}"


@dataclass(frozen=True, slots=True)
class Stray:
    """Inputs outside of what a column of the examples held."""

    name: str  # of the column; its number in an array; "" for the inputs as a whole
    why: str  # "range", "unseen", "length", "missing"
    rows: int  # that are outside
    of: int  # all of the call
    unit: str  # "row", or "value" where whole arrays are compared
    examples: tuple[str, ...]
    recorded: str  # in words
    at: tuple[int, ...] = ()  # the first of these rows, from 1, where they are known

    @property
    def where(self) -> str:
        """How many rows, and which where not all: `2 of 9 rows: 3 and 7`."""
        told = f"{self.rows:,} of {count(self.of, self.unit)}"
        if not self.at or self.rows == self.of:
            return told
        *first, last = (f"{at:,}" for at in self.at)
        if self.rows > len(self.at):
            return f"{told}: {', '.join([*first, last])} …"
        return f"{told}: {' and '.join([', '.join(first), last]) if first else f'row {last}'}"


@dataclass(frozen=True, slots=True)
class Misfit:
    """What the signature does not allow of the inputs: nothing is predicted from them."""

    kind: str  # "column", "type", "axes", "missing"
    name: str  # of the column or array; "" where it has none
    message: str
    expected: str  # in words
    given: str
    nearest: tuple[str, ...] = ()  # columns that were given and may be meant


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the inputs of one call hold that the preprocessing or the examples did not."""

    lookups: tuple[Lookups, ...] = ()
    strays: tuple[Stray, ...] = ()
    misfits: tuple[Misfit, ...] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    """A model in one environment: what was there, and why it did not predict, where it did not."""

    where: str  # "this environment", or the interpreter
    python: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)  # of the libraries it imported
    error: str = ""  # in a line


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One row whose output is another, in words."""

    row: int  # from 0
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class OutputDrift:
    """One output of all rows, in two environments."""

    name: str  # "predictions", "probabilities"
    result: Predicts
    difference: float | None = None  # the largest absolute one, where it is of numbers
    largest_at: int | None = None  # the row of that
    tolerance: float | None = None  # up to which a row counts as the same
    moved: tuple[int, ...] = ()  # rows beyond it
    examples: tuple[MovedRow, ...] = ()  # the first of them


@dataclass(frozen=True, slots=True)
class Drift:
    """The same rows, predicted in the environment that a file was made in and in another."""

    rows: int
    library: str  # the distribution whose model it is
    before: Ran
    now: Ran
    outputs: tuple[OutputDrift, ...] = ()
    given_before: OutputDrift | None = None  # outputs that are expected, against where it was made
    given_now: OutputDrift | None = None  # and against here

    @property
    def same(self) -> bool:
        """Whether both predicted, and every output is the same."""
        return self.result in ("identical", "within tolerance")

    @property
    def result(self) -> Predicts:
        """The verdict on all outputs; `unproven` where one of the two did not predict."""
        return worst([item.result for item in self.outputs])

    @property
    def moved(self) -> tuple[int, ...]:
        """The rows of which any output is another."""
        return tuple(sorted({row for item in self.outputs for row in item.moved}))

    @property
    def largest(self) -> OutputDrift | None:
        """The output with the largest difference, where there is one."""
        found = [item for item in self.outputs if item.difference]
        return max(found, key=lambda item: item.difference or 0.0, default=None)

    @property
    def changed(self) -> dict[str, tuple[str, str]]:
        """Libraries whose version differs, the model's own first: before and now."""
        pairs = {
            name: (version, self.now.versions[name])
            for name, version in self.before.versions.items()
            if self.now.versions.get(name, version) != version
        }
        return dict(sorted(pairs.items(), key=lambda item: item[0] != self.library))

    @property
    def versions(self) -> str:
        """Such as `scikit-learn 1.2.1 → 1.9.1`."""
        wrote = self.before.versions.get(self.library)
        if wrote and self.library not in self.now.versions:
            return f"{self.library} {wrote} → not installed"
        for name, (before, now) in self.changed.items():
            return f"{name} {before} → {now}"
        if self.before.python != self.now.python:
            return f"Python {self.before.python} → {self.now.python}"
        same = self.before.versions.get(self.library)
        return f"{self.library} {same} in both" if same else f"Python {self.now.python} in both"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A pickled model as the libraries at hand pickle it, beside the rebuilt original."""

    name: str  # of the file that it would be
    done: tuple[str, ...] = ()  # what was brought to these versions, a line each
    given: int = 0  # rows of the user's, which come first
    made: Mapping[str, int] = field(default_factory=dict)  # rows made for it, by what they are
    drift: Drift | None = None  # what it then predicts, against where it was made
    error: str = ""  # why there is none
    raised: Mapping[str, str] = field(default_factory=dict)  # methods that raised in both
    refused: Mapping[str, str] = field(default_factory=dict)  # kinds of rows that only one predicts

    @property
    def proved(self) -> bool:
        """Whether every output of every row is the same, but of those that it refuses."""
        return not self.error and self.drift is not None and self.drift.same


@dataclass(frozen=True, slots=True)
class Archived:
    """A whole model of Keras 2 as the archive that Keras 3 here makes of it."""

    name: str  # of the file that it would be
    variables: int = 0  # each compared with the file's
    operations: int = 0  # functions of TensorFlow that became operations
    given: int = 0  # rows of the user's
    made: int = 0  # rows made for it
    replay: Replay | None = None  # what it predicts of them, against where it was made
    expected: bool = False  # the outputs are those that were expected, not the original's
    unasked: str = ""  # why the original was not predicted with
    error: str = ""  # why there is no archive

    @property
    def same(self) -> bool:
        """Whether it predicted what the original does."""
        return self.replay is not None and self.replay.whole in ("identical", "within tolerance")
