"""Modules made of source text that came with a request, and what a model needs of them.

They are importable by their names in this process only; nothing is written, and no folder is. A
module of such a name that was imported before, as that of another model, stays what it was.
"""

import importlib
import importlib.abc
import importlib.machinery
import linecache
import sys
from typing import Any, Dict, List, Mapping, Optional

from .held import RefusedError


class _Given(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and makes the modules."""

    def __init__(self, modules: Mapping[str, Mapping[str, Any]]) -> None:
        self.modules = modules

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> Any:
        if name not in self.modules:
            return None
        return importlib.machinery.ModuleSpec(
            name, self, origin=_origin(name), is_package=self.is_package(name)
        )

    def is_package(self, fullname: str) -> bool:
        return bool(self.modules[fullname]["package"])

    def get_source(self, fullname: str) -> str:
        return str(self.modules[fullname]["source"])

    def exec_module(self, module: Any) -> None:
        source, origin = self.get_source(module.__name__), _origin(module.__name__)
        linecache.cache[origin] = (len(source), None, source.splitlines(keepends=True), origin)
        exec(compile(source, origin, "exec"), module.__dict__)  # noqa: S102 - what the user gave to be run


def _origin(name: str) -> str:
    return "<given {}>".format(name)


def _source(name: str) -> Optional[str]:
    """Return the source of a module that is imported, nothing where it has none."""
    spec = getattr(sys.modules[name], "__spec__", None)
    read = getattr(getattr(spec, "loader", None), "get_source", None)
    try:
        return read(name) if read else None
    except (ImportError, OSError):
        return None


def objects(code: Optional[Mapping[str, Any]], names: List[str]) -> Dict[str, Any]:
    """Return the classes and functions of these names, of which some hold a package: `own>Scale`.

    Raises `RefusedError` where the modules have one not, and whatever they raise themselves.
    """
    if not code:
        return {}
    sys.meta_path.insert(0, _Given(code["modules"]))
    there = [name for name in code["modules"] if name in sys.modules]
    if all(_source(name) == code["modules"][name]["source"] for name in there):
        there = []
    others = {name: sys.modules.pop(name) for name in there}
    try:
        modules = [importlib.import_module(name) for name in code["roots"]]
        for name in code["modules"]:  # what those import is looked at too
            if name in sys.modules and sys.modules[name] not in modules:
                modules.append(sys.modules[name])
    finally:
        sys.modules.update(others)
    found, missing = {}, []
    for name in names:
        last = name.rpartition(">")[2]
        held = [getattr(module, last) for module in modules if hasattr(module, last)]
        if held:
            found[name] = held[0]
        else:
            missing.append(name)
    if missing:
        told = ", ".join("`{}`".format(name) for name in missing)
        why = "the code that was given has no {}".format(told)
        raise RefusedError(why, "object", tuple(missing))
    return found
