"""Facts, findings, checks, reports and verdicts: pure, frozen, JSON-able, standard library only.

The names below are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadstone.core.edits import (
        Concatenate,
        CopyKeys,
        CutModel,
        DecodeText,
        Dequantise,
        DropArguments,
        DropKeys,
        DropOperator,
        DropParameters,
        Edit,
        ExtractTensors,
        FillKeys,
        MergeAdapter,
        MergePieces,
        PackFolder,
        RenameGlobals,
        RenameKeys,
        Reshape,
        ResizeRows,
        RetagDevice,
        RewriteState,
        Salvage,
        SelectEntry,
        Split,
        Transpose,
        UndoLineEndings,
        Unwrap,
    )
    from loadstone.core.facts import (
        Artifact,
        Assignment,
        Bundle,
        Code,
        Construction,
        Coverage,
        Drift,
        Environment,
        Filling,
        Held,
        Load,
        Replay,
        Rewrite,
        SaveFacts,
        Target,
        TargetProblem,
        TensorFact,
        Untied,
        Weights,
    )
    from loadstone.core.findings import Finding, Fix, Place, Row, Safety, Severity
    from loadstone.core.registry import Check, check
    from loadstone.core.report import Report
    from loadstone.core.verdict import Loads, Predicts, Verdict

__all__ = [
    "Artifact",
    "Assignment",
    "Bundle",
    "Check",
    "Code",
    "Concatenate",
    "Construction",
    "CopyKeys",
    "Coverage",
    "CutModel",
    "DecodeText",
    "Dequantise",
    "Drift",
    "DropArguments",
    "DropKeys",
    "DropOperator",
    "DropParameters",
    "Edit",
    "Environment",
    "ExtractTensors",
    "FillKeys",
    "Filling",
    "Finding",
    "Fix",
    "Held",
    "Load",
    "Loads",
    "MergeAdapter",
    "MergePieces",
    "PackFolder",
    "Place",
    "Predicts",
    "RenameGlobals",
    "RenameKeys",
    "Replay",
    "Report",
    "Reshape",
    "ResizeRows",
    "RetagDevice",
    "Rewrite",
    "RewriteState",
    "Row",
    "Safety",
    "Salvage",
    "SaveFacts",
    "SelectEntry",
    "Severity",
    "Split",
    "Target",
    "TargetProblem",
    "TensorFact",
    "Transpose",
    "UndoLineEndings",
    "Untied",
    "Unwrap",
    "Verdict",
    "Weights",
    "check",
]

_HOMES = {
    "Artifact": "facts",
    "Bundle": "facts",
    "Check": "registry",
    "Code": "facts",
    "Construction": "facts",
    "Coverage": "facts",
    "DecodeText": "edits",
    "PackFolder": "edits",
    "Drift": "facts",
    "Dequantise": "edits",
    "DropArguments": "edits",
    "DropKeys": "edits",
    "Transpose": "edits",
    "Split": "edits",
    "Reshape": "edits",
    "FillKeys": "edits",
    "CopyKeys": "edits",
    "Concatenate": "edits",
    "CutModel": "edits",
    "RenameGlobals": "edits",
    "DropOperator": "edits",
    "DropParameters": "edits",
    "Edit": "edits",
    "Environment": "facts",
    "ExtractTensors": "edits",
    "Filling": "facts",
    "Finding": "findings",
    "Fix": "findings",
    "Held": "facts",
    "Load": "facts",
    "Loads": "verdict",
    "MergeAdapter": "edits",
    "MergePieces": "edits",
    "Place": "findings",
    "Predicts": "verdict",
    "RenameKeys": "edits",
    "Replay": "facts",
    "Report": "report",
    "ResizeRows": "edits",
    "RetagDevice": "edits",
    "Rewrite": "facts",
    "RewriteState": "edits",
    "Row": "findings",
    "Safety": "findings",
    "Salvage": "edits",
    "SaveFacts": "facts",
    "SelectEntry": "edits",
    "Severity": "findings",
    "Target": "facts",
    "Assignment": "facts",
    "TargetProblem": "facts",
    "TensorFact": "facts",
    "UndoLineEndings": "edits",
    "Untied": "facts",
    "Unwrap": "edits",
    "Verdict": "verdict",
    "Weights": "facts",
    "check": "registry",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module `loadstone.core` has no attribute `{name}`")
    from importlib import import_module

    value = getattr(import_module(f"loadstone.core.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the names, imported or not."""
    return sorted({*globals(), *__all__})
