"""Find the source of a live function or class, as text that compiles to the very same code."""

import __future__

import ast
import inspect
import linecache
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from loadstone.runtime.code_syntax import assigned_name

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


@dataclass
class Source:
    """One file or notebook cell: its lines and every definition in it, by qualified name."""

    filename: str
    lines: list[str]
    found: list[tuple[str, Definition]] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)  # names that its imports bind

    @property
    def compiled_with(self) -> tuple[Sequence[str], ...]:
        """The imports that may have been compiled along with a definition.

        Some versions compile calls on imported names differently. A module is compiled whole; a
        notebook compiles statement by statement, and so do the modules of a bundle.
        """
        return (self.imported, ()) if self.imported else ((),)


@dataclass(frozen=True)
class Slice:
    """The text of one captured statement, and the definition in it."""

    text: str
    statement: ast.stmt
    original: Definition
    source: Source


class NoSource(Exception):  # noqa: N818 - it names what is so, not an error made
    """No source gives the live object; `why` says what was looked at, `supply` what would help."""

    def __init__(self, why: str, supply: str) -> None:
        super().__init__(why)
        self.why = why
        self.supply = supply


class Sources:
    """The files that captured objects come from, each read and parsed once."""

    def __init__(self) -> None:
        self._parsed: dict[str, Source | None] = {}

    def read(self, filename: str, space: dict[str, Any] | None) -> Source | None:
        """Return the parsed file, or None where there is none or it does not parse."""
        if filename not in self._parsed:
            self._parsed[filename] = _parse(filename, space)
        return self._parsed[filename]

    def find(
        self,
        filenames: list[str],
        space: dict[str, Any] | None,
        *,
        name: str,
        line: int | None,
        accept: Callable[[str, Definition, Source], Slice | None],
    ) -> Slice:
        """Return the first definition called `name` that `accept` takes, nearest `line` first."""
        candidates: list[tuple[int, str, Definition, Source]] = []
        for filename in filenames:
            source = self.read(filename, space)
            for qualname, node in source.found if source else ():
                if qualname.rpartition(".")[2] == name:
                    away = 0 if line is None else abs(first_line(node) - line)
                    candidates.append((away, qualname, node, source))  # type: ignore[arg-type]
        if line is None:
            candidates.reverse()
        for _, qualname, node, source in sorted(candidates, key=lambda item: item[0]):
            taken = accept(qualname, node, source)
            if taken is not None:
                return taken
        where = next(iter(filenames), "<unknown>")
        if not any(self.read(file, space) for file in filenames):
            raise NoSource(
                f"its source is not to be found ({where})",
                "define it in a file or a notebook cell, not with `exec` or at a bare prompt",
            )
        raise NoSource(
            f"the source in {where} is not what it was compiled from",
            "restart Python, so that the edited source is what runs, and save again",
        )


def _parse(filename: str, space: dict[str, Any] | None) -> Source | None:
    linecache.checkcache(filename)
    lines = linecache.getlines(filename, space)
    if not lines:
        return None
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return None
    return Source(filename, lines, list(_definitions(tree, "")), sorted(_imported(tree)))


def _imported(tree: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Import | ast.ImportFrom):
            names = [alias.asname or alias.name.partition(".")[0] for alias in child.names]
            yield from (name for name in names if name != "*")
        elif not isinstance(child, Definition):
            yield from _imported(child)


def _definitions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, Definition]]:
    for child in ast.iter_child_nodes(tree):
        inner = prefix
        if isinstance(child, ast.Lambda):
            yield prefix + "<lambda>", child
            inner = prefix + "<lambda>.<locals>."
        elif isinstance(child, ast.ClassDef):
            yield prefix + child.name, child
            inner = prefix + child.name + "."
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + child.name, child
            inner = prefix + child.name + ".<locals>."
        yield from _definitions(child, inner)


def first_line(node: Definition) -> int:
    """Return the line that code objects name as their first: that of the first decorator."""
    decorators = getattr(node, "decorator_list", [])
    return min(node.lineno, *(int(d.lineno) for d in decorators), node.lineno)


def cut(source: Source, node: Definition, factory: str, free: tuple[str, ...]) -> Slice | None:
    """Return `node` as a statement of its own, inside a factory if it is not at the top."""
    if isinstance(node, ast.Lambda):
        segment = ast.get_source_segment("".join(source.lines), node)
        text = f"def {factory}({', '.join(free)}):\n    return (\n{segment}\n    )\n"
    else:
        lines = source.lines[first_line(node) - 1 : node.end_lineno]
        text = "".join(lines)
        if not text.endswith("\n"):
            text += "\n"
        if node.col_offset:
            margin = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
            result = f"{margin}return {node.name}\n"
            text = f"def {factory}({', '.join(free)}):\n{text}{result}"
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return None
    return Slice(text, body[0], node, source) if len(body) == 1 else None


def future_flags(code: CodeType) -> list[str]:
    """Return the `from __future__` imports that `code` was compiled with and that still matter."""
    names = ("annotations", "generator_stop", "barry_as_FLUFL")
    return [n for n in names if code.co_flags & getattr(__future__, n).compiler_flag]


def class_files(cls: type, space: dict[str, Any]) -> list[str]:
    """Return the files that may hold the source of `cls`, the most certain first."""
    found = []
    for value in vars(cls).values():
        code = getattr(inspect.unwrap(_function(value)), "__code__", None)
        if code is not None and code.co_filename not in found:
            found.append(code.co_filename)
    file = space.get("__file__")
    if isinstance(file, str) and file not in found:
        found.append(file)
    if cls.__module__ == "__main__":
        # A class carries no file name; notebook cells are in `linecache`, the newest last.
        found += [f for f in reversed(list(linecache.cache)) if _is_cell(f) and f not in found]
    return [f for f in found if not f.startswith("<string>")]


def _is_cell(filename: str) -> bool:
    return "ipykernel_" in filename or filename.startswith(("<ipython-input", "<python-input"))


def _function(value: Any) -> Any:
    for name in ("fget", "__func__", "func"):
        value = getattr(value, name, None) or value
    return value


def body_names(node: ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, ast.stmt]]:
    """Yield the dotted names that the class body and those nested in it define, with where."""
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + statement.name, statement
        elif isinstance(statement, ast.ClassDef):
            yield prefix + statement.name, statement
            yield from body_names(statement, prefix + statement.name + ".")
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            name = assigned_name(statement)
            if name is not None:
                yield prefix + name, statement
