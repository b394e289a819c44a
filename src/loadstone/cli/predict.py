"""`loadstone predict`: rows in, predictions out, and a word on what the model did not know."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loadstone.atomic import new_file
from loadstone.cli.choices import (
    accepted,
    accepting,
    choosing,
    coding,
    fix,
    fixing,
    merging,
    preprocessing,
    repeated,
    trusting,
)
from loadstone.cli.env import given_wishes, wishes
from loadstone.cli.exits import CLEAN, FOUND
from loadstone.cli.terminal import view_of, write
from loadstone.errors import LoadError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loadstone.core.facts import Coverage
    from loadstone.core.report import Report


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="BUNDLE|FILE", help="a bundle, or a model file")
    parser.add_argument("texts", nargs="*", default=[], metavar="TEXT", help="texts to predict")
    parser.add_argument(
        "-i",
        "--input",
        metavar="FILE",
        help="rows: json, jsonl, csv, npy, npz, or txt with a text a line; - for standard input",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write there instead of printing; - prints"
    )
    parser.add_argument("--overwrite", action="store_true", help="let --output replace a file")
    parser.add_argument("--into", metavar="PKG:NET", help="the class that a bare file goes into")
    parser.add_argument(
        "--device",
        metavar="NAME",
        help="where a module of torch computes: cpu, cuda, cuda:1, mps (default: cpu)",
    )
    coding(parser)
    choosing(parser)
    merging(parser)
    fixing(parser)
    accepting(parser)
    trusting(parser)
    parser.add_argument(
        "--env",
        choices=("auto", "current", "isolated"),
        default="auto",
        metavar="WHERE",
        help="auto: here where the library guarantees it, else in the environment that the file "
        "was made in, rebuilt; current: here; isolated: rebuilt (default: auto)",
    )
    wishes(parser)
    preprocessing(parser)
    parser.add_argument(
        "--on-unknown",
        choices=("warn", "error", "ignore"),
        default="warn",
        metavar="DO",
        help="at inputs that a vocabulary or the examples of the save lack: warn, error, ignore "
        "(default: warn)",
    )
    parser.add_argument(
        "--output-format",
        choices=("text", "json", "csv"),
        default=None,
        metavar="FORMAT",
        help="text, a line a prediction, json or csv (default: what the suffix of --output says, "
        "text without a file)",
    )


def run(given: argparse.Namespace) -> int:
    """Load, predict, print or write the predictions."""
    rows = _inputs(given)
    kind = _kind(given)
    _refuse_output(given)
    with contextlib.redirect_stdout(sys.stderr):  # libraries print: only predictions belong there
        predictor = _load(given)
    if predictor is None:
        return FOUND
    if given.fix:
        _tell_notes(_fixed(predictor.report))
    with (
        contextlib.closing(predictor) if hasattr(predictor, "close") else contextlib.nullcontext(),
        contextlib.redirect_stdout(sys.stderr),
    ):
        found = _predict(predictor, rows, kind)
        if hasattr(predictor, "notes") and _is_one_row(rows):
            predictor.notes.append(f"the list is one row of {len(rows)} numbers")
    _tell_notes(getattr(predictor, "notes", ()))
    unknown = _tell_unknown(getattr(predictor, "coverage", None), given.on_unknown)
    if unknown and given.on_unknown == "error":
        sys.stderr.write("No predictions were written.\n")
        return FOUND
    text = _rendered(found, kind)
    if given.output in (None, "-"):
        write(text)
    else:
        with new_file(Path(given.output), overwrite=given.overwrite) as file:
            file.write(text.encode())
    if _is_unproven(given.file, predictor):
        _tell_notes([_UNPROVEN])
    return CLEAN


_UNPROVEN = "unproven: nothing recorded says what it predicted when it was saved"


def _is_unproven(path: str, predictor: Any) -> bool:
    """Whether nothing was compared: a bare file holds no predictions, and a bundle may."""
    from loadstone.runtime.files import is_bundle

    return not is_bundle(path) or predictor.report.verdict.predicts_the_same == "unproven"


def _is_one_row(rows: Any) -> bool:
    return isinstance(rows, list) and len(rows) > 1 and isinstance(rows[0], (int, float))


def _inputs(given: argparse.Namespace) -> Any:
    if given.texts and given.input:
        raise UsageError("give texts or `--input`, not both")
    from loadstone.inputs import rows

    if given.texts:
        first = given.texts[0]
        if len(given.texts) == 1 and rows.is_file(first):
            raise UsageError(f"`{first}` is a file: `-i {shlex.quote(first)}` predicts its rows")
        return list(given.texts)
    if not given.input:
        raise UsageError('nothing to predict: give a text (`loadstone predict FILE "…"`) or `-i`')
    if not given.input.lower().endswith(".csv"):
        return rows.read(given.input)
    from loadstone.inputs.signature import text_columns

    return rows.read(given.input, text_columns(given.file))


def _refuse_output(given: argparse.Namespace) -> None:
    """Refuse before the model is loaded what could not be written after."""
    if given.output in (None, "-"):
        return
    place = Path(given.output)
    if place.exists() and not given.overwrite:
        raise UsageError(f"`{place}` exists; `--overwrite` replaces it")
    if not place.parent.is_dir():
        raise UsageError(f"`{place.parent}` is not a folder")


def _load(given: argparse.Namespace) -> Any:
    from loadstone import loading

    settings = {
        "into": given.into,
        "device": given.device,
        "preprocess": given.preprocess,
        "on_unknown": "ignore",
        "fix": fix(given),
        "accept": accepted(given),
        "trust": given.trust,
        "env": given.env,
        "wishes": given_wishes(given),
        "code": given.code,
        "entry": given.entry,
        "base": given.base,
    }
    try:
        return loading.load(given.file, **{k: v for k, v in settings.items() if v})
    except LoadError as error:
        from loadstone.render import render

        view = view_of(sys.stderr, flags=_flags(given), verb="predict")
        write(render("text", [error.report], view), sys.stderr)
        sys.stderr.write("No predictions were written.\n")
        return None
    except ValueError as error:  # an argument that makes no sense, by the contract of `load`
        raise UsageError(str(error)) from error


_REPEATED = (
    *("input", "output", "device", "entry", "base"),
    *("preprocess", "python", "wheelhouse"),
)


def _flags(given: argparse.Namespace) -> str:
    return shlex.join([*given.texts, *repeated(given, _REPEATED)])


def _predict(predictor: Any, rows: Any, kind: str) -> dict[str, Any]:
    """Return the predictions, and of a file that needs no class the probabilities and classes."""
    asked = kind != "text"
    try:
        few = isinstance(rows, list) and len(rows) <= _FEW and not isinstance(rows[0], (int, float))
        if few and hasattr(predictor, "plain"):
            return dict(predictor.plain(rows, probabilities=asked))
        whole = {"probabilities": True} if asked and hasattr(predictor, "classes") else {}
        found = {"predictions": predictor.predict(rows, **whole)}
    except UsageError:
        raise
    except Exception as error:  # the model's own code may raise anything at inputs that do not fit
        told = " ".join(str(error).split())
        if type(error).__name__ == "ProcessFailedError":  # its import takes time
            raise UsageError(f"the process of the model ended: {told}") from error
        raise UsageError(
            f"the model does not take these inputs: {type(error).__name__}: {told}"
        ) from error
    for name in ("probabilities", "classes"):
        found[name] = getattr(predictor, name, None)
    return found


def _fixed(report: Report) -> Iterator[str]:
    """Yield what was fixed for the load, and what was left aside with it."""
    for item in report.fixed:
        if item.finding.fix is not None:
            yield f"{item.check.code}: {'; '.join((item.finding.fix.title, *item.finding.notes))}"


def _tell_notes(notes: Iterable[str]) -> None:
    """Say on stderr how the rows were taken, where that was not plain."""
    view = view_of(sys.stderr)
    for note in notes:
        write(f"{view.paint('note', 'note: ')}{view.text(note)}\n", sys.stderr)


def _tell_unknown(coverage: Coverage | None, what: str) -> bool:
    """Say on stderr what a vocabulary or the examples did not have; return whether anything."""
    told: list[str] = []
    if coverage and (coverage.strays or any(item.unknown for item in coverage.lookups)):
        from loadstone.inputs.coverage import unknown_lines

        told = unknown_lines(coverage)
    if what != "ignore":
        view = view_of(sys.stderr)
        for line in told:
            head = view.paint("warning" if what == "warn" else "error", f"{_LEVEL[what]}: ")
            write(f"{head}{view.text(line)}\n", sys.stderr)
    return bool(told)


_LEVEL = {"warn": "warning", "error": "error"}


def _rendered(found: Mapping[str, Any], kind: str) -> str:
    from loadstone.render import predictions as shown

    if kind == "text":
        return shown.render(found["predictions"])
    parts = (found["predictions"], found.get("probabilities"), found.get("classes"))
    if kind == "json":
        return shown.render_json(*parts)
    try:
        return shown.render_csv(*parts)
    except ValueError as error:
        raise UsageError(str(error)) from error


_FEW = 5000  # rows that cross as JSON sooner than as arrays, for which numpy would be imported
_SUFFIXES = {".json": "json", ".csv": "csv", ".txt": "text"}


def _kind(given: argparse.Namespace) -> str:
    """Return the format of the predictions; raises `UsageError` where a suffix says another."""
    if given.output_format:
        return str(given.output_format)
    if given.output is None:
        return "text"
    suffix = Path(given.output).suffix.lower()
    if suffix in ("", *_SUFFIXES):
        return _SUFFIXES.get(suffix, "json")
    raise UsageError(
        f"`{given.output}`: predictions are written as {', '.join(_SUFFIXES)}; "
        "`--output-format` chooses one whatever the suffix is"
    )
