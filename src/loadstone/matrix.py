"""One model file in many versions of its libraries: which load it, and which predict the same."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from loadstone import comparing
from loadstone.comparing import Answer, Place, Question
from loadstone.core.classes import dataclass, field, replace
from loadstone.core.facts import Drift, Ran
from loadstone.environment import interpreters, rebuild
from loadstone.environment.choose import exact
from loadstone.environment.distributions import distribution_of
from loadstone.environment.releases import release, releases
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError
from loadstone.runtime.rows import count

MOST: Final = 200  # environments that one call may build
Done = Callable[["Cell"], None]


@dataclass(frozen=True, slots=True)
class Cell:
    """Versions to try, and the Python to try them on; None for the one that suits them."""

    versions: Mapping[str, str]
    python: str | None = None

    def __str__(self) -> str:
        """Return `scikit-learn 1.2.2, Python 3.10`."""
        words = [f"{name} {version}" for name, version in self.versions.items()]
        return ", ".join([*words, *([f"Python {self.python}"] if self.python else [])])


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a cell; without a drift it was not tried, and `why` says so."""

    cell: Cell
    drift: Drift | None = None
    loads: bool = False
    why: str = ""

    @property
    def same(self) -> bool:
        """Whether it predicts what the versions predict that the file was made with."""
        return self.drift is not None and self.drift.result in ("identical", "within tolerance")


@dataclass(frozen=True, slots=True)
class Bisected:
    """Where the predictions of one library's versions change, between two neighbours."""

    library: str
    same: str | None  # the last version that predicts the same, on the way to `first`
    first: str | None  # the first that does not, away from what wrote it; None where all do


@dataclass(frozen=True, slots=True)
class Matrix:
    """The environment that the file was made in, and every other that was tried."""

    path: str
    library: str
    rows: int
    made: Ran
    results: tuple[Result, ...]
    bisected: tuple[Bisected, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What every cell is asked, and how."""

    question: Question
    before: Answer
    wishes: Wishes
    jobs: int
    done: Done
    known: dict[str, Result] = field(default_factory=dict)


def matrix(
    path: str | os.PathLike[str],
    rows: Any | None,
    pins: Mapping[str, str],
    *,
    pythons: Sequence[str] = (),
    bisect: bool = False,
    wishes: Wishes | None = None,
    trust: bool = False,
    code: Sequence[str] = (),
    jobs: int | None = None,
    memory_limit: int | None = None,
    timeout: float = 600.0,
    begun: Callable[[int], None] = lambda _: None,
    done: Done = lambda _: None,
) -> Matrix:
    """Build environments with the versions that `pins` allow, and predict `rows` in each.

    Of a bundle that keeps a file as it was, that file is meant, and its witnesses where `rows` are
    None. `pins` maps libraries to specifiers: of a range the newest patch of each minor version is
    tried, and of several ranges each with each. Of a library that is not pinned the version stays
    that stands in the file; where the file only hints at a range, it is left open. `pythons` are
    tried each; without them the one that suits the versions. Without either, the library whose
    model it is is tried, from the version that wrote the file on. With `bisect` the first version
    that changes the predictions is searched for instead, patches included, one library after the
    other while the rest stay as the file says.

    `jobs` environments are built at once, at most four unless said. `begun` hears how many there
    are, where that is known, `done` each one. `code` is as for `load`.

    Raises `LoadError` where the file itself stands against loading it, and `UsageError` where a
    library's versions are not known, the rows do not fit, or the file's own environment cannot be
    had.
    """
    wishes = wishes or Wishes()
    interpreters.found()  # once, before there are threads
    with comparing.question(path, rows, trust=trust, code=code) as asked:
        question = replace(asked, memory_limit=memory_limit, timeout=timeout)
        before = comparing.ask(question, comparing.made(question, wishes))
        if before.ran.error:
            raise UsageError(f"it does not predict where it was made: {before.ran.error}")
        if not pins and not (pythons and not bisect):
            pins = _onwards(question, before)
        open_ranges = replace(wishes, open_ranges=True)
        at_once = jobs or min(4, os.cpu_count() or 1)
        task = Task(question, before, open_ranges, at_once, done)
        found: tuple[Bisected, ...] = ()
        if bisect:
            python = _one(pythons)
            found = tuple(_bisect(task, name, pins[name], python) for name in pins)
        else:
            cells = list(_cells(pins, pythons))
            begun(len(cells))
            _all(task, cells)
        return Matrix(
            os.fspath(path),
            distribution_of(question.artifact),
            count(question.rows),
            before.ran,
            tuple(task.known.values()),
            found,
        )


def _one(pythons: Sequence[str]) -> str | None:
    if len(pythons) > 1:
        raise UsageError("`--bisect` is on one Python: give one, or none for what suits")
    return pythons[0] if pythons else None


def _onwards(question: Question, before: Answer) -> dict[str, str]:
    """Return the library whose model it is, from the version that it was made with on.

    Raises `UsageError` where that is not known.
    """
    library = distribution_of(question.artifact)
    version = before.ran.versions.get(library)
    if version is None:
        raise UsageError("say which versions: `--with 'scikit-learn>=0.22'`")
    return {library: f">={version}"}


def _cells(pins: Mapping[str, str], pythons: Sequence[str]) -> Iterator[Cell]:
    """Yield each version of each library with each Python."""
    axes = [[(name, version) for version in _minors(name, pins[name])] for name in pins]
    many = math.prod(map(len, axes)) * max(1, len(pythons))
    if many > MOST:
        raise UsageError(f"that is {many:,} environments, and {MOST} are the most: narrow it")
    for chosen in itertools.product(*axes):
        for python in pythons or (None,):
            yield Cell(dict(chosen), python)


def versions(distribution: str, specifier: str) -> list[str]:
    """Return the known versions that a specifier allows, the oldest first.

    Raises `UsageError` where there are none, or the library is not in the table.
    """
    pinned = exact(specifier)
    if pinned is not None:
        return [pinned]
    allowed = SpecifierSet(specifier)
    found = sorted(version for version in releases(distribution) if version in allowed)
    if not found:
        known = "has no such version" if releases(distribution) else "is not in the table"
        told = f"`{distribution}{specifier}`: the library {known}; name one with `==`"
        raise UsageError(told)
    return list(map(str, found))


def _minors(distribution: str, specifier: str) -> list[str]:
    """Return the newest patch of each minor version that a specifier allows."""
    newest = {Version(item).release[:2]: item for item in versions(distribution, specifier)}
    return list(newest.values())


def _all(task: Task, cells: Sequence[Cell]) -> None:
    """Try the cells, some at once; the results stand in the order of the cells."""
    with ThreadPoolExecutor(task.jobs) as pool:
        futures = [pool.submit(_tried, task, cell) for cell in cells]
        try:
            for cell, future in zip(cells, futures, strict=True):
                task.known[str(cell)] = future.result()
        except BaseException:  # Ctrl-C: what has not begun is not wanted any more
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _tried(task: Task, cell: Cell) -> Result:
    """Build a cell's environment and predict there; what fails is part of the result."""
    try:
        return _built(task, cell)
    finally:
        task.done(cell)


def _built(task: Task, cell: Cell) -> Result:
    for name, version in cell.versions.items():
        known = release(name, version)
        if known and cell.python and not known.on(cell.python):
            return Result(cell, why=f"{name} {version} has no wheel for Python {cell.python}")
    pins = {name: f"=={version}" for name, version in cell.versions.items()}
    try:
        built = rebuild.built(
            task.question.artifact, replace(task.wishes, pins=pins, python=cell.python)
        )
    except rebuild.ERRORS as error:
        return Result(cell, why=" ".join([str(error), *getattr(error, "lines", ())[-1:]]))
    place = Place(str(built.python), built.version, built.versions)
    now = comparing.ask(task.question, place)
    return Result(cell, comparing.drift(task.question, task.before, now), now.load.loaded)


def _bisect(task: Task, library: str, specifier: str, python: str | None) -> Bisected:
    """Find neighbours of which one predicts the same and the next does not.

    What cannot be built is passed over.
    """
    tried = away(versions(library, specifier), task.before.ran.versions.get(library))

    def result(at: int) -> Result:
        cell = Cell({library: tried[at]}, python)
        if str(cell) not in task.known:
            _all(task, [cell])
        return task.known[str(cell)]

    low = _nearest(result, range(len(tried)))
    high = _nearest(result, range(len(tried) - 1, -1, -1))
    if low is None or high is None:
        raise UsageError(f"no version of `{library}{specifier}` can be built here")
    if not result(low).same:
        return Bisected(library, None, tried[low])
    if result(high).same:
        return Bisected(library, tried[high], None)
    while True:
        middle = (low + high) // 2
        order = sorted(range(low + 1, high), key=lambda at: abs(at - middle))
        found = _nearest(result, order)
        if found is None:
            return Bisected(library, tried[low], tried[high])
        low, high = (found, high) if result(found).same else (low, found)


def away(everything: list[str], wrote: str | None) -> list[str]:
    """Return versions in the order in which they lead away from the one that wrote the file.

    Newer ones where there are some, else older ones.
    """
    if wrote is None:
        return everything
    onwards = [item for item in everything if Version(item) >= Version(wrote)]
    return onwards if [item for item in onwards if item != wrote] else everything[::-1]


def _nearest(result: Callable[[int], Result], order: Sequence[int]) -> int | None:
    """Return the first of these that could be built."""
    return next((at for at in order if result(at).drift is not None), None)
