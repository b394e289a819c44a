"""Which of the names that an artifact needs are here, found without importing any of them.

A name comes from the file, so its module is never imported: only a top-level name is looked up on
the path, and what is below it is read as files and text.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import Artifact, Code, CodeName
from loadstone.environment import here
from loadstone.environment.distributions import distributions
from loadstone.environment.renames import Place, elsewhere

State = Literal["present", "module-missing", "name-missing", "main"]
_FILES = 400  # of the project, looked at for a missing class
_SIZE = 1 << 19  # bytes of one file
_DEPTH = 4
_SKIP: Final = frozenset({"site-packages", "node_modules", "build", "dist", "venv", "env"})
_PYTHON2: Final = {"__builtin__": "builtins", "copy_reg": "copyreg", "exceptions": "builtins"}
# A compiled module of scikit-learn's that calls itself so: a load that imports it brings the name.
_LOSS: Final = "_loss"
_WITH_LOSS: Final = ((1, 5), (1, 9))
_DYNAMIC: Final = (
    *("globals()[", "= globals()\n", "globals().update"),
    *("sys.modules[__name__]", "def __getattr__(name"),
)
_SUFFIXES: Final = (".py", ".pyc", ".so", ".pyd")
# of the modules written in C, these parts of torch come and go with its version
_IMPORT: Final = re.compile(
    r"^[ \t]*(?:from[ \t].+?[ \t])?import\s+(\([^)]{0,20000}\)|.*)", re.MULTILINE
)
_TORCH_TYPES: Final = re.compile(
    r"u?int\d+|b?float\d\w*|complex\d+|bits\w+|q\w{0,20}int\w+|\w+Storage"
)


@dataclass(frozen=True, slots=True)
class _Module:
    """Where a module's source would be; `text` is None where it is not Python source."""

    found: bool
    text: str | None = None
    folder: Path | None = None


def code(artifact: Artifact, folder: str | os.PathLike[str] | None = None) -> Code:
    """Return which names of the artifact are here; a missing one is looked for in `folder`."""
    project = Path(folder) if folder is not None else Path.cwd()
    needed = dict.fromkeys(
        [(item.module, item.name) for item in artifact.globals]
        + [(item.module, item.name) for item in artifact.modules]
    )
    modules: dict[str, _Module] = {}
    states = {pair: _state(*pair, project, modules) for pair in needed}
    absent = {name for (_, name), state in states.items() if state != "present"}
    places = _defined(project, absent) if absent else {}
    return Code(
        tuple(
            _missing(
                module, name, state, tuple(places.get(name, ())), project=project, modules=modules
            )
            if state in ("module-missing", "name-missing")
            else CodeName(
                module,
                name,
                state,
                _distribution(module),
                () if state == "present" else tuple(places.get(name, ())),
            )
            for (module, name), state in states.items()
        )
    )


def own(artifact: Artifact) -> tuple[CodeName, ...]:
    """Return all that opening the artifact calls, where none of it is a library's; else nothing."""
    called = set(artifact.calls)
    named = [item for item in artifact.globals if f"{item.module}.{item.name}" in called]
    if len(named) != len(called) or any(is_of_library(item.module) for item in named):
        return ()
    needed = {(item.module, item.name) for item in named}
    return tuple(item for item in code(artifact).names if (item.module, item.name) in needed)


def is_of_library(module: str) -> bool:
    """Whether a module is of Python or of a distribution that is known, here or not."""
    top = module.partition(".")[0]
    is_python = top in sys.stdlib_module_names or top in _PYTHON2
    return module != "__main__" and (is_python or _distribution(module) is not None)


def _top_of(module: str) -> str:
    return "sklearn" if module == _LOSS else module.partition(".")[0]


def _distribution(module: str) -> str | None:
    return distributions().get(_top_of(module))


def _installed(distribution: str) -> tuple[int, ...]:
    """Return the version of a library that is here, () where it is not."""
    try:
        return _release(here.version(distribution) or "")
    except ValueError:
        return ()


def _missing(
    module: str,
    name: str,
    state: State,
    found: tuple[str, ...],
    *,
    project: Path,
    modules: dict[str, _Module],
) -> CodeName:
    """Describe a name that is not here: where its library has it now, or which versions do."""
    distribution = _distribution(module)
    here = distribution is not None and _find(_top_of(module), project).found
    moved_to, versions = None, ""
    if here and distribution and not found:
        place = _elsewhere(module, name, distribution, project, modules)
        moved_to, versions = (place.path, place.spec) if place else (None, "")
    elif distribution and not found:
        versions = _last_with(module, name)
    shadow = _shadow(module, project) if state == "module-missing" else ""
    return CodeName(module, name, state, distribution, found, here, moved_to, versions, shadow)


def _last_with(module: str, name: str) -> str:
    """Return which versions of a library that is not here have a name, where newer ones do not."""
    specs = [place.spec for place in elsewhere(module, name) if place.exact and place.spec]
    return max(specs, key=_release, default="")


def _shadow(module: str, project: Path) -> str:
    """Return the file of the project that is found where the module's package should be."""
    first, mark, _ = module.partition(".")
    location = next(_top(first, project), None) if mark and first.isidentifier() else None
    return f"{first}.py" if location == project / f"{first}.py" else ""


def _elsewhere(
    module: str, name: str, distribution: str, project: Path, modules: dict[str, _Module]
) -> Place | None:
    """Return where the library that is installed has a name, or that it was removed from it."""
    installed = _installed(distribution)
    for place in elsewhere(module, name):
        if place.path is None:
            if installed > _release(place.spec):
                return place
            continue
        new_module, _, new_name = place.path.rpartition(".")
        if _state(new_module, new_name, project, modules) != "present":
            if _is_removed(new_module, new_name, installed):
                return replace(place, path=None)
            continue
        found = modules.get(new_module)
        if found is None or found.text is None:
            sure = _told(place, installed) or module == _LOSS
        else:
            sure = place.exact or re.search(rf"\b{re.escape(new_name)}\b", found.text) is not None
        if sure:
            return place
    return None


def _is_removed(module: str, name: str, installed: tuple[int, ...]) -> bool:
    """Whether a name is gone from where it had been moved to."""
    return any(
        place.path is None and place.exact and installed > _release(place.spec)
        for place in elsewhere(module, name)
    )


def _told(place: Place, installed: tuple[int, ...]) -> bool:
    """Whether the table says that a compiled module has the name, which nobody can see."""
    since, until = _release(place.since), _release(place.until)
    return place.exact and since <= installed and (not until or installed <= until)


def _release(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def _state(module: str, name: str, project: Path, modules: dict[str, _Module]) -> State:
    module = _PYTHON2.get(module, module)
    if module == "__main__":
        return "main"
    if module == _LOSS and _WITH_LOSS[0] <= _installed("scikit-learn")[:2] < _WITH_LOSS[1]:
        return "present"
    if module not in modules:
        modules[module] = _find(module, project)
    found = modules[module]
    if not found.found:
        return "module-missing"
    first = name.partition(".")[0]
    if module == "torch":
        return "present" if _in_torch(first, found) else "name-missing"
    submodule = found.folder is not None and (found.folder / f"{first}.py").is_file()
    if found.text is None or _defines(found.text, first) or submodule:
        return "present"
    return "name-missing"


def _find(module: str, project: Path) -> _Module:
    parts = module.split(".")
    if not all(part.isidentifier() for part in parts):
        return _Module(found=False)
    if parts[0] in sys.builtin_module_names:
        return _Module(found=len(parts) == 1)
    for location in _top(parts[0], project):
        found = _below(location, parts[1:])
        if found.found:
            return found
    return _Module(found=False)


def _top(name: str, project: Path) -> Iterator[Path]:
    """Yield the files or folders that the top-level `name` may be, without importing it."""
    for base in (project / name, project / f"{name}.py"):
        if (base.suffix == ".py" and base.is_file()) or (base.is_dir() and any(base.glob("*.py"))):
            yield base
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return  # a finder, or a module put into `sys.modules` by hand, without a specification
    if spec is None:
        return
    if spec.submodule_search_locations:
        yield from map(Path, spec.submodule_search_locations)
    elif spec.origin:
        yield Path(spec.origin)


def _below(location: Path, parts: list[str]) -> _Module:
    """Walk from a top-level module to a module below it, by files alone."""
    for number, part in enumerate(parts):
        if not location.is_dir():
            return _Module(found=False)
        if (location / part).is_dir():
            location = location / part
            continue
        if number < len(parts) - 1:
            return _Module(found=False)
        file = next((file for file in location.glob(f"{part}.*") if file.suffix in _SUFFIXES), None)
        return _read(file) if file else _Module(found=False)
    if location.is_dir():
        start = location / "__init__.py"
        return _read(start, location) if start.is_file() else _Module(found=True, folder=location)
    if not location.exists():
        return _Module(found=True)  # frozen or built in
    return _read(location)


def _read(file: Path, folder: Path | None = None) -> _Module:
    if file.suffix != ".py":
        return _Module(found=True, folder=folder)
    try:
        text = file.read_bytes().decode("utf-8", "replace")
    except OSError:
        return _Module(found=True, folder=folder)
    return _Module(found=True, text=text, folder=folder)


def _defines(text: str, name: str) -> bool:
    """Whether the source may define a name: if it cannot be told from the text, it may."""
    word = re.escape(name)
    if re.search(
        rf"^[ \t]*(?:(?:async )?def|class)\s+{word}\b|^[ \t]*{word}\s*[:=,]", text, re.MULTILINE
    ):
        return True
    for statement in _IMPORT.findall(text):
        if re.search(rf"\b{word}\b", statement) or "*" in statement:
            return True
    return any(sign in text for sign in _DYNAMIC)


def _in_torch(name: str, found: _Module) -> bool:
    """Whether torch has a dtype or storage; the rest of `torch` is not told apart from its text."""
    if not _TORCH_TYPES.fullmatch(name) or found.folder is None:
        return True
    stub = _read(found.folder / "_C" / "__init__.pyi").found and found.folder / "_C/__init__.pyi"
    try:
        text = (found.text or "") + (stub.read_text("utf-8", "replace") if stub else "")
    except OSError:
        return True
    return bool(re.search(rf"^(?:class )?{re.escape(name)}\b", text, re.MULTILINE))


def _defined(project: Path, names: set[str]) -> dict[str, list[str]]:
    """Return where the project defines each name, as `module:name`."""
    places: dict[str, list[str]] = {}
    wanted = re.compile(r"^(?:class|(?:async )?def)\s+(\w+)", re.MULTILINE)
    for file in _sources(project):
        try:
            text = file.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        parts = file.relative_to(project).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for name in wanted.findall(text):
            if name in names and f"{module}:{name}" not in places.setdefault(name, []):
                places[name].append(f"{module}:{name}")
    return places


def _sources(project: Path) -> Iterator[Path]:
    """Yield the project's Python files, nearest first, few and small ones only."""
    seen = 0
    waiting = [(project, 0)]
    for folder, depth in waiting:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name in _SKIP:
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth < _DEPTH and not (Path(entry.path) / "pyvenv.cfg").exists():
                    waiting.append((Path(entry.path), depth + 1))
            elif entry.name.endswith(".py") and entry.name[:-3].isidentifier():
                seen += 1
                if seen > _FILES:
                    return
                if entry.stat(follow_symlinks=False).st_size <= _SIZE:
                    yield Path(entry.path)
