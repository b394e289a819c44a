"""Classes as nodes: the class statement, live attributes and defaults, bases and methods."""

import ast
import types
from typing import Any

from loadstone.runtime.code_syntax import class_code, raw_function
from loadstone.runtime.code_values import CodeUnavailable

from .capture_atoms import atom
from .capture_bind import bind, bind_inner
from .capture_data import BUILDS
from .capture_functions import add_statement, signature
from .capture_graph import Graph, Node
from .capture_modules import home_of, where_is
from .capture_names import annotation_names, used_names
from .capture_same import same_code
from .capture_source import (
    Definition,
    NoSource,
    Slice,
    Source,
    body_names,
    class_files,
    cut,
    future_flags,
)


def encode_classes(graph: Graph, nid: int, value: Any) -> Node | None:
    """Return the node of a class, or None where `value` is none."""
    if type(value) is types.GenericAlias or not isinstance(value, type):
        return None
    if home_of(value.__module__) != "project":
        found = where_is(value, graph.hint(nid))
        if found is None:
            raise NoSource(
                f"no import gives the class `{value.__module__}.{value.__qualname__}`",
                "import it inside the function that uses it",
            )
        graph.uses(found[0])
        return {"t": "global", "module": found[0], "name": found[1]}
    return _in_class(graph, nid, value) or _project_class(graph, nid, value)


def _in_class(graph: Graph, nid: int, value: type) -> Node | None:
    path, _, name = value.__qualname__.rpartition(".")
    if not path or "<locals>" in path:
        return None
    owner: Any = types.SimpleNamespace(**_space(value))
    for part in path.split("."):
        owner = getattr(owner, part, None)
    if not isinstance(owner, type) or vars(owner).get(name) is not value:
        return None
    return {"t": "attr", "of": graph.ref(owner, nid, owner.__name__), "name": name, "raw": False}


def _space(cls: type) -> dict[str, Any]:
    """Return the globals of a class: those of its methods, else of the module of its name."""
    import sys

    for value in vars(cls).values():
        function = getattr(value, "__func__", getattr(value, "fget", value))
        space = getattr(function, "__globals__", {})
        if space.get("__name__") == cls.__module__:
            return space
    module = sys.modules.get(cls.__module__)
    if module is None:
        raise NoSource(f"its module `{cls.__module__}` is gone", "import the module again")
    return vars(module)


def _project_class(graph: Graph, nid: int, cls: type) -> Node:
    space = _space(cls)
    module = graph.module(space)
    stale: list[str] = []
    flags = _flags(cls)
    factory = f"_loadstone_{len(module.statements)}"
    free = _free(cls)

    def accept(qualname: str, node: Definition, source: Source) -> Slice | None:
        if not isinstance(node, ast.ClassDef) or qualname != cls.__qualname__:
            return None
        wrong = _stale_methods(cls, node, source, tuple(free))
        stale.extend(w for w in wrong if w not in stale)
        return None if wrong else cut(source, node, factory, tuple(free))

    try:
        taken = graph.sources.find(
            class_files(cls, space), space, name=cls.__name__, line=_line(cls), accept=accept
        )
    except NoSource as error:
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            return _namedtuple(graph, nid, cls)
        names = ", ".join(f"`{name}`" for name in stale)
        why = f"{error.why}: {names} differ" if names else error.why
        raise NoSource(why, error.supply) from error
    node: Node = {
        "t": "class",
        "mod": module.key,
        "flags": flags,
        "qualname": cls.__qualname__,
        "cells": {name: graph.ref(item, nid, f"`{name}`") for name, item in free.items()},
        "live": {},
        "methods": {},
        "set": {},
    }
    add_statement(module, node, taken.text, flags)
    _live(graph, nid, cls, taken.original, node)
    code = class_code(taken.statement, taken.source.filename, node)
    used = used_names(code)
    if taken.original.col_offset:
        for name in free:
            used.chains.pop(name, None)
    used.chains.pop("__loadstone_live__", None)
    _monkeypatched(graph, nid, cls, taken.original, node)
    optional = annotation_names(taken.original) | {cls.__name__}
    node["needs"] = bind(graph, nid, module, used, optional=optional)
    node["reached"] = bind_inner(graph, nid, module, taken.original, node["live"])
    return node


def _line(cls: type) -> int | None:
    lines = [f.__code__.co_firstlineno for f in vars(cls).values() if hasattr(f, "__code__")]
    return min(lines, default=vars(cls).get("__firstlineno__"))


def _flags(cls: type) -> list[str]:
    for function in _functions(cls).values():
        if function.__module__ == cls.__module__:
            return future_flags(function.__code__)
    space = _space(cls)
    feature = space.get("annotations")
    return ["annotations"] if type(feature).__name__ == "_Feature" else []


def _functions(cls: type) -> dict[str, types.FunctionType]:
    found = {}
    for name in vars(cls):
        try:
            found[name] = raw_function(cls, name)
        except (CodeUnavailable, TypeError, RecursionError):  # noqa: PERF203 - each on its own
            continue
    return found


def _free(cls: type) -> dict[str, Any]:
    """Return the enclosing function's variables that methods read, with their values."""
    found: dict[str, Any] = {}
    for function in _functions(cls).values():
        if not function.__qualname__.startswith(cls.__qualname__):
            continue
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            try:
                if name != "__class__" and cell.cell_contents is not cls:
                    found[name] = cell.cell_contents
            except ValueError:  # noqa: PERF203 - an empty cell
                continue
    if "<locals>" in cls.__qualname__:
        found.update({b.__name__: b for b in cls.__bases__ if "<locals>" in b.__qualname__})
    return found


def _stale_methods(
    cls: type, node: ast.ClassDef, source: Source, free: tuple[str, ...]
) -> list[str]:
    """Return the methods whose source is not what the live class runs."""
    wrong = []
    whole = _compiled_methods(node, source, _flags(cls), free)
    for name, function in _functions(cls).items():
        code = function.__code__
        own = function.__qualname__ == f"{cls.__qualname__}.{name}"
        if not own or code.co_filename != source.filename:
            continue
        if not any(same_code(code, other) for other in whole.get(code.co_name, [])):
            wrong.append(name)
    live = vars(cls)
    missing = [n for n in whole if n not in live and not n.startswith("_")]
    return wrong + (missing if type(cls) is type and not hasattr(cls, "_fields") else [])


def _compiled_methods(
    node: ast.ClassDef, source: Source, flags: list[str], free: tuple[str, ...]
) -> dict[str, list[types.CodeType]]:
    taken = cut(source, node, "_loadstone_check", free)
    if taken is None:
        return {}
    empty: Node = {"live": {}, "methods": {}, "flags": flags}
    found: dict[str, list[types.CodeType]] = {}
    pending = [
        class_code(taken.statement, source.filename, empty, imported)
        for imported in source.compiled_with
    ]
    while pending:
        for const in pending.pop().co_consts:
            if isinstance(const, types.CodeType):
                pending.append(const)
                found.setdefault(const.co_name, []).append(const)
    wanted = {n.name for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    return {name: codes for name, codes in found.items() if name in wanted}


def _live(graph: Graph, nid: int, cls: type, statement: Any, node: Node) -> None:
    """Record attributes and defaults that the class body would otherwise compute again."""
    plain = type(cls).__module__ in ("builtins", "abc") and not hasattr(cls, "_fields")
    plain = plain and "__dataclass_fields__" not in vars(cls)
    for path, where in body_names(statement):
        owner: Any = cls
        *outer, name = path.split(".")
        for part in outer:
            owner = vars(owner).get(part, object)
        if isinstance(where, ast.FunctionDef | ast.AsyncFunctionDef):
            _live_defaults(graph, nid, cls, where, methods=node["methods"], path=path)
        elif isinstance(where, ast.Assign | ast.AnnAssign) and name in vars(owner):
            value = vars(owner)[name]
            computed = not _literal(where.value, value)
            if plain and computed and _is_data(value) and name != "__slots__":
                node["live"][path] = graph.ref(value, nid, f"`.{path}`")


def _live_defaults(
    graph: Graph, nid: int, cls: type, where: Any, *, methods: Node, path: str
) -> None:
    try:
        function = raw_function(cls, path)
    except (CodeUnavailable, KeyError, TypeError):
        return
    if function.__name__ != where.name or not function.__qualname__.endswith(path):
        return
    written = [*where.args.defaults, *(d for d in where.args.kw_defaults if d is not None)]
    live = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    same = len(written) == len(live) and all(map(_literal, written, live))
    if not same:
        methods[path] = signature(graph, nid, function)


def _literal(written: Any, live: Any) -> bool:
    try:
        value = ast.literal_eval(written)
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return False
    return type(value) is type(live) and repr(value) == repr(live)


def _is_data(value: Any) -> bool:
    if atom(value) is not None or type(value) in BUILDS:
        return True
    return type(value).__module__ in ("numpy", "torch") and not callable(value)


def _monkeypatched(graph: Graph, nid: int, cls: type, statement: Any, node: Node) -> None:
    """Record what was set on the class after its definition: data, and functions from elsewhere."""
    if "__dataclass_fields__" in vars(cls) or type(cls).__module__ == "enum":
        return
    written = {path for path, _ in body_names(statement)}
    targets = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
    for name, value in vars(cls).items():
        if (
            name.startswith("__")
            and name.endswith("__")
            and not isinstance(value, types.FunctionType)
        ):
            continue
        function = value if isinstance(value, types.FunctionType) else None
        foreign = function is not None and function.__qualname__ != f"{cls.__qualname__}.{name}"
        own_file = function is not None and _is_foreign(function, cls, statement, name)
        if (foreign and own_file) or (name not in written | targets and _is_data(value)):
            if name.startswith("_abc"):
                continue
            node["set"][name] = graph.ref(value, nid, f"`.{name}`")


def _is_foreign(function: types.FunctionType, cls: type, statement: Any, name: str) -> bool:
    """Whether a function in the class came from outside its body and is no wrapper made there."""
    decorated = any(
        isinstance(n, ast.FunctionDef) and n.name == name and n.decorator_list
        for n in statement.body
    )
    return not decorated and "<locals>" not in function.__qualname__.replace(cls.__qualname__, "")


def _namedtuple(graph: Graph, nid: int, cls: Any) -> Node:
    """Return the node of a class made by calling `collections.namedtuple`."""
    if cls.__bases__ != (tuple,):
        raise NoSource("its source is not to be found", "define it with a `class` statement")
    defaults = [graph.ref(v, nid, f"`{k}=`") for k, v in cls._field_defaults.items()]
    return {
        "t": "namedtuple",
        "name": cls.__name__,
        "fields": list(cls._fields),
        "defaults": defaults,
    }
