"""Load functions and classes that were captured by source; standard library, Python 3.6+.

`code/index.json` tells the modules and what their global names stand for. The modules' source is
as its author wrote it: top-level statements are executed one at a time, only when something that
is reached needs them, and default values, decorators and class attributes come from the captured
values instead of being computed again. Nothing is found through `sys.path`, no bytecode is
written, and only a private package is added to `sys.modules`.
"""
# ruff: noqa: B905 - `zip(strict=)` is Python 3.10

import __future__

import ast
import builtins
import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import json
import linecache
import os
import pathlib
import sys
import types
from typing import Any, Callable, Dict, List, Optional, Union

from .code_objects import Objects
from .code_syntax import (
    LIVE,
    PLACE,
    class_code,
    definition,
    function_code,
    place_files,
    raw_function,
)
from .code_values import UNREADY, CodeUnavailable, Task
from .input_files import placed

SCHEMA = "loadstone.code/1"
INDEX = "code/index.json"
PACKAGE = "_loadstone_"  # what the names of private packages start with
WATCHING: List[Callable[[str], None]] = []  # told which files captured code asks for
Read = Callable[[str], bytes]


def load(
    source: Union[str, "os.PathLike[str]", Read], name: Optional[str] = None, *, verify: bool = True
) -> Dict[str, Any]:
    """Return the captured roots by name, loaded under a private package of their own.

    `source` is the folder that holds `code/`, or a function that gives the bytes of a file by its
    relative name. `name` is the private package, made from the digest of the index by default.
    Raises `CodeUnavailable` when a file is missing, has another digest (unless `verify` is false)
    or is malformed, when a module is not installed here, or when a definition does not run.
    """
    read = source if callable(source) else _folder(os.fspath(source))
    raw = _read(read, INDEX)
    try:
        index = json.loads(raw.decode("utf-8"))
        if index["schema"] != SCHEMA:
            raise CodeUnavailable(INDEX, "has the schema `{}`".format(index["schema"]))
    except (ValueError, TypeError, KeyError) as error:
        raise CodeUnavailable(INDEX, "is malformed: {!r}".format(error)) from error
    unique = name or PACKAGE + hashlib.sha256(raw).hexdigest()[:12]
    count = 2
    while unique in sys.modules:
        unique = "{}_{}".format(unique.split("__")[0], "_" + str(count))
        count += 1

    def checked(path: str) -> bytes:
        data = _read(read, path)
        if verify and hashlib.sha256(data).hexdigest() != index["files"].get(path):
            raise CodeUnavailable(path, "has another digest than when it was captured")
        return data

    loader = Loader(index, checked, unique)
    try:
        roots = {key: loader.get(root["ref"]) for key, root in index["roots"].items()}
        loader.refill()
    except BaseException:
        loader.forget()
        raise
    return roots


def _folder(folder: str) -> Read:
    def read(name: str) -> bytes:
        parts = name.split("/")
        if name.startswith("/") or "\\" in name or ".." in parts or ":" in parts[0]:
            raise CodeUnavailable(name, "is not a name inside the folder")
        with open(os.path.join(folder, *parts), "rb") as file:
            return file.read()

    return read


def _read(read: Read, name: str) -> bytes:
    try:
        return read(name)
    except (OSError, LookupError) as error:
        raise CodeUnavailable(name, "cannot be read: {}".format(error)) from error


class _Source(importlib.abc.Loader):
    """Names a private module's source, so that tracebacks and `inspect` show it."""

    def __init__(self, text: str, *, package: bool) -> None:
        self.text = text
        self.package = package

    def create_module(self, _spec: Any) -> None:
        """Leave the making of the module to the import system."""

    def exec_module(self, module: Any) -> None:
        """Do nothing: `Loader` executes what is reached."""

    def get_source(self, _name: str) -> str:
        """Return the text, for `inspect` and `linecache`."""
        return self.text

    def is_package(self, _name: str) -> bool:
        """Return whether the module stands for a package."""
        return self.package


class Loader(Objects):
    """The private modules of one capture; `get(ref)` gives objects that live in them."""

    def __init__(self, index: Dict[str, Any], read: Read, package: str) -> None:
        self.read = read
        nodes = json.loads(read(index["values"]).decode("utf-8"))
        super(Loader, self).__init__(nodes, self._array)
        self.package = package
        self.names = {module["key"]: module["names"] for module in index["modules"]}
        self.originals = {module["name"]: module["key"] for module in index["modules"]}
        self.modules: Dict[str, Any] = {}
        self.bodies: Dict[str, List[ast.stmt]] = {}
        self.builtins = dict(vars(builtins), __import__=self._import)
        self.opened: Dict[str, Dict[str, Any]] = {}  # files by the names that the code has for them
        for item in index.get("opened", ()):
            held = {"data": bytes(read(item["file"])), "encoding": item["encoding"]}
            self.opened[item["name"]] = held
        self.places = bool(self.opened or WATCHING)
        if self.places:
            self.builtins["open"] = self._open
            self.builtins[PLACE] = self._place
        self._add("", "", package=True)
        for module in sorted(index["modules"], key=lambda module: str(module["key"])):
            text = read(module["file"]).decode("utf-8")
            parts = module["key"].split(".")
            for depth in range(1, len(parts)):
                parent = ".".join(parts[:depth])
                if parent not in self.modules and parent not in self.names:
                    self._add(parent, "", package=True)
            self._add(module["key"], text, package=module["package"])
            if self.places:
                place_files(self.bodies[module["key"]], module.get("reads", ()))

    def forget(self) -> None:
        """Take the private modules out of `sys.modules` and `linecache`."""
        for module in self.modules.values():
            sys.modules.pop(module.__name__, None)
            linecache.cache.pop(module.__file__, None)

    def _add(self, key: str, text: str, *, package: bool) -> None:
        name = self.package + "." + key if key else self.package
        filename = "<{}>/{}{}".format(
            self.package, key.replace(".", "/"), "/__init__.py" if package else ".py"
        )
        spec = importlib.machinery.ModuleSpec(
            name, _Source(text, package=package), origin=filename, is_package=package
        )
        module = importlib.util.module_from_spec(spec)
        module.__file__ = filename
        module.__dict__["__builtins__"] = self.builtins
        self.modules[key] = sys.modules[name] = module
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        try:
            self.bodies[key] = ast.parse(text, filename).body
        except SyntaxError as error:
            why = "does not compile on Python {}.{}: {}".format(
                sys.version_info[0], sys.version_info[1], error
            )
            raise CodeUnavailable(key, why) from error
        if key:
            parent, _, leaf = key.rpartition(".")
            setattr(self.modules[parent], leaf, module)

    def _array(self, name: str) -> Any:
        try:
            import numpy as np
        except ImportError as error:
            raise CodeUnavailable("numpy", "does not import here: {}".format(error)) from error
        return np.load(io.BytesIO(self.read(name)), allow_pickle=False)

    def _import(
        self,
        name: str,
        globals: Any = None,  # noqa: A002 - as above
        locals: Any = None,  # noqa: A002 - as above
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        """`__import__` of captured code: captured modules first, by the name they had."""
        key = self.originals.get(name) if level == 0 else None
        if key is None:
            return builtins.__import__(name, globals, locals, fromlist, level)
        return self.modules[key if fromlist else key.split(".")[0]]

    def _open(self, file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        """`open` of captured code: files that were kept, as they were when it was saved."""
        held = None if set(mode) & set("wax+") else self.opened.get(_name_of(file))
        if held is None:
            return open(file, mode, *args, **kwargs)
        if "b" in mode:
            return io.BytesIO(held["data"])
        given = dict(zip(("buffering", "encoding", "errors", "newline"), args), **kwargs)
        encoding = given.get("encoding") or held["encoding"]
        raw = io.BytesIO(held["data"])
        return io.TextIOWrapper(raw, encoding, given.get("errors"), given.get("newline"))

    def _place(self, file: Any) -> Any:
        """Return what a library is to open for captured code: a copy of a file that was kept."""
        named = isinstance(file, (str, pathlib.PurePath))
        held = self.opened.get(os.fspath(file)) if named else None
        if held is None:
            for tell in WATCHING if named else ():
                tell(os.fspath(file))
            return file
        if "place" not in held:
            held["place"] = placed(os.path.basename(os.fspath(file)), held["data"])
        return held["place"] if isinstance(file, str) else type(file)(held["place"])

    def _bind(self, key: str, needs: List[str]) -> Task:
        """Give the module `key` the global names in `needs`; return whether all were ready."""
        complete = True
        space = self.modules[key].__dict__
        names = self.names[key]
        for name in needs:
            value = yield from self.one(names[name])
            if value is UNREADY:
                complete = False
            else:
                space[name] = value
        return complete

    def _make_project(self, node: Dict[str, Any]) -> Task:
        yield from ()
        return self.modules[node["mod"]]

    def _fill_project(self, node: Dict[str, Any], _value: Any) -> Task:
        return (yield from self._bind(node["mod"], node["needs"]))

    def _make_same(self, node: Dict[str, Any]) -> Task:
        return (yield from self.one(node["v"]))

    # Functions.

    def _make_cell(self, _node: Dict[str, Any]) -> Task:
        yield from ()
        return _empty_cell()

    def _fill_cell(self, node: Dict[str, Any], cell: Any) -> Task:
        if "v" not in node:
            return True
        value = yield from self.one(node["v"])
        if value is not UNREADY:
            _set_cell(cell, value)
        return value is not UNREADY

    def _make_function(self, node: Dict[str, Any]) -> Task:
        module = self.modules[node["mod"]]
        statement = self.bodies[node["mod"]][node["stmt"]]
        code = function_code(statement, module.__file__, node["flags"])
        cells = yield from self.many([node["cells"][name] for name in code.co_freevars])
        function = types.FunctionType(code, module.__dict__, node["name"], None, tuple(cells))
        function.__qualname__ = node["qualname"]
        if "doc" in node:
            function.__doc__ = node["doc"]
        return function

    def _fill_function(self, node: Dict[str, Any], function: Any) -> Task:
        complete = yield from self._signature(node, function)
        for name, ref in node["annotations"].items():
            try:
                value = yield from self.one(ref)
            except CodeUnavailable:  # an annotation that cannot be had changes no result
                continue
            if value is not UNREADY:
                function.__annotations__[name] = value
        state = yield from self.one(node.get("dict"))
        if state is UNREADY:
            complete = False
        elif state:
            function.__dict__.update(state)
        complete = (yield from self.many(node["reached"])) is not None and complete
        return (yield from self._bind(node["mod"], node["needs"])) and complete

    def _signature(self, node: Dict[str, Any], function: Any) -> Task:
        defaults = yield from self.many(node["defaults"] or ())
        names = list(node["kwdefaults"] or ())
        keywords = yield from self.many([node["kwdefaults"][name] for name in names])
        if defaults is None or keywords is None:
            return False
        function.__defaults__ = tuple(defaults) if node["defaults"] is not None else None
        function.__kwdefaults__ = dict(zip(names, keywords)) or None
        return True

    def _make_decorated(self, node: Dict[str, Any]) -> Task:
        bound = yield from self._bind(node["mod"], node["needs"])
        value = yield from self.one(node["fn"])
        if value is UNREADY or not bound:
            return UNREADY
        module = self.modules[node["mod"]]
        decorators = definition(self.bodies[node["mod"]][node["stmt"]]).decorator_list
        for decorator in reversed(decorators[len(decorators) - node["last"] :]):
            code = compile(ast.Expression(decorator), module.__file__, "eval", dont_inherit=True)
            value = eval(code, module.__dict__)(value)  # noqa: S307 - the bundle's own code
        self.definitions += 1
        return value

    # Classes.

    def _make_class(self, node: Dict[str, Any]) -> Task:
        bound = yield from self._bind(node["mod"], node["needs"])
        names = list(node["live"])
        live = yield from self.many([node["live"][name] for name in names])
        cells = yield from self.many(list(node["cells"].values()))
        if live is None or cells is None:
            return UNREADY
        self.definitions += 1
        space = self.modules[node["mod"]].__dict__
        space[LIVE] = dict(zip(names, live))
        try:
            cls = self._execute(node, dict(zip(node["cells"], cells)))
        except CodeUnavailable:
            raise
        except Exception as error:
            if not bound and isinstance(error, NameError):  # a base that is being made itself
                return UNREADY
            why = "cannot be defined here: {}: {}".format(type(error).__name__, error)
            raise CodeUnavailable(node["qualname"], why) from error
        finally:
            space.pop(LIVE, None)
        if cls.__qualname__ != node["qualname"]:
            cls.__qualname__ = node["qualname"]
        return cls

    def _execute(self, node: Dict[str, Any], cells: Dict[str, Any]) -> Any:
        module = self.modules[node["mod"]]
        statement = self.bodies[node["mod"]][node["stmt"]]
        code = class_code(statement, module.__file__, node)
        try:
            return _define(code, module.__dict__, statement, cells)
        except (TypeError, NameError, AttributeError):
            # Annotations such as `int | None` that this Python does not evaluate become text.
            if "annotations" in node["flags"] or not hasattr(__future__, "annotations"):
                raise
            text = dict(node, flags=node["flags"] + ["annotations"])
            code = class_code(statement, module.__file__, text)
            return _define(code, module.__dict__, statement, cells)

    def _fill_class(self, node: Dict[str, Any], cls: Any) -> Task:
        complete = yield from self._bind(node["mod"], node["needs"])
        complete = (yield from self.many(node["reached"])) is not None and complete
        for path, signature in node["methods"].items():
            function = raw_function(cls, path)
            complete = (yield from self._signature(signature, function)) and complete
        for name, ref in node["set"].items():
            value = yield from self.one(ref)
            if value is UNREADY:
                complete = False
            else:
                setattr(cls, name, value)
        return complete


def _name_of(file: Any) -> str:
    """Return the name of a file that `open` is given; empty for the number of an open one."""
    return "" if isinstance(file, int) else os.fsdecode(file)


def _define(code: Any, space: Dict[str, Any], statement: Any, cells: Dict[str, Any]) -> Any:
    local: Dict[str, Any] = {}
    exec(code, space, local)  # noqa: S102 - the bundle's own code, asked for by its reader
    value = local[statement.name]
    return value if isinstance(statement, ast.ClassDef) else value(**cells)


def _empty_cell() -> Any:
    if hasattr(types, "CellType"):
        return types.CellType()

    def outer() -> Any:
        value = None
        function = lambda: value  # noqa: E731, F821 - only its empty cell is wanted
        del value
        return function

    return outer().__closure__[0]


def _set_cell(cell: Any, value: Any) -> None:
    try:
        cell.cell_contents = value
    except AttributeError:  # Python 3.6, whose cells are read-only
        import ctypes

        ctypes.pythonapi.PyCell_Set(ctypes.py_object(cell), ctypes.py_object(value))
