"""Arguments that several commands have: which findings may stand, and which fixes are meant."""

from __future__ import annotations

import argparse

from loadstone.bundle.accept import of_words
from loadstone.errors import UsageError


def accepting(parser: argparse._ActionsContainer) -> None:
    """Add the argument that lets findings stand."""
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="CODE=REASON",
        help="let a finding stand, with the reason why; may be repeated",
    )


def accepted(given: argparse.Namespace) -> dict[str, str]:
    """Return the codes that may stand, and why; raises `UsageError` for one that no check has."""
    return of_words(given.accept)


def fixing(parser: argparse._ActionsContainer) -> None:
    """Add the arguments that say which fixes are applied in memory."""
    parser.add_argument(
        "--fix",
        action="store_true",
        help="apply the safe fixes of a bare file, in memory or a copy",
    )
    parser.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix: those too that may change predictions, such as weights by names alone",
    )


def fix(given: argparse.Namespace) -> str | None:
    """Return which fixes are meant, as `loadstone.load` has it; raises `UsageError`."""
    if given.unsafe_fixes and not given.fix:
        raise UsageError("`--unsafe-fixes` needs `--fix`")
    return ("unsafe" if given.unsafe_fixes else "safe") if given.fix else None
