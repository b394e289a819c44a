"""A portable form: an original in another format, kept where it predicts the same.

A booster's is its library's own format; that of an estimator of scikit-learn, of a program of
TensorFlow and of a Keras model is ONNX, which needs no environment of its time. The first is the
very model, and has to give the same bits as the witnesses allow; the second computes in another
library, so that a rounding of `ROUNDING` is allowed to it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadstone import readers
from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import Artifact, Environment, Load, Replay
from loadstone.engine.drift import drift
from loadstone.engine.whole import Whole, replayed
from loadstone.environment import asking as askings
from loadstone.environment.asking import Asking
from loadstone.environment.infer import is_of_three
from loadstone.environment.run import ProcessFailedError, RequestFailedError
from loadstone.runtime.compare import compare, scale
from loadstone.runtime.onnx_model import gaps
from loadstone.runtime.rows import MisfitError, count, is_frame, packed

KIND: Final = "portable"
FILES: Final = {
    "xgboost-json": "forms/portable/model.json",
    "lightgbm-text": "forms/portable/model.txt",
    "onnx": "forms/portable/model.onnx",
}
ROUNDING: Final = 1e-5  # of the largest output
PROGRAMS: Final = ("tensorflow", "keras")
_NUMBERS: Final = ("float64", "float32", "float64 int64", "float32 int64")
_ASKED: Final = "packaging"  # which exporters import and do not ask for
_MIXED: Final = 64  # rows made of the witnesses of a program
_FROM: Final = {  # formats that a later version of the library need not read
    "xgboost": ("pickle", "joblib", "xgboost-binary"),
    "lightgbm": ("pickle", "joblib"),
    "sklearn": ("pickle", "joblib"),
    "tensorflow": ("savedmodel", "tf-graph"),
    "keras": ("keras-h5", "keras"),
}
SAME: Final = ("identical", "within tolerance")


class NotPortableError(Exception):
    """There is no form that predicts the same; `why` says it.

    With `own` it is the model that has none, whatever version of the exporter is asked.
    """

    def __init__(self, why: str, *, own: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.own = own


@dataclass(frozen=True, slots=True)
class Portable:
    """A model in a portable format, with what only the original had, such as the classes."""

    format: str
    data: bytes
    labels: Mapping[str, Any] | None
    also: tuple[Mapping[str, Any], ...] = ()  # versions that predicted the same, and the result
    rounding: float = 0.0  # of the largest output: what it may differ by
    made: int = 0  # rows made for the model that it predicted the same, beside the witnesses

    def form(self) -> dict[str, Any]:
        """Return what a manifest says of it."""
        return {
            "kind": KIND,
            "file": FILES[self.format],
            "format": self.format,
            "labels": self.labels,
            "also": list(self.also),
            "rounding": self.rounding,
            "made": self.made,
        }

    def opened(self, python: str | None, timeout: float) -> Asking:
        """Return what answers for it in an environment; raises `NotPortableError`."""
        with tempfile.TemporaryDirectory(prefix="loadstone-") as folder:
            place = Path(folder) / Path(FILES[self.format]).name
            place.write_bytes(self.data)
            artifact = readers.read(place)
            if artifact.format != self.format:
                raise NotPortableError(f"it is no {self.format}")
            base = Load(where=askings.where(python))
            asking, told = askings.opened(
                artifact, python, base, timeout=timeout, labels=self.labels
            )
        if asking is None:
            raise NotPortableError(f"it does not load: {told.why}")
        return asking


@dataclass(frozen=True, slots=True)
class Answer:
    """A form that is loaded here, and the fact of that."""

    asking: Asking
    fact: Replay | Load


def is_exported(artifact: Artifact) -> bool:
    """Whether a portable form of the file is tried."""
    return artifact.format in _FROM.get(artifact.framework or "", ())


def export(asking: Asking, timeout: float) -> Portable:
    """Return the model that is open in its own environment; raises `NotPortableError`."""
    try:
        return Portable(*asking.export(timeout))
    except (RequestFailedError, ProcessFailedError) as error:
        raise NotPortableError(error.why) from error


def is_converted(artifact: Artifact) -> bool:
    """Whether the portable form is ONNX, written in an environment with the exporter beside it."""
    return artifact.framework in ("sklearn", *PROGRAMS)


@dataclass(frozen=True, slots=True)
class Exporter:
    """What may write the ONNX form: distributions beside the model's own libraries."""

    tools: tuple[str, ...]
    years: int | None = None  # after the model's libraries; None for the newest
    kept: tuple[str, ...] = ()  # how the libraries begin that keep their versions; () for all


def exporters(artifact: Artifact) -> tuple[Exporter, ...]:
    """Return what may write the ONNX form, to be tried in turn."""
    if artifact.framework in PROGRAMS:
        # tf2onnx bounds protobuf and flatbuffers otherwise than TensorFlow, which takes older ones;
        # onnx asks for no version of ml-dtypes, and uses newer ones than an older TensorFlow
        own = ("tensorflow", "keras", "tf-keras", "numpy")
        beside = (_ASKED, "tensorflow>=2.16") if is_of_three(artifact) else (_ASKED,)
        return (Exporter(("tf2onnx", *beside), 1, own), Exporter(("tf2onnx>=1.17", *beside)))
    tools = ("skl2onnx", _ASKED)
    return (Exporter(tools, 1), Exporter(tools))


def numbers(artifact: Artifact) -> tuple[str, ...]:
    """Return the types that numbers may go in as, to be tried in turn; programs tell their own."""
    return ("",) if artifact.framework in PROGRAMS else _NUMBERS


def convert(asking: Asking, rows: Any, timeout: float, *, numbers: str) -> Portable:
    """Return the model in ONNX, by rows that it takes; raises `NotPortableError`.

    `asking` answers where an exporter is beside the model's own libraries. `numbers` are the
    types that numbers go in as.
    """
    try:
        return Portable(*asking.export(timeout, rows, numbers=numbers), rounding=ROUNDING)
    except (RequestFailedError, ProcessFailedError) as error:
        own = getattr(error, "type", "") == "UnportableError"
        raise NotPortableError(error.why, own=own) from error


def proved(
    made: Portable, recorded: Mapping[str, Any], pythons: Sequence[str], timeout: float
) -> Portable:
    """Return the form with the versions of the first interpreter that predicts the same with it.

    Each is asked in a process of its own. Raises `NotPortableError` where none does.
    """
    why = ""
    for python in pythons:
        try:
            asking = made.opened(python, timeout)
        except NotPortableError as error:
            why = error.why
            continue
        with contextlib.closing(asking):
            again = _again(made, asking, recorded, python, timeout)
            versions = {"python": asking.about["python"], **asking.about["versions"]}
        if again.whole in SAME:
            return replace(made, also=({"versions": versions, "result": again.whole},))
        stage = again.stages[0]
        why = f"it does not predict the same: {stage.error or stage.example}"
    raise NotPortableError(why)


def tried(made: Portable, asking: Asking, rows: Any, python: str, timeout: float) -> Portable:
    """Return the form where it also predicts rows that are made for the model as `asking` does.

    Missing values stand apart: a form takes them in those columns in which it was seen to predict
    them the same, of `rows`, the witnesses, and of the rows that are made. Raises
    `NotPortableError` where other rows differ. Where no rows can be made, none are tried.
    """
    labels = made.labels or {}
    if "program" in labels:
        with contextlib.closing(made.opened(python, timeout)) as form:
            return replace(made, made=_compared(asking, form, mixed(rows), timeout))
    held = rows.to_dict("records") if is_frame(rows) else rows
    seen = set() if isinstance(held, dict) else gaps(held)
    number = 0
    with contextlib.suppress(RequestFailedError):
        probes, _ = asking.probes(timeout)
        whole = [row for row in probes if not gaps([row])]
        less = [row for row in probes if gaps([row])]
        with contextlib.closing(made.opened(python, timeout)) as form:
            number = _compared(asking, form, whole, timeout)
            try:
                number += _compared(asking, form, less, timeout)
                seen |= gaps(less)
            except NotPortableError:
                if seen:
                    raise
    missing = sorted(seen, key=str)
    return replace(made, made=number, labels={**labels, "missing": missing})


def mixed(rows: Any) -> Any:
    """Return rows made of arrays of numbers, each between two of them; other rows are not mixed.

    Whole numbers, such as tokens, are of one or of the other.
    """
    import numpy as np

    state = np.random.default_rng(0)
    if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
        names = rows[0]
        if any(row.keys() != names.keys() for row in rows):
            return []
        rows = {name: [row[name] for row in rows] for name in names}
    if isinstance(rows, dict):
        try:
            rows = {name: np.asarray(values) for name, values in rows.items()}
        except ValueError:  # lists of unequal length
            return []
        kinds = {values.dtype.kind for values in rows.values()}
        held = min(map(len, rows.values()), default=0)
    else:
        rows = np.asarray(packed(rows))
        kinds, held = {rows.dtype.kind}, len(rows) if rows.ndim else 0
    if not kinds <= set("biuf") or held < 2:
        return []
    first, second = state.integers(0, held, (2, _MIXED))
    share = state.random(_MIXED)

    def between(values: Any) -> Any:
        one, other = values[first], values[second]
        if values.dtype.kind != "f":
            return np.where(state.random(one.shape) < 0.5, one, other)
        part = share.reshape(-1, *[1] * (values.ndim - 1)).astype(values.dtype)
        return one * part + other * (1 - part)

    if isinstance(rows, dict):
        return {name: between(values) for name, values in rows.items()}
    return between(rows)


def compared_on_made(asking: Asking, other: Asking, timeout: float) -> int:
    """Return how many rows that are made for the model both predict the same.

    All that an estimator says of a row is compared, its decision function too. Raises
    `NotPortableError` where one differs; 0 where no rows can be made.
    """
    try:
        rows, counts = asking.probes(timeout)
        before, _ = asking.answers(rows, timeout)
    except RequestFailedError:
        return 0
    try:
        now, _ = other.answers(rows, timeout)
    except (RequestFailedError, ProcessFailedError) as error:
        raise NotPortableError(f"it does not take rows made for it: {error.why}") from error
    total = sum(counts.values())
    if before.keys() != now.keys():
        raise NotPortableError("it does not say the same of rows made for it")
    for item in drift(before, now, total, before):
        if item.result not in SAME:
            raise NotPortableError(f"{len(item.moved)} of {total} rows made for it differ")
    return total


def _compared(asking: Asking, form: Asking, rows: Any, timeout: float) -> int:
    """Return how many rows both predict the same; raises `NotPortableError` where one is not."""
    number = count(rows)
    if not number:
        return 0
    try:
        before, _ = asking.ask(packed(rows), True, timeout)  # noqa: FBT003 - as the request has it
        now, _ = form.ask(packed(rows), True, timeout)  # noqa: FBT003 - as above
    except (RequestFailedError, ProcessFailedError, MisfitError) as error:
        raise NotPortableError(f"it does not take rows made for it: {error.why}") from error
    for item in drift(before, now, number):
        if item.result not in SAME:
            told = f"it predicts {len(item.moved)} of {number} rows made for it otherwise"
            raise NotPortableError(f"{told}, by up to {item.difference}")
    return number


def here(
    made: Portable,
    recorded: Mapping[str, Any] | None,
    now: Environment,
    timeout: float,
) -> Answer | None:
    """Return the form loaded in this process, where it predicts the same.

    Without witnesses to ask for, the versions here have to be some that were seen to do.
    """
    if recorded is None and not seen(made.also, now):
        return None
    try:
        asking = made.opened(None, timeout)
    except NotPortableError:
        return None
    if recorded is None:
        return Answer(asking, Load(loaded=True))
    again = _again(made, asking, recorded, None, timeout)
    if again.whole in SAME:
        return Answer(asking, again)
    asking.close()
    return None


def seen(also: Sequence[Mapping[str, Any]], now: Environment) -> bool:
    """Whether the versions that are here were seen to predict the witnesses the same."""
    found = {**now.distributions, "python": now.python}
    return any(
        bool(item["versions"]) and all(found.get(k) == v for k, v in item["versions"].items())
        for item in also
    )


def _again(
    made: Portable,
    asking: Asking,
    recorded: Mapping[str, Any],
    python: str | None,
    timeout: float,
) -> Replay:
    if made.rounding:
        floor = made.rounding * scale(recorded["stages"]["model"], recorded["arrays"])
        known = recorded["tolerances"].get("model", {})
        recorded = {**recorded, "tolerances": {"model": rounded(recorded, known, floor)}}
    return replayed(Whole(asking, timeout), recorded, askings.where(python), KIND)


def rounded(
    recorded: Mapping[str, Any], known: Mapping[str, float], floor: float
) -> dict[str, float]:
    """Return the tolerance of every floating-point output: what was measured, or `floor`."""
    stage, arrays = recorded["stages"]["model"], recorded["arrays"]
    leaves = compare(stage, arrays, stage, arrays, recorded["count"]).leaves
    return {path: max(floor, known.get(path, 0.0)) for path in leaves}
