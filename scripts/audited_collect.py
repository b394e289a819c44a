"""Collect what a pickle could name in installed libraries, and what making it would run.

    python scripts/audited_collect.py OUT.json PACKAGE

It runs with the Python of an environment that has the package, any Python from 3.6 on, and judges
nothing: `audited_names.py` does. Of each class it tells

- `hooks`: the methods that NEWOBJ and BUILD would run, as the interpreter itself would look them
  up, where they are not a builtin's: `__new__`, `__setstate__`, `__setattr__`, `__getattr__` …
- `cython`: names of classes that Cython made what unpickles them for
- `below`: what those may hand on to; `sources` has the texts of both
- `setters`: the names that BUILD of a slot would not just set
- `keys`: what hashing or comparing it runs: `own`, `fields` (made by `dataclasses` or `attrs` from
  the fields) or nothing
- `named`: whether it is a named tuple, which keeps what it is made of
- `items`: whether it is a dictionary, a list or a set that changes its items as those do
"""

# it runs on every Python from 3.6 on, and is no API
# ruff: noqa: ANN001, ANN201, ANN202, SIM102, PERF401, UP028

import enum
import importlib
import inspect
import json
import pkgutil
import sys
import textwrap
import types
import warnings

# modules that run text or start something when they are imported, and what no model holds
SKIPPED = frozenset(
    [
        "tests",
        "test",
        "testing",
        "testsuite",
        "unit_tests",
        "migrations",
        "alembic",
        "book",
        "conftest",
        "_build_utils",
        "setup",
        "datasets",
        "sandbox",
        "io",
        "cli",
        "__main__",
        "f2py",
        "distutils",
        "externals",
        "plotting",
        "examples",
        "_examples",
        "example",
        "benchmarks",
        "sas",
        "clipboard",
        "server",
        "spark",
        "app",
        "parsing",
        "downloader",
        "scripts",
        "jarray",
        "ipython",
        "widget",
        "numpy_pickle",
        "numpy_pickle_compat",
        "numpy_pickle_utils",
        "_testing",
        "testutils",
        "test_utils",
        "testing_utils",
        "_tests",
        "setup_package",
        "docs",
        "doc",
        "notebooks",
        "notebook",
        "gui",
        "_cli",
        "cmdline",
        "__pyinstaller",
        "demo",
        "demos",
        "tutorial",
        "tutorials",
        "benchmark",
        "bench",
        "vendor",
        "_vendor",
        "third_party",
        "visualization",
        "viz",
        "plot",
        "plots",
        "dash",
        "tkinter",
        "webapp",
        "web",
        "distributed",
        "onnx",
        "tensorrt",
        "android",
        "ios",
        "commands",
        "telemetry",
    ]
)
LOOKED_UP = ("__setstate__", "__setattr__", "__getattr__", "__getattribute__", "__del__")
SOURCES = {}  # of the hooks, by their names
PLAIN = ("member_descriptor", "getset_descriptor")


def _modules(package):
    """Import a package and what is in it, and yield the modules."""
    waiting = [package]
    while waiting:
        name = waiting.pop(0)
        try:
            module = importlib.import_module(name)
        except BaseException:
            if name == package:
                raise
            continue
        if not isinstance(module, types.ModuleType) or module.__name__ != name:
            continue
        yield module
        for found in pkgutil.iter_modules(getattr(module, "__path__", ()), name + "."):
            if found.name.lower().split(".")[-1] not in SKIPPED:
                waiting.append(found.name)


def _owner(cls, name):
    """Return who defines a method, or nothing where only builtins do."""
    for base in cls.__mro__:
        if name in vars(base):
            return None if base.__module__ == "builtins" else base
    return None


def _new(cls):
    """Return what stands against making an object by `cls.__new__`."""
    owner = _owner(cls, "__new__")
    if owner is None:
        return None
    if owner.__module__ == "numpy" and owner.__name__ == "ndarray":
        return None
    made = vars(owner)["__new__"]
    made = getattr(made, "__func__", made)
    if issubclass(owner, tuple) and getattr(made, "__module__", "").startswith("namedtuple_"):
        return None
    named = issubclass(owner, tuple) and hasattr(owner, "_fields")
    if named and getattr(made, "__name__", "") == "__new__":
        if made.__code__.co_filename.startswith("<"):
            return None
    if owner.__module__ == "typing":  # Generic, Protocol: they call `object.__new__`
        return None
    return _path(owner, "__new__")


def _path(owner, name):
    """Return the name of a method; one that a decorator put there is named as it names itself."""
    held = vars(owner)[name]
    held = getattr(held, "__func__", held)
    own = f"{owner.__module__}.{owner.__qualname__}.{name}"
    if (isinstance(held, types.FunctionType) and held.__name__ != name) or "<" in own:
        return f"{held.__module__}.{held.__qualname__}"
    if own not in SOURCES and isinstance(held, types.FunctionType):
        SOURCES[own] = _source(held)
    return own


def _source(function):
    """Return the text of a function that no decorator stands around."""
    try:
        text = textwrap.dedent(inspect.getsource(function.__code__))
    except (OSError, TypeError, IndentationError):
        return ""
    return text if len(text) < 4000 and not hasattr(function, "__wrapped__") else ""


def _below(cls):
    """Return the further methods that those of `_hooks` may hand on to by `super()`."""
    found = []
    for name in ("__new__", "__setstate__", "__getattr__", "__getattribute__"):
        owners = [base for base in cls.__mro__ if name in vars(base)]
        found += [_path(base, name) for base in owners[1:] if base.__module__ != "builtins"]
    return found


def _hooks(cls):
    """Return what NEWOBJ and BUILD would run."""
    found = [_new(cls)]
    for name in LOOKED_UP:
        owner = _owner(cls, name)
        if owner is not None:
            found.append(_path(owner, name))
    for base in cls.__mro__:
        held = vars(base).get("__dict__")
        if held is not None and type(held).__name__ != "getset_descriptor":
            found.append(_path(base, "__dict__"))
    for name in ("__getattribute__", "__hash__", "__eq__"):
        owner = _owner(type(cls), name)
        if owner is not None:
            found.append(_path(owner, name) + " of its classes")
    if any(base.__module__ == "numpy" and base.__name__ == "ndarray" for base in cls.__mro__):
        owner = _owner(cls, "__array_finalize__")
        if owner is not None and owner.__module__ != "numpy":
            found.append(_path(owner, "__array_finalize__"))
    return [hook for hook in found if hook]


def _setters(cls):
    """Return the names whose setting runs code: properties with a setter, other descriptors."""
    return sorted(
        {
            name
            for base in cls.__mro__
            for name, value in vars(base).items()
            if hasattr(type(value), "__set__")
            and type(value).__name__ not in PLAIN
            and not (isinstance(value, property) and value.fset is None)
        }
    )


def _keys(cls):
    """Return what hashing an object and comparing it with another run."""
    found = set()
    for name in ("__hash__", "__eq__"):
        owner = _owner(cls, name)
        held = owner and vars(owner)[name]
        if held is None or owner.__module__ == "enum":
            continue
        code = getattr(held, "__code__", None)
        made = code is not None and code.co_filename.startswith(("<string>", "<attrs generated"))
        kept = hasattr(owner, "__dataclass_fields__") or hasattr(owner, "__attrs_attrs__")
        found.add("fields" if made and kept else "own")
    return "own" if "own" in found else "".join(found)


def _class(cls):
    """Return what is told of a class, or nothing where no pickle makes an object of it so."""
    if issubclass(cls, BaseException):  # they are made by REDUCE
        return None
    if issubclass(cls, enum.Enum):
        owner = _owner(cls, "_missing_")
        own = owner is not None and owner.__module__ != "enum"
        made = [_path(owner, "_missing_")] if own else []
        return {"kind": "enum", "hooks": made, "keys": _keys(cls)}
    if not cls.__flags__ & (1 << 9):  # not a heap type: made in C or Cython
        return None
    plain = [base for base in (dict, list, set) if issubclass(cls, base)]
    changed = ("__setitem__", "append", "extend", "add")
    return {
        "kind": "class",
        "hooks": _hooks(cls),
        "below": _below(cls),
        "setters": _setters(cls),
        "keys": _keys(cls),
        "named": issubclass(cls, tuple) and hasattr(cls, "_fields"),
        "items": bool(plain) and all(_owner(cls, name) is None for name in changed),
    }


def _classes(cls):
    """Yield a class and those that stand inside it."""
    yield cls
    for name, value in sorted(vars(cls).items()):
        if isinstance(value, type) and value.__qualname__ == cls.__qualname__ + "." + name:
            for found in _classes(value):
                yield found


def collect(package):
    """Return the classes and functions of a package, module by module, and its version."""
    classes, functions, ufuncs, cython, version = {}, {}, {}, {}, ""
    for module in _modules(package):
        if module.__name__ == package:
            version = str(getattr(module, "__version__", ""))
        for name, value in sorted(vars(module).items()):
            if isinstance(value, type) and value.__module__ == module.__name__:
                if "<" in value.__qualname__ or value.__name__ != name:
                    continue
                for found in _classes(value):
                    told = _class(found)
                    if told is not None:
                        classes.setdefault(module.__name__, {})[found.__qualname__] = told
            elif name.startswith("__pyx_unpickle_"):
                cython.setdefault(module.__name__, []).append(name[15:])
            elif type(value).__name__ == "ufunc" and not name.startswith("_"):
                ufuncs.setdefault(module.__name__, []).append(name)
            elif getattr(value, "__module__", None) == module.__name__ and isinstance(
                value, (types.FunctionType, types.BuiltinFunctionType)
            ):
                if value.__qualname__ == name:
                    functions.setdefault(module.__name__, []).append(name)
    told = {"classes": classes, "functions": functions, "ufuncs": ufuncs, "sources": SOURCES}
    return dict(told, cython=cython, package=package, version=version)


def main():
    """Write what a package holds."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(5000)
    sys.argv, given = sys.argv[:1], sys.argv[1:]
    sys.path.pop(0)  # what stands beside this file
    text = json.dumps(collect(given[1]), sort_keys=True)
    with open(given[0], "w") as file:  # noqa: PTH123 - runs on old Pythons
        file.write(text)
    sys.stdout.flush()
    import os

    os._exit(0)  # threads that a library left running are not waited for


if __name__ == "__main__":
    main()
