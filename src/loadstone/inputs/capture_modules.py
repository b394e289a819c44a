"""Where a module comes from (project, installed, standard library) and what a name in it is."""

import sys
import sysconfig
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

Home = Literal["project", "installed", "stdlib"]
STDLIB = tuple(str(Path(sysconfig.get_paths()[k]).resolve()) for k in ("stdlib", "platstdlib"))


def home_of(name: str) -> Home:
    """Return whose the module `name` is; what has no file and is not of Python is the project's."""
    top = name.partition(".")[0]
    if top == "loadstone":
        return "installed"
    file = _file(name) or _file(top)
    if file is None:
        return "stdlib" if top in sys.stdlib_module_names else "project"
    if {"site-packages", "dist-packages"} & set(Path(file).parts):
        return "installed"
    if top in sys.stdlib_module_names and str(Path(file).resolve()).startswith(STDLIB):
        return "stdlib"
    return "project"


def home_of_space(space: dict[str, Any]) -> Home:
    """Return whose a function's globals are; a namespace that is no module's is the project's."""
    name = str(space.get("__name__"))
    module = sys.modules.get(name)
    own = module is None or vars(module) is space or "__file__" in space
    return home_of(name) if own else "project"


def _file(name: str) -> str | None:
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        return file
    try:
        return next(iter(map(str, getattr(module, "__path__", []))), None)
    except Exception:  # noqa: BLE001 - a lazy module may raise anything here
        return None


def where_is(value: object, *hints: str) -> tuple[str, str] | None:
    """Return the (module, name) of a stdlib or installed module that gives exactly `value`."""
    names = [n for n in (_text(value, "__qualname__"), _text(value, "__name__"), *hints) if n]
    home = _text(value, "__module__") or type(value).__module__
    direct = None
    for module in (home, "builtins"):
        for name in names:
            if home_of(module) != "project" and _lookup(module, name) is value:
                direct = direct or (module, name)
    if direct and not _private(direct[0]):
        return direct
    found = [
        (module, name)
        for module, name in ((m, n) for m in list(sys.modules) for n in names)
        if _own(sys.modules.get(module), name) is value and home_of(module) != "project"
    ]
    # A public name lasts longer than a private one, and one of its own package than another's.
    top = home.partition(".")[0].lstrip("_")
    akin = [pair for pair in found if pair[0].partition(".")[0].lstrip("_") == top]
    public = [pair for pair in akin or found if not _private(pair[0])]
    nearest = min(public, key=lambda pair: (pair[0].count("."), pair), default=None)
    if direct and not akin:
        return direct
    return nearest or direct or min(found, default=None)


def _private(module: str) -> bool:
    return any(part.startswith("_") for part in module.split("."))


def _text(value: object, attribute: str) -> str | None:
    try:
        text = getattr(value, attribute, None)
    except Exception:  # noqa: BLE001 - foreign objects may raise anything here
        return None
    return text if isinstance(text, str) else None


def _lookup(module: str, name: str) -> Any:
    value: Any = sys.modules.get(module)
    for part in name.split("."):
        value = getattr(value, part, None)
    return value


def _own(module: object, name: str) -> Any:
    return vars(module).get(name) if isinstance(module, ModuleType) else None


def import_name(module: ModuleType) -> str | None:
    """Return the name that imports `module`, or None where no name in `sys.modules` does."""
    if module is sys.modules.get("os.path"):
        return "os.path"  # its own name is that of this platform
    if sys.modules.get(module.__name__) is module:
        return module.__name__
    return next((n for n, m in list(sys.modules.items()) if m is module), None)
