"""How a torch module behaves: what training mode changes, whether two runs agree, and where not."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator
from typing import Any

from loadstone.adapters import live
from loadstone.adapters.torch.wrapped import decompile
from loadstone.runtime import torch_devices, torch_run

_DOUBLE_LIMIT = 1 << 28  # bytes of parameters; a larger model is not copied to double precision


@contextlib.contextmanager
def working_copy(model: Any) -> Iterator[Any]:
    """Give a copy of the model in eval mode; where it cannot be copied, the model itself.

    The model's training flags are then put back. The copy is on the CPU, where what is recorded can
    be predicted again anywhere; raises `UnsavableError` where that of an accelerator is not copied.
    """
    try:
        copied = copied_to_cpu(model)
    except Exception as error:
        device = torch_devices.accelerator(model)
        if device:
            why = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
            raise live.UnsavableError(
                f"the model is on `{device}`, and no copy of it can be made on the CPU, where "
                f"witnesses are predicted: call `model.cpu()` first ({why})"
            ) from error
        flags = [(module, module.training) for module in model.modules()]
        buffers = [(buffer, buffer.detach().clone()) for buffer in model.buffers()]
        model.eval()
        try:
            yield model
        finally:
            for module, flag in flags:
                module.training = flag
            for buffer, before in buffers:
                buffer.data.copy_(before)
    else:
        decompile(copied)
        yield copied.eval()


def copied_to_cpu(model: Any) -> Any:
    """Return a copy on the CPU; nothing is copied on the device where the model is."""
    import torch

    device = torch_devices.accelerator(model)
    if not device:
        return copy.deepcopy(model)
    memo: dict[int, Any] = {}
    for tensor in (*model.parameters(), *model.buffers()):
        if type(tensor) in (torch.Tensor, torch.nn.Parameter):
            there = tensor.detach().to("cpu", copy=True)
            if isinstance(tensor, torch.nn.Parameter):
                there = torch.nn.Parameter(there, requires_grad=tensor.requires_grad)
            memo[id(tensor)] = there
    return torch_devices.place(copy.deepcopy(model, memo), "cpu")


def elsewhere(model: Any) -> tuple[str, Callable[..., Any]] | None:
    """Return the accelerator that `model` is on, and a call of the model there, in eval mode.

    It takes tensors of any device, and answers on the CPU. None for a model on the CPU.
    """
    device = torch_devices.accelerator(model)
    if not device:
        return None
    called = torch_run.moved(torch_run.without_gradients(model), device, as_set=True)

    def run(*args: Any, **kwargs: Any) -> Any:
        flags = [(module, module.training) for module in model.modules()]
        model.eval()
        try:
            return called(*args, **kwargs)
        finally:
            for module, flag in flags:
                module.training = flag

    return device, run


@contextlib.contextmanager
def threads(count: int) -> Iterator[None]:
    """Run torch with `count` threads."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def variants(
    held: Any, call_of: Callable[[Any], live.Call], model_of: Callable[[Any], Any]
) -> Iterator[live.Variant]:
    """Yield other ways of computing the same: other numbers of threads, and double precision.

    `held` is a module, or what holds one (`model_of`); `call_of` returns what predicts with it.
    """
    import torch

    yield "one thread", threads(1), None
    if torch.get_num_threads() == 1:
        yield "two threads", threads(2), None
    double = _in_double(held, model_of)
    if double is not None:
        yield live.DOUBLE, contextlib.nullcontext(), call_of(double)


def _in_double(held: Any, model_of: Callable[[Any], Any]) -> Any:
    """Return a copy of `held` in double precision, which takes single-precision inputs, or None.

    Its answers are rounded back, so that what differs is the rounding on the way.
    """
    import torch

    model = model_of(held)
    tensors = [*model.parameters(), *model.buffers()]
    size = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    dtypes = {tensor.dtype for tensor in tensors if tensor.is_floating_point()}
    if size > _DOUBLE_LIMIT or dtypes != {torch.float32}:
        return None
    try:
        copied = copy.deepcopy(held)
        double = model_of(copied).double()
    except Exception:  # noqa: BLE001 - as above
        return None
    wide, narrow = _to(torch.float32, torch.float64), _to(torch.float64, torch.float32)
    map_ = torch.utils._pytree.tree_map  # noqa: SLF001 - it has no public name

    def before(_module: Any, args: Any, kwargs: Any) -> Any:
        return map_(wide, args), map_(wide, kwargs)

    double.register_forward_pre_hook(before, prepend=True, with_kwargs=True)
    double.register_forward_hook(lambda _module, _args, outputs: map_(narrow, outputs))
    return copied


def _to(source: Any, target: Any) -> Callable[[Any], Any]:
    import torch

    def convert(value: Any) -> Any:
        same = isinstance(value, torch.Tensor) and value.dtype is source
        return value.to(target) if same else value

    return convert


def left_in_training(model: Any) -> tuple[str, ...]:
    """Return the paths of the modules in training mode that then predict otherwise."""
    from torch import nn

    found = []
    for path, module in model.named_modules():
        if not module.training:
            continue
        drops = isinstance(module, nn.modules.dropout._DropoutNd) and module.p > 0  # noqa: SLF001 - the family's base
        norms = isinstance(module, nn.modules.batchnorm._NormBase)  # noqa: SLF001 - as above
        inner = getattr(module, "dropout", 0)
        inside = isinstance(module, (nn.RNNBase, nn.MultiheadAttention)) and inner > 0
        if drops or norms or inside:
            found.append(path or type(module).__name__)
    return tuple(found)


def first_unrepeatable(model: Any, run: Callable[[], Any]) -> str:
    """Return the path of the first module that gives two outputs for the same inputs, or ""."""
    seen: list[list[tuple[str, list[Any], list[Any]]]] = []

    def hook(path: str) -> Callable[..., None]:
        def note(_module: Any, args: Any, kwargs: Any, output: Any) -> None:
            seen[-1].append((path, _copies((args, kwargs)), _copies(output)))

        return note

    handles = [
        module.register_forward_hook(hook(path), with_kwargs=True)
        for path, module in model.named_modules()
        if path
    ]
    try:
        for _ in range(2):
            seen.append([])
            run()
    finally:
        for handle in handles:
            handle.remove()
    for (path, *first), (_, *second) in zip(*seen, strict=False):
        if _equal(first[0], second[0]) and not _equal(first[1], second[1]):
            return str(path)
    return ""


def _copies(value: Any) -> list[Any]:
    return [leaf.detach().clone() for leaf in _leaves(value)]


def _equal(first: list[Any], second: list[Any]) -> bool:
    import torch

    return len(first) == len(second) and all(
        a.shape == b.shape and torch.equal(a, b) for a, b in zip(first, second, strict=True)
    )


def _leaves(value: Any) -> Iterator[Any]:
    import torch

    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _leaves(item)
