"""Whether a model that the user's own code loaded is a base with its adapter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from loadstone.adapters.torch import expects
from loadstone.adapters.torch.loading import same
from loadstone.core.facts import Applied, Artifact, Base, TargetProblem
from loadstone.errors import UsageError
from loadstone.fixes import lora
from loadstone.fixes.memory import tensors
from loadstone.statedict.adapter import CannotMergeError, plan
from loadstone.statedict.select import select

if TYPE_CHECKING:
    import torch

_WRAPPED: Final = re.compile(r"^base_model\.model\.|\bbase_layer\.")  # as PEFT wraps a model
_SAVED: Final = re.compile(r"\.modules_to_save\.[^.]+(?=\.)")
_NAMED: Final = re.compile(r"\.(lora_\w+)\.[^.]+(?=\.|$)")  # of an adapter among several
# Of sums that are made in another order, in 32 bits; of smaller types a step or two.
_CLOSE: Final = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 1e-5, "float64": 1e-5}


def applied(artifact: Artifact, base: Base, loaded: Any) -> Applied:
    """Compare every tensor that the adapter changes in the model `loaded`, or what it builds.

    Raises `UsageError` where that cannot be done, `OSError` as reading does.
    """
    module = expects.build(loaded)
    weights = select(artifact, None)
    if isinstance(module, TargetProblem):
        raise UsageError(f"`loaded`: {module.why}")
    if weights is None or artifact.damage:
        raise UsageError(f"`{artifact.path}` is not whole")
    try:
        how = plan(weights.tensors, lora.settings_of(artifact), base.tensors)
    except CannotMergeError as error:
        raise UsageError(f"what the adapter makes of its base is not known: {error}") from error
    held = {key: tensor for key, tensor in module.state_dict().items() if hasattr(tensor, "layout")}
    plain = {
        _SAVED.sub("", _WRAPPED.sub("", key)): tensor
        for key, tensor in held.items()
        if ".original_module." not in key  # which PEFT keeps beside what it trained instead
    }
    beside = {_NAMED.sub(r".\1", key) for key in plain}
    own = tensors(base.path, base.tensors)
    adapter = tensors(artifact.path, weights.tensors)
    given = {_WRAPPED.sub("", key): key for key in adapter}
    found: dict[str, list[str]] = {"added": [], "bare": [], "other": []}
    for key, tensor in plain.items():
        name = _NAMED.sub(r".\1", key)
        if name in given and key not in base.tensors:  # a matrix of the adapter's, beside the base
            if not same(tensor, adapter[given[name]]):
                found["other"].append(name)
            continue
        if key not in base.tensors:
            continue
        changes = key in how.pairs or key in how.biases or key in how.replaced
        pair = how.pairs.get(key)
        unmerged = pair is not None and _WRAPPED.sub("", pair.b) in beside
        if same(tensor, own[key]):
            found["added" if unmerged else "bare"].extend([key] if changes else [])
        elif changes and not unmerged and _is_merged(tensor, artifact, base, how, key, weights):
            found["added"].append(key)
        else:
            found["other"].append(key)
    lost = [key for key in (*how.pairs, *how.biases, *how.replaced) if key not in plain]
    if lost:
        raise UsageError(f"`loaded` has no `{lost[0]}`, which the adapter changes")
    return Applied(type(module).__name__, **{key: tuple(names) for key, names in found.items()})


def _is_merged(  # noqa: PLR0917 - what is compared, and where it comes from
    tensor: torch.Tensor, artifact: Artifact, base: Base, how: Any, key: str, weights: Any
) -> bool:
    """Whether a tensor is the base's with the adapter in it, as near as rounding leaves it."""
    import torch

    fact = base.tensors[key]
    chunks = lora.merged(artifact.path, weights.tensors, base.path, how, key, fact)
    data = bytearray().join(chunks)
    dtype = getattr(torch, fact.dtype)
    merged = torch.frombuffer(data, dtype=dtype).reshape(fact.shape).double()
    if tensor.shape != merged.shape or tensor.is_meta:
        return False
    name = str(tensor.dtype).removeprefix("torch.")
    share = max(_CLOSE.get(name, 0.0), _CLOSE.get(fact.dtype, 0.0))
    off = (tensor.detach().cpu().double() - merged).abs().max()
    return bool(off <= share * merged.abs().max())
