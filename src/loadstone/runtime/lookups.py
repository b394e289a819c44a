"""What was looked up while one prediction was made, and not found: by table, and by row.

Which row it was for is known where rows are prepared one by one, or where a library is given the
rows as they are. Of other code it is found out by preparing the rows once more, one by one.
"""

import threading
from typing import Any, Dict, Iterable, List, Mapping, Optional

from .gaps import Counts, is_gap

SHOWN = 3  # rows that are told with their own counts
# rows that hold what is unknown; of these, with more than at save; beyond chance among all rows
KINDS = ANY, ODD, ALONE = ("any", "odd", "alone")
_WORDS = 10  # that are told of a table
_MOST_ROWS = 1000  # of a batch that is prepared once more
NOTHING = object()  # in the place of a key that was asked for


class _Call(threading.local):
    """The look-ups of the prediction that this thread is making."""

    log: Optional["Log"] = None


CALL = _Call()


class Table:
    """What one table was asked for."""

    __slots__ = (
        *("looked_up", "unknown", "examples", "last", "unit", "words", "_looked_up", "_unknown"),
        *("located", "rows", "counts"),
    )

    def __init__(self, unit: str = "token") -> None:
        self.looked_up = self.unknown = 0
        self.examples: List[str] = []
        self.last: Any = NOTHING  # the key that was asked for last
        self.unit = unit
        self.words: List[str] = []  # the unknown ones of the row that is being prepared
        self._looked_up = self._unknown = 0  # before that row
        self.located = 0  # unknown ones whose row is known
        self.rows: Dict[str, List[Dict[str, Any]]] = {kind: [] for kind in KINDS}  # the first
        self.counts = dict.fromkeys(KINDS, 0)  # of all such rows

    def missed(self, words: Iterable[str]) -> None:
        """Keep words that are unknown, the first of them."""
        for kept, most in ((self.examples, _WORDS), (self.words, SHOWN)):
            if len(kept) < most:
                new = [word for word in dict.fromkeys(words) if word not in kept]
                kept.extend(new[: most - len(kept)])

    @property
    def wants_words(self) -> bool:
        """Whether more of the unknown ones are to be told."""
        return len(self.words) < SHOWN or len(self.examples) < _WORDS

    def begin(self) -> None:
        """Count what follows as the next row's."""
        self.words = []
        self._looked_up, self._unknown = self.looked_up, self.unknown
        self.last = NOTHING

    def end(self, row: int, saved: Optional[Counts], among: int) -> None:
        """Count what came since `begin` as what `row` holds."""
        if self.unknown > self._unknown:
            counts = (self.looked_up - self._looked_up, self.unknown - self._unknown)
            self.add(row, counts, self.words, saved, among)
        self.begin()

    def add(
        self, row: int, counts: Counts, words: List[str], saved: Optional[Counts], among: int
    ) -> None:
        """Note what one row holds that is unknown."""
        looked_up, unknown = counts
        self.located += unknown
        told: Dict[str, Any] = {"row": row + 1, "looked_up": looked_up, "unknown": unknown}
        told["examples"] = [word[:60] for word in words[:SHOWN]]
        odd = is_gap(looked_up, unknown, saved)
        alone = odd and is_gap(looked_up, unknown, saved, among)
        for kind, fits in zip(KINDS, (True, odd, alone)):  # noqa: B905 - Python 3.6 has no `strict`
            if fits:
                self.counts[kind] += 1
                if len(self.rows[kind]) < SHOWN:
                    self.rows[kind].append(told)

    def summary(self, name: str, of: Optional[int]) -> Dict[str, Any]:
        """Return it as JSON; with rows only where each unknown one's is known."""
        told = {"name": name, "looked_up": self.looked_up, "unknown": self.unknown}
        told.update(examples=list(self.examples), unit=self.unit, of=of)
        told.update(rows={kind: [] for kind in KINDS}, counts=dict.fromkeys(KINDS, 0))
        if self.unknown and self.located == self.unknown and of is not None and of > 1:
            told.update(rows={kind: rows[:SHOWN] for kind, rows in self.rows.items()})
            told.update(counts=dict(self.counts))
        return told


class Log:
    """The look-ups of one prediction, by the names of tables."""

    def __init__(self, saved: Optional[Mapping[str, Optional[Counts]]] = None) -> None:
        """Compare rows with what was `saved` of each table."""
        self.tables: Dict[str, Table] = {}
        self.saved = saved or {}
        self.of: Optional[int] = None  # rows of the batch
        self.row: Optional[int] = None  # the one that is being prepared
        self._batch: Any = None  # the rows as they are given to a step that takes them together
        self.start = 0  # the first of them, where a batch is cut
        self._ordered = False  # whether whatever is of as many rows has them in their order

    def table(self, name: str, unit: str = "token") -> Table:
        """Return what is noted of a table."""
        found = self.tables.get(name)
        if found is None:
            found = self.tables[name] = Table(unit)
        return found

    def batch(self, rows: Any, of: Optional[int], *, ordered: bool = False, start: int = 0) -> None:
        """Begin the rows from `start` of a batch; `ordered` where a step keeps them in order."""
        self._batch, self._ordered, self.of, self.start = rows, ordered, of, start

    def at(self, row: Optional[int]) -> None:
        """Count what follows as what `row` holds; None ends the last one."""
        for name, table in self.tables.items():
            if self.row is not None:
                table.end(self.row, self.saved.get(name), self.of or 1)
            else:
                table.begin()
        self.row = row

    def is_batch(self, given: Any) -> bool:
        """Return whether what a library is given are the rows of the batch, one by one."""
        if self.row is not None or self._batch is None or not hasattr(given, "__len__"):
            return False
        if given is self._batch:
            return True
        if len(given) != len(self._batch):
            return False
        return self._ordered or (type(given) is list is type(self._batch) and given == self._batch)

    def note(
        self, name: str, counts: Counts, words: List[str], row: Optional[int], unit: str
    ) -> None:
        """Note what a table that counts by itself did not know; `row` is one of the batch."""
        table = self.table(name, unit)
        table.looked_up += counts[0]
        table.unknown += counts[1]
        if counts[1]:
            table.missed(words)
            if row is not None and self.row is None:
                row += self.start
                table.add(row, counts, words, self.saved.get(name), self.of or 1)


class recording:  # noqa: N801 - reads as a word: `with recording() as log`
    """A block in which look-ups of this thread are noted; gives the log of them."""

    def __init__(self, saved: Optional[Mapping[str, Optional[Counts]]] = None) -> None:
        """Compare rows with what was `saved` of each table."""
        self.saved = saved

    def __enter__(self) -> Log:
        self.before = CALL.log
        CALL.log = log = Log(self.saved)
        return log

    def __exit__(self, *_: Any) -> None:
        CALL.log = self.before


class paused:  # noqa: N801 - as above
    """A block in which nothing is noted."""

    def __enter__(self) -> None:
        self.before = CALL.log
        CALL.log = None

    def __exit__(self, *_: Any) -> None:
        CALL.log = self.before


def current() -> Optional[Log]:
    """Return the log of this thread, None where nothing is noted."""
    return CALL.log


def note(  # noqa: PLR0917 - called once a text
    name: str,
    looked_up: int,
    unknown: int,
    words: List[str],
    row: Optional[int] = None,
    unit: str = "token",
) -> None:
    """Note look-ups of a table that counts by itself."""
    if CALL.log is not None:
        CALL.log.note(name, (looked_up, unknown), words, row, unit)


def received(told: List[Dict[str, Any]], start: int = 0) -> None:
    """Note what another process tells of a prediction; its rows are those from `start`."""
    log = CALL.log
    if log is None:
        return
    for item in told:
        table = log.table(item["name"], item["unit"])
        table.looked_up += item["looked_up"]
        table.unknown += item["unknown"]
        table.missed(item["examples"])
        log.of = item["of"]
        table.located += item["unknown"] if item["counts"][ANY] else 0
        for kind, rows in item["rows"].items():
            table.rows[kind].extend(dict(row, row=row["row"] + start) for row in rows)
            table.counts[kind] += item["counts"][kind]


def summary(log: Log) -> List[Dict[str, Any]]:
    """Return the log as JSON: of each table what was looked up and unknown, and in which rows."""
    return [table.summary(name, log.of) for name, table in sorted(log.tables.items())]


def joined(
    parts: List[List[Dict[str, Any]]], saved: Mapping[str, Optional[Counts]]
) -> List[Dict[str, Any]]:
    """Return what is told of the parts of one batch, one after the other, as of the whole."""
    if len(parts) == 1:
        return parts[0]
    with recording(saved) as log:
        start = 0
        for part in parts:
            received(part, start)
            start += max([item["of"] or 0 for item in part] or [0])
        log.of = start
    return summary(log)


def saved_counts(recorded: Mapping[str, Any]) -> Dict[str, Optional[Counts]]:
    """Return the counts of the save as the manifest of a bundle has them, by table."""
    return {
        name: (item["looked_up"], item["unknown"]) if isinstance(item, dict) else None
        for name, item in recorded.items()
    }


def locate(log: Log, steps: Any, batch: Any) -> None:
    """Find out which rows hold what is unknown, where that is told and no look-up said it.

    The rows are prepared once more, one by one; rows are told only where that counts the same.
    """
    from . import batches

    names = [name for name, table in log.tables.items() if _is_loose(log, name, table)]
    if not names or log.of is None or not 1 < log.of <= _MOST_ROWS:
        return
    if not hasattr(steps, "prepare"):  # the process that holds them has done so
        return
    with recording(log.saved) as again:
        again.batch(None, log.of)
        try:
            for at in range(log.of):
                again.at(at)
                steps.prepare(batches.row(batch, at, keep=True))
                again.row = at  # which the step itself has ended where it prepares one by one
            again.at(None)
        except Exception:  # noqa: BLE001 - code that takes no batch of one: rows are not told
            return
    for name in names:
        table, found = log.tables[name], again.tables.get(name)
        if found is not None and found.looked_up == table.looked_up:
            found.examples = table.examples
            if found.unknown == table.unknown:
                log.tables[name] = found


def _is_loose(log: Log, name: str, table: Table) -> bool:
    if table.located == table.unknown:
        return False
    return is_gap(table.looked_up, table.unknown, log.saved.get(name))
