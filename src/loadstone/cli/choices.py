"""Arguments that several commands have: what a file needs, what may stand, what is fixed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from loadstone.bundle.accept import of_words
from loadstone.errors import UsageError


def coding(parser: argparse._ActionsContainer, then: str = "it is run") -> None:
    """Add the argument that gives a file the code that it names; `then` is done with it."""
    parser.add_argument(
        "--code",
        metavar="FILE.py",
        action="append",
        default=[],
        help=f"your code that a Keras file or a pickle names: module, script or notebook; {then}",
    )


def choosing(parser: argparse._ActionsContainer) -> None:
    """Add the argument that says which weights of a checkpoint are meant."""
    parser.add_argument(
        "--entry", metavar="KEY", help="which state dict of a checkpoint, where it holds several"
    )


def merging(parser: argparse._ActionsContainer, when: str = "") -> None:
    """Add the argument that names the model of an adapter."""
    parser.add_argument(
        "--base",
        metavar="PATH",
        help=f"the model that an adapter changes: {when}the two are merged",
    )


def preprocessing(parser: argparse._ActionsContainer) -> None:
    """Add the argument that names what prepares the inputs."""
    parser.add_argument("--preprocess", metavar="PKG:FN", help="what prepares the inputs")


def postprocessing(parser: argparse._ActionsContainer) -> None:
    """Add the argument that names what makes the results."""
    parser.add_argument("--postprocess", metavar="PKG:FN", help="what makes labels of the outputs")


def trusting(parser: argparse._ActionsContainer) -> None:
    """Add the argument that lets a pickle run what it names."""
    parser.add_argument(
        "--trust",
        action="store_true",
        help="load a pickle that calls other code than a model needs: you trust its author",
    )


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


def repeated(given: argparse.Namespace, names: Sequence[str]) -> list[str]:
    """Return the user's own arguments that the follow-up command must repeat."""
    words: list[str] = []
    for flag in names:
        value = getattr(given, flag)
        if value:
            words += [f"--{flag}", value]
    for flag, values in (("--code", given.code), ("--with", given.pins)):
        for value in values or ():
            words += [flag, value]
    return words + [f"--{flag}" for flag in ("offline", "trust") if getattr(given, flag)]
