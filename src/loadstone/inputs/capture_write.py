"""Write what was captured: generated modules, the table of values, the index."""

import hashlib
import json
import platform
from typing import Any

from loadstone.runtime.code import INDEX, SCHEMA

from .capture_arrays import write_arrays
from .capture_graph import Graph, Module, Node, Ref

VALUES = "code/data/values.json"


def write(graph: Graph, roots: dict[str, Ref]) -> dict[str, bytes]:
    """Return every file of the capture by its relative name."""
    files = write_arrays(graph)
    modules = sorted(graph.modules.values(), key=lambda module: module.key)
    entries = []
    for module in modules:
        package = module.package or any(m.key.startswith(module.key + ".") for m in modules)
        name = f"code/{module.key.replace('.', '/')}{'/__init__' if package else ''}.py"
        files[name] = _text(graph, module).encode()
        entries.append(
            {
                "key": module.key,
                "name": module.name,
                "file": name,
                "package": package,
                "names": module.names,
                "reads": sorted(module.reads),
            }
        )
    files[VALUES] = ("[\n" + ",\n".join(map(_json, graph.nodes)) + "\n]\n").encode()
    index = {
        "schema": SCHEMA,
        "python": platform.python_version(),
        "roots": {name: {"ref": ref, "at": _place(graph, ref)} for name, ref in roots.items()},
        "modules": entries,
        "values": VALUES,
        "third_party": sorted(graph.third_party),
        "stdlib": sorted(graph.stdlib),
        "problems": [vars(problem) for problem in graph.problems],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    files[INDEX] = (json.dumps(index, indent=1, allow_nan=False) + "\n").encode()
    return files


def _json(node: Node) -> str:
    return json.dumps(node, allow_nan=False, separators=(",", ":"))


def _place(graph: Graph, ref: Ref) -> str | None:
    """`module:qualname` of a root that is a function or class of the project."""
    node = graph.nodes[ref[1]] if isinstance(ref, list) and ref[0] == "r" else {}
    if node.get("t") in ("function", "class"):
        names = {module.key: module.name for module in graph.modules.values()}
        return f"{names[node['mod']]}:{node['qualname']}"
    if node.get("t") == "global":
        return f"{node['module']}:{node['name']}"
    return None


def _text(graph: Graph, module: Module) -> str:
    """Return the generated module; its import lines tell readers what the names are."""
    head = [f"# Captured by Loadstone from `{module.name}`: the definitions that are needed."]
    head.append("# Names are bound, and default values set, from index.json beside the modules.")
    lines = []
    if module.flags:
        lines.append(f"from __future__ import {', '.join(sorted(module.flags))}\n")
    comments: list[str] = []
    for name, ref in sorted(module.names.items()):
        line = _import_line(graph, module, name, ref)
        (comments if line.startswith("#") else lines).append(line + "\n")
    for node in module.owners:
        node["stmt"] += len(lines)
    parts = ["\n".join(head) + "\n\n", *lines, *comments]
    return "".join(parts) + "".join("\n\n" + text for text in module.statements)


def _import_line(graph: Graph, module: Module, name: str, ref: Ref) -> str:
    node: dict[str, Any] = graph.nodes[ref[1]] if isinstance(ref, list) and ref[0] == "r" else {}
    kind = node.get("t", "a constant")
    if kind == "module":
        return f"import {node['name']}" + (f" as {name}" if node["name"] != name else "")
    if kind == "global" and "." not in node["name"]:
        given = node["name"] if node["name"] == name else f"{node['name']} as {name}"
        return f"from {node['module']} import {given}"
    if kind in ("function", "class") and node["mod"] != module.key:
        given = node["qualname"].rpartition(".")[2]
        if given.isidentifier():
            return f"from {node['mod']} import {given}" + (f" as {name}" if given != name else "")
    place = f"value {ref[1]}" if node else "kept"
    return f"# {name}: {kind}, {place}"
