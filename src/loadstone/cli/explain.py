"""`loadstone explain`: the page of a check, or the causes that a pasted traceback may have."""

from __future__ import annotations

import argparse
import sys

from loadstone.cli.exits import CLEAN, FOUND
from loadstone.cli.terminal import view_of, write
from loadstone.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "topic",
        metavar="CODE|NAME|-",
        help="a code (LS402), a name (wrapper-prefix), the start of a code (LS4), "
        "or - to read a traceback from standard input",
    )


def run(given: argparse.Namespace) -> int:
    """Print the page, the list of pages, or the candidates."""
    if given.topic == "-":
        return _traceback(sys.stdin.read())
    from loadstone.explaining import page_of

    write(page_of(given.topic, view_of(sys.stdout)))
    return CLEAN


def _traceback(text: str) -> int:
    from loadstone.explaining import named
    from loadstone.render import causes

    if not text.strip():
        raise UsageError("standard input is empty; paste the traceback, then end it with Ctrl-D")
    found = named(text)
    write(causes.render(found, view_of(sys.stdout)))
    return CLEAN if found else FOUND
