"""Facts, findings, checks, reports and verdicts: pure, frozen, JSON-able, standard library only."""

from loadstone.core.edits import (
    DecodeText,
    DropKeys,
    Edit,
    ExtractTensors,
    RenameKeys,
    RetagDevice,
    Salvage,
    SelectEntry,
    UndoLineEndings,
    Unwrap,
)
from loadstone.core.facts import (
    Artifact,
    Bundle,
    Code,
    Construction,
    Coverage,
    Environment,
    Replay,
    SaveFacts,
    Target,
    TargetProblem,
    TensorFact,
    Weights,
)
from loadstone.core.findings import Finding, Fix, Place, Row, Safety, Severity
from loadstone.core.registry import Check, check
from loadstone.core.report import Report
from loadstone.core.verdict import Loads, Predicts, Verdict

__all__ = [
    "Artifact",
    "Bundle",
    "Check",
    "Code",
    "Construction",
    "Coverage",
    "DecodeText",
    "DropKeys",
    "Edit",
    "Environment",
    "ExtractTensors",
    "Finding",
    "Fix",
    "Loads",
    "Place",
    "Predicts",
    "RenameKeys",
    "Replay",
    "Report",
    "RetagDevice",
    "Row",
    "Safety",
    "Salvage",
    "SaveFacts",
    "SelectEntry",
    "Severity",
    "Target",
    "TargetProblem",
    "TensorFact",
    "UndoLineEndings",
    "Unwrap",
    "Verdict",
    "Weights",
    "check",
]
