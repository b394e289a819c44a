"""The global names that code reads, the imports inside it, and its calls that read files."""

import ast
import dis
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from types import CodeType

from loadstone.runtime.code_syntax import PATHS, READERS, assigned_name, names_of, writes

READS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS", "LOAD_CLASSDEREF"}
ATTRIBUTES = {"LOAD_ATTR", "LOAD_METHOD"}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
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


@dataclass(frozen=True)
class Reader:
    """A call inside a function that may read a file."""

    function: str  # its last name
    chain: tuple[str, ...]  # all its names, empty where it is of something computed
    path: str  # the text that it is given, "" where that is computed
    variable: tuple[str, ...]  # the names of what it is given, where that is a variable


def readers_of(node: ast.AST, live: Collection[str] = ()) -> list[Reader]:
    """Return the calls below `node` that may read a file.

    Defaults and decorators, and the attributes of a class in `live`, are captured as what they are.
    """
    found = []
    for call in (child for part in _run(node, live) for child in ast.walk(part)):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg in PATHS)]
        if name not in READERS or not given or writes(call, 1):
            continue
        text = given[0].value if isinstance(given[0], ast.Constant) else ""
        path = text if isinstance(text, str) else ""
        found.append(Reader(name, names_of(call.func), path, names_of(given[0])))
    return found


def _run(node: ast.AST, live: Collection[str]) -> Iterator[ast.AST]:
    """Yield what of a definition runs where it is loaded."""
    if isinstance(node, ast.Lambda):
        yield node.body
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from node.body
    elif isinstance(node, ast.ClassDef):
        for statement in node.body:
            if isinstance(statement, Definition):
                yield from _run(statement, ())
            elif assigned_name(statement) not in live:
                yield statement
    else:
        yield node


def annotation_names(node: ast.AST) -> set[str]:
    """Return the names that occur in annotations below `node`."""
    found: set[str] = set()
    for child in ast.walk(node):
        for part in (getattr(child, "annotation", None), getattr(child, "returns", None)):
            if isinstance(part, ast.AST):
                found |= {n.id for n in ast.walk(part) if isinstance(n, ast.Name)}
    return found
