"""The names, shapes and dtypes that a PyTorch target expects, from its own constructor.

Built on the meta device where the constructor allows it: no memory, no time.
https://docs.pytorch.org/docs/stable/meta.html
"""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loadstone.adapters import reference as references
from loadstone.core.facts import Target, TargetProblem, TensorFact
from loadstone.core.words import nearest

if TYPE_CHECKING:
    import torch

Into = Any  # a reference as text, a class, a factory, or a ready module


def expects(into: Into, saved: Mapping[str, TensorFact] | None = None) -> Target | TargetProblem:
    """Return what the target expects, or why it cannot be built.

    `saved` are the tensors of the file at hand: where the name is missing, the other classes of
    its module are tried, and those that accept the file strictly are named.
    """
    if importlib.util.find_spec("torch") is None:
        name = into if isinstance(into, str) else repr(into)
        return TargetProblem(name, "framework-missing", "torch is not installed here")
    reference, found = _resolve(into)
    if isinstance(found, TargetProblem):
        if found.kind == "name-missing" and saved:
            return replace(found, accepting=_accepting(reference, saved))
        return found
    module = _module(reference, found, _on_meta)
    return module if isinstance(module, TargetProblem) else describe(module, reference.text, found)


def build(into: Into) -> torch.nn.Module | TargetProblem:
    """Build the target for real, on the CPU, or say why that cannot be done."""
    reference, found = _resolve(into)
    if isinstance(found, TargetProblem):
        return found
    return _module(reference, found, lambda make: make())


def _module(
    reference: references.Reference,
    found: Callable[..., Any],
    make: Callable[[Callable[[], Any]], Any],
) -> torch.nn.Module | TargetProblem:
    import torch

    if isinstance(found, torch.nn.Module):
        return found
    module = references.call(reference, found, make)
    if isinstance(module, (torch.nn.Module, TargetProblem)):
        return module
    file, line = references.place(found)
    why = f"`{reference.text}` gives a `{type(module).__name__}`, not a `torch.nn.Module`"
    return TargetProblem(reference.text, "not-a-model", why, file=file, line=line)


def _resolve(into: Into) -> tuple[references.Reference, Callable[..., Any] | TargetProblem]:
    if isinstance(into, str):
        reference = references.parse(into)
        return reference, references.find(reference)
    owner = into if hasattr(into, "__qualname__") else type(into)
    module, name = owner.__module__, owner.__qualname__
    reference = references.Reference(f"{module}:{name}", module, name)
    if not callable(into):
        why = f"a `{type(into).__name__}` is neither a class, a factory nor a module"
        return reference, TargetProblem(reference.text, "not-a-model", why)
    return reference, into


def _on_meta(make: Callable[[], Any]) -> Any:
    """Build on the meta device; on the CPU where the constructor needs real numbers."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with torch.device("meta"):
                return make()
        except Exception:  # noqa: BLE001 - whatever it is, the CPU tells whether it is the user's
            with _same_random_state():
                return make()


@contextlib.contextmanager
def _same_random_state() -> Iterator[None]:
    import torch

    state = torch.random.get_rng_state()
    try:
        yield
    finally:
        torch.random.set_rng_state(state)


def describe(module: torch.nn.Module, text: str, found: object) -> Target:
    """Return the facts of a built module."""
    parameters = dict(module.named_parameters(remove_duplicate=False))
    first: dict[int, str] = {}
    aliases = {}
    for name, tensor in parameters.items():
        if first.setdefault(id(tensor), name) != name:
            aliases[name] = first[id(tensor)]
    tensors = {
        key: fact(tensor, "parameter" if key in parameters else "buffer")
        for key, tensor in module.state_dict().items()
        if hasattr(tensor, "shape")
    }
    file, line = references.place(found if inspect.isroutine(found) else type(module))
    kind = type(module)
    name = (
        kind.__qualname__
        if kind.__module__ == "__main__"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    return Target(
        name=name,
        tensors=tensors,
        reference=text,
        file=file,
        line=line,
        class_name=kind.__qualname__,
        aliases=aliases,
        modules={path: type(child).__name__ for path, child in module.named_modules()},
    )


def fact(tensor: torch.Tensor, kind: str = "tensor") -> TensorFact:
    """Return dtype and shape of a tensor in canonical words."""
    return TensorFact(str(tensor.dtype).removeprefix("torch."), tuple(tensor.shape), kind=kind)


def _accepting(reference: references.Reference, saved: Mapping[str, TensorFact]) -> tuple[str, ...]:
    """Return the module's other classes that accept the file strictly, nearest name first."""
    import sys

    import torch

    module = sys.modules.get(reference.module)
    shapes = {key: item.shape for key, item in saved.items()}
    accepting = []
    for name, value in list(vars(module).items()):
        own = inspect.isclass(value) and value.__module__ == reference.module
        if not own or not issubclass(value, torch.nn.Module):
            continue
        other = replace(reference, text=f"{reference.module}:{name}", name=name)
        built = references.call(other, value, _on_meta)
        if isinstance(built, torch.nn.Module):
            state = {key: tuple(tensor.shape) for key, tensor in built.state_dict().items()}
            if state == shapes:
                accepting.append(name)
    order = nearest(reference.name, accepting)
    ordered = dict.fromkeys([*order, *accepting])
    return tuple(f"{reference.module}:{name}" for name in ordered)[:4]
