"""`loadstone save`: a file and the code that it needs become one bundle, rehearsed and proved."""

from __future__ import annotations

import argparse
import shlex
import sys
import warnings
from typing import TYPE_CHECKING, Any

from loadstone.cli.exits import CLEAN, FOUND
from loadstone.cli.terminal import view_of, write
from loadstone.errors import LoadError, SaveError, SaveWarning, UsageError

if TYPE_CHECKING:
    from loadstone.bare_file import FilePredictor
    from loadstone.predictor import Predictor


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="the model file")
    parser.add_argument(
        "-o", "--output", metavar="BUNDLE", required=True, help="a new file (.lode) or folder"
    )
    parser.add_argument("--into", metavar="PKG:NET", help="the class that the weights go into")
    parser.add_argument(
        "--fix", action="store_true", help="apply safe fixes to the file first, in memory"
    )
    parser.add_argument("--preprocess", metavar="PKG:FN", help="what prepares the inputs")
    parser.add_argument("--postprocess", metavar="PKG:FN", help="what makes labels of the outputs")
    parser.add_argument(
        "--examples",
        metavar="FILE",
        help="inputs whose predictions are recorded as witnesses: json, jsonl, csv, npy, npz, txt; "
        "or `inputs` and the `outputs` expected of them: json, npz",
    )


def run(given: argparse.Namespace) -> int:
    """Save, or say what stands against it."""
    from loadstone import predictor, saving
    from loadstone.render import render

    settings = {
        "preprocess": _function("preprocess", given.preprocess),
        "postprocess": _function("postprocess", given.postprocess),
        "examples": _examples(given.examples, prepared=given.preprocess is None),
    }
    asked = {name: value for name, value in settings.items() if value is not None}
    try:
        loaded = predictor.load(given.file, into=given.into, fix="safe" if given.fix else None)
        model = _module(loaded, given.file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SaveWarning)  # the report says the same
            report = saving.save(model, given.output, **asked)
    except (SaveError, LoadError) as error:
        write(render("text", [error.report], view_of(sys.stdout)))
        sys.stderr.write("Nothing was written.\n")
        return FOUND
    except ValueError as error:  # an argument that makes no sense, by the contract of both
        raise UsageError(str(error)) from error
    write(render("text", [report], view_of(sys.stdout)))
    write(f"Wrote {view_of(sys.stderr).text(given.output)}.\n", sys.stderr)
    return CLEAN


def _module(loaded: Predictor | FilePredictor, path: str) -> Any:
    from loadstone.bare_file import FilePredictor

    if not isinstance(loaded, FilePredictor):
        return loaded.model
    loaded.close()
    raise UsageError(
        f"`{path}` holds a `{loaded.about['model']}`, and bundles hold PyTorch models so far: "
        f"`loadstone predict {shlex.quote(path)} -i rows.json` answers from the file itself"
    )


def _function(role: str, given: str | None) -> Any:
    """Return the function that `pkg:fn` names."""
    if given is None:
        return None
    from loadstone.adapters import reference
    from loadstone.core.facts import TargetProblem

    found = reference.find(reference.parse(given))
    if isinstance(found, TargetProblem):
        raise UsageError(f"`--{role} {given}`: {found.why}")
    return found


def _examples(path: str | None, *, prepared: bool) -> Any:
    """Return the examples; those that nothing prepares go to the model as one array."""
    if path is None:
        return None
    from loadstone.inputs import rows

    parts = rows.parts(path)
    if parts is not None:
        batched = tuple(map(rows.batch, parts)) if prepared else parts
        return batched if len(batched) > 1 else batched[0]
    found = rows.read(path)
    return rows.batch(found) if prepared else found
