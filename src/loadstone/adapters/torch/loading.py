"""Load a state dict by the target's own code, and see which tensors it really filled.

A class may load with `strict=False`, filter names, or do nothing, and raise nothing. So the
tensors of the file are followed by the storages they lie in, through every operation of the load.
https://docs.pytorch.org/docs/stable/notes/extending.html
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from loadstone.core.facts import Filling

if TYPE_CHECKING:
    import torch

_READ_NOT: Final = frozenset(  # what they change or give has no number of what it was
    (
        *("copy_", "fill_", "zero_", "set_", "normal_", "uniform_", "random_", "bernoulli_"),
        *("cauchy_", "exponential_", "geometric_", "log_normal_", "_foreach_copy_"),
    )
)
_NEW: Final = ("empty", "zeros", "ones", "full", "rand", "randn", "randint")
_SHAPED: Final = frozenset((*(f"{name}_like" for name in _NEW), *(f"new_{name}" for name in _NEW)))


class Following:
    """Knows of every storage from which tensors of the file its numbers come."""

    def __init__(self, state: Mapping[str, torch.Tensor]) -> None:
        self._keys: dict[int, frozenset[str]] = {}
        self._alive: list[torch.Tensor] = []  # their storages keep their ids
        for key, tensor in state.items():
            self._add(tensor, self.keys(tensor) | {key})

    def keys(self, tensor: torch.Tensor) -> frozenset[str]:
        """Return the names in the file of what the tensor's numbers come from."""
        return self._keys.get(_storage(tensor), frozenset())

    def _add(self, tensor: torch.Tensor, keys: frozenset[str]) -> None:
        self._alive.append(tensor)
        self._keys[_storage(tensor)] = keys

    def see(self, func: Any, given: list[Any], changed: list[Any], result: list[Any]) -> None:
        """Note that what an operation gives or changes comes from all that it was given."""
        name = func._schema.name.rpartition("::")[2]  # noqa: SLF001 - no public name
        read = [] if name in _SHAPED else given
        if name in _READ_NOT:
            read = [item for item in given if not _among(item, changed)]
        keys = frozenset[str]().union(*map(self.keys, read))
        for tensor in changed:
            self._add(tensor, keys if _whole(tensor) else keys | self.keys(tensor))
        for tensor in result:
            if not _among(tensor, changed):
                self._add(tensor, keys | self.keys(tensor))


def _mode(following: Following) -> Any:
    """Return what shows `following` every operation while it is entered."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    def tensors(value: Any) -> list[torch.Tensor]:
        return [item for item in tree_leaves(value) if isinstance(item, torch.Tensor)]

    class Mode(TorchDispatchMode):  # type: ignore[no-untyped-call] # torch gives it no types
        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
        ) -> Any:
            named = dict(kwargs or {})
            result = func(*args, **named)
            changed = tensors(_changed(func, args, named))
            following.see(func, tensors((args, named)), changed, tensors(result))
            return result

    return Mode()  # type: ignore[no-untyped-call] # as above


def _among(tensor: torch.Tensor, others: list[torch.Tensor]) -> bool:
    return any(tensor is other for other in others)


def _storage(tensor: torch.Tensor) -> int:
    try:
        return int(tensor.untyped_storage()._cdata)  # noqa: SLF001 - meta tensors have no address
    except (NotImplementedError, RuntimeError):  # sparse: it has none
        return -id(tensor)


def _whole(tensor: torch.Tensor) -> bool:
    """Whether the tensor is all that its storage holds."""
    try:
        return tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
    except (NotImplementedError, RuntimeError):  # as above
        return True


def _changed(func: Any, args: tuple[Any, ...], named: Mapping[str, Any]) -> list[Any]:
    """Return the arguments that the operation writes to."""
    found = []
    for at, argument in enumerate(func._schema.arguments):  # noqa: SLF001 - no public schema
        if argument.alias_info is not None and argument.alias_info.is_write:
            found.append(args[at] if at < len(args) else named.get(argument.name))
    return found


def load(module: torch.nn.Module, state: Mapping[str, torch.Tensor], **options: Any) -> None:
    """Load strictly; a class of one's own may take neither `strict` nor `assign`.

    Raises whatever the class does.
    """
    takes = _taken(module)
    given = {"strict": True, **options}
    module.load_state_dict(state, **{key: value for key, value in given.items() if takes(key)})


def _taken(module: torch.nn.Module) -> Callable[[str], bool]:
    with contextlib.suppress(TypeError, ValueError):
        known = inspect.signature(module.load_state_dict).parameters
        if not any(item.kind is item.VAR_KEYWORD for item in known.values()):
            return known.__contains__
    return lambda _: True


def on_meta(module: torch.nn.Module, state: Mapping[str, torch.Tensor]) -> Filling:
    """Load tensors of the meta device, and return what was not filled.

    Raises whatever the class does.
    """
    following = Following(state)
    if not _taken(module)("assign"):
        module.to("meta")
    with _mode(following):
        load(module, state, assign=True)
    reached = {key: following.keys(tensor) for key, tensor in _held(module)}
    used = frozenset[str]().union(*reached.values())
    return Filling(
        tuple(key for key, keys in reached.items() if not keys),
        tuple(key for key in state if key not in used and state[key].numel()),
    )


def _held(module: torch.nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    for key, tensor in module.state_dict().items():
        if hasattr(tensor, "untyped_storage") and tensor.numel():
            yield key, tensor


def same(held: torch.Tensor, given: torch.Tensor, *, infinite: bool = False) -> bool:
    """Whether a tensor of a module has the bits of the file's, in the module's dtype.

    What is no number equals itself. A number that the dtype cannot hold is another, unless
    `infinite` allows it.
    """
    import torch

    if held.is_meta or held.shape != given.shape:
        return False
    ours, theirs = held.detach().cpu(), given.detach().cpu()
    cast = theirs.to(held.dtype)
    if not infinite and cast.is_floating_point() and theirs.is_floating_point():
        beyond = torch.isinf(cast) & ~torch.isinf(theirs)
        return not bool(beyond.any()) and torch.equal(_bits(ours), _bits(cast))
    return torch.equal(_bits(ours), _bits(cast))


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    import torch

    return tensor.contiguous().reshape(-1).view(torch.uint8)
