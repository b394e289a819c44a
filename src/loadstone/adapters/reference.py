"""What `--into` takes: `pkg.module:Class`, `pkg.module:factory`, or a call with literals."""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import os
import pathlib
import pkgutil
import sys
import traceback
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from loadstone.core.facts import TargetProblem
from loadstone.core.words import nearest


class BadReferenceError(ValueError):
    """A reference that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A parsed reference: where the class or factory is, and the arguments of its call."""

    text: str
    module: str
    name: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


def parse(text: str) -> Reference:
    """Parse `pkg.module:Net`, `pkg/module.py:Net`, or `pkg.module:Net(10, classes=5)`.

    Arguments are literals; a file is one of the current folder.

    Raises `BadReferenceError` for anything else.
    """
    module, colon, call = text.partition(":")
    if module.endswith(".py"):
        parts = module.removesuffix(".py").replace("\\", "/").split("/")
        module = ".".join(part for part in parts if part != ".")
    if not colon or not call or not all(part.isidentifier() for part in module.split(".")):
        raise BadReferenceError(f"`{text}` is not of the form `pkg.module:Class`")
    try:
        node = ast.parse(call.strip(), mode="eval").body
    except SyntaxError as error:
        raise BadReferenceError(f"`{call}` is neither a name nor a call: {error.msg}") from error
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    if isinstance(node, ast.Call):
        args, kwargs = _literals(node)
        node = node.func
    return Reference(text, module, _dotted(node, call), args, kwargs)


def named(into: Any) -> Reference:
    """Return the name of a target, whatever it was given as; nothing is imported.

    Raises `BadReferenceError` where it is a text that cannot be read.
    """
    if isinstance(into, str):
        return parse(into)
    owner = into if hasattr(into, "__qualname__") else type(into)
    module, name = owner.__module__, owner.__qualname__
    return Reference(f"{module}:{name}", module, name)


def _literals(node: ast.Call) -> tuple[tuple[Any, ...], dict[str, Any]]:
    try:
        args = tuple(ast.literal_eval(item) for item in node.args)
        kwargs = {item.arg or "**": ast.literal_eval(item.value) for item in node.keywords}
    except ValueError as error:
        given = ast.unparse(node)
        raise BadReferenceError(f"the arguments of `{given}` must be literals") from error
    if "**" in kwargs:
        raise BadReferenceError(f"`**` cannot be used in `{ast.unparse(node)}`")
    return args, kwargs


def _dotted(node: ast.expr, call: str) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, call)}.{node.attr}"
    raise BadReferenceError(f"`{call}` is neither a name nor a call of one")


@contextlib.contextmanager
def importable_folder() -> Iterator[None]:
    """Make the current folder importable, and send what the user's code prints to stderr."""
    folder = os.getcwd()  # noqa: PTH109 - sys.path holds strings
    added = folder not in sys.path and "" not in sys.path
    if added:
        sys.path.insert(0, folder)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        if added and folder in sys.path:
            sys.path.remove(folder)


def find(reference: Reference) -> Callable[..., Any] | TargetProblem:
    """Import the module and return the class or factory, or say why there is none.

    Runs the user's module, as any load of the model would.
    """
    with importable_folder():
        module = _import(reference)
    if isinstance(module, TargetProblem):
        return module
    found: Any = module
    for part in reference.name.split("."):
        if not hasattr(found, part):
            return TargetProblem(
                reference.text,
                "name-missing",
                f"`{reference.module}` has no `{part}`",
                nearest=nearest(part, _public(found)),
                file=_shown(module.__file__) if module.__file__ else None,
            )
        found = getattr(found, part)
    if not callable(found):
        why = f"`{reference.name}` is a `{type(found).__name__}`, which cannot be called"
        return TargetProblem(reference.text, "not-a-model", why)
    return found  # type: ignore[no-any-return]


def _public(found: object) -> list[str]:
    return [
        name
        for name, value in vars(found).items()
        if not name.startswith("_") and callable(value) and not isinstance(value, types.ModuleType)
    ]


def _import(reference: Reference) -> types.ModuleType | TargetProblem:
    importlib.invalidate_caches()
    try:
        return importlib.import_module(reference.module)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if reference.module == missing or reference.module.startswith(f"{missing}."):
            why = f"no module named `{missing}` is importable from here"
            near = nearest(reference.module, _modules_here())
            return TargetProblem(reference.text, "module-missing", why, nearest=near)
        return _raised(reference, error, "module-raised")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's module may raise anything
        return _raised(reference, error, "module-raised")


def _modules_here() -> list[str]:
    return [info.name for info in pkgutil.iter_modules([os.getcwd()])]  # noqa: PTH109 - as above


def _raised(reference: Reference, error: BaseException, kind: str) -> TargetProblem:
    """Describe an exception of the user's code by its last line outside of Loadstone."""
    frames = traceback.extract_tb(error.__traceback__)
    here = str(pathlib.Path(__file__).parent)
    own = [
        frame
        for frame in frames
        if not frame.filename.startswith((here, "<frozen"))
        and "importlib" not in frame.filename
        and "site-packages" not in frame.filename
    ]
    last = own[-1] if own else None
    text = str(error).strip().split("\n", 1)[0]
    why = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return TargetProblem(
        reference.text,
        kind,
        why,
        file=_shown(last.filename) if last else None,
        line=last.lineno if last else None,
    )


def call(
    reference: Reference, found: Callable[..., Any], build: Callable[[Callable[[], Any]], Any]
) -> Any:
    """Call `found` with the reference's arguments inside `build`, or say why it cannot be called.

    Returns what was built, or a `TargetProblem`.
    """
    try:
        inspect.signature(found).bind(*reference.args, **reference.kwargs)
    except ValueError:
        pass  # no signature to be had: the call itself will tell
    except TypeError as error:
        wanted = _arguments(found)
        file, line = place(found)
        why = f"`{reference.name}{wanted}` was called without what it needs: {error}"
        if reference.args or reference.kwargs:
            why = f"`{reference.name}{wanted}` does not take the arguments given: {error}"
        missing = _missing(found, reference)
        return TargetProblem(
            reference.text, "arguments-missing", why, file=file, line=line, nearest=missing
        )
    try:
        with importable_folder():
            return build(lambda: found(*reference.args, **reference.kwargs))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's class may raise anything
        return _raised(reference, error, "constructor-raised")


def _arguments(found: Callable[..., Any]) -> str:
    return str(inspect.signature(found).replace(return_annotation=inspect.Signature.empty))


def _missing(found: Callable[..., Any], reference: Reference) -> tuple[str, ...]:
    """Return the arguments that `found` needs and that the reference does not give."""
    signature = inspect.signature(found)
    try:
        given = signature.bind_partial(*reference.args, **reference.kwargs).arguments
    except TypeError:
        return ()  # what is given does not fit
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple(
        name
        for name, item in signature.parameters.items()
        if name not in given and item.default is item.empty and item.kind not in optional
    )


def place(found: object) -> tuple[str | None, int | None]:
    """Return the file and line where a class or function is defined, as far as is known."""
    try:
        file = inspect.getsourcefile(found)  # type: ignore[arg-type]
        line = inspect.getsourcelines(found)[1]  # type: ignore[arg-type]
    except (OSError, TypeError):
        return None, None
    if file is None:
        return None, None
    return _shown(file), line


def _shown(file: str) -> str:
    """Return the path as seen from the current folder, where it lies inside of it."""
    with contextlib.suppress(ValueError):
        return str(pathlib.Path(file).relative_to(pathlib.Path.cwd()))
    return file
