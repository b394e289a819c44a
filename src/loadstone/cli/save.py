"""`loadstone save`: a file and the code that it needs become one bundle, rehearsed and proved."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from loadstone.cli.choices import (
    accepted,
    accepting,
    choosing,
    coding,
    fix,
    fixing,
    merging,
    postprocessing,
    preprocessing,
    trusting,
)
from loadstone.cli.env import given_wishes, wishes
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
    coding(parser, "it is kept")
    choosing(parser)
    merging(parser)
    fixing(parser)
    accepting(parser)
    preprocessing(parser)
    postprocessing(parser)
    parser.add_argument(
        "--examples",
        metavar="FILE",
        help="inputs whose predictions are recorded as witnesses: json, jsonl, csv, npy, npz, txt; "
        "or `inputs` and the `outputs` expected of them: json, npz",
    )
    parser.add_argument(
        "--private",
        choices=("left-out", "hashed", "synthetic"),
        metavar="HOW",
        help="the examples prove the save, and no value of them is kept: left-out (nothing), "
        "hashed (keyed digests, the key in BUNDLE.key), synthetic (inputs made from the signature)",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", help="record what a model that draws predicts from a seed"
    )
    parser.add_argument(
        "--draws", type=int, metavar="N", help="record so many runs of a model that draws"
    )
    whole = parser.add_argument_group(
        "a file that holds all of its model (a pickle of a library's, a booster, ONNX)",
        "It is kept as it is, with the lock of its environment; witnesses are measured there.",
    )
    wishes(whole)
    trusting(whole)


def run(given: argparse.Namespace) -> int:
    """Save, or say what stands against it."""
    from loadstone import saving, weights_file
    from loadstone.engine.given import given_to

    alone = weights_file.takes(given.file, given.into)
    code = None if alone else given_to(given.file, given.into, given.code)
    if code or is_whole(given):
        return _keep(given, code)
    if alone and weights_file.is_elsewhere(given.into):
        return _keep(given, code, weights=True)
    from loadstone.render import render

    settings = {
        "preprocess": _function("preprocess", given.preprocess),
        "postprocess": _function("postprocess", given.postprocess),
        "examples": _examples(given.examples, prepared=given.preprocess is None),
        "private": given.private,
        "seed": given.seed,
        "draws": given.draws,
    }
    accept = accepted(given)
    settings["accept"] = accept or None
    asked = {name: value for name, value in settings.items() if value is not None}
    try:
        if alone:
            model = weights_file.model(
                given.file,
                given.into,
                given.code,
                fix=fix(given),
                accept=accept,
                trust=given.trust,
            )
        else:
            model = _module(_loaded(given, settings))
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


def _loaded(given: argparse.Namespace, settings: Mapping[str, Any]) -> Predictor | FilePredictor:
    """Load the file; examples with outputs say in which of several ways it is fixed."""
    from loadstone import loading

    examples = settings["examples"]
    settles = isinstance(examples, tuple) and len(examples) == 2 and given.into and given.fix
    asked: dict[str, Any] = {"entry": given.entry, "base": given.base}
    if settles:
        asked |= {name: settings[name] for name in ("examples", "preprocess", "postprocess")}
    asked = {name: value for name, value in asked.items() if value is not None}
    return loading.load(
        given.file, into=given.into, fix=fix(given), accept=accepted(given), **asked
    )


def _module(loaded: Predictor | FilePredictor) -> Any:
    from loadstone.bare_file import FilePredictor

    if not isinstance(loaded, FilePredictor):
        return loaded.model
    loaded.close()
    raise UsageError(
        f"the file holds a `{loaded.about['model']}`, which is kept as it is: it takes no "
        "`--preprocess`, `--postprocess` or `--fix`"
    )


def is_whole(given: argparse.Namespace) -> bool:
    """Whether the file holds all of its model, and is kept as it is."""
    from loadstone import engine
    from loadstone.bare_file import is_predictable

    if given.into or given.preprocess or given.postprocess or given.fix or given.entry:
        return False
    return is_predictable(engine.inspect(given.file))


def _keep(
    given: argparse.Namespace, code: Mapping[str, Any] | None, *, weights: bool = False
) -> int:
    if given.seed is not None or given.draws is not None:
        raise UsageError("a file that is kept as it is takes no `--seed` and no `--draws`")
    steps = given.preprocess or given.postprocess
    if (steps and (code or weights)) or (code and given.fix):
        raise UsageError("a file with code takes no `--preprocess`, `--postprocess` or `--fix`")
    from loadstone import engine
    from loadstone.bare_file import FOLDERS
    from loadstone.inputs import rows
    from loadstone.render import render
    from loadstone.saving import save
    from loadstone.saving_file import save_file

    parts = rows.parts(given.examples) if given.examples else None
    examples = rows.read(given.examples) if given.examples and parts is None else parts
    if isinstance(examples, tuple) and len(examples) == 1:
        examples = examples[0]
    try:
        if weights:
            from loadstone.saving_weights import save_weights

            report = save_weights(
                given.file,
                given.output,
                given.into,
                given.code,
                fix=fix(given),
                accept=accepted(given),
                wishes=given_wishes(given),
                examples=examples,
                private=given.private or "",
                trust=given.trust,
            )
        elif engine.inspect(given.file).format in FOLDERS:
            private = given.private or False
            report = save(
                given.file,
                given.output,
                examples=examples,
                accept=accepted(given),
                private=private,
            )
        else:
            report = save_file(
                given.file,
                given.output,
                examples=examples,
                wishes=given_wishes(given),
                trust=given.trust,
                accept=accepted(given),
                code=code,
                private=given.private or "",
            )
    except (SaveError, LoadError) as error:
        write(render("text", [error.report], view_of(sys.stdout)))
        sys.stderr.write("Nothing was written.\n")
        return FOUND
    write(render("text", [report], view_of(sys.stdout)))
    write(f"Wrote {view_of(sys.stderr).text(given.output)}.\n", sys.stderr)
    return CLEAN


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
