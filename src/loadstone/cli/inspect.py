"""`loadstone inspect`: what a file is, in milliseconds, without its framework."""

from __future__ import annotations

import argparse
import sys

from loadstone.cli.exits import CLEAN
from loadstone.cli.terminal import view_of, write


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file or a folder")
    parser.add_argument(
        "--output-format",
        choices=("text", "json"),
        default="text",
        metavar="FORMAT",
        help="text or json (default: text)",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="every tensor and detail")


def run(given: argparse.Namespace) -> int:
    """Print what each file is."""
    from loadstone import engine
    from loadstone.render import inspect

    artifacts = [engine.inspect(path) for path in given.files]
    if given.output_format == "json":
        write(inspect.render_json(artifacts))
    else:
        write(inspect.render(artifacts, view_of(sys.stdout, verbose=given.verbose)))
    return CLEAN
