"""The statements of a script or notebook that define some names, with all that those need.

A model that a script pickled names classes of `__main__`. To have these again, the script is not
run again: its imports, definitions and assignments that are reached are kept, in their order and on
their lines; what trains, prints or writes is not reached.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from loadstone.inputs.capture_names import used_names

Statement = ast.stmt


def sliced(source: str, names: Iterable[str], *, main: bool = True) -> tuple[str, set[str]]:
    """Return what defines `names` at the top level of `source`, and those that nothing defines.

    Of a `main` what stands under `if __name__ == "__main__"` is at the top level too. A statement
    that changes what is kept (`TABLE["a"] = 1`, `TABLE.update(...)` of an assigned name) is kept
    with it, and so is every `import *`.

    Raises `SyntaxError` where `source` is no Python.
    """
    tree = ast.parse(source)
    statements = list(_top(tree.body, main=main))
    bound = [_bound(item) for item in statements]
    wanted = set(names)
    missing = wanted - set().union(*bound)
    kept = {at for at, item in enumerate(statements) if _is_always_kept(item)}
    while True:
        assigned = {name for at in kept if _assigns(statements[at]) for name in bound[at]}
        more = {
            at
            for at, item in enumerate(statements)
            if at not in kept and (bound[at] & wanted or _changes(item) & assigned & wanted)
        }
        if not more:
            break
        kept |= more
        wanted |= set().union(*(_used(statements[at]) for at in more))
    return _text(source, tree, [statements[at] for at in sorted(kept)]), missing


def _top(body: list[Statement], *, main: bool) -> Iterator[Statement]:
    for item in body:
        if isinstance(item, ast.If) and _is_main(item.test):
            yield from _top(item.body if main else item.orelse, main=main)
        else:
            yield item


def _is_main(test: ast.expr) -> bool:
    """Whether it is `__name__ == "__main__"`."""
    sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return named and any(isinstance(s, ast.Constant) and s.value == "__main__" for s in sides)


def _is_always_kept(item: Statement) -> bool:
    return isinstance(item, ast.ImportFrom) and (
        item.module == "__future__" or any(alias.name == "*" for alias in item.names)
    )


def _bound(item: Statement) -> set[str]:
    """Return the names that a statement gives a value at the top level."""
    if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {item.name}
    if isinstance(item, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.partition(".")[0] for alias in item.names}
    found = set()
    for node in _shallow(item):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.stmt) and node is not item:
            found |= _bound(node)
    return found


def _shallow(item: ast.AST) -> Iterator[ast.AST]:
    """Yield what is below a statement, without what has a scope of its own."""
    own = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    for node in ast.iter_child_nodes(item):
        yield node
        if not isinstance(node, own + comprehensions):
            yield from _shallow(node)


def _assigns(item: Statement) -> bool:
    return not isinstance(
        item,
        (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
    )


def _changes(item: Statement) -> set[str]:
    """Return the names of values that a statement changes in place."""
    if isinstance(item, ast.Expr) and isinstance(item.value, ast.Call):
        func = item.value.func
        return {_root(func)} if isinstance(func, ast.Attribute) else set()
    if isinstance(item, ast.Assign):
        targets = item.targets
    elif isinstance(item, (ast.AugAssign, ast.AnnAssign)):
        targets = [item.target]
    else:
        targets = item.targets if isinstance(item, ast.Delete) else []
    return {_root(part) for part in targets if isinstance(part, (ast.Attribute, ast.Subscript))}


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _used(item: Statement) -> set[str]:
    """Return the global names that a statement reads, in what it defines too."""
    alone = ast.Module(body=[item], type_ignores=[])
    return set(used_names(compile(alone, "<statement>", "exec", dont_inherit=True)).chains)


def _text(source: str, tree: ast.Module, kept: list[Statement]) -> str:
    """Return the source of the statements, each on its lines where it has them for itself."""
    lines = source.splitlines(keepends=True)
    held = {line for item in kept for line in _lines(item)}
    others = [item for item in tree.body if item not in kept]
    if any(held.intersection(_lines(item)) for item in others):  # or it stands in what is not kept
        return ast.unparse(ast.Module(body=kept, type_ignores=[])) + "\n"
    return (
        "".join(line if at in held else "\n" for at, line in enumerate(lines, start=1)).rstrip()
        + "\n"
    )


def _lines(item: Statement) -> range:
    """Return the lines of a statement, from its first decorator on."""
    decorators = getattr(item, "decorator_list", [])
    first = min([item.lineno, *(node.lineno for node in decorators)])
    return range(first, (item.end_lineno or item.lineno) + 1)
