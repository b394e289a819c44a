"""Read the classes of a package from its text, without importing it.

Importing hundreds of libraries in several versions takes hours and everything that they depend on.
What stands in the text is enough where every base of a class can be followed through the imports
to a class whose text is here too, or to one of Python's own that is known. A class that cannot be
followed so, or that something is done to (an unknown decorator, a metaclass), is left out.
"""

import ast
import collections
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from audited_collect import LOOKED_UP, SKIPPED

Told = dict[str, Any]
Path_ = tuple[str, str]  # module and name

# classes of Python's own that have no hook, by where they are imported from; whether one may be a
# key of a dictionary without running anything
_BARE = (
    "object dict list set tuple str int float frozenset abc.ABC typing.Generic typing.Protocol "
    "typing_extensions.Protocol typing_extensions.Generic"
)
_ABSTRACT = (
    "Mapping MutableMapping Sequence MutableSequence Iterable Iterator Callable Sized Container "
    "Collection Hashable Set MutableSet Dict List OrderedDict Counter defaultdict UserDict UserList"
)
PLAIN = {
    **dict.fromkeys(_BARE.split(), ""),
    **{
        f"{module}.{name}": "own"
        for module in ("collections.abc", "collections", "typing")
        for name in _ABSTRACT.split()
    },
}
ENUMS = {f"enum.{name}" for name in ("Enum", "IntEnum", "Flag", "IntFlag", "StrEnum")}
NAMED = {"typing.NamedTuple", "collections.namedtuple", "namedtuple"}
DECORATORS = {
    "dataclass", "dataclasses.dataclass", "total_ordering", "functools.total_ordering", "final",
    "typing.final", "attr.s", "attr.attrs", "attrs.define", "attr.define", "define", "attrs.frozen",
}  # fmt: skip
HOOKS = (*LOOKED_UP, "__new__", "__dict__", "__array_finalize__", "_missing_")
BARE: Told = {
    "bases": [],
    "plain": True,
    "hooks": {},
    "setters": [],
    "keys": False,
    "changed": False,
}
CHANGED = ("__setitem__", "append", "extend", "add")


def read(folder: Path, package: str) -> dict[str, Told]:
    """Return what each module of a package imports and defines."""
    found = {}
    root = folder / package.replace(".", "/")
    paths = sorted(root.rglob("*.py")) if root.is_dir() else [root.with_suffix(".py")]
    for path in paths:
        parts = path.relative_to(folder).with_suffix("").parts
        names = parts[:-1] if parts[-1] == "__init__" else parts
        if SKIPPED.intersection(part.lower() for part in parts[1:]) or not path.exists():
            continue
        if all(part.isidentifier() for part in names):
            told = _module(path, ".".join(names), is_package=parts[-1] == "__init__")
            if told is not None:
                found[".".join(names)] = told
    return found


def _module(path: Path, name: str, *, is_package: bool) -> Told | None:
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError):
        return None
    told: Told = {"names": {}, "stars": [], "classes": {}}
    _names(tree, told, name, is_package=is_package)
    _defined(tree, told, path.read_text("utf-8"))
    return told


def _names(tree: ast.Module, told: Told, name: str, *, is_package: bool) -> None:
    """Note what a module imports and assigns."""
    for node in _statements(tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                told["names"][local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, name, is_package=is_package)
            for alias in node.names:
                if alias.name == "*":
                    told["stars"].append(base)
                else:
                    told["names"][alias.asname or alias.name] = f"{base}.{alias.name}"
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    told["names"][target.id] = _dotted(node.value) or "?"
                    if _is_named_tuple(node.value, target.id):
                        told["classes"][target.id] = {**BARE, "bases": ["collections.namedtuple"]}


def _defined(tree: ast.Module, told: Told, text: str) -> None:
    """Note the classes that a module defines once, and does nothing more to."""
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            told["classes"].pop(statement.name, None)
            _class(statement, "", told["classes"], text)
            told["names"].pop(statement.name, None)
    for node in _statements(tree.body):
        for changed in _changed(node):
            told["classes"].pop(changed, None)
    named = collections.Counter(
        node.name
        for node in _statements(tree.body)
        if isinstance(node, (ast.ClassDef, ast.FunctionDef))
    )
    for other in {name for name, count in named.items() if count > 1}:
        told["classes"].pop(other, None)
        told["names"][other] = "?"


def _is_named_tuple(node: ast.expr, name: str) -> bool:
    if not isinstance(node, ast.Call) or _dotted(node) != "collections.namedtuple" or not node.args:
        return False
    plain = not any(word.arg == "module" for word in node.keywords)
    return plain and isinstance(node.args[0], ast.Constant) and node.args[0].value == name


def _changed(node: ast.stmt) -> set[str]:
    """Return the names whose attributes a statement sets, or that `setattr` is given."""
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {_dotted(item.value) for item in targets if isinstance(item, ast.Attribute)}
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return {_dotted(item) for item in node.value.args}
    return set()


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that a module runs, also those under a condition."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            for part in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from _statements(handler.body)


def _base(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + is_package]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _dotted(node: ast.AST) -> str:
    """Return a dotted name; of `Generic[T]`, that of `Generic`."""
    if isinstance(node, ast.Subscript):
        return _dotted(node.value)
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        of = _dotted(node.value)
        return of and f"{of}.{node.attr}"
    if isinstance(node, ast.Call) and _dotted(node.func) in (
        "namedtuple",
        "collections.namedtuple",
    ):
        return "collections.namedtuple"
    return ""


def _class(node: ast.ClassDef, within: str, classes: dict[str, Told], text: str) -> None:
    """Note a class and those inside it."""
    bases, metas = node.bases, list(node.keywords)
    if (
        len(bases) == 1
        and isinstance(bases[0], ast.Call)
        and _dotted(bases[0].func).endswith("with_metaclass")
    ):
        metas, bases = [ast.keyword("metaclass", bases[0].args[0])], bases[0].args[1:]
    plain = all(
        word.arg is not None
        and (word.arg != "metaclass" or _dotted(word.value) in ("ABCMeta", "abc.ABCMeta"))
        for word in metas
    )
    decorated = [
        _dotted(item.func if isinstance(item, ast.Call) else item) for item in node.decorator_list
    ]
    own: dict[str, str] = {}
    setters = {"_"} if decorated else set()  # what a decorator adds is not known
    plain = _body(node, own, setters, text) and plain
    qualname = within + node.name
    classes[qualname] = {
        "bases": [_dotted(base) for base in bases],
        "plain": plain and not {name for name in decorated if name not in DECORATORS},
        "hooks": {name: own[name] for name in HOOKS if name in own},
        "setters": sorted(setters),
        "keys": bool({"__hash__", "__eq__"} & set(own)) or bool(decorated),
        "changed": bool(set(CHANGED) & set(own)),
    }
    for part in node.body:
        if isinstance(part, ast.ClassDef):
            _class(part, qualname + ".", classes, text)


def _body(node: ast.ClassDef, own: dict[str, str], setters: set[str], text: str) -> bool:
    """Note what the body of a class defines; tell whether it only does that."""
    plain = True
    for part in _statements(node.body):
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
            read = part.name in HOOKS and not part.decorator_list
            own[part.name] = (ast.get_source_segment(text, part) or "") if read else ""
            if any(_dotted(item).endswith(".setter") for item in part.decorator_list):
                setters.add(part.name)
        elif isinstance(part, (ast.Assign, ast.AnnAssign)):
            for target in part.targets if isinstance(part, ast.Assign) else [part.target]:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        own[name.id] = ""
                        if isinstance(part.value, ast.Call):
                            setters.add(name.id)
        elif isinstance(part, ast.For):
            own.update(
                {name.id: "" for name in ast.walk(part.target) if isinstance(name, ast.Name)}
            )
        elif isinstance(part, ast.Expr):
            plain = plain and (isinstance(part.value, ast.Constant) or _is_change(part.value, own))
        elif isinstance(part, (ast.Import, ast.ImportFrom, ast.Delete, ast.While)):
            plain = False
    return plain


def _is_change(node: ast.expr, own: dict[str, str]) -> bool:
    """Whether an expression changes a container that the class made, such as its constraints."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    changed = node.func.attr in ("pop", "update", "append", "extend")
    return changed and isinstance(node.func.value, ast.Name) and node.func.value.id in own


class Texts:
    """The modules of many packages, in whichever versions were read, and what stands in them."""

    def __init__(self, modules: dict[str, list[Told]]) -> None:
        self.modules = modules
        self.known: dict[Path_, str] = {}

    def find(self, module: str, name: str, depth: int = 0) -> str:
        """Return where a name of a module is defined, as `module:Class`, or a name of Python's."""
        if depth > 12:
            return ""
        if (module, name) not in self.known:
            self.known[module, name] = ""  # where it leads back to itself
            self.known[module, name] = self._find(module, name, depth)
        return self.known[module, name]

    def _find(self, module: str, name: str, depth: int) -> str:
        first, _, rest = name.partition(".")
        for told in self.modules.get(module, ()):
            if name in told["classes"]:
                return f"{module}:{name}"
            if first in told["names"]:
                given = told["names"][first]
                dotted = given + ("." + rest if rest else "")
                if dotted == name and "." not in dotted:
                    return "" if dotted not in PLAIN else dotted
                return self.place(dotted, module, depth + 1)
        for told in self.modules.get(module, ()):
            for star in told["stars"]:
                found = self.find(star, name, depth + 1)
                if found and ":" in found:
                    return found
        return name if name in PLAIN else ""

    def place(self, dotted: str, module: str, depth: int) -> str:
        """Return where a dotted name is defined."""
        if dotted in PLAIN or dotted in ENUMS or dotted in NAMED:
            return dotted
        if "." not in dotted:
            return self.find(module, dotted, depth) if dotted != "?" else ""
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            held = ".".join(parts[:cut])
            if held in self.modules:
                return self.find(held, ".".join(parts[cut:]), depth)
        return ""


def tell(texts: Texts, package: str, version: str, modules: dict[str, Told]) -> Told:
    """Return what `audited_collect` tells, of the classes that can be followed."""
    classes: dict[str, dict[str, Told]] = {}
    sources: dict[str, str] = {}
    for module, told in modules.items():
        for name in told["classes"]:
            held = _told(texts, module, name, told["classes"][name], sources)
            if held is not None:
                classes.setdefault(module, {})[name] = held
    return {
        "package": package, "version": version, "classes": classes, "sources": sources,
        "functions": {}, "ufuncs": {}, "from": "text",
    }  # fmt: skip


def _told(texts: Texts, module: str, name: str, own: Told, sources: dict[str, str]) -> Told | None:
    """Return what making and filling an object of a class runs, in whichever of its bases."""
    seen = {f"{module}:{name}"}
    waiting = [(module, name, own)]
    roots: set[str] = set()
    hooks: list[str] = []
    setters: set[str] = set()
    keys = changed = False
    while waiting:
        where, called, held = waiting.pop()
        if not held["plain"]:
            return None
        for hook, text in held["hooks"].items():
            path = f"{where}.{called}.{hook}"
            hooks.append(path)
            if sources.setdefault(path, text) != text:
                sources[path] = ""
        setters |= set(held["setters"])
        keys, changed = keys or held["keys"], changed or held["changed"]
        for base in held["bases"]:
            found = texts.find(where, base) if base else ""
            if not found:
                return None
            if ":" not in found:
                roots.add(found)
            elif found not in seen:
                seen.add(found)
                there, _, inside = found.partition(":")
                waiting += [
                    (there, inside, told["classes"][inside])
                    for told in texts.modules[there]
                    if inside in told["classes"]
                ]
    if roots & ENUMS:
        made = [hook for hook in hooks if hook.endswith("._missing_")]
        return {"kind": "enum", "hooks": made, "keys": "own" if keys else ""}
    hooks = [hook for hook in hooks if not hook.endswith("._missing_")]
    return {
        "kind": "class",
        "hooks": hooks,
        "below": hooks,
        "setters": sorted(setters),
        "keys": "own" if keys or any(PLAIN.get(root) == "own" for root in roots) else "",
        "named": bool(roots & NAMED),
        "items": bool(roots & {"dict", "list", "set"}) and not changed,
    }
