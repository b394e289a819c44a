"""What the global names that captured code reads stand for: live values, imports, other modules."""

import ast
import builtins
import importlib.util
import os
import sys
from collections.abc import Collection
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any

from .capture_files import is_kept
from .capture_graph import Graph, Module, Node, Ref
from .capture_modules import home_of, import_name, where_is
from .capture_names import Import, Used, imports_of, readers_of

KEEP = "load it into a module-level variable or a default argument, which is captured by value"


def bind(
    graph: Graph, nid: int, module: Module, used: Used, *, optional: set[str] | None = None
) -> list[str]:
    """Record what the names in `used` are in `module`; return those that are to be bound.

    A name that exists nowhere is a problem, unless it is `optional` or assigned by the code.
    """
    needs = []
    for name, chains in sorted(used.chains.items()):
        if name == "__file__":
            why = "it reads `__file__`: the project's files are not there where it is loaded"
            graph.problem(nid, why, f"what it reads from there: {KEEP}")
        elif name in module.space:
            bind_name(graph, nid, module, name, chains)
            needs.append(name)
        elif hasattr(builtins, name) or name in used.stored or name in (optional or ()):
            continue
        else:
            graph.problem(
                nid, f"it uses the name `{name}`, which does not exist", f"define `{name}` first"
            )
    return needs


def bind_name(
    graph: Graph, nid: int, module: Module, name: str, chains: set[tuple[str, ...]]
) -> None:
    """Record what the global `name` of `module` stands for."""
    value = module.space[name]
    if isinstance(value, ModuleType):
        module.names[name] = module_ref(graph, nid, value, chains)
    elif name not in module.names:
        module.names[name] = graph.ref(value, nid, f"`{name}`")


def encode_module(graph: Graph, nid: int, value: Any) -> Node | None:
    """Return the node of a module that is used as a value."""
    if not isinstance(value, ModuleType):
        return None
    ref = module_ref(graph, nid, value, {()})
    return {"t": "same", "v": ref}


def _meant(value: ModuleType) -> ModuleType:
    """Return the module that a lazy one, as `tf.keras` is one, has loaded."""
    real = sys.modules.get(value.__name__)
    spec = vars(value).get("__spec__")
    return real if real is not None and spec is not None and real.__spec__ is spec else value


def module_ref(graph: Graph, nid: int, value: ModuleType, chains: set[tuple[str, ...]]) -> Ref:
    """Return what stands for a module of which `chains` of attributes are used."""
    name = import_name(value)
    if home_of(name or value.__name__) == "project":
        return _project_ref(graph, nid, value, chains)
    module_nid, new = graph.once(value, "module", nid, f"`{value.__name__}`")
    if name is None:
        found = where_is(_meant(value), graph.hint(nid), value.__name__.rpartition(".")[2])
        if found is None:
            graph.problem(nid, f"no import gives the module `{value.__name__}`", "import it inside")
            found = (value.__name__, "")
        graph.uses(found[0])
        graph.nodes[module_nid] = {"t": "global", "module": found[0], "name": found[1]}
        return ["r", module_nid]
    graph.uses(name)
    if new:
        graph.nodes[module_nid] = {"t": "module", "name": name, "also": []}
    also = graph.nodes[module_nid]["also"]
    for submodule in _submodules(name, chains):
        if submodule not in also:
            also.append(submodule)
    return ["r", module_nid]


def _submodules(name: str, chains: set[tuple[str, ...]]) -> list[str]:
    found = []
    for chain in sorted(chains):
        whole = name
        for part in chain:
            whole += "." + part
            if whole not in sys.modules:
                break
            found.append(whole)
    return found


def _project_ref(graph: Graph, nid: int, value: ModuleType, chains: set[tuple[str, ...]]) -> Ref:
    module = graph.module(vars(value))
    if module.project is None:
        module.project = graph.add(nid, f"`{module.name}`")
        graph.nodes[module.project] = {"t": "project", "mod": module.key, "needs": []}
    needs = graph.nodes[module.project]["needs"]
    wanted: dict[str, set[tuple[str, ...]]] = {}
    for chain in chains:
        if chain:
            wanted.setdefault(chain[0], set()).add(chain[1:])
        else:  # the module itself is handed on, so anything in it may be used
            everything = (n for n in module.space if not n.startswith("__"))
            wanted.update({n: {()} for n in everything if n not in needs})
    for name, rest in sorted(wanted.items()):
        if name in module.space:
            if name not in needs:
                needs.append(name)
            bind_name(graph, module.project, module, name, rest)
    return ["r", module.project]


def bind_inner(
    graph: Graph, nid: int, module: Module, node: ast.AST, live: Collection[str] = ()
) -> list[Ref]:
    """Capture what imports inside a function reach, and the files that it opens by name.

    A file goes along where `open`, or a function of a library, is given its name.
    """
    reached = []
    for statement in imports_of(node):
        reached += _inner_import(graph, nid, module, statement)
    for call in readers_of(node, live):
        path = call.path or _text(module, call.variable)
        here = Path(path)
        own = call.chain == ("open",) and "open" not in module.space
        function = None if own else _named(module, node, call.chain)
        if function is not None and _is_installed(function):
            module.reads.add(".".join(call.chain))
            own = True
        if own and is_kept(path):
            graph.opened.add(path)
        elif function is not None and not own:
            continue  # of the project: what it opens is seen in its own source
        elif call.path and (here.is_file() or (call.function == "open" and not here.is_absolute())):
            graph.problem(nid, f'it reads the file "{path}", which stays behind', KEEP)
    return reached


def _text(module: Module, names: tuple[str, ...]) -> str:
    """Return the text, or the path, that a global variable holds; "" where it holds none."""
    value = module.space.get(names[0]) if len(names) == 1 else None
    return os.fspath(value) if isinstance(value, str | PurePath) else ""


def _named(module: Module, node: ast.AST, names: tuple[str, ...]) -> Any:
    """Return what `a.b.c` is, of the module or of an import inside the function."""
    if not names:
        return None
    value = module.space.get(names[0]) or _imported(node).get(names[0])
    for name in names[1:]:
        value = getattr(value, name, None) if value is not None else None
    return value


def _imported(node: ast.AST) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                found[alias.asname or name] = sys.modules.get(name)
        elif isinstance(child, ast.ImportFrom) and not child.level:
            live = sys.modules.get(str(child.module))
            for alias in child.names:
                found[alias.asname or alias.name] = getattr(live, alias.name, None)
    return found


def _is_installed(function: Any) -> bool:
    home = getattr(function, "__module__", None) or type(function).__module__
    return callable(function) and home_of(str(home)) != "project"


def _inner_import(graph: Graph, nid: int, module: Module, wanted: Import) -> list[Ref]:
    name = wanted.module
    if wanted.level:
        package = module.space.get("__package__") or ""
        try:
            name = importlib.util.resolve_name("." * wanted.level + name, package)
        except ImportError:
            return []
    live = sys.modules.get(name)
    if live is None:
        _absent(graph, nid, name, guarded=wanted.guarded)
        return []
    if home_of(name) != "project":
        graph.uses(name)
        return []
    refs = []
    if not wanted.names:
        refs.append(module_ref(graph, nid, live, set()))
        refs.append(module_ref(graph, nid, sys.modules[wanted.bound], set(wanted.chains)))
    for taken in wanted.names:
        if taken == "*":
            refs.append(module_ref(graph, nid, live, {()}))
        elif hasattr(live, taken):
            refs.append(module_ref(graph, nid, live, {(taken,)}))
        elif not wanted.guarded:
            graph.problem(nid, f"`{name}` has no `{taken}`", f"import `{name}.{taken}` first")
    return refs


def _absent(graph: Graph, nid: int, name: str, *, guarded: bool) -> None:
    try:
        spec = importlib.util.find_spec(name.partition(".")[0])
    except (ImportError, ValueError):
        spec = None
    origin = str(getattr(spec, "origin", "") or "")
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or {"site-packages", "dist-packages"} & set(
        Path(origin).parts
    ):
        graph.uses(name) if top in sys.stdlib_module_names else graph.third_party.add(top)
    elif not guarded:
        why = f"it imports `{name}`, which has not been imported yet"
        graph.problem(nid, why, f"import `{name}` before saving, so that it can be captured")
