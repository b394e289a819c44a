"""The facts of one artifact, its target and this environment, each from the module that knows."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from loadstone import readers
from loadstone.core.facts import (
    Artifact,
    Code,
    Environment,
    Target,
    TargetProblem,
    Weights,
)
from loadstone.engine.run import Facts
from loadstone.environment import code as code_facts
from loadstone.environment import here
from loadstone.statedict.select import select

StrPath = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asks of a check."""

    into: Any = None  # a reference as text, a class, a factory, or a ready module
    preprocess: Any = None
    postprocess: Any = None
    examples: Any = None


def gather(path: StrPath, asked: Asked) -> Facts:
    """Return every fact that can be had of the artifact at `path`.

    Raises `OSError` where it cannot be read, `BadReferenceError` where `into` cannot be read.
    """
    artifact = readers.read(path)
    damage = readers.verify(path, artifact) if not artifact.damage else ()
    if damage:
        artifact = replace(artifact, damage=(*artifact.damage, *damage))
    facts: Facts = {Artifact: artifact}
    facts[Environment] = environment_of(artifact)
    if artifact.globals:
        facts[Code] = code_facts.code(artifact)
    if asked.into is not None and artifact.content != "bundle":
        add_target(facts, asked.into)
    return facts


def environment_of(artifact: Artifact) -> Environment:
    """Return this environment; devices are asked for only where the file was on others."""
    elsewhere = any(not tag.startswith("cpu") for tag in artifact.devices)
    framework = "torch" if importlib.util.find_spec("torch") else ""
    return here.here(devices_of=framework if elsewhere else "")


def add_target(facts: Facts, into: Any) -> None:
    """Build the target and ask it whether it accepts the state dict meant for it."""
    from loadstone.adapters.torch import expects

    artifact = facts[Artifact]
    expected = expects.expects(into)
    if isinstance(expected, TargetProblem):
        facts[TargetProblem] = _with_accepting(expected, artifact)
        return
    weights = select(artifact, expected.facts) if isinstance(artifact, Artifact) else None
    if weights is None:
        facts[Target] = expected.facts
        return
    facts[Weights] = weights
    facts[Target] = expected.ask(weights.tensors)


def _with_accepting(problem: TargetProblem, artifact: object) -> TargetProblem:
    if problem.kind != "name-missing" or not isinstance(artifact, Artifact):
        return problem
    from loadstone.adapters.torch import expects

    weights = select(artifact, None)
    tensors: Mapping[str, Any] = weights.tensors if weights else {}
    return replace(
        problem, accepting=expects.accepting(problem.reference, tensors) if tensors else ()
    )
