"""Read the classes of a package from its text, without importing it.

Importing hundreds of libraries in several versions takes hours and everything that they depend on.
What stands in the text is enough where every base of a class can be followed through the imports
to a class whose text is here too, or to one of Python's own that is known. A class that cannot be
followed so is left out; and one that something is done to by a decorator or a metaclass, unless
that was read by a person, or its text says nothing of the methods that unpickling looks up.
"""

import ast
import collections
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from audited_collect import LOOKED_UP, SKIPPED

sys.path.append(str(Path(__file__).parent.parent / "src"))
audited_torch = importlib.import_module("loadstone.runtime.audited_torch")

Told = dict[str, Any]
Path_ = tuple[str, str]  # module and name

# classes of Python's own that have no hook, by where they are imported from; whether one may be a
# key of a dictionary without running anything
_BARE = (
    "object dict list set tuple str int float frozenset abc.ABC typing.Generic "
    "typing.Protocol typing_extensions.Protocol typing_extensions.Generic json.JSONEncoder "
    "torch.utils.data.Dataset torch.utils.data.Sampler torch.utils.data.sampler.Sampler "
    "torch.autograd.Function torch.distributions.Distribution "
    "torch.distributions.distribution.Distribution torch.distributions.Normal "
    "torch.distributions.LogNormal torch.distributions.Gamma "
    "torch.distributions.MultivariateNormal torch.distributions.Uniform "
    "torch.distributions.Beta torch.distributions.transforms.Transform "
    "torch.distributions.Transform contextlib.AbstractContextManager contextlib.ContextDecorator"
)
_ABSTRACT = (
    "Mapping MutableMapping Sequence MutableSequence Iterable Iterator Callable Sized Container "
    "Collection Hashable Set MutableSet Dict List OrderedDict Counter defaultdict UserDict UserList"
)
PLAIN = {
    **dict.fromkeys(_BARE.split(), ""),
    **{f"builtins.{name}": "" for name in ("object", "dict", "list", "set", "tuple", "str", "int")},
    "collections.deque": "own",
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
    "typing.final", "runtime_checkable", "typing.runtime_checkable", "attr.s", "attr.attrs",
    "attrs.define", "attr.define", "define", "attrs.frozen",
    # of libraries, each of which was read: they set texts, or wrap `__init__`
    "transformers.utils.add_end_docstrings", "transformers.utils.add_start_docstrings",
    "transformers.utils.auto_docstring", "transformers.file_utils.add_end_docstrings",
    "transformers.file_utils.add_start_docstrings", "nltk.compat.python_2_unicode_compatible",
    "pandas.util._decorators.set_module", "optuna._experimental.experimental_class",
    "optuna._experimental.experimental", "optuna._deprecated.deprecated_class",
    "dataclasses_json.dataclass_json", "mne.utils.fill_doc",
    "imblearn.utils.Substitution", "imblearn.utils._docstring.Substitution",
    "feature_engine._docstrings.substitute.Substitution",
    # they note the class or its names somewhere else, or warn when it is made by a call
    "enum.unique", "unique", "typing_extensions.dataclass_transform", "typing.dataclass_transform",
    "typing_extensions.deprecated", "warnings.deprecated", "print",
    "typing_extensions.runtime_checkable", "typing_extensions.final",
    "tensorflow.python.util.tf_export.keras_export", "keras.src.api_export.keras_export",
    "keras.api_export.keras_export", "keras_core.api_export.keras_core_export",
    "tf_keras.api_export.keras_export",
    *(
        f"jax.tree_util.register_{what}"
        for what in (
            "static", "dataclass", "pytree_node", "pytree_with_keys", "pytree_node_class",
            "pytree_with_keys_class",
        )
    ),
    *(
        f"langchain_core._api.{name}"
        for name in ("deprecated", "deprecation.deprecated", "beta", "beta_decorator.beta")
    ),
}  # fmt: skip
# metaclasses that leave alone what makes an object and fills it, each of which was read
METAS = {
    "ABCMeta", "abc.ABCMeta", "river.base.estimator:EstimatorMeta",
    "paramz.parameterized:ParametersChangedMeta",
}  # fmt: skip
# classes of torch that others derive from, and what filling one of them runs
TORCH = {
    f"torch.nn.{name}" for names in audited_torch.MODULES.values() for name in names.split()
} | {
    f"{module}.{name}" for module, names in audited_torch.MODULES.items() for name in names.split()
}
MODULE = [
    f"torch.nn.modules.module.Module.{name}"
    for name in ("__setstate__", "__getattr__", "__setattr__")
]
# classes of others that derive from them by the hundred, and what filling one of them runs
ROOTS = {
    **{
        f"{module}{name}": [
            f"pydantic.{part}main.BaseModel.{hook}"
            for hook in ("__setstate__", "__setattr__", *(["__getattr__"] * (not part)))
        ]
        for part, modules in (("", ("pydantic.main", "pydantic")), ("v1.", ("pydantic.v1.main",)))
        for module in modules
        for name in (":BaseModel", ".BaseModel")
    },
    **{
        f"torch.optim.{name}": ["torch.optim.optimizer.Optimizer.__setstate__"]
        for name in ("Optimizer", "optimizer.Optimizer")
    },
}
HOOKS = (*LOOKED_UP, "__new__", "__dict__", "__array_finalize__", "_missing_")
BETWEEN = "\f"  # the texts that a method has in several versions
ADDED = (*LOOKED_UP, "__array_finalize__", "__new__(")  # whose text speaks of them may add one
READ = SKIPPED - {"distributed"}  # others derive from what stands there
BARE: Told = {
    "bases": [],
    "plain": True,
    "calm": False,
    "metas": [],
    "decorators": [],
    "hooks": {},
    "setters": [],
    "keys": [],
    "changed": False,
    "defined": {},
    "kept": [],
}
EMPTY: Told = {"names": {}, "stars": [], "classes": {}, "functions": []}
LOUD = frozenset(
    [
        "open",
        "exec",
        "eval",
        "compile",
        "__import__",
        "import_module",
        "load_module",
        "system",
        "popen",
        "Popen",
        "check_output",
        "check_call",
        "spawn",
        "fork",
        "load",
        "loads",
        "unpickle",
        "read_pickle",
        "urlopen",
        "urlretrieve",
        "download",
        "read_csv",
        "genfromtxt",
        "loadtxt",
        "fromfile",
        "memmap",
        "save",
        "dump",
        "to_csv",
        "to_pickle",
        "savetxt",
        "tofile",
        "write_text",
        "write_bytes",
        "unlink",
        "remove",
        "rmtree",
        "rename",
        "mkdir",
        "makedirs",
        "chmod",
        "globals",
        "locals",
        "sys",
        "os",
        "subprocess",
        "shutil",
        "socket",
        "pickle",
        "joblib",
        "dill",
        "cloudpickle",
        "ctypes",
        "importlib",
        "requests",
        "urllib",
        "builtins",
        "marshal",
        "shelve",
        "runpy",
        "pty",
        "commands",
        "webbrowser",
        "exit",
        "_exit",
        "input",
        "breakpoint",
        "FunctionType",
        "CodeType",
        "lambdify",
    ]
)
ASKED = {
    *(
        "predict",
        "predict_proba",
        "decision_function",
        "transform",
        "tokenize",
        "stem",
        "lemmatize",
    ),
}  # what others hold of models
METHODS = {"staticmethod", "classmethod", "abstractmethod", "abc.abstractmethod", "override"}
CALLED = {"batch_transform"}  # albucore's, which makes a function of one; 0.0.24
KEYS = {"__hash__", "__eq__"}
TOLD = {"__doc__", "__signature__", "__annotations__"}  # what is set on a class for those who ask
COMPARED = {"hash", "type", "isinstance", "tuple", "id", "len", "frozenset"}
HASHED = (
    *(ast.Module, ast.Return, ast.If, ast.Compare, ast.BoolOp, ast.boolop, ast.cmpop, ast.Name),
    *(ast.Constant, ast.Tuple, ast.expr_context, ast.UnaryOp, ast.unaryop, ast.Expr, ast.BinOp),
    *(ast.operator,),
)
CHANGED = ("__setitem__", "append", "extend", "add")


def read(folder: Path, package: str) -> dict[str, Told]:
    """Return what each module of a package imports and defines."""
    found = {}
    root = folder / package.replace(".", "/")
    paths = sorted(root.rglob("*.py")) if root.is_dir() else [root.with_suffix(".py")]
    for path in paths:
        parts = path.relative_to(folder).with_suffix("").parts
        names = parts[:-1] if parts[-1] == "__init__" else parts
        if READ.intersection(part.lower() for part in parts[1:]) or not path.exists():
            continue
        if parts[-1].startswith("test_") and "pytest" in path.read_text("utf-8", "replace"):
            continue
        if all(part.isidentifier() for part in names):
            told = _module(path, ".".join(names), is_package=parts[-1] == "__init__")
            if told is not None:
                found[".".join(names)] = told
    for path in sorted(root.rglob("*.so")) if root.is_dir() else []:
        remade = _remade(path)
        if remade:
            names = (*path.relative_to(folder).parts[:-1], path.name.partition(".")[0])
            found.setdefault(".".join(names), {**EMPTY, "cython": remade})
    return found


def _remade(path: Path) -> list[str]:
    """Return the classes of a compiled module that Cython wrote what unpickles them for.

    It writes that only for a class without a `__cinit__`, in the class and in its bases.
    """
    names = re.findall(rb"\0__pyx_unpickle_(\w+)\0", path.read_bytes().replace(b"\0", b"\0\0"))
    return sorted({name.decode() for name in names if not name.endswith(b"__set_state")})


def _module(path: Path, name: str, *, is_package: bool) -> Told | None:
    try:
        tree = ast.parse(path.read_text("utf-8-sig"))
    except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError):
        return None
    functions = [part for part in _statements(tree.body) if isinstance(part, ast.FunctionDef)]
    told: Told = {
        "names": {},
        "stars": [],
        "classes": {},
        "functions": sorted({part.name for part in functions}),
        "loud": sorted({part.name for part in functions if not _is_calm(part)}),
        "marks": sorted({part.name for part in functions if _adds_nothing(part)}),
    }
    _names(tree, told, name, is_package=is_package)
    _defined(tree, told, path.read_text("utf-8-sig"))
    return told


def _adds_nothing(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether a decorator or metaclass, by its text, gives a class no method of unpickling."""
    text = ast.unparse(node).replace("super().__new__(", "").replace("type.__new__(", "")
    text = re.sub(r"super\([\w, ]*\)\.__new__\(|def __new__\(", "", text)
    inner = any(isinstance(part, ast.ClassDef) and part is not node for part in ast.walk(node))
    return not inner and not any(word in text for word in ADDED)


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
        for given in _given(node):
            if given in told["classes"]:  # to a function, which may do to it what a decorator does
                held = told["classes"][given]
                held["decorators"] = [*held["decorators"], _dotted(node.value.func)]
                held["setters"] = sorted({*held["setters"], "_"})
    named = collections.Counter(
        node.name
        for node in _statements(tree.body)
        if isinstance(node, (ast.ClassDef, ast.FunctionDef))
    )
    for other in {name for name, count in named.items() if count > 1}:
        told["classes"].pop(other, None)
        told["names"][other] = "?"


def _is_calm(function: ast.FunctionDef) -> bool:
    """Whether a function, by what stands in it, opens nothing, runs no text and starts nothing."""
    return not any(
        (node.id if isinstance(node, ast.Name) else node.attr) in LOUD
        for node in ast.walk(function)
        if isinstance(node, (ast.Name, ast.Attribute))
    )


def _is_named_tuple(node: ast.expr, name: str) -> bool:
    if not isinstance(node, ast.Call) or _dotted(node) != "collections.namedtuple" or not node.args:
        return False
    plain = not any(word.arg == "module" for word in node.keywords)
    return plain and isinstance(node.args[0], ast.Constant) and node.args[0].value == name


def _changed(node: ast.stmt) -> set[str]:
    """Return names whose attributes of Python's a statement sets, or that an unknown call gets."""
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        held = [item for item in targets if isinstance(item, ast.Attribute)]
        return {
            _dotted(item.value)
            for item in held
            if item.attr.startswith("__") and item.attr not in TOLD
        }
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        known = _dotted(node.value.func) not in ("", "setattr")
        return {_dotted(item) for item in node.value.args} if not known else set()
    return set()


def _given(node: ast.stmt) -> set[str]:
    """Return names that a statement calls a function with."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return set()
    given = [*node.value.args, *(word.value for word in node.value.keywords)]
    return {_dotted(item) for item in given} - {""}


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
    decorators = node.decorator_list
    for item in list(decorators):  # `six.add_metaclass(M)` makes the class anew, by M
        if isinstance(item, ast.Call) and _dotted(item.func).endswith("add_metaclass"):
            metas += [ast.keyword("metaclass", item.args[0])]
            decorators.remove(item)
    decorated = [_dotted(item.func if isinstance(item, ast.Call) else item) for item in decorators]
    own: dict[str, str] = {}
    setters = {"_"} if decorated else set()  # what a decorator adds is not known
    plain = _body(node, own, setters, text) and all(word.arg is not None for word in metas)
    qualname = within + node.name
    classes[qualname] = {
        "bases": [_dotted(base) for base in bases],
        "plain": plain,
        "calm": _adds_nothing(node) and not KEYS & set(own),
        "metas": [_dotted(word.value) or "?" for word in metas if word.arg == "metaclass"],
        "decorators": decorated,
        "hooks": {name: own[name] for name in HOOKS if name in own},
        "setters": sorted(setters),
        "keys": _hashed(node, own, decorated=bool(decorated)),
        "changed": bool(set(CHANGED) & set(own)),
        "defined": _functions(node, own),
        "kept": _kept(node),
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
        elif isinstance(part, (ast.Import, ast.ImportFrom)):  # what it gives was not read
            own.update({item.asname or item.name.partition(".")[0]: "" for item in part.names})
        elif isinstance(part, (ast.Delete, ast.While)):
            plain = False
    return plain


def _hashed(node: ast.ClassDef, own: dict[str, str], *, decorated: bool) -> list[str] | None:
    """Return the attributes that hashing and comparing look at; None where they run more."""
    asked = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name in KEYS]
    if KEYS & set(own) and {part.name for part in asked} != KEYS & set(own):
        return None
    found = ["="] if decorated and not asked else []  # made from its fields
    for part in asked:
        names = [arg.arg for arg in part.args.args]
        for inner in ast.walk(ast.Module(part.body, [])):
            if isinstance(inner, ast.Attribute):
                if not isinstance(inner.value, ast.Name) or inner.value.id not in names:
                    return None
                found += [inner.attr] * (inner.attr != "__class__")
            elif isinstance(inner, ast.Call):
                if not isinstance(inner.func, ast.Name) or inner.func.id not in COMPARED:
                    return None
            elif not isinstance(inner, HASHED):
                return None
    return found


def _functions(node: ast.ClassDef, own: dict[str, str]) -> dict[str, bool]:
    """Return what a class defines, and whether it is a plain function and nothing else."""
    found = dict.fromkeys(own, False)
    parts = [part for part in _statements(node.body) if isinstance(part, ast.FunctionDef)]
    for part in parts:
        plain = all(
            _dotted(item) in METHODS
            or (isinstance(item, ast.Call) and _dotted(item.func) in CALLED)
            for item in part.decorator_list
        )
        found[part.name] = plain and sum(other.name == part.name for other in parts) == 1
    return found


def _kept(node: ast.ClassDef) -> list[str]:
    """Return the attributes of `self` that a class reads without calling them or looking into them.

    Those of them that are methods are what its objects may hold, and are pickled by name.
    """
    used = {
        id(child)
        for part in ast.walk(node)
        for child in (
            [part.func]
            if isinstance(part, ast.Call)
            else [part.value]
            if isinstance(part, (ast.Attribute, ast.Subscript))
            else []
        )
    }
    return sorted(
        {
            part.attr
            for part in ast.walk(node)
            if isinstance(part, ast.Attribute)
            and isinstance(part.ctx, ast.Load)
            and isinstance(part.value, ast.Name)
            and part.value.id in ("self", "cls", node.name)
            and id(part) not in used
            and not part.attr.startswith("__")
        }
    )


def _is_change(node: ast.expr, own: dict[str, str]) -> bool:
    """Whether an expression changes a container that the class made, or warns."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if _dotted(node.func) in ("warnings.warn", "logger.warning"):
        return True
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

    def full(self, module: str, name: str) -> str:
        """Return the dotted name that a module imports a name by."""
        first, dot, rest = name.partition(".")
        given = [told["names"].get(first, "") for told in self.modules[module]]
        return max(given, default="") + dot + rest

    def adds_nothing(self, module: str, name: str) -> bool:
        """Whether a decorator that a module names is a function whose text is harmless."""
        known = [f"{base}.register" for base in _ABSTRACT.split()]  # as one of the abstract class
        if name in known or name.endswith(".append"):  # to a list that somebody reads
            return True
        told = self._functions(module, name, 0)
        last = name.rpartition(".")[2]
        return bool(told) and all(last in one.get("marks", ()) for one in told)

    def _functions(self, module: str, name: str, depth: int) -> list[Told]:
        """Return the modules, in whichever versions, that define a function."""
        held = self.modules.get(module, ())
        found = [one for one in held if name in one["functions"]]
        if found or depth > 12:  # each time that a package hands it on
            return found
        first, dot, rest = name.partition(".")
        given = max((one["names"].get(first, "") for one in held), default="")
        parts = (given + dot + rest if given else "").rpartition(".")
        if parts[0] and (parts[0], parts[2]) != (module, name):
            return self._functions(parts[0], parts[2], depth + 1)
        stars = {star: None for one in held for star in one["stars"]}
        for star in stars:
            found = self._functions(star, name, depth + 1)
            if found:
                return found
        return []

    def is_calm(self, module: str, name: str) -> bool:
        """Whether a metaclass and those that it derives from leave alone how objects are made."""
        found = self.find(module, name)
        if name in (*METAS, "type") or found in METAS or self.full(module, name) in METAS:
            return True
        there, _, inside = found.partition(":")
        told = [
            one["classes"][inside]
            for one in self.modules.get(there, ())
            if inside in one["classes"]
        ]
        return bool(told) and all(
            one.get("calm") and all(self.is_calm(there, base) for base in one["bases"])
            for one in told
        )

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
        return name if name in PLAIN or name in NAMED else ""

    def place(self, dotted: str, module: str, depth: int) -> str:
        """Return where a dotted name is defined."""
        if any(dotted in known for known in (PLAIN, ENUMS, NAMED, TORCH, ROOTS)):
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
            classes.setdefault(module, {})[name] = held or {"kind": "unfollowed"}
    return {
        "package": package, "version": version, "classes": classes, "sources": sources,
        "functions": {name: told["functions"] for name, told in modules.items()},
        "loud": {name: told["loud"] for name, told in modules.items() if "loud" in told},
        "cython": {name: told["cython"] for name, told in modules.items() if "cython" in told},
        "ufuncs": {}, "from": "text",
    }  # fmt: skip


def _keys(keys: set[str] | None, defined: dict[str, bool], roots: set[str]) -> str:
    """Return what hashing an object runs, as `audited_collect` says it."""
    if keys is None or keys & set(defined) or any(PLAIN.get(root) == "own" for root in roots):
        return "own"
    return "fields" if keys else ""


def _told(texts: Texts, module: str, name: str, own: Told, sources: dict[str, str]) -> Told | None:
    """Return what making and filling an object of a class runs, in whichever of its bases."""
    seen = {f"{module}:{name}"}
    waiting = [(module, name, own)]
    roots: set[str] = set()
    hooks: list[str] = []
    setters: set[str] = set()
    changed = False
    keys: set[str] | None = set()
    kept: set[str] = set()
    defined: dict[str, bool] = {}
    while waiting:
        where, called, held = waiting.pop()
        if not held["plain"] or not all(
            name in DECORATORS
            or texts.full(where, name) in DECORATORS
            or texts.adds_nothing(where, name)
            for name in held["decorators"]
        ):
            return None
        if not all(texts.is_calm(where, name) for name in held["metas"]):
            return None
        for hook, text in held["hooks"].items():
            path = f"{where}.{called}.{hook}"
            hooks.append(path)
            if text not in sources.setdefault(path, text).split(BETWEEN):
                sources[path] += BETWEEN + text
        setters |= set(held["setters"])
        kept |= set(held["kept"])
        defined = {
            name: defined.get(name, True) and held["defined"].get(name, True)
            for name in {*defined, *held["defined"]}
        }
        keys = None if keys is None or held["keys"] is None else keys | set(held["keys"])
        changed = changed or held["changed"]
        for base in held["bases"]:
            found = texts.find(where, base) if base else ""
            if not found:
                return None
            if ":" not in found or found in ROOTS:
                roots.add(found)
                hooks += MODULE if found in TORCH else ROOTS.get(found, [])
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
        return {"kind": "enum", "hooks": made, "keys": "own" if keys or keys is None else ""}
    hooks = [hook for hook in hooks if not hook.endswith("._missing_")]
    return {
        "kind": "class",
        "hooks": hooks,
        "below": hooks,
        "setters": sorted(setters),
        "keys": _keys(keys, defined, roots),
        "methods": sorted(name for name in kept | ASKED if defined.get(name)),
        "named": bool(roots & NAMED),
        "items": bool(roots & {"dict", "list", "set"}) and not changed,
    }
