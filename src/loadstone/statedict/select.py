"""Which of an artifact's state dicts a load would use."""

from __future__ import annotations

from loadstone.core.facts import Artifact, StateDict, Target, Weights
from loadstone.statedict.match import match


def select(artifact: Artifact, target: Target | None, entry: str | None = None) -> Weights | None:
    """Return the state dict meant for `target`; without one, the only model's there is.

    An `entry` says which is meant. None where the artifact has no such entry, no state dict of a
    model, or several of which none fits best.
    """
    held = [state for state in artifact.state_dicts if state.tensors]
    if entry is not None:
        named = next((state for state in held if state.path == entry), None)
        if named is None:
            return None
        return Weights(artifact.path, named.tensors, named.path, named.others)
    candidates = [state for state in held if state.role in ("model", "ema")]
    if artifact.content == "state-dict" and not held:
        candidates = list(artifact.state_dicts)  # of a module without parameters
    if not candidates and any(item.kind == "truncated" for item in artifact.damage):
        candidates = held  # what is left of a file is told whatever it was for
    chosen = _fitting(candidates, target) if target is not None else None
    if chosen is None:
        models = [state for state in candidates if state.role == "model"]
        chosen = models[0] if len(models) == 1 else None
    if chosen is None and len(candidates) == 1:
        chosen = candidates[0]
    if chosen is None:
        return None
    return Weights(artifact.path, chosen.tensors, chosen.path, chosen.others)


def _fitting(candidates: list[StateDict], target: Target) -> StateDict | None:
    """Return the one candidate that fits the target completely, if just one model does."""
    complete = [
        state
        for state in candidates
        if match(state.tensors, target, kinds=target.modules, aliases=target.aliases).complete
    ]
    models = [state for state in complete if state.role == "model"]
    for group in (models, complete):
        if len(group) == 1:
            return group[0]
    return None
