"""The tensors of a whole pickled module, taken out without its classes: when that is offered."""

from __future__ import annotations

from loadstone.core.edits import ExtractTensors
from loadstone.core.facts import Artifact, Target, Weights
from loadstone.core.findings import Fix
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

# quantised layers of torch save more than they register
_OF_THEIR_OWN = ("torch.ao.", "torch.nn.quantized.", "torch.nn.intrinsic.", "torch.jit.")


def extraction(
    artifact: Artifact, weights: Weights | None, target: Target | None, match: Match | None
) -> Fix | None:
    """Return how the tensors are taken out, or None where it is not sure that they are all.

    Into a target they go where they fit it. Without one the file that is written holds what
    `state_dict()` gives by default: what modules register, but no buffer that is not persistent.
    """
    if artifact.content != "module" or not weights or artifact.damage:
        return None
    if any(fact.extent is None for fact in weights.tensors.values()):
        return None  # a conjugated view, or a tensor of another class: its numbers lie nowhere
    title = f"take {count(len(weights), 'tensor')} out of the pickle, without running it"
    edits = (ExtractTensors("module"),)
    if target is not None:
        fits = match is not None and match.complete
        proof = "they have the names and shapes of the target"
        return Fix(title, edits, proof=proof) if fits else None
    if weights.others or any(item.module.startswith(_OF_THEIR_OWN) for item in artifact.modules):
        return None
    outside = [name for module in artifact.modules for name in module.unregistered]
    proof = "every parameter and persistent buffer of its modules, named as `state_dict()` does"
    if outside:
        proof += f"; not {listed(outside)}, which no module registers"
    return Fix(title, edits, safety="unsafe" if outside else "safe", proof=proof)
