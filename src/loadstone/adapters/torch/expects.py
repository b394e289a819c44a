"""The names, shapes and dtypes that a PyTorch target expects, from its own constructor.

Built on the meta device where the constructor allows it: no memory, no time.
https://docs.pytorch.org/docs/stable/meta.html
"""

from __future__ import annotations

import contextlib
import copy
import importlib.util
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loadstone.adapters import reference as references
from loadstone.adapters.torch import loading
from loadstone.core.facts import Filling, Target, TargetProblem, TensorFact
from loadstone.core.words import listed, nearest
from loadstone.errors import UsageError
from loadstone.statedict.buffers import computed

if TYPE_CHECKING:
    import torch

Into = Any  # a reference as text, a class, a factory, or a ready module


@dataclass(frozen=True, slots=True)
class Expected:
    """A built target: its facts, and the module to ask."""

    facts: Target
    module: torch.nn.Module | None  # to be asked; None where the user's own cannot be copied

    def ask(self, saved: Mapping[str, TensorFact]) -> tuple[Target, Filling]:
        """Return the facts with what torch's own strict load says to the names and shapes.

        Asked with meta tensors, so that no number is read or copied. What raises nothing and leaves
        a tensor as it was built, is no load: only what a class computes itself may stay.
        """
        import torch

        if self.module is None or self.facts.extras:
            return self.facts, Filling()
        state = {  # of a quantised one only the shape is asked
            key: torch.empty(item.shape, dtype=getattr(torch, kind), device="meta")
            for key, item in saved.items()
            if hasattr(torch, kind := item.dtype.removeprefix("q"))
        }
        refusal, filling = "", Filling()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                filling = self._trained(loading.on_meta(self.module, state), saved)
            except Exception as error:  # noqa: BLE001 - hooks of the user's class may raise anything
                refusal = str(error) or type(error).__name__
        accepts = not refusal and not filling.left
        return replace(self.facts, accepts=accepts, refusal=refusal), filling

    def _trained(self, filling: Filling, saved: Mapping[str, TensorFact]) -> Filling:
        """Leave out what a class computes itself."""
        return Filling(
            tuple(key for key in filling.left if not self._computed(key, self.facts)),
            tuple(key for key in filling.aside if not self._computed(key, saved)),
        )

    @staticmethod
    def _computed(key: str, held: Mapping[str, TensorFact]) -> bool:
        return key in held and computed(key, held[key])


def expects(into: Into) -> Expected | TargetProblem:
    """Return what the target expects, or why it cannot be built.

    Raises `BadReferenceError` where `into` is a text that cannot be read, `UsageError` where the
    target has no shapes yet.
    """
    if importlib.util.find_spec("torch") is None:
        name = into if isinstance(into, str) else repr(into)
        return TargetProblem(name, "framework-missing", "torch is not installed here")
    reference, found = _resolve(into)
    if isinstance(found, TargetProblem):
        return found
    module = _module(reference, found, _on_meta)
    if isinstance(module, TargetProblem):
        return module
    _refuse_lazy(module, reference.text)
    asked = _copied(module) if module is found else module
    return Expected(describe(module, reference.text, found), asked)


def _refuse_lazy(module: torch.nn.Module, text: str) -> None:
    from torch.nn.parameter import is_lazy

    lazy = [
        path
        for path, part in module.named_modules()
        if any(is_lazy(held) for held in part.parameters(recurse=False))
    ]
    if lazy:
        raise UsageError(
            f"`{text}` has lazy layers ({listed([path or 'itself' for path in lazy])}), "
            "whose shapes are known once it was called: give a function that builds it and calls it"
        )


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


def _copied(module: torch.nn.Module) -> torch.nn.Module | None:
    """Return a copy of the user's own module without its numbers: asking changes the one asked."""
    import torch

    memo: dict[int, Any] = {}
    for tensor in (*module.parameters(), *module.buffers()):
        empty = tensor.detach().to("meta")
        own = isinstance(tensor, torch.nn.Parameter)
        memo[id(tensor)] = torch.nn.Parameter(empty, tensor.requires_grad) if own else empty
    try:
        return copy.deepcopy(module, memo)
    except Exception:  # noqa: BLE001 - a lock, a file, a generator: whatever cannot be copied
        return None


def _resolve(into: Into) -> tuple[references.Reference, Callable[..., Any] | TargetProblem]:
    reference = references.named(into)
    if isinstance(into, str):
        return reference, references.find(reference)
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
    import torch

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
    extras = tuple(key for key, held in module.state_dict().items() if not hasattr(held, "shape"))
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
        extras=extras,
        modules={path: type(child).__name__ for path, child in module.named_modules()},
        framework=f"torch {torch.__version__}",
    )


def fact(tensor: torch.Tensor, kind: str = "tensor") -> TensorFact:
    """Return dtype and shape of a tensor in canonical words."""
    return TensorFact(str(tensor.dtype).removeprefix("torch."), tuple(tensor.shape), kind=kind)


def accepting(into: str, saved: Mapping[str, TensorFact]) -> tuple[str, ...]:
    """Return the other classes of the module that accept the file strictly, nearest name first.

    For a target whose name is missing in a module that is there.
    """
    import sys

    import torch

    reference = references.parse(into)
    module = sys.modules.get(reference.module)
    names = []
    for name, value in list(vars(module).items()):
        own = inspect.isclass(value) and value.__module__ == reference.module
        if not own or not issubclass(value, torch.nn.Module):
            continue
        try:
            expected = expects(f"{reference.module}:{name}")
        except UsageError:  # one of the others has no shapes yet: that is not what was asked
            continue
        if isinstance(expected, Expected) and expected.ask(saved)[0].accepts:
            names.append(name)
    ordered = dict.fromkeys([*nearest(reference.name, names), *names])
    return tuple(f"{reference.module}:{name}" for name in ordered)[:4]
