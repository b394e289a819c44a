"""A torch module as an exported program, with a batch axis of any size where it has one.

https://docs.pytorch.org/docs/stable/export.html
"""

from __future__ import annotations

import io
from typing import Any

from loadstone.adapters.live import NotMadeError, quiet

Call = tuple[tuple[Any, ...], dict[str, Any]]


def export(model: Any, calls: list[Call]) -> bytes:
    """Return the `.pt2` file of `model`, exported on the first of `calls`.

    The first axis may have any size, and so may every axis whose size differs among the calls.
    Raises `NotMadeError`.
    """
    import torch

    args, kwargs = calls[0]
    others = [other for other in calls[1:] if _like(other, calls[0])]
    batch = torch.export.Dim("batch", min=1)
    args = tuple(_at_least_two(value) for value in args)
    kwargs = {name: _at_least_two(value) for name, value in kwargs.items()}
    shapes = (
        tuple(
            _dynamic(value, [other[0][at] for other in others], batch)
            for at, value in enumerate(args)
        ),
        {
            name: _dynamic(value, [other[1][name] for other in others], batch)
            for name, value in kwargs.items()
        },
    )
    dynamic: Any = shapes[0] if not kwargs else {**_by_position(model, shapes[0]), **shapes[1]}
    with quiet():
        try:
            with torch.no_grad():
                program = torch.export.export(model, args, kwargs, dynamic_shapes=dynamic)
            program._example_inputs = None  # noqa: SLF001 - it would keep the examples
            stream = io.BytesIO()
            torch.export.save(program, stream)
        except Exception as error:
            text = " ".join(str(error).split())
            raise NotMadeError(f"{type(error).__name__}: {text[:200]}") from error
    return stream.getvalue()


def _at_least_two(value: Any) -> Any:
    """Return a batch of two or more: a batch of one would be taken for a constant."""
    import torch

    if isinstance(value, torch.Tensor) and value.dim() and value.shape[0] == 1:
        return torch.cat([value, value])
    return value


def _like(one: Call, other: Call) -> bool:
    return len(one[0]) == len(other[0]) and set(one[1]) == set(other[1])


def _dynamic(value: Any, others: list[Any], batch: Any) -> Any:
    import torch

    if not isinstance(value, torch.Tensor) or not value.dim():
        return None
    axes: dict[int, Any] = {0: batch}
    for axis in range(1, value.dim()):
        sizes = {other.shape[axis] for other in others if getattr(other, "ndim", 0) > axis}
        if sizes - {value.shape[axis]}:
            axes[axis] = torch.export.Dim.AUTO
    return axes


def _by_position(model: Any, shapes: tuple[Any, ...]) -> dict[str, Any]:
    import inspect

    names = list(inspect.signature(model.forward).parameters)
    return dict(zip(names, shapes, strict=False))
