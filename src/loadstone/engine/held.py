"""What a model that the user's own code loaded holds of a file, tensor by tensor."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from loadstone.adapters.torch import expects
from loadstone.adapters.torch.loading import same
from loadstone.core.facts import Artifact, Held, TargetProblem
from loadstone.errors import UsageError
from loadstone.fixes.apply import apply
from loadstone.fixes.memory import tensors
from loadstone.statedict.buffers import computed
from loadstone.statedict.match import match
from loadstone.statedict.select import select

if TYPE_CHECKING:
    import torch


def held(path: str | os.PathLike[str], artifact: Artifact, loaded: Any, entry: str | None) -> Held:
    """Compare every tensor of the model `loaded`, or of what it builds, with those of the file.

    A tensor is the file's where it has the bits of the one of its name, or, where the file has none
    of that name, of the one that it matches or of any other. What a class computes itself is left
    out. Raises `UsageError` where there is nothing to compare, `OSError` as reading does.
    """
    module = expects.build(loaded)
    if isinstance(module, TargetProblem):
        raise UsageError(f"`loaded`: {module.why}")
    target = expects.describe(module, getattr(loaded, "__name__", str(loaded)), loaded)
    weights = select(artifact, target, entry)
    if weights is None or any(fact.extent is None for fact in weights.tensors.values()):
        raise UsageError(f"`{artifact.path}` holds no tensors that a model could be compared with")
    steps = match(
        weights.tensors, target.tensors, kinds=target.modules, aliases=target.aliases
    ).steps
    after = apply(weights, [edit for step in steps for edit in step.edits])
    own = tensors(path, weights.tensors)
    renamed = tensors(path, after.tensors, after.made) if steps else {}
    found = _Comparison(own, renamed)
    for key, tensor in module.state_dict().items():
        if hasattr(tensor, "layout") and not computed(key, expects.fact(tensor)):
            found.compare(key, tensor)
    found.settle()
    unused = [key for key in own if key not in found.used]
    return Held(
        target.name,
        tuple(found.kept),
        tuple(found.others),
        tuple(found.absent),
        tuple(found.infinite),
        () if steps else tuple(key for key in unused if not computed(key, weights.tensors[key])),
        found.given,
    )


class _Comparison:
    """Tensors of a model, sorted by what the file has of them."""

    def __init__(
        self, own: Mapping[str, torch.Tensor], renamed: Mapping[str, torch.Tensor]
    ) -> None:
        self.own = own
        self.renamed = renamed
        self.kept: list[str] = []
        self.others: dict[str, torch.Tensor] = {}
        self.given: dict[str, str] = {}
        self.infinite: list[str] = []
        self.absent: dict[str, torch.Tensor] = {}
        self.used: set[str] = set()
        self._modules: dict[str, str] = {}  # of the model to those of the file

    def compare(self, key: str, tensor: torch.Tensor) -> None:
        """Sort one in: by its name, by what it matches, or by its numbers."""
        if key in self.own:
            self.used.add(key)
            given = self.own[key]
            overflow = not same(tensor, given) and same(tensor, given, infinite=True)
            if overflow:
                self.infinite.append(key)
            elif same(tensor, given):
                self.kept.append(key)
            else:
                self.others[key] = tensor
        elif key in self.renamed and same(tensor, self.renamed[key]):
            self.kept.append(key)
        elif found := list(self._equal(tensor)):
            self.kept.append(key)
            self.used.update(found)
            self._modules[key.rpartition(".")[0]] = found[0].rpartition(".")[0]
        else:
            self.absent[key] = tensor

    def _equal(self, tensor: torch.Tensor) -> Iterator[str]:
        """Yield the names of what has the same numbers; one number alone tells nothing."""
        if tensor.is_meta or tensor.numel() < 2 or bool((tensor == tensor.reshape(-1)[0]).all()):
            return
        for key, other in self.own.items():
            if other.shape == tensor.shape and same(tensor, other):
                yield key

    def settle(self) -> None:
        """Find zeros and ones in the module of the file that its other tensors were found in.

        Of what has other numbers than the file has by its name, say whose numbers they are: its
        own, if it lies the other way round.
        """
        for key, tensor in self.others.items():
            if found := next(self._equal(tensor), None):
                self.given[key] = found
            elif tensor.ndim == 2 and same(tensor, self.own[key].T):
                self.given[key] = key
        for key, tensor in list(self.absent.items()):
            path, _, leaf = key.rpartition(".")
            name = f"{self._modules[path]}.{leaf}" if path in self._modules else ""
            if name in self.own and same(tensor, self.own[name]):
                del self.absent[key]
                self.kept.append(key)
                self.used.add(name)
