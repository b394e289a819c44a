"""Functions as nodes: their own source, and the live defaults, closure, names and attributes."""

import inspect
import types
from typing import Any

from loadstone.runtime.code_syntax import function_code
from loadstone.runtime.code_values import CodeUnavailable

from .capture_bind import bind, bind_inner
from .capture_data import refs
from .capture_graph import Graph, Module, Node
from .capture_modules import home_of, home_of_space, where_is
from .capture_names import used_names
from .capture_same import same_code
from .capture_source import Definition, NoSource, Slice, Source, cut, future_flags

BELOW = ("__wrapped__", "py_func", "_python_function", "python_function")
BUILTIN = (
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
    types.ClassMethodDescriptorType,
)


def encode_functions(  # noqa: PLR0911 - one return a kind
    graph: Graph, nid: int, value: Any
) -> Node | None:
    """Return the node of a function or method, or None where `value` is none."""
    if isinstance(value, types.CellType):
        try:
            return {"t": "cell", "v": graph.ref(value.cell_contents, nid, "value")}
        except ValueError:
            return {"t": "cell"}
    if isinstance(value, types.MethodType):
        return _method(graph, nid, value)
    if isinstance(value, BUILTIN):
        return _builtin(graph, nid, value)
    if isinstance(value, types.FunctionType):
        if home_of_space(value.__globals__) == "project":
            return _from_class(graph, nid, value) or _function(graph, nid, value)
        return _installed(graph, nid, value)
    if isinstance(value, type) or home_of(type(value).__module__) == "project":
        return None
    made = _below(value) is not None and not _is_lru(value)
    return _installed(graph, nid, value) if made else None


def _is_lru(value: Any) -> bool:
    return type(value).__name__ == "_lru_cache_wrapper"


def _method(graph: Graph, nid: int, value: types.MethodType) -> Node:
    owner = value.__self__
    name = value.__func__.__name__
    if getattr(owner, name, None) == value:
        return {"t": "attr", "of": graph.ref(owner, nid, "self"), "name": name, "raw": False}
    parts = {"fn": graph.ref(value.__func__, nid, name), "self": graph.ref(owner, nid, "self")}
    return {"t": "method", **parts}


def _builtin(graph: Graph, nid: int, value: Any) -> Node:
    found = where_is(value, graph.hint(nid))
    if found is not None:
        graph.uses(found[0])
        return {"t": "global", "module": found[0], "name": found[1]}
    owner = getattr(value, "__self__", None)
    if owner is None or isinstance(owner, types.ModuleType):
        owner = getattr(value, "__objclass__", None)
    if owner is None or not hasattr(owner, value.__name__):
        raise NoSource("no import gives this built-in function", "wrap it in a `def`")
    return {"t": "attr", "of": graph.ref(owner, nid, "self"), "name": value.__name__, "raw": False}


def _from_class(graph: Graph, nid: int, value: types.FunctionType) -> Node | None:
    """Return the node of a function that stands in a class body: it comes with its class."""
    path, _, name = value.__qualname__.rpartition(".")
    if not path or "<locals>" in path:
        return None
    owner: Any = types.SimpleNamespace(**value.__globals__)
    for part in path.split("."):
        owner = getattr(owner, part, None)
    held = vars(owner).get(name) if isinstance(owner, type) else None
    held = getattr(held, "fget", held)
    if getattr(held, "__func__", held) is not value:
        return None
    return {"t": "attr", "of": graph.ref(owner, nid, owner.__name__), "name": name, "raw": True}


def _function(graph: Graph, nid: int, value: types.FunctionType) -> Node:
    module = graph.module(value.__globals__)
    node, taken = emit_function(graph, module, value)
    used = used_names(value.__code__)
    state = {k: v for k, v in vars(value).items() if k != "__type_params__"}
    node.update(
        name=value.__name__,
        qualname=value.__qualname__,
        annotations=_annotations(graph, nid, value),
        needs=bind(graph, nid, module, used),
        reached=bind_inner(graph, nid, module, taken.original),
        cells={
            name: graph.ref(cell, nid, f"`{name}`")
            for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True)
        },
        **signature(graph, nid, value),
    )
    first = value.__code__.co_consts[:1]
    written = first[0] if first and isinstance(first[0], str) else None
    # From 3.13 on the compiler strips the margin of a docstring of many lines.
    if value.__doc__ != written or "\n" in (written or ""):
        node["doc"] = value.__doc__ if isinstance(value.__doc__, str) else None
    if state:
        node["dict"] = graph.ref(state, nid, "attributes")
    return node


def signature(graph: Graph, nid: int, value: types.FunctionType) -> Node:
    """Return the live default values of a function: what calls really use."""
    defaults = value.__defaults__
    names = value.__code__.co_varnames[: value.__code__.co_argcount][-len(defaults or ()) :]
    keywords = value.__kwdefaults__
    return {
        "defaults": None
        if defaults is None
        else [
            graph.ref(item, nid, f"`{name}=`") for name, item in zip(names, defaults, strict=True)
        ],
        "kwdefaults": None
        if keywords is None
        else {name: graph.ref(item, nid, f"`{name}=`") for name, item in keywords.items()},
    }


def emit_function(graph: Graph, module: Module, value: types.FunctionType) -> tuple[Node, Slice]:
    """Add the source of a function to its module; return where it stands there."""
    code = value.__code__
    flags = future_flags(code)
    node: Node = {"t": "function", "mod": module.key, "flags": flags}
    if id(code) in module.by_code:
        node["stmt"], earlier, _ = module.by_code[id(code)]
        module.owners.append(node)
        return node, earlier
    factory = f"_loadstone_{len(module.statements)}"

    def accept(_: str, node: Definition, source: Source) -> Slice | None:
        taken = cut(source, node, factory, code.co_freevars)
        if taken is None:
            return None
        try:
            compiled = [
                function_code(taken.statement, code.co_filename, flags, imported)
                for imported in source.compiled_with
            ]
        except (CodeUnavailable, SyntaxError, ValueError):
            return None
        return taken if any(same_code(one, code) for one in compiled) else None

    taken = graph.sources.find(
        [code.co_filename],
        value.__globals__,
        name=code.co_name,
        line=code.co_firstlineno,
        accept=accept,
    )
    module.by_code[id(code)] = (len(module.statements), taken, code)
    add_statement(module, node, taken.text, flags)
    return node, taken


def add_statement(module: Module, node: Node, text: str, flags: list[str]) -> None:
    """Append a statement to a generated module; its number is settled when that is written."""
    node["stmt"] = len(module.statements)
    module.statements.append(text)
    module.owners.append(node)
    module.flags |= set(flags)


def _annotations(graph: Graph, nid: int, value: types.FunctionType) -> Node:
    """Annotations that bring no code of the project along; its classes are named in text."""
    try:
        live = dict(inspect.get_annotations(value))
    except Exception:  # noqa: BLE001 - annotations evaluated late may raise anything
        return {}
    found = {}
    for name, item in live.items():
        if item is None or isinstance(item, str):
            found[name] = item
        elif type(item) is not types.GenericAlias and isinstance(item, type):
            if home_of(item.__module__) == "project" or where_is(item) is None:
                found[name] = item.__name__
            elif home_of(item.__module__) == "stdlib" or item.__module__ == "builtins":
                found[name] = graph.ref(item, nid, f"`{name}:`")
            else:
                found[name] = f"{item.__module__}.{item.__qualname__}"
        else:
            found[name] = str(item)
    return found


# What an installed decorator made of a function is made again: by that decorator.


def _installed(graph: Graph, nid: int, value: Any) -> Node:
    found = where_is(value, graph.hint(nid))
    if found is not None:
        graph.uses(found[0])
        return {"t": "global", "module": found[0], "name": found[1]}
    if hasattr(value, "registry") and hasattr(value, "dispatch"):
        rest = {cls: f for cls, f in value.registry.items() if cls is not object}
        return {
            "t": "dispatch",
            "fn": graph.ref(value.registry[object], nid, "object"),
            "k": refs(graph, nid, list(rest)),
            "v": refs(graph, nid, list(rest.values())),
        }
    return _decorated(graph, nid, value)


def _below(value: Any) -> Any:
    for name in BELOW:
        try:
            inner = inspect.getattr_static(value, name, None)
            if callable(inner):
                return getattr(value, name)
        except Exception:  # noqa: BLE001, PERF203, S112 - foreign objects may raise anything
            continue
    closure: tuple[Any, ...] = getattr(value, "__closure__", None) or ()
    for cell in closure:
        try:
            inner = cell.cell_contents
        except ValueError:
            continue
        if isinstance(inner, types.FunctionType) and inner.__name__ == value.__name__:
            return inner
    return None


def _decorated(graph: Graph, nid: int, value: Any) -> Node:
    layers = 0
    inner = value
    while inner is not None and not _is_project(inner):
        inner = _below(inner)
        layers += 1
    if inner is None:
        module = getattr(value, "__module__", None) or type(value).__module__
        raise NoSource(
            f"it was made inside `{module}`, and no import gives it",
            "define a function with `def` that calls what makes it",
        )
    module = graph.module(inner.__globals__)
    ref = graph.ref(inner, nid, inner.__name__)
    node, taken = emit_function(graph, module, inner)
    decorators = getattr(taken.original, "decorator_list", [])
    if len(decorators) < layers or taken.original.col_offset:
        raise NoSource(
            "it was decorated after its definition, or inside another function",
            "decorate it where it is defined, at the top of the module",
        )
    used = used_names(_decorator_code(decorators[len(decorators) - layers :]))
    node.update(t="decorated", fn=ref, last=layers, needs=bind(graph, nid, module, used))
    return node


def _is_project(value: Any) -> bool:
    return isinstance(value, types.FunctionType) and (home_of_space(value.__globals__) == "project")


def _decorator_code(decorators: list[Any]) -> types.CodeType:
    import ast

    expression = ast.Expression(ast.Tuple(decorators, ast.Load(), lineno=1, col_offset=0))
    return compile(ast.fix_missing_locations(expression), "<decorators>", "eval")
