"""Compile captured statements: without defaults and decorators, with live class attributes."""

import __future__

import ast
import copy
import types
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .code_values import CodeUnavailable

LIVE = "__loadstone_live__"  # the name under which a class body finds its captured attributes
PLACE = "__loadstone_place__"  # and a call that reads a file, where a kept one lies
# Functions that take the name of a file first, or as one of these arguments.
READERS = {
    *("open", "Path", "PurePath", "load", "loadtxt", "genfromtxt", "fromfile", "memmap", "imread"),
    *("load_npz", "loadmat", "exists", "isfile", "getsize", "read_csv", "read_table", "read_fwf"),
    *("read_json", "read_parquet", "read_feather", "read_orc", "read_excel", "read_pickle"),
    *("read_text", "read_bytes", "from_file", "load_file", "safe_open"),
    *("SentencePieceProcessor", "InferenceSession"),
}
PATHS = {
    *("file", "fname", "filename", "path", "fp", "io", "filepath_or_buffer", "path_or_buf"),
    *("path_or_bytes", "model_file", "file_name"),
}
METHODS = ("open", "read_text", "read_bytes", "exists", "is_file")  # of a path that names a file


def definition(statement: Any) -> Any:
    """Return the definition that a captured statement holds: itself, or what its factory makes."""
    if statement.__class__.__name__ == "FunctionDef" and statement.name.startswith("_loadstone_"):
        first = statement.body[0]
        return first.value if isinstance(first, ast.Return) else first
    return statement


def function_code(
    statement: Any, filename: str, flags: List[str], imported: Sequence[str] = ()
) -> Any:
    """Return the code of a captured function, without defaults, decorators, annotations.

    `imported` names what its module imports: some versions compile calls on those differently.
    """
    statement = copy.deepcopy(statement)
    target = definition(statement)
    _bare_signature(target)
    if not isinstance(target, ast.Lambda):
        target.decorator_list = []
        target.returns = None
        for arg in _arguments(target.args):
            arg.annotation = None
    code = _compile(statement, filename, flags, imported)
    name = getattr(target, "name", "<lambda>")
    for found in _codes(code):
        if found.co_name == name and found is not code:
            return found
    raise CodeUnavailable(name, "is not in its captured source")


def class_code(
    statement: Any, filename: str, node: Dict[str, Any], imported: Sequence[str] = ()
) -> Any:
    """Return the code of a class statement that reads captured attributes, without defaults."""
    statement = copy.deepcopy(statement)
    _replace(definition(statement), "", node["live"], node["methods"])
    return _compile(statement, filename, node["flags"], imported)


def names_of(node: Any) -> Tuple[str, ...]:
    """Return the names of `a.b.c`, none where it is something else."""
    names: List[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return (node.id, *names) if isinstance(node, ast.Name) else ()


def place_files(body: List[ast.stmt], calls: Sequence[str]) -> None:
    """Let these calls, each `a.b.c`, ask `PLACE` where the file lies that they are given.

    So do methods of paths, whatever these are made of; `PLACE` gives back what is no path.
    """
    for call in (child for statement in body for child in ast.walk(statement)):
        if not isinstance(call, ast.Call):
            continue
        if ".".join(names_of(call.func)) not in calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in METHODS:
                call.func.value = call.func.value if writes(call, 0) else _placed(call.func.value)
            continue
        if call.args and not isinstance(call.args[0], ast.Starred):
            call.args[0] = _placed(call.args[0])
        for keyword in call.keywords:
            if keyword.arg in PATHS:
                keyword.value = _placed(keyword.value)


def writes(call: Any, at: int) -> bool:
    """Whether a call opens a file to write it; `at` is the argument that says so."""
    modes = call.args[at : at + 1] + [item.value for item in call.keywords if item.arg == "mode"]
    texts = [getattr(mode, "value", getattr(mode, "s", None)) for mode in modes]
    return any(isinstance(text, str) and bool(set(text) & set("wax+")) for text in texts)


def _placed(given: Any) -> Any:
    name = ast.copy_location(ast.Name(PLACE, ast.Load()), given)
    return ast.copy_location(ast.Call(name, [given], []), given)


def raw_function(cls: Any, path: str) -> Any:
    """Return the plain function at `path` in a class, below properties and wrappers."""
    value = cls
    for part in path.split("."):
        value = vars(value)[part]
    while not isinstance(value, types.FunctionType) or hasattr(value, "__wrapped__"):
        for name in ("fget", "__func__", "func", "__wrapped__"):
            if getattr(value, name, None) is not None:
                value = getattr(value, name)
                break
        else:
            raise CodeUnavailable(path, "is no function below its decorators")
    return value


def _replace(body_of: Any, prefix: str, live: Dict[str, Any], methods: Dict[str, Any]) -> None:
    for statement in body_of.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if prefix + statement.name in methods:
                _bare_signature(statement)
        elif isinstance(statement, ast.ClassDef):
            _replace(statement, prefix + statement.name + ".", live, methods)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            path = prefix + str(assigned_name(statement))
            if path in live:
                value = ast.parse("{}[{!r}]".format(LIVE, path), mode="eval").body
                statement.value = ast.copy_location(value, statement)
                ast.fix_missing_locations(statement)


def assigned_name(statement: Any) -> Optional[str]:
    """Return the one plain name that an assignment binds, or None."""
    if isinstance(statement, ast.AnnAssign):
        targets: List[Any] = [statement.target] if statement.value is not None else []
    else:
        targets = getattr(statement, "targets", [])
    if len(targets) == 1 and isinstance(targets[0], ast.Name):
        return targets[0].id
    return None


def _bare_signature(target: Any) -> None:
    none = ast.parse("None", mode="eval").body
    args = target.args
    args.defaults = [ast.copy_location(copy.copy(none), old) for old in args.defaults]
    args.kw_defaults = [old and ast.copy_location(copy.copy(none), old) for old in args.kw_defaults]


def _arguments(args: Any) -> Iterator[Any]:
    for arg in getattr(args, "posonlyargs", []) + args.args + args.kwonlyargs:
        yield arg
    for arg in (args.vararg, args.kwarg):
        if arg is not None:
            yield arg


def _compile(statement: Any, filename: str, flags: List[str], imported: Sequence[str] = ()) -> Any:
    module = ast.parse("".join("import x as {}\n".format(name) for name in imported))
    module.body.append(statement)
    mask = 0
    for name in flags:
        mask |= getattr(getattr(__future__, name, None), "compiler_flag", 0)
    return compile(module, filename, "exec", flags=mask, dont_inherit=True)


def _codes(code: Any) -> Iterator[Any]:
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            for inner in _codes(const):
                yield inner
