"""Build the worlds that tests predict in: `python tests/worlds/build.py [--sample] [NAME …]`.

Each of `worlds.toml` is a virtual environment, in `LOADSTONE_WORLDS`, filled by uv. One that sees
what is installed here is kept with the interpreter that it sees.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import Any

from loadstone.environment import indexes, interpreters, resolve, uv
from loadstone.toml import loads

WORLDS: dict[str, Any] = loads(Path(__file__).with_name("worlds.toml").read_text("utf-8"))
FOLDER = Path(os.environ.get("LOADSTONE_WORLDS", Path.home() / ".cache/loadstone/worlds"))


def folder_of(name: str) -> Path:
    """Return where a world is, built or not."""
    return (Path(sys.prefix) / "worlds" if WORLDS[name].get("here") else FOLDER) / name


def python_of(name: str) -> Path:
    """Return where the interpreter of a world is, built or not."""
    return folder_of(name) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def build(name: str) -> bool:
    """Build one world; return whether it is there."""
    world, folder = WORLDS[name], folder_of(name)
    whole = folder / "whole"
    if whole.exists():
        return True
    python = interpreters.of(world["python"])
    if python is None:
        print(f"{name}: no Python here; `{interpreters.get(world['python'])}` brings one")
        return False
    try:
        uv.run(["venv", "--quiet", "--clear", "--python", python.path, str(folder)])
        pip = ["pip", "install", "--quiet", "--python", str(python_of(name))]
        wheels = [] if "source" in world else ["--only-binary", ":all:"]
        if "source" in world:
            uv.run([*pip, *world["source"]])
        if "install" in world:
            lock = folder / "pylock.toml"
            settings = [*wheels, *indexes.settings()]
            lock.write_text(resolve.compiled(world["install"], python, settings), "utf-8")
            uv.run([*pip, *settings, "--requirements", str(lock)])
        if world.get("here"):
            _see_what_is_here(folder)
        if "alone" in world:
            uv.run([*pip, *wheels, "--no-deps", *world["alone"]])
    except (uv.UvFailedError, uv.UvMissingError) as error:
        print(f"{name}: {error}")
        return False
    whole.touch()
    print(f"{name}: Python {python.version}")
    return True


def _see_what_is_here(world: Path) -> None:
    """Let a world import what the interpreter that builds it does, after what is its own."""
    (own,) = world.glob("lib/python3.*/site-packages")
    place = sysconfig.get_paths()["purelib"]
    (own / "here.pth").write_text(f"import site; site.addsitedir({place!r})\n", "utf-8")


def main(given: list[str]) -> int:
    """Build what is named, the sample, or all; tests of what could not be built are skipped."""
    if given == ["--sample"]:
        for name in (name for name in WORLDS if WORLDS[name].get("sample")):
            build(name)
        return 0
    return 0 if all([build(name) for name in given or WORLDS]) else 1  # noqa: C419 - builds each


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
