"""The global names that code reads, the imports inside it, and the files that it opens by name."""

import ast
import dis
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType

READS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS", "LOAD_CLASSDEREF"}
ATTRIBUTES = {"LOAD_ATTR", "LOAD_METHOD"}
OPENERS = {"open", "Path", "PurePath"}
LOADERS = {"load", "loadtxt", "genfromtxt", "fromfile", "memmap", "imread", "read_csv"}
LOADERS |= {"read_json", "read_parquet", "read_pickle", "read_text", "read_bytes", "from_file"}
OWN = {
    *("__name__", "__doc__", "__package__", "__spec__", "__loader__", "__builtins__", "__path__"),
    *("__annotations__", "__debug__", "__module__", "__qualname__", "__classdict__", "__class__"),
    *("__conditional_annotations__", "__loadstone_live__", "super"),
}


@dataclass
class Used:
    """Global names with the attribute chains read from each (`()` where it is used as it is)."""

    chains: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)


def used_names(code: CodeType) -> Used:
    """Return what `code`, with all code nested in it, reads from and stores to its globals."""
    used = Used()
    pending = [code]
    while pending:
        current = pending.pop()
        _scan(current, used)
        pending += [const for const in current.co_consts if isinstance(const, CodeType)]
    for name in OWN:
        used.chains.pop(name, None)
    return used


def _scan(code: CodeType, used: Used) -> None:
    steps = list(dis.get_instructions(code))
    local: set[str] = set()
    for at, step in enumerate(steps):
        if step.opname == "STORE_NAME":
            local.add(step.argval)
        elif step.opname == "STORE_GLOBAL":
            used.stored.add(step.argval)
        elif step.opname in READS and step.argval not in local:
            if step.argval in code.co_freevars:
                continue
            chain = []
            for follower in steps[at + 1 :]:
                if follower.opname not in ATTRIBUTES:
                    break
                chain.append(follower.argval)
            used.chains.setdefault(step.argval, set()).add(tuple(chain))


@dataclass(frozen=True)
class Import:
    """One import statement inside a function: an absolute module and the names taken from it."""

    module: str
    names: tuple[str, ...]  # empty for `import module`
    level: int
    guarded: bool  # inside `try`, so that its failure is expected
    bound: str = ""  # the module that `import module` binds a name to
    chains: tuple[tuple[str, ...], ...] = ()  # what is read from it, for `import module`


def imports_of(node: ast.AST) -> list[Import]:
    """Return the import statements anywhere below `node`."""
    found = []
    reads = list(_attribute_chains(node))
    for child, guarded in _walk(node, guarded=False):
        if isinstance(child, ast.ImportFrom):
            names = tuple(alias.name for alias in child.names)
            found.append(Import(child.module or "", names, child.level, guarded))
        elif isinstance(child, ast.Import):
            for alias in child.names:
                top = alias.name.partition(".")[0]
                local = alias.asname or top
                chains = tuple(chain for name, chain in reads if name == local)
                bound = alias.name if alias.asname else top
                found.append(Import(alias.name, (), 0, guarded, bound, chains))
    return found


def _walk(node: ast.AST, *, guarded: bool) -> Iterator[tuple[ast.AST, bool]]:
    yield node, guarded
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, guarded=guarded or isinstance(node, ast.Try))


def _attribute_chains(node: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    inside: set[int] = set()
    for child in ast.walk(node):
        if id(child) in inside:
            continue
        chain: list[str] = []
        below: ast.AST = child
        while isinstance(below, ast.Attribute):
            chain.insert(0, below.attr)
            below = below.value
            inside.add(id(below))
        if isinstance(below, ast.Name) and (below is not child or isinstance(child, ast.Name)):
            yield below.id, tuple(chain)


def opened_files(node: ast.AST) -> list[tuple[str, str, bool]]:
    """Return (function, path, whether it is no method) of calls that read a file named as such."""
    found = []
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        first = call.args[0]
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            continue
        function = call.func
        name = getattr(function, "id", getattr(function, "attr", ""))
        if name in OPENERS | LOADERS and not _writes(call):
            found.append((name, first.value, isinstance(function, ast.Name)))
    return found


def _writes(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "mode")]
    return any(
        isinstance(m, ast.Constant) and isinstance(m.value, str) and set(m.value) & set("wax")
        for m in modes
    )


def annotation_names(node: ast.AST) -> set[str]:
    """Return the names that occur in annotations below `node`."""
    found: set[str] = set()
    for child in ast.walk(node):
        for part in (getattr(child, "annotation", None), getattr(child, "returns", None)):
            if isinstance(part, ast.AST):
                found |= {n.id for n in ast.walk(part) if isinstance(n, ast.Name)}
    return found
