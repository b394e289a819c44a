"""`loadstone env`: the environment that a model was made in: shown, locked, built, used."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from loadstone.atomic import new_file
from loadstone.cli.exits import CLEAN
from loadstone.cli.terminal import view_of, write
from loadstone.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadstone.core.facts import Artifact
    from loadstone.environment.resolve import Lock
    from loadstone.environment.wishes import Wishes

_ACTIONS = {
    "show": "what the file says of its environment, and what would be built",
    "lock": "write the lock: every distribution with version and hashes",
    "build": "build it into the cache",
    "run": "run a command in it: `loadstone env run FILE -- python script.py`",
    "prune": "remove built environments from the cache",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    actions = "; ".join(f"{name}: {what}" for name, what in _ACTIONS.items())
    parser.add_argument("action", choices=tuple(_ACTIONS), metavar="ACTION", help=actions)
    parser.add_argument("file", metavar="FILE", nargs="?", help="the model file, or a bundle of it")
    parser.add_argument("rest", metavar="COMMAND", nargs="*", help="what `run` runs, after `--`")
    wishes(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="where `lock` writes (pylock.toml)")
    parser.add_argument(
        "--output-format",
        choices=("text", "json"),
        default="text",
        metavar="FORMAT",
        help="how `show` prints: text or json",
    )
    parser.add_argument(
        "--try",
        dest="attempt",
        action="store_true",
        help="import in what `build` built the libraries that the file names, which compiles them",
    )
    parser.add_argument(
        "--older-than", metavar="DAYS", type=float, default=0.0, help="what `prune` leaves alone"
    )


def wishes(parser: argparse._ActionsContainer) -> None:
    """Add the arguments that say which environment is meant."""
    parser.add_argument(
        "--with",
        dest="pins",
        action="append",
        default=[],
        metavar="PKG==V",
        help="a version, over what the file says; more than one may be given",
    )
    parser.add_argument("--python", metavar="V", help="the Python, such as 3.8")
    parser.add_argument("--wheelhouse", metavar="FOLDER", help="a folder of wheels to install from")
    parser.add_argument("--offline", action="store_true", help="use no network")


def given_wishes(given: argparse.Namespace) -> Wishes:
    """Return what the arguments say; raises `UsageError` where one is no requirement."""
    from loadstone.environment.wishes import Wishes

    pins: dict[str, str] = {}
    for name, specifier in map(_pin, given.pins):
        if name in pins:
            raise UsageError(f"`--with` names `{name}` twice: give one range, as `{name}>=1,<2`")
        pins[name] = specifier
    if given.wheelhouse and not Path(given.wheelhouse).is_dir():
        raise UsageError(f"`--wheelhouse {given.wheelhouse}` is not a folder")
    if given.python and not given.python.replace(".", "").isdigit():
        raise UsageError(f"`--python {given.python}` is no version, such as 3.8")
    return Wishes(pins, given.python, given.wheelhouse, given.offline, say)


def _pin(text: str) -> tuple[str, str]:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        wanted = Requirement(text)
    except InvalidRequirement as error:
        raise UsageError(f"`--with {text}` is no requirement, such as `numpy==1.26`") from error
    return str(canonicalize_name(wanted.name)), str(wanted.specifier)


def run(given: argparse.Namespace) -> int:
    """Do what was asked."""
    from loadstone.environment import build, resolve, uv

    if given.action == "prune":
        return _prune(given)
    if not given.file:
        raise UsageError(f"say of which file: `loadstone env {given.action} FILE`")
    try:
        return {"show": _show, "lock": _lock, "build": _build, "run": _run}[given.action](given)
    except (resolve.UnresolvedError, build.BuildFailedError, uv.UvMissingError) as error:
        for line in getattr(error, "lines", ()):
            say(f"  {line}")
        raise UsageError(str(error)) from error


def say(text: str) -> None:
    """Tell on stderr what is being done."""
    write(f"{view_of(sys.stderr).text(text)}\n", sys.stderr)


def _artifact(given: argparse.Namespace) -> tuple[Artifact, Lock | None]:
    """Return what the file is; of a bundle that keeps one, that file and the lock beside it."""
    from loadstone.engine import inspect, original
    from loadstone.runtime.pipeline import Pipeline

    if not original.holds(given.file):
        return inspect(given.file), None
    held = original.Held(Pipeline(given.file))
    with tempfile.TemporaryDirectory(prefix="loadstone-") as folder:
        artifact = inspect(held.write(Path(folder)))
    return replace(artifact, path=given.file), None if given.pins or given.python else held.lock


def _show(given: argparse.Namespace) -> int:
    from loadstone.environment import guarantees, here, interpreters
    from loadstone.environment.rebuild import plan
    from loadstone.render.environment import Shown, render, render_json

    artifact, _ = _artifact(given)
    needs, wanted = plan(artifact, given_wishes(given))
    chosen = next(filter(None, map(interpreters.of, wanted.pythons)), None)
    told = guarantees.choice(artifact, needs, here.here())
    shown = Shown(artifact.path, needs, wanted, chosen, told)
    if given.output_format == "json":
        write(render_json(shown))
    else:
        write(render(shown, view_of(sys.stdout)))
    return CLEAN


def _lock(given: argparse.Namespace) -> int:
    from loadstone.environment.rebuild import lock

    artifact, kept = _artifact(given)
    found = kept or lock(artifact, given_wishes(given))
    if given.output in (None, "-"):
        write(found.text)
        return CLEAN
    with new_file(Path(given.output)) as file:
        file.write(found.text.encode())
    say(f"Wrote {given.output}: Python {found.python}, {len(found.versions)} distributions.")
    return CLEAN


def _build(given: argparse.Namespace) -> int:
    from loadstone.environment import build
    from loadstone.environment.rebuild import built, imports

    artifact, kept = _artifact(given)
    found = built(artifact, given_wishes(given), kept)
    if given.attempt:
        build.attempt(found, imports(artifact, found.versions))
    write(f"{found.path}\n")
    return CLEAN


def _run(given: argparse.Namespace) -> int:
    from loadstone.environment.rebuild import built

    if not given.rest:
        raise UsageError("say what to run: `loadstone env run FILE -- python script.py`")
    artifact, kept = _artifact(given)
    found = built(artifact, given_wishes(given), kept)
    return subprocess.run(list(_command(given.rest, found.python)), check=False).returncode  # noqa: S603 - what the user asked for


def _command(words: list[str], python: Path) -> Iterator[str]:
    """Yield the command, its program taken from the environment where it has it."""
    there = python.with_name(words[0])
    yield str(there if there.exists() else words[0])
    yield from words[1:]


def _prune(given: argparse.Namespace) -> int:
    from loadstone.core.words import count, size
    from loadstone.environment.cache import prune

    removed = prune(older_than=given.older_than * 86_400)
    freed = sum(item.size for item in removed)
    say(f"removed {count(len(removed), 'environment')}, {size(freed)}")
    return CLEAN
