"""`loadstone scaffold`: a Python module whose class accepts a state dict."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from loadstone.atomic import new_file
from loadstone.cli.choices import choosing
from loadstone.cli.exits import CLEAN
from loadstone.cli.terminal import write
from loadstone.errors import UsageError

if TYPE_CHECKING:
    from loadstone.core.facts import Artifact, StateDict


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a state dict or checkpoint of torch")
    choosing(parser)
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="the module to write (default: print it)"
    )


def run(given: argparse.Namespace) -> int:
    """Write the module."""
    from loadstone import readers
    from loadstone.statedict import scaffold

    artifact = readers.read(given.file)
    state = _chosen(artifact, given.entry)
    try:
        text = scaffold.module(artifact, state)
    except scaffold.UnwritableError as error:
        raise UsageError(f"{given.file}: {error}") from error
    if given.output is None:
        write(text)
        return CLEAN
    out = Path(given.output)
    with new_file(out) as file:
        file.write(text.encode())
    write(f"{out} is written: `loadstone check {given.file} --into {out.stem}:Net`\n", sys.stderr)
    return CLEAN


def _chosen(artifact: Artifact, entry: str | None) -> StateDict:
    from loadstone.statedict.select import select

    states = [state for state in artifact.state_dicts if state.tensors]
    if not states or (artifact.framework != "torch" and artifact.format != "safetensors"):
        raise UsageError(
            f"{artifact.path} holds no state dict of torch; `loadstone inspect` says what it is"
        )
    if entry is None:
        chosen = select(artifact, None)
        found = [state for state in states if chosen and state.path == chosen.entry]
    else:
        found = [state for state in states if state.path == entry]
    if len(found) != 1:
        held = ", ".join(f"`{state.path}`" for state in states)
        asked = f"no state dict `{entry}`" if entry is not None else "several state dicts"
        raise UsageError(f"{artifact.path} holds {asked}; `--entry` names one of {held}")
    return found[0]
