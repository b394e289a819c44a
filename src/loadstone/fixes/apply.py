"""Edits applied to the facts of an artifact: no byte is read, none is written."""

from __future__ import annotations

from collections.abc import Sequence

from loadstone.core.classes import replace
from loadstone.core.edits import Edit, FileEdit, SelectEntry
from loadstone.core.facts import Artifact, StateDict, Weights
from loadstone.statedict.edited import CannotApplyError, Edited, edited

__all__ = ["CannotApplyError", "apply", "fixed_artifact"]


def apply(weights: Weights, edits: Sequence[Edit]) -> Edited:
    """Return the tensors of `weights` as they are after `edits`, in order.

    Raises `CannotApplyError` where an edit does not fit.
    """
    for edit in edits:
        if isinstance(edit, SelectEntry) and edit.entry != weights.entry:
            raise CannotApplyError(
                f"the edits are of `{edit.entry}`, and the artifact has no such state dict"
            )
        if isinstance(edit, FileEdit):
            raise CannotApplyError(f"`{edit.op}` is done to the file, not to its tensors")
    return edited(weights.tensors, edits)


def fixed_artifact(
    artifact: Artifact, weights: Weights, edits: Sequence[Edit], path: str
) -> Artifact:
    """Return the facts that the artifact will have once the fix is written to `path`."""
    after = apply(weights, edits).tensors
    tensors = {key: replace(fact, device=None) for key, fact in after.items()}
    return replace(
        artifact,
        path=path,
        format="safetensors",
        content="state-dict",
        is_folder=False,
        state_dicts=(StateDict("", tensors),),
        entries={},
        modules=(),
        globals=(),
        opening_runs_code="no",
        calls=(),
        devices=(),
        protocol=None,
        damage=(),
        disagreements=(),
        detail={},
    )
