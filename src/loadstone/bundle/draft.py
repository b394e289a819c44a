"""What `loadstone.save` was asked for, and the bundle as far as it has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loadstone.adapters.hugging_face import Declared
from loadstone.adapters.live import Form, Live, Native
from loadstone.bundle import prove as proving
from loadstone.core.facts import Uncaptured
from loadstone.inputs import examples, plan
from loadstone.inputs.witnesses import Witnesses


@dataclass
class Request:
    """What `loadstone.save` was asked for."""

    model: Any
    live: Live
    final: Path
    folder: bool
    preprocess: Callable[..., Any] | None
    postprocess: Callable[..., Any] | None
    examples: Any
    data: dict[str, Any]
    batched: bool | None
    signature: dict[str, Any]  # changes to what is inferred
    accept: dict[str, str]
    name: str | None
    forms: tuple[str, ...]
    seed: int | None
    draws: int | None  # runs of a model that draws, whose distribution is recorded
    private: str  # what is kept of private examples; "" where they are not private
    automatic: bool  # the forms were not chosen by the caller
    declared: Mapping[str, Declared] = field(default_factory=dict)  # steps that are no code
    # the ONNX graph of a form by rows, and the names of its outputs; raises `NotMadeError`
    graph: Callable[[Form, Any], tuple[bytes, dict[str, Any]]] | None = None


@dataclass
class Instead:
    """What is kept of private examples."""

    parts: dict[str, list[Any]] = field(default_factory=dict)
    trial: plan.Trial | None = None  # of inputs that were made
    witnesses: Witnesses | None = None  # of those
    key: bytes | None = None  # of the digests


@dataclass
class Draft:
    """The bundle as far as it has come."""

    request: Request
    name: str
    parts: dict[str, list[Any]] = field(default_factory=dict)
    forms: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, str]] = field(default_factory=list)
    uncaptured: list[Uncaptured] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    code: dict[str, Any] | None = None
    native: Native | None = None
    trial: plan.Trial | None = None
    given: examples.Examples | None = None
    proof: proving.Proof | None = None
    counts: dict[str, dict[str, int] | None] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)  # axes of sequences that may have other sizes
    modules: set[str] = field(default_factory=set)  # that the model and its code are imported from
    needs_device: str = ""  # why it predicts only where there is an accelerator
    instead: Instead | None = None  # what is kept in the place of private examples
