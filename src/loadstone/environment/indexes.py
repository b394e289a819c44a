"""Where packages come from: the user's own settings of uv and of pip.

uv reads its own settings; where it has none for an index, pip's are handed to it.
https://pip.pypa.io/en/stable/topics/configuration/ and https://docs.astral.sh/uv/configuration/
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from loadstone.toml import loads

_KEYS_OF_UV = ("index", "index-url", "extra-index-url", "find-links", "no-index", "default-index")
_OF_UV = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS")


def settings(
    *, wheelhouse: str | os.PathLike[str] | None = None, offline: bool = False
) -> list[str]:
    """Return uv's arguments for where packages come from."""
    found: list[str] = []
    if wheelhouse is not None:
        found += ["--find-links", str(Path(wheelhouse).resolve())]
        if offline:
            return [*found, "--no-index"]
    if not any(os.environ.get(name) for name in _OF_UV) and not any(map(_names, _files_of_uv())):
        found += _of_pip()
    return [*found, "--offline"] if offline else found


def place() -> str:
    """Return the settings as one text: what is resolved by others need not hold by these."""
    of_uv = [file.read_text("utf-8", "replace") for file in _files_of_uv() if _names(file)]
    variables = [os.environ.get(name, "") for name in _OF_UV]
    return "\n".join([*settings(), *variables, *of_uv])


def _files_of_uv() -> Iterator[Path]:
    """Yield the files of settings that uv reads, of which one may name an index."""
    given = os.environ.get("UV_CONFIG_FILE")
    if given:
        yield Path(given)
        return
    for folder in (Path.cwd(), *Path.cwd().parents):
        project = folder / "pyproject.toml"
        if (folder / "uv.toml").is_file():
            yield folder / "uv.toml"
            break
        if project.is_file() and b"[tool.uv" in project.read_bytes():
            yield project
            break
    if os.name == "nt":
        yield Path(os.environ.get("APPDATA", Path.home())) / "uv/uv.toml"
        yield Path(os.environ.get("PROGRAMDATA", "C:/ProgramData")) / "uv/uv.toml"
        return
    yield Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "uv/uv.toml"
    yield Path("/etc/uv/uv.toml")


def _names(file: Path) -> bool:
    """Whether a file of uv's settings names an index, or where wheels lie."""
    try:
        found = loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    if file.name == "pyproject.toml":
        found = found.get("tool", {}).get("uv", {})
    return any(name in part for part in (found, found.get("pip", {})) for name in _KEYS_OF_UV)


def _of_pip() -> list[str]:
    given = pip_settings()
    found: list[str] = []
    if "no-index" in given and given["no-index"].lower() in ("1", "true", "yes", "on"):
        found.append("--no-index")
    if given.get("index-url"):
        found += ["--default-index", given["index-url"]]
    for url in given.get("extra-index-url", "").split():
        if _reachable(url):
            found += ["--index", url]
    if "--index" in found:  # pip takes the best version of all indexes, not of the first
        found += ["--index-strategy", "unsafe-best-match"]
    for place in given.get("find-links", "").split():
        if _reachable(place):
            found += ["--find-links", place]
    for host in given.get("trusted-host", "").split():
        found += ["--allow-insecure-host", host]
    return found


def _reachable(place: str) -> bool:
    """Whether a folder is there; pip passes over one that is not, uv does not."""
    if place.startswith(("http://", "https://")):
        return True
    return Path(place.removeprefix("file://")).is_dir()


def pip_settings() -> Mapping[str, str]:
    """Return what pip would use: its files, the later ones first to last, then its variables."""
    found: dict[str, str] = {}
    for file in _files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except configparser.Error:
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                found.update(parser.items(section))
    for name, value in os.environ.items():
        if name.startswith("PIP_") and value:
            found[name[4:].lower().replace("_", "-")] = value
    return found


def _files() -> Iterator[Path]:
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    if os.name == "nt":
        shared = Path(os.environ.get("PROGRAMDATA", "C:/ProgramData"))
        own = Path(os.environ.get("APPDATA", home))
        names = [shared / "pip/pip.ini", home / "pip/pip.ini", own / "pip/pip.ini"]
        names.append(Path(sys.prefix) / "pip.ini")
    else:
        shared_folders = os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(os.pathsep)
        names = [Path(folder) / "pip/pip.conf" for folder in reversed(shared_folders)]
        names += [Path("/etc/pip.conf"), home / ".pip/pip.conf", config / "pip/pip.conf"]
        names.append(Path(sys.prefix) / "pip.conf")
    if os.environ.get("PIP_CONFIG_FILE"):
        names.append(Path(os.environ["PIP_CONFIG_FILE"]))
    yield from (name for name in names if name.is_file())
