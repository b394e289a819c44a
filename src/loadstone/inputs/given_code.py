"""Modules of the user's that a model file needs, as source text: found without importing them.

A reference is a file, a notebook or a module of the current folder. What it imports of that folder
comes along; what is installed is not looked at. `loadstone.runtime.given_code` makes modules of it
again.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_NOTEBOOK = ".ipynb"
Modules = dict[str, dict[str, Any]]  # dotted name to source and whether it is a package


class NoCodeError(ValueError):
    """A reference that names no source; the message says what was looked for."""


def given_code(references: Iterable[str]) -> dict[str, Any]:
    """Return the modules that are named, and those of the same folder that they import.

    A reference is `layers.py`, `pkg/layers.py`, `train.ipynb`, `pkg.layers` or `pkg.layers:Scale`.

    Raises `NoCodeError` where there is no such file, or it is no Python.
    """
    modules: Modules = {}
    roots = []
    for reference in references:
        folder, name = _place(reference)
        if _file(folder, name) is None:
            raise NoCodeError(f"`{reference}`: no source of `{name}` is in `{folder}`")
        roots.append(name)
        _take(modules, folder, name)
    return {"modules": modules, "roots": list(dict.fromkeys(roots))}


def is_imported(name: str, modules: Modules) -> bool:
    """Whether another of the modules imports the one of this name."""
    return any(
        name in _imported(None, item["source"], other, item["package"])
        for other, item in modules.items()
        if other != name
    )


def _place(reference: str) -> tuple[Path, str]:
    """Return the folder that is imported from, and the dotted name of the module in it."""
    given = reference.partition(":")[0] if not Path(reference).is_file() else reference
    here = Path.cwd()
    if not given.endswith((".py", _NOTEBOOK)):
        return here, given
    path = Path(given).resolve()
    folder = here if path.is_relative_to(here) else path.parent
    parts = path.relative_to(folder).with_suffix("").parts
    if not all(part.isidentifier() for part in parts):
        folder, parts = path.parent, (path.stem,)
    return folder, ".".join(parts)


def _file(folder: Path, name: str) -> Path | None:
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    place = folder.joinpath(*name.split("."))
    found = (place / "__init__.py", place.with_suffix(".py"), place.with_suffix(_NOTEBOOK))
    return next((path for path in found if path.is_file()), None)


def _take(modules: Modules, folder: Path, name: str) -> None:
    """Add the module, the packages that it is in, and what it imports of the folder."""
    wanted = [name]
    while wanted:
        name = wanted.pop()
        path = _file(folder, name)
        if name in modules or (path is None and not folder.joinpath(*name.split(".")).is_dir()):
            continue
        package = path is None or path.name == "__init__.py"
        source = _text(path) if path is not None else ""
        modules[name] = {"source": source, "package": package}
        wanted += [name.rpartition(".")[0]] if "." in name else []
        wanted += [
            other for other in _imported(path, source, name, package) if _file(folder, other)
        ]


def _text(path: Path) -> str:
    """Return the source of a module, or of the cells of a notebook without their commands."""
    text = path.read_text("utf-8")
    if path.suffix != _NOTEBOOK:
        return text
    try:
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError) as error:
        raise NoCodeError(f"`{path}` is no notebook: {error!r}") from error
    lines = [line for one in sources if one[:2] != "%%" for line in [*one.split("\n"), ""]]
    return "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in lines)


def _imported(path: Path | None, source: str, name: str, package: bool) -> Iterator[str]:  # noqa: FBT001 - private
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise NoCodeError(f"`{path}` is no Python: {error.msg}, line {error.lineno}") from error
    inside = name if package else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = inside.split(".") if node.level else []
            parts = parts[: len(parts) - node.level + 1] if node.level else parts
            base = ".".join([*parts, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
