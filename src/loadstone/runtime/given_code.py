"""Modules made of source text that came with a request, and what a model needs of them.

They are importable by their names while that model is loaded or asked, and not else: modules of
such names that others import are these others' own. Nothing is written, and no folder is.
"""

import importlib
import importlib.abc
import importlib.machinery
import json
import linecache
import sys
import threading
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


def _source(name: str, module: Any) -> Optional[str]:
    """Return the source of a module that is imported, nothing where it has none."""
    spec = getattr(module, "__spec__", None)
    read = getattr(getattr(spec, "loader", None), "get_source", None)
    try:
        return read(name) if read else None
    except (ImportError, OSError):
        return None


class Given:
    """The modules of one request; `with` makes them importable, and they are imported once."""

    def __init__(self, code: Optional[Mapping[str, Any]]) -> None:
        self._code: Mapping[str, Any] = code or {"modules": {}, "roots": []}
        self._finder = _Given(self._code["modules"])
        self._own: Dict[str, Any] = {}
        self._others: Dict[str, Any] = {}
        self._depth = 0

    def __enter__(self) -> "Given":
        if not self._code["modules"]:
            return self
        _ONE.acquire()
        self._depth += 1
        if self._depth == 1:
            names = list(self._code["modules"])
            self._others = {name: sys.modules.pop(name) for name in names if name in sys.modules}
            if not self._own and self._are_same():
                self._own = dict(self._others)
            sys.modules.update(self._own)
            sys.meta_path.insert(0, self._finder)
        return self

    def _are_same(self) -> bool:
        """Whether what is imported already is of the very sources that were given."""
        return all(
            _source(name, module) == self._code["modules"][name]["source"]
            for name, module in self._others.items()
        )

    def __exit__(self, *_: Any) -> None:
        if not self._code["modules"]:
            return
        self._depth -= 1
        if not self._depth:
            sys.meta_path.remove(self._finder)
            names = list(self._code["modules"])
            self._own = {name: sys.modules.pop(name) for name in names if name in sys.modules}
            sys.modules.update(self._others)
        _ONE.release()

    def has(self, name: str) -> bool:
        """Whether a module of that name is given."""
        return name in self._code["modules"]

    def module(self, name: str) -> Any:
        """Return one of the modules; raises what it raises itself."""
        return importlib.import_module(name)

    def objects(self, names: List[str]) -> Dict[str, Any]:
        """Return the classes and functions of these names; some hold a package: `own>Scale`.

        Raises `RefusedError` where the modules have one not, and whatever they raise themselves.
        """
        if not self._code["roots"]:
            return {}
        modules = [self.module(name) for name in self._code["roots"]]
        for name in self._code["modules"]:  # what those import is looked at too
            if name in sys.modules and sys.modules[name] not in modules:
                modules.append(sys.modules[name])
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


_ONE = threading.RLock()
_KNOWN: Dict[str, Given] = {}


def given(code: Optional[Mapping[str, Any]]) -> Given:
    """Return the modules of a request; the same ones for the same sources.

    A class that registers itself with Keras does so once.
    """
    key = json.dumps(code, sort_keys=True)
    return _KNOWN.setdefault(key, Given(code))
