"""Which limit of a torch model a batch goes beyond: its positions, or the rows of a table."""

from __future__ import annotations

import contextlib
import functools
from typing import Any

from loadstone.inputs.single import Stages
from loadstone.runtime import batches


def exceeded(model: Any, steps: Stages, batch: Any) -> str:
    """Return how a batch that raised goes beyond what the model holds; empty if not known.

    The batch is predicted once more, with a look at what each embedding is asked for.
    """
    if not callable(getattr(model, "named_modules", None)):
        return ""
    import torch

    told: list[str] = []
    lengths: list[int] = []
    measure = functools.partial(_measure, lengths)
    with contextlib.ExitStack() as hooks, contextlib.suppress(Exception):  # as it raised before
        for name, module in model.named_modules():
            if isinstance(module, torch.nn.Embedding):
                look = functools.partial(_look, told, name)
                hooks.callback(module.register_forward_pre_hook(look).remove)
        hooks.callback(model.register_forward_pre_hook(measure, with_kwargs=True).remove)
        steps.predict(batch)
    limit = getattr(getattr(model, "config", None), "max_position_embeddings", None)
    if type(limit) is int and lengths and max(lengths) > limit:
        return f"the input is {max(lengths):,} tokens long, and the model has {limit:,} positions"
    return told[0] if told else ""


def _look(told: list[str], name: str, module: Any, given: tuple[Any, ...]) -> None:
    """Note what an embedding is asked for that it does not have."""
    asked: Any = given[0] if given else None
    if not batches.is_tensor(asked) or asked.is_floating_point() or not asked.numel():
        return
    rows, least, most = module.num_embeddings, int(asked.min()), int(asked.max())
    if least >= 0 and most < rows:
        return
    name = name or type(module).__name__
    each = asked.reshape(-1, asked.shape[-1]) if asked.ndim else asked.reshape(1, 1)
    counted = list(range(each.shape[-1]))
    if most >= rows and each[0].tolist() == counted and most == counted[-1]:
        told.append(f"the input is {most + 1:,} long, and `{name}` has {rows:,} positions")
    else:
        odd = most if most >= rows else least
        told.append(f"`{name}` has {rows:,} rows, 0 to {rows - 1:,}, and was asked for {odd:,}")


def _measure(
    lengths: list[int], _module: Any, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Note how many tokens a model of transformers is given."""
    asked: Any = named.get("input_ids", given[0] if given else None)
    if batches.is_tensor(asked) and asked.ndim == 2:
        lengths.append(int(asked.shape[-1]))
