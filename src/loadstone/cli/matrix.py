"""`loadstone matrix`: which versions of its libraries load a model, and which predict the same."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from loadstone.cli.choices import coding, trusting
from loadstone.cli.env import given_wishes, wishes
from loadstone.cli.exits import CLEAN, FAILED, FOUND
from loadstone.cli.progress import Bar
from loadstone.cli.terminal import view_of, write
from loadstone.errors import LoadError, UsageError

if TYPE_CHECKING:
    from loadstone.matrix import Matrix

EPILOG = """\
`--with 'scikit-learn>=1.2' --python 3.8,3.11` tries the newest patch of each minor version of the
range on each Python, and of several ranges each with each. Without either it is the library whose
model it is, from the version that wrote the file on.
Rows count from 0.

exit codes:
  0    every version that could be tried loads it and predicts the same
  1    one does not
  2    none could be tried
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("file", metavar="FILE|BUNDLE", help="a model file, or a bundle of one")
    parser.add_argument(
        "-i", "--input", metavar="FILE", help="rows to predict (default: a bundle's witnesses)"
    )
    wishes(parser)
    parser.add_argument(
        "--bisect",
        action="store_true",
        help="search for the first version that changes the predictions, patches included; one "
        "library after the other, while the rest stay as the file says",
    )
    parser.add_argument("--jobs", metavar="N", type=int, help="environments at once (default: 4)")
    coding(parser)
    trusting(parser)
    parser.add_argument(
        "--output-format",
        choices=("text", "json"),
        default="text",
        metavar="FORMAT",
        help="text or json (default: text)",
    )


def run(given: argparse.Namespace) -> int:
    """Build, predict, print the table."""
    from loadstone.render import matrix as rendering

    if given.jobs is not None and given.jobs < 1:
        raise UsageError(f"`--jobs {given.jobs}` is no number of environments")
    found = _matrix(given)
    if found is None:
        return FOUND
    if given.output_format == "json":
        write(rendering.render_json(found))
    else:
        write(rendering.render(found, view_of(sys.stdout)))
    tried = [item for item in found.results if item.drift is not None]
    if not tried:
        return FAILED
    return CLEAN if all(item.same for item in tried) else FOUND


def _matrix(given: argparse.Namespace) -> Matrix | None:
    from loadstone import matrix
    from loadstone.inputs import rows

    pythons = given.python.split(",") if given.python else []
    given.python = None
    asked = given_wishes(given)
    for python in pythons:
        if not python.replace(".", "").isdigit():
            raise UsageError(f"`--python {python}` is no version, such as 3.8")
    try:
        with Bar("environments") as bar:
            return matrix.matrix(
                given.file,
                rows.read(given.input) if given.input else None,
                asked.pins,
                pythons=pythons,
                bisect=given.bisect,
                wishes=replace(asked, pins={}, say=bar.tell(asked.say)),
                trust=given.trust,
                code=given.code,
                jobs=given.jobs,
                begun=bar.begin,
                done=bar.step,
            )
    except LoadError as error:
        from loadstone.render import render

        write(render("text", [error.report], view_of(sys.stderr)), sys.stderr)
        return None
