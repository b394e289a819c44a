"""`loadstone check`: the cause, the fix, and what was proved."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loadstone.cli.choices import (
    accepted,
    accepting,
    choosing,
    coding,
    merging,
    postprocessing,
    preprocessing,
    repeated,
)
from loadstone.cli.env import given_wishes, wishes
from loadstone.cli.exits import FAILED, code_of
from loadstone.cli.failures import describe, fail
from loadstone.cli.terminal import view_of, write
from loadstone.errors import UsageError
from loadstone.render import FORMATS, render

if TYPE_CHECKING:
    from loadstone.core.report import Report

EPILOG = """\
exit codes:
  0    nothing at or above `--fail-on`
  1    findings remain, or it does not load, or predictions differ
  2    the check could not be done: bad arguments, unreadable file, internal error
  130  interrupted
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a model, a bundle, or the facts of --save-facts"
    )
    against = parser.add_argument_group("what it is checked against")
    against.add_argument(
        "--into",
        metavar="PKG:NET",
        help="the class, factory or call that it is loaded into: `pkg.module:Net(10)`",
    )
    against.add_argument(
        "--loaded",
        metavar="PKG:FN",
        help="a function of yours that loads the model: every tensor of it is compared with the "
        "file's",
    )
    choosing(against)
    merging(against, "with --fix ")
    coding(against)
    preprocessing(against)
    postprocessing(against)
    against.add_argument(
        "-i",
        "--examples",
        metavar="FILE",
        help="inputs, or `inputs` and the `outputs` expected of them: json, npz; with --env or "
        "--fix also jsonl, csv, npy, txt",
    )
    against.add_argument(
        "--key",
        metavar="FILE",
        help="the key of a bundle whose examples are kept as digests (default: BUNDLE.key)",
    )
    accepting(against)
    _configure_env(parser.add_argument_group("where it is loaded"))
    _configure_fix(parser.add_argument_group("fixing"))
    _configure_output(parser.add_argument_group("output"))


def _configure_env(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--env",
        choices=("both",),
        metavar="WHERE",
        help="both: predict the examples here and in the environment that the file was made in, "
        "rebuilt, and say which rows moved",
    )
    wishes(group)
    group.add_argument(
        "--trust",
        action="store_true",
        help="with --env or --fix: load a pickle that calls other code than a model needs",
    )


def _configure_fix(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--fix", action="store_true", help="write a fixed copy beside the file, and check that"
    )
    group.add_argument(
        "--diff", action="store_true", help="show what --fix would change; write nothing"
    )
    group.add_argument(
        "--unsafe-fixes", action="store_true", help="with --fix or --diff: also unsafe fixes"
    )
    group.add_argument("-o", "--output", metavar="OUT", help="where --fix writes")


def _configure_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--output-format",
        choices=FORMATS,
        default="text",
        metavar="FORMAT",
        help=f"{', '.join(FORMATS)} (default: text)",
    )
    group.add_argument(
        "--fail-on",
        choices=("error", "warning", "note"),
        default="error",
        metavar="LEVEL",
        help="exit with 1 at this level: error, warning, note (default: error)",
    )
    group.add_argument(
        "--require-proof", action="store_true", help="exit with 1 when predictions are unproven"
    )
    group.add_argument(
        "--save-facts", metavar="FILE", help="write what was read, without weights, as JSON"
    )
    group.add_argument(
        "-v", "--verbose", action="store_true", help="every finding, and what did not run and why"
    )


def run(given: argparse.Namespace) -> int:
    """Check each file, print the reports, and return what remains as an exit code."""
    _refuse_nonsense(given)
    accept = accepted(given)
    reports = [item for path in given.files if (item := _report(path, given, accept))]
    view = view_of(sys.stdout, verbose=given.verbose, flags=_flags(given))
    view = replace(view, several=len(given.files) > 1)
    if given.diff:
        from loadstone.render import diff

        write(diff.render(reports, view))
    elif reports:
        write(render(given.output_format, reports, view))
    if given.fix:
        _tell_unwritten(reports)
    code = code_of(reports, fail_on=given.fail_on, require_proof=given.require_proof)
    return code if len(reports) == len(given.files) else FAILED


def _tell_unwritten(reports: list[Report]) -> None:
    """Say on stderr of which files `--fix` wrote no copy, where nothing else says why."""
    from loadstone.render import phrases

    for report in reports:
        if not report.wrote and not phrases.fixable(report, safety="unsafe"):
            why = "what was found has no safe fix" if report.found else "there is nothing to fix"
            view = view_of(sys.stderr)
            told = f"{phrases.original(report)}: {why}, so no copy was written"
            write(f"{view.paint('note', 'note: ')}{view.text(told)}\n", sys.stderr)


def _report(path: str, given: argparse.Namespace, accept: dict[str, str]) -> Report | None:
    """Return the report, or None for a file that cannot be read: the others are still checked."""
    try:
        return _check(path, given, accept)
    except OSError as error:
        fail(describe(error))
        return None


def _check(path: str, given: argparse.Namespace, accept: dict[str, str]) -> Report:
    from loadstone import engine

    if given.env:
        return _check_both(path, given, accept)
    settings: dict[str, Any] = {
        "into": given.into,
        "entry": given.entry,
        "base": given.base,
        "preprocess": given.preprocess,
        "postprocess": given.postprocess,
        "examples": given.examples,
        "accept": accept,
        "save_facts": given.save_facts,
    }
    how = {"unsafe": given.unsafe_fixes, "out": given.output, "dry_run": given.diff}
    try:
        if given.fix or given.diff:
            from loadstone import mending  # its imports take longer than most checks

            return mending.fix(
                path,
                wishes=given_wishes(given),
                trust=given.trust,
                code=given.code,
                **settings,
                **how,
            )
        return engine.check(path, loaded=given.loaded, code=given.code, key=given.key, **settings)
    except ValueError as error:  # an argument that makes no sense, by the engine's contract
        raise UsageError(str(error)) from error


def _check_both(path: str, given: argparse.Namespace, accept: dict[str, str]) -> Report:
    from loadstone import comparing
    from loadstone.inputs import rows

    examples, outputs = None, None
    if given.examples:
        parts = rows.parts(given.examples)
        examples, *more = (rows.read(given.examples),) if parts is None else parts
        outputs = more[0] if more else None
    return comparing.both(
        path,
        examples,
        outputs=outputs,
        wishes=given_wishes(given),
        trust=given.trust,
        accept=accept,
        save_facts=given.save_facts,
        code=given.code,
    )


_REPEATED = (
    *("entry", "base", "preprocess", "postprocess", "examples"),
    *("python", "wheelhouse", "output"),
)
_OF_CLASSES = ("fix", "diff", "into", "entry", "base", "preprocess", "postprocess")


def _refuse_nonsense(given: argparse.Namespace) -> None:
    if given.unsafe_fixes and not (given.fix or given.diff):
        raise UsageError("`--unsafe-fixes` needs `--fix` or `--diff`")
    if given.loaded and (given.env or given.fix or given.diff):
        raise UsageError("`--loaded` compares, and fixes nothing: leave out the other")
    if given.key and (given.fix or given.diff or given.env or not given.examples):
        raise UsageError("`--key` goes with the `--examples` of a bundle, and nothing is fixed")
    if given.output and not given.fix:
        raise UsageError("`--output` says where `--fix` writes; `--fix` is not given")
    for name in _OF_CLASSES if given.env else ():
        if getattr(given, name):
            raise UsageError(f"`--env` is for files that need no class: leave out `--{name}`")
    elsewhere = given.env or given.fix or given.diff
    if not elsewhere and (given.pins or given.python or given.trust):
        raise UsageError(
            "`--with`, `--python` and `--trust` say how `--env both` and `--fix` load it"
        )
    if given.diff and given.output_format != "text":
        raise UsageError(f"`--diff` is text; it has no `--output-format {given.output_format}`")
    if len(given.files) > 1:
        for flag, value in (("--output", given.output), ("--save-facts", given.save_facts)):
            if value:
                raise UsageError(f"`{flag}` names one file, and {len(given.files)} are checked")


def _flags(given: argparse.Namespace) -> str:
    return shlex.join(repeated(given, _REPEATED))
