"""`loadstone inspect`: what a file is, in milliseconds, without its framework."""

from __future__ import annotations

import argparse
import glob
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from loadstone.cli.exits import CLEAN, FAILED
from loadstone.cli.terminal import is_terminal, view_of, write

if TYPE_CHECKING:
    from loadstone.core.facts import Artifact


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a file; a folder: the model that it is, or else each one in it; a pattern",
    )
    parser.add_argument(
        "--output-format",
        choices=("text", "json"),
        default="text",
        metavar="FORMAT",
        help="text or json (default: text)",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="every tensor and detail")


def run(given: argparse.Namespace) -> int:
    """Print what each file is; of the files in a folder, a line each."""
    from loadstone import readers
    from loadstone.render import inspect

    shown: list[Artifact] = []
    listed: list[Artifact] = []
    errors: list[OSError] = []
    for path in _matched(given.files):
        artifact = readers.read(path)
        if artifact.format == "folder":
            found = _inside(path)
            listed += [item for item in found if not isinstance(item, OSError)]
            errors += [item for item in found if isinstance(item, OSError)]
        if artifact.format != "folder" or not found:
            shown.append(artifact)
    view = view_of(sys.stdout, verbose=given.verbose)
    if given.output_format == "json":
        write(inspect.render_json([*shown, *listed], many=bool(listed)))
    elif given.verbose:
        write(inspect.render([*shown, *listed], view))
    else:
        blocks = [inspect.render(shown, view)] * bool(shown)
        blocks += [inspect.render_list(listed, view)] * bool(listed)
        write("\n".join(blocks))
    for error in errors:
        write(f"{error.filename}: {error.strerror or error}\n", sys.stderr)
    return FAILED if errors else CLEAN


def _matched(given: Sequence[str]) -> list[str]:
    """Return the paths, with those that a pattern stands for where the shell left it alone."""
    found: list[str] = []
    for path in given:
        pattern = glob.has_magic(path) and not os.path.lexists(path)
        found += sorted(glob.glob(path, recursive=True)) if pattern else [path]  # noqa: PTH207 - absolute ones too
    return found or list(given)


def _inside(folder: str) -> list[Artifact | OSError]:
    from loadstone.readers import store

    paths = list(store.inside(folder))
    found: list[Artifact | OSError] = []
    told = is_terminal(sys.stderr) and len(paths) > store.ALONE
    for item in store.read_many(paths):
        found.append(item)
        if told and len(found) % 20 == 0:
            done = 30 * len(found) // len(paths)
            sys.stderr.write(f"\r[{'#' * done:.<30}] {len(found):,} of {len(paths):,} files")
            sys.stderr.flush()
    if told:
        sys.stderr.write("\r\x1b[K")
    return found
