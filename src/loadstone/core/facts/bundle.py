"""What a bundle holds, and what was measured while it was saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from loadstone.core.classes import dataclass, field
from loadstone.core.verdict import Predicts


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of a bundle that is not as its manifest says."""

    name: str
    kind: Literal["changed", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle's manifest says, and where the files beside it do not agree."""

    path: str
    schema: str
    created: str = ""
    framework: str = ""
    forms: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    witnesses: int = 0
    left_out: int = 0  # witnesses that proved the save and were private
    private: str = ""  # what is kept of them: left-out, hashed, synthetic
    uncompared: str = ""  # why digests of them were not compared, where examples were given
    changes: tuple[FileChange, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)  # versions at save
    unproven: tuple[str, ...] = ()  # what the save could not prove, in words
    replaced: tuple[str, ...] = ()  # steps that the caller replaced for this load
    code: tuple[str, ...] = ()  # classes and functions held as source
    labels_moved: str = ""  # names of outputs in another order than at save


@dataclass(frozen=True, slots=True)
class SaveFacts:
    """What was measured while a model was saved."""

    name: str  # the class of the model
    training: tuple[str, ...] = ()  # modules left in training mode that then behave otherwise
    differs_in_training: float | None = None  # largest difference, as given against eval mode
    repeatable: bool = True  # two runs in eval mode agree
    first_unrepeatable: str = ""  # stage, or module path, where two runs first disagree
    difference: float | None = None  # the largest between two runs
    uncaptured: tuple[Uncaptured, ...] = ()
    expected_reproduced: Predicts = "unproven"  # where the user gave expected outputs
    expected_difference: float | None = None
    untrained: tuple[str, ...] = ()  # tensors that are no part of any state dict
    labels_at_odds: str = ""  # names of outputs that do not go with these
    draws_unused: int = 0  # runs that were asked for, of a model that repeats itself
    examples: int = 0  # that were given: the first of them are the witnesses
    device: str = ""  # the accelerator that it was given on; it is recorded on the CPU
    differs_there: float | None = None  # largest difference of that device's outputs from these
    other_there: bool = False  # whether that is more than rounding
    needs_device: str = ""  # why it predicts only where there is an accelerator
    kept: tuple[KeptFile, ...] = ()  # files of this machine that the code opens


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that the code of a bundle opens, and that is kept in it."""

    name: str  # that the code opens it by
    size: int  # in bytes


@dataclass(frozen=True, slots=True)
class Uncaptured:
    """Something that a bundle could not hold, and the way to supply it."""

    name: str
    why: str
    supply: str


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """A plain attribute of a module that is not as it was when the bundle was saved."""

    module: str  # path, "" for the root
    name: str  # of the attribute, or "class"
    saved: str
    now: str


@dataclass(frozen=True, slots=True)
class Construction:
    """How the target of a bundle is built, against how the saved model was; shapes may agree."""

    changes: tuple[AttributeChange, ...] = ()
