"""Edits applied to the facts of an artifact: no byte is read, none is written."""

from __future__ import annotations

from collections.abc import Sequence

from loadstone.core.classes import replace
from loadstone.core.edits import (
    CutModel,
    DecodeText,
    DropArguments,
    DropKeys,
    DropOperator,
    DropParameters,
    Edit,
    ExtractTensors,
    PackFolder,
    RenameKeys,
    RetagDevice,
    RewriteState,
    Salvage,
    SelectEntry,
    UndoLineEndings,
    Unwrap,
)
from loadstone.core.facts import Artifact, StateDict, TensorFact, Weights


class CannotApplyError(ValueError):
    """The edits do not fit this artifact; the message says which and why."""


def apply(weights: Weights, edits: Sequence[Edit]) -> dict[str, TensorFact]:
    """Return the tensors of `weights` as they are after `edits`, in order.

    Raises `CannotApplyError` where an edit does not fit.
    """
    tensors = dict(weights.tensors)
    for edit in edits:
        match edit:
            case SelectEntry():
                if edit.entry != weights.entry:
                    raise CannotApplyError(
                        f"the edits are of `{edit.entry}`, and the artifact has no such state dict"
                    )
            case RenameKeys():
                tensors = _rename(tensors, edit)
            case DropKeys():
                absent = [key for key in edit.keys if key not in tensors]
                if absent:
                    raise CannotApplyError(f"there is no `{absent[0]}` to drop")
                tensors = {key: fact for key, fact in tensors.items() if key not in edit.keys}
            case RetagDevice():
                tensors = {key: replace(fact, device=None) for key, fact in tensors.items()}
            case Salvage():
                absent = [key for key in edit.whole if key not in tensors]
                if absent:
                    raise CannotApplyError(f"there is no `{absent[0]}` to salvage")
                tensors = {key: tensors[key] for key in edit.whole}
            case (
                Unwrap()
                | UndoLineEndings()
                | DecodeText()
                | PackFolder()
                | DropOperator()
                | DropArguments()
                | RewriteState()
                | CutModel()
                | DropParameters()
            ):
                raise CannotApplyError(f"`{edit.op}` is done to the file, not to its tensors")
            case ExtractTensors():
                pass  # the reader has taken them out already
    return tensors


def _rename(tensors: dict[str, TensorFact], edit: RenameKeys) -> dict[str, TensorFact]:
    renamed: dict[str, TensorFact] = {}
    for key, fact in tensors.items():
        new = edit(key)
        if new in renamed:
            raise CannotApplyError(f"two keys would become `{new}`")
        renamed[new] = fact
    unused = [name for name in edit.names if name not in tensors and not edit.strip_segments]
    if unused and not (edit.strip or edit.add):
        raise CannotApplyError(f"there is no `{unused[0]}` to rename")
    return renamed


def fixed_artifact(
    artifact: Artifact, weights: Weights, edits: Sequence[Edit], path: str
) -> Artifact:
    """Return the facts that the artifact will have once the fix is written to `path`."""
    tensors = {key: replace(fact, device=None) for key, fact in apply(weights, edits).items()}
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
