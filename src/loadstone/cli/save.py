"""`loadstone save`: a file and the code that it needs become one bundle, rehearsed and proved."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from loadstone.cli.exits import CLEAN, FOUND
from loadstone.cli.terminal import view_of, write
from loadstone.errors import LoadError, SaveError, UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="the model file")
    parser.add_argument(
        "-o", "--output", metavar="BUNDLE", required=True, help="a new file (.lode) or folder"
    )
    parser.add_argument("--into", metavar="PKG:NET", help="the class that the weights go into")
    parser.add_argument("--preprocess", metavar="PKG:FN", help="what prepares the inputs")
    parser.add_argument("--postprocess", metavar="PKG:FN", help="what makes labels of the outputs")
    parser.add_argument(
        "--examples",
        metavar="FILE",
        help="inputs whose predictions are recorded as witnesses: json, jsonl, csv, npy, npz, txt",
    )


def run(given: argparse.Namespace) -> int:
    """Save, or say what stands against it."""
    from loadstone import saving
    from loadstone.render import render

    settings = {
        "into": given.into,
        "preprocess": given.preprocess,
        "postprocess": given.postprocess,
        "examples": _examples(given.examples),
    }
    try:
        written = saving.save(
            given.file, given.output, **{k: v for k, v in settings.items() if v is not None}
        )
    except (SaveError, LoadError) as error:
        write(render("text", [error.report], view_of(sys.stdout)))
        sys.stderr.write("Nothing was written.\n")
        return FOUND
    except ValueError as error:  # an argument that makes no sense, by the contract of `save`
        raise UsageError(str(error)) from error
    sys.stderr.write(f"Wrote {view_of(sys.stderr).text(written or given.output)}.\n")
    return CLEAN


def _examples(path: str | None) -> Any:
    if path is None:
        return None
    from loadstone.inputs import rows

    return rows.read(path)
