"""A bare model file that needs no class of the user's: judged, loaded, and asked for predictions.

In this process, or in a process of the interpreter `python`, by the same modules of `runtime/`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Coverage, Load
from loadstone.core.report import Found, Report
from loadstone.environment.asking import Asking, opened, where
from loadstone.environment.distributions import distributions
from loadstone.environment.run import RequestFailedError
from loadstone.errors import CLOSED, LoadError, UsageError
from loadstone.inputs.one_row import batch_of
from loadstone.inputs.rows import typed
from loadstone.runtime import rows as given
from loadstone.runtime.kinds import KINDS
from loadstone.runtime.rows import MisfitError
from loadstone.runtime.transformers_tasks import TASKS, beside, parts, task_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from loadstone.environment.early import Early
    from loadstone.inputs.coverage import OnUnknown
    from loadstone.inputs.ranges import Ranges

FOLDERS = ("transformers", "sentence-transformers")
_UNPREDICTED = ("torch", "gensim")  # what needs a class, and what has no `predict`
_CHUNK = 64 << 20  # bytes of one request: more rows than these take go one chunk after the other
_OF_FILE = ("file", "trust")
_STOPS = (*_OF_FILE, "environment", "code")  # what errors of the others say, a load decides
_PROCESSORS = {"preprocessor_config.json", "processor_config.json"}
_TOKENS = "feature-extraction"
_SAMPLE = 100  # rows whose size is looked at


class NeedsClassError(UsageError):
    """The file is no model that predicts by itself."""


class FilePredictor:
    """A loaded model that takes one row or a batch, and answers in kind.

    `predict(rows, probabilities=True)` fills `probabilities` and `classes` where the model has
    them. `coverage` tells which columns of the last call are far from what the examples held, and
    `about` the class, the names of its columns, and where it runs.
    """

    def __init__(
        self,
        report: Report | Callable[[], Report],
        asking: Asking,
        timeout: float,
        *,
        closing: Callable[[], None] = lambda: None,
        ranges: Ranges | None = None,
        saved: Mapping[str, Any] | None = None,
        on_unknown: OnUnknown = "warn",
        original: Callable[[], FilePredictor] | None = None,
    ) -> None:
        """Answer by `asking`; rows that it refuses go to the `original`, where there is one."""
        self._report = report
        self.about = dict(asking.about)
        self.coverage = Coverage()
        self.probabilities: Any = None
        self.classes: Any = None
        self.notes: list[str] = list(self.about.pop("notes", []))
        self._asking = asking
        self._timeout = timeout
        self._closing = closing
        self._ranges = ranges
        self._saved = saved or None
        self._on_unknown = on_unknown
        self._original = original
        self._opened: FilePredictor | None = None
        self._closed = False

    @property
    def report(self) -> Report:
        """What was found of the file; it is put together when it is first asked for."""
        if not isinstance(self._report, Report):
            self._report = self._report()
        return self._report

    def of_copy(self, path: str, fixed: tuple[Found, ...], closing: Callable[[], None]) -> None:
        """Note that the model is of a fixed copy of the file at `path`, which `closing` removes."""
        told, before = self._report, self._closing

        def report() -> Report:
            return (told if isinstance(told, Report) else told()).of_copy(path, fixed)

        def both() -> None:
            before()
            closing()

        self._report, self._closing = report, both

    def predict(self, inputs: Any, *, probabilities: bool = False) -> Any:
        """Return the prediction for one row, or the predictions for a batch of rows.

        Raises `UsageError` for rows that the model does not take, `ProcessFailedError` where its
        process died.
        """
        rows, single = batch_of(typed(inputs, self.about), self.about)
        self._compare(rows)
        rows = given.packed(rows)
        try:
            parts = [self._ask(part, probabilities) for part in chunks(rows)]
        except UsageError as error:
            other = self._instead(error)
            parts = [other._ask(part, probabilities) for part in chunks(rows)]  # noqa: SLF001 - of its own class
        self.probabilities = joined([part.get("probabilities") for part in parts])
        self._tell_unknown(parts)
        self.classes = parts[0].get("classes") if parts else None
        found = joined([part["predictions"] for part in parts])
        if not single:
            return found
        self.probabilities = _one(self.probabilities)
        return _one(found)

    __call__ = predict

    def plain(self, rows: list[Any], *, probabilities: bool = False) -> dict[str, Any]:
        """Return `predictions` in JSON's types, with `probabilities` and `classes` if asked.

        For a few rows, each a list, a text or a record: they cross as JSON, and nothing here needs
        arrays. Raises as `predict`.
        """
        rows = typed(rows, self.about)
        self._compare(rows)
        try:
            found = self._ask(rows, probabilities, plain=True)
        except UsageError as error:
            other = self._instead(error)
            found = other._ask(rows, probabilities, plain=True)  # noqa: SLF001 - as above
        self._tell_unknown([found])
        return found

    def _instead(self, error: UsageError) -> FilePredictor:
        """Return the original for a call whose rows were refused; raises `error` without one.

        All rows of the call are then the original's. A column that is not there is in neither.
        """
        cause = error.__cause__
        if self._original is None or (isinstance(cause, MisfitError) and cause.kind == "names"):
            raise error
        if self._opened is None:
            try:
                self._opened = self._original()
            except (UsageError, LoadError) as other:
                raise UsageError(
                    f"{error}; the original may, and cannot be asked: {other}"
                ) from other
        about = self._opened.about
        told = f"predicted with the original, in Python {about['python']}: {error}"
        self.notes += [told] if told not in self.notes else []
        return self._opened

    def whole(self) -> tuple[str, bytes]:
        """Return the model in its library's own format: its kind, and the bytes of the file."""
        kind, data, _ = self._asking.export(self._timeout)
        return kind, data

    def stream(self, rows: Iterable[Any], *, size: int = 1024) -> Iterator[Any]:
        """Yield the predictions of rows as they come, in order; `size` rows are held at a time."""
        held: list[Any] = []
        for row in rows:
            held.append(row)
            if len(held) == size:
                yield from _each(self.predict(held), len(held))
                held = []
        if held:
            yield from _each(self.predict(held), len(held))

    def _compare(self, rows: Any) -> None:
        """Tell which rows are far from what the examples of the save held."""
        if self._ranges is not None:
            self.coverage = Coverage(strays=self._ranges.strays(rows))
            if self.coverage.strays:
                from loadstone.inputs.coverage import tell

                tell(self.coverage, self._on_unknown)

    def _tell_unknown(self, parts: list[dict[str, Any]]) -> None:
        """Tell what the vocabularies and encoders of the model do not know of a call's rows."""
        tables = [part.pop("coverage", None) for part in parts]
        if not any(tables):
            return
        from loadstone.inputs import coverage
        from loadstone.runtime.lookups import joined as together
        from loadstone.runtime.lookups import saved_counts

        saved = saved_counts(self._saved or {})
        strays = self.coverage.strays
        found = coverage.facts(together([item or [] for item in tables], saved), saved)
        self.coverage = replace(found, strays=strays)
        coverage.tell(found, self._on_unknown)

    def _ask(
        self,
        rows: Any,
        probabilities: bool,  # noqa: FBT001 - private
        *,
        plain: bool = False,
    ) -> dict[str, Any]:
        if self._closed:
            raise UsageError(CLOSED)
        try:
            how: Any = {"plain": plain, "saved": self._saved}
            found, notes = self._asking.ask(rows, probabilities, self._timeout, **how)
        except MisfitError as error:
            raise UsageError(error.why) from error
        except RequestFailedError as error:
            gone = _absent(rows) if "NaN" in error.why or "missing" in error.why else ""
            gone += self._odd()
            raise UsageError(f"the model does not take these rows: {gone}{error.why}") from error
        self.notes += [note for note in notes if note not in self.notes]
        return found

    def _odd(self) -> str:
        """Return which columns hold numbers where the model was fitted on texts, in words."""
        from loadstone.inputs.outside import sentence

        odd = [stray for stray in self.coverage.strays if stray.why == "number"]
        return "".join(f"{sentence(stray)}: " for stray in odd[:4])

    def close(self) -> None:
        """Let the model go, and end the process that it runs in, if that is another one."""
        self._closed = True
        self._asking.close()
        if self._opened is not None:
            self._opened.close()
        self._closing()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        """Return the model's class and where it runs."""
        return f"<FilePredictor {self.about['model']} in {self._asking.where}>"


def _ranges(categories: Mapping[str, list[str]] | None) -> Ranges | None:
    """Return the categories that the model was fitted on, to compare rows with."""
    if not categories:
        return None
    from loadstone.inputs.ranges import Ranges, fitted

    return Ranges(fitted([], categories))


def _absent(rows: Any) -> str:
    """Return which values of the rows are missing, in words; empty where none is."""
    from loadstone.inputs.ranges import absent

    told = [
        f"`{name}` is missing in row {found[0]:,}"
        + (f" and {len(found) - 1:,} more" if len(found) > 1 else "")
        for name, found in absent(rows).items()
    ]
    return f"{', '.join(told[:4])}: " if told else ""


def is_predictable(artifact: Artifact) -> bool:
    """Whether `load` takes the file: it needs no class of the user's."""
    if artifact.format in FOLDERS:
        return not unpredicted(artifact)
    whole = not artifact.format.startswith("keras") or artifact.content == "model"
    if artifact.format == "tf-graph":
        whole = artifact.detail.get("frozen") is True and bool(artifact.signatures)
    return artifact.format in KINDS and artifact.framework not in _UNPREDICTED and whole


def unpredicted(artifact: Artifact) -> str:
    """Return why nothing is predicted with a Hugging Face folder; empty where something is."""
    detail = artifact.detail
    name = str(detail.get("architectures") or "")
    other = next(
        (
            key
            for key in ("auto_map", "tokenizer_code", "quantization", "peft_type")
            if detail.get(key)
        ),
        "",
    )
    task = task_of(name)
    sentences = artifact.format == "sentence-transformers"
    if not sentences and (task is None or (task.name == _TOKENS and not detail.get("takes_text"))):
        known = ", ".join(dict.fromkeys(item.name for item in TASKS.values()))
        told = f"is a folder of `{name}`" if name else "names no architecture in its config"
        return (
            f"{told}, and folders for {known} are predicted with: load it with transformers, and "
            "save it with `loadstone.save(model, …, preprocess=…)`"
        )
    if not str(detail.get("weights") or "").startswith("model.safetensors"):
        return "holds no `model.safetensors`, and other weights of a folder are not predicted with"
    names = {part.path for part in artifact.parts}
    takes = "texts" if sentences or task is None else task.takes
    if not (names & _PROCESSORS if takes in ("pictures", "sounds") else detail.get("tokenizer")):
        return f"holds no {beside(takes)}, and `{name}` takes {takes}"
    if task is not None and "tokenizer" in parts(task) and not detail.get("tokenizer"):
        return f"holds no tokenizer, and `{name}` makes texts"
    return f"has `{other}` in its config, which is not predicted with" if other else ""


def load(
    path: str | os.PathLike[str],
    *,
    python: str | Callable[[Artifact], str | None] | None = None,
    early: Early | None = None,
    trust: bool = False,
    memory_limit: int | None = None,
    timeout: float = 600.0,
    accept: Mapping[str, str] | None = None,
    code: Mapping[str, Any] | None = None,
    on_unknown: OnUnknown = "warn",
) -> FilePredictor:
    """Load the model file at `path`: in this process, or in one of the interpreter `python`.

    `code` are the modules of the user's classes and functions that it names.

    A function that chooses the interpreter is asked only for a file that is whole and trusted. An
    `early` process of an environment that is at hand imports its libraries meanwhile.

    A pickle that names what is not in the audited table is loaded only with `trust`. In a process
    of its own the model has no network where the system allows it, at most `memory_limit` bytes,
    and `timeout` seconds for each answer.

    Raises `LoadError` with the report where it is not loaded, `UsageError` where it cannot be done
    as asked, and `OSError` where the path cannot be read.
    """
    from loadstone.engine.gather import surroundings
    from loadstone.engine.run import run_checks
    from loadstone.render.exception import message

    if memory_limit is not None and (python is None or early is not None):
        raise UsageError("a memory limit needs a process of its own: give `python` too")
    with contextlib.ExitStack() as stack:
        if early is not None:
            stack.callback(early.close)
        artifact, facts = read(path, code)
        started = early.process(artifact, libraries(artifact)) if early is not None else None
        refuse(facts, trust=trust, accept=accept)
        if started is not None:
            there: str | None = started.python
        else:
            there = python(artifact) if callable(python) else python
        facts[Load] = asked = Load(trusted=trust, where=where(there))
        if not asked.elsewhere:
            facts |= surroundings(artifact)
            report = run_checks(facts, accept=accept)
            if any(item.check.stage in _STOPS for item in report.errors):
                raise LoadError(report, message(report))
        how: dict[str, Any] = {"memory_limit": memory_limit, "timeout": timeout, "code": code}
        asking, told = opened(artifact, there, asked, started=started, **how)
        if callable(python) and there and (asking is None or asking.failed) and _is_damaged(there):
            if asking is not None:
                asking.close()
            there = python(artifact)  # which builds it again
            asking, told = opened(artifact, there, replace(asked, where=where(there)), **how)
        if asking is None:
            report = run_checks({**facts, Load: told}, accept=accept)
            raise LoadError(report, message(report))
        stack.pop_all()
    if early is not None and there is not None:
        early.note(there, libraries(artifact))
    facts[Load] = replace(told, loaded=True)
    predictor = FilePredictor(
        lambda: run_checks(facts, accept=accept),
        asking,
        timeout,
        ranges=_ranges(asking.about.get("categories")),
        on_unknown=on_unknown,
    )
    if artifact.format in FOLDERS:  # a tokenizer of another model raises nothing
        report = predictor.report
        if report.errors:
            predictor.close()
            raise LoadError(report, message(report))
        predictor.notes += _doubts(report)
    return predictor


def _doubts(report: Report) -> list[str]:
    """Return what was found of how the inputs are made, a line each."""
    return [
        f"{item.check.code}: {item.finding.message}"
        for item in report.found
        if item.check.stage in ("weights", "inputs") and item.severity != "note"
    ]


def _is_damaged(python: str) -> bool:
    from loadstone.environment.build import condemned

    return condemned(python)


def read(
    path: str | os.PathLike[str], code: Mapping[str, Any] | None = None
) -> tuple[Artifact, dict[type, object]]:
    """Return what the file is, without what `code` gives it, and that as the facts.

    Raises `NeedsClassError`, `OSError`.
    """
    from loadstone.engine.gather import whole

    artifact = whole(path)
    if not is_predictable(artifact):
        why = f"`{os.fspath(path)}` is no file of a model that predicts by itself"
        raise NeedsClassError(why)
    if code:
        from loadstone.engine.given import without

        artifact = without(artifact, code)
    return artifact, {Artifact: artifact}


def refuse(
    facts: Mapping[type, object], *, trust: bool, accept: Mapping[str, str] | None = None
) -> None:
    """Raise `LoadError` where the file itself is why, so that nothing is built for it."""
    from loadstone.engine.run import run_checks
    from loadstone.environment import code
    from loadstone.render.exception import message

    artifact = facts[Artifact]
    assert isinstance(artifact, Artifact)
    judged = {**facts, Load: Load(trusted=trust, where="an environment of its own")}
    if run_checks(judged, accept=accept, stages=_OF_FILE).errors:
        told = Load(trusted=trust, where="an environment of its own", own=code.own(artifact))
        report = run_checks({**judged, Load: told}, accept=accept)
        raise LoadError(report, message(report))


def libraries(artifact: Artifact) -> tuple[str, ...]:
    """Return the modules of libraries that a load will import, where it calls nothing else."""
    if artifact.opening_runs_code not in ("no", "library"):
        return ()
    if artifact.detail.get("backend") == "theano":
        return ()  # Keras would begin with TensorFlow
    table = distributions()
    named = dict.fromkeys(item.module for item in artifact.globals)
    found = [name for name in named if name.partition(".")[0] in table]
    return tuple(found or filter(None, (artifact.framework,)))


def chunks(rows: Any, most: int = _CHUNK) -> Iterator[Any]:
    """Yield the rows in parts of `most` bytes; few rows are one part."""
    total = given.count(rows)
    step = max(1, most // max(1, _row_size(rows, total)))
    if total <= step:
        yield rows
        return
    for start in range(0, total, step):
        yield given.part(rows, start, start + step)


def _row_size(rows: Any, total: int) -> int:
    """Return about how many bytes a row takes."""
    size = getattr(rows, "nbytes", None)
    if size is not None and getattr(rows.dtype, "kind", "O") != "O":
        return int(size) // max(1, total)
    if hasattr(rows, "memory_usage"):
        return int(rows.head(_SAMPLE).memory_usage(deep=True).sum()) // max(1, min(total, _SAMPLE))
    if hasattr(rows, "nnz"):
        return int(rows.nnz) * 16 // max(1, total)
    if isinstance(rows, dict):
        return sum(_row_size(value, total) for value in rows.values())
    sample = given.part(rows, 0, _SAMPLE)
    return len(repr(sample)) * 2 // max(1, len(sample))


def joined(parts: list[Any]) -> Any:
    """Return the outputs of several chunks as one."""
    if len(parts) < 2 or parts[0] is None:
        return parts[0] if parts else None
    first = parts[0]
    if isinstance(first, dict):
        return {name: joined([part[name] for part in parts]) for name in first}
    if isinstance(first, list):  # of arrays, one an output
        return [joined([part[at] for part in parts]) for at in range(len(first))]
    if given.is_frame(first):
        import pandas as pd

        return pd.concat(parts)
    if hasattr(first, "tocsr"):
        import scipy.sparse as sp

        return sp.vstack(parts, format=first.format)
    import numpy as np

    return np.concatenate(parts)


def _one(found: Any) -> Any:
    """Return the first row of a batch of outputs."""
    if isinstance(found, dict):
        return {name: _one(value) for name, value in found.items()}
    if isinstance(found, list):
        return [_one(value) for value in found]
    if found is None:
        return None
    return found.iloc[0] if given.is_frame(found) else found[0]


def _each(found: Any, count: int) -> Iterator[Any]:
    """Yield the rows of a batch of outputs."""
    for at in range(count):
        yield (
            _one(given.part(found, at, at + 1))
            if not isinstance(found, list)
            else [value[at] for value in found]
        )
