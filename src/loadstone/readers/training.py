"""Folders that a training leaves: Megatron, Accelerate, the Trainer without a config.

https://huggingface.co/docs/accelerate/usage_guides/checkpoint
"""

from __future__ import annotations

import re

from loadstone.core.facts import Artifact
from loadstone.readers import _members, _roles, _weights
from loadstone.readers._opened import Opened
from loadstone.readers._plain import Scalar
from loadstone.readers._records import FolderRecords

_MEGATRON = re.compile(r"(?:(.*)/)?mp_rank_\d+(?:_\d+)*/model(_optim)?(_rng)?\.pt")
_STATES = re.compile(r"(random_states_\d+\.pkl|optimizer(_\d+)?\.(bin|pt)|trainer_state\.json)")


def is_megatron(records: FolderRecords) -> bool:
    """Return whether there are folders of ranks, as Megatron names them."""
    return any(_MEGATRON.fullmatch(name) for name in records.names)


def is_training(records: FolderRecords) -> bool:
    """Return whether weights lie beside the states of an optimizer or a trainer."""
    here = [name for name in records.names if "/" not in name]
    return any(map(_STATES.fullmatch, here)) and any(
        name in records for name in (*_weights.ADAPTER, *_weights.NAMES)
    )


def read_megatron(opened: Opened, records: FolderRecords) -> Artifact:
    """Return which ranks are here; each holds a part of every tensor."""
    names = sorted(name for name in records.names if _MEGATRON.fullmatch(name))
    inner = _members.artifact(opened, records, names[0])
    damage = list(records.damage) + (_members.within(inner, names[0]) if inner is not None else [])
    return opened.artifact(
        "megatron",
        "checkpoint",
        framework="torch",
        is_folder=True,
        state_dicts=inner.state_dicts if inner is not None and len(names) == 1 else (),
        globals=inner.globals if inner is not None else (),
        parts=_roles.parts(opened, records, tuple(names[:20])),
        requires={"torch": ""},
        opening_runs_code=inner.opening_runs_code if inner is not None else "unknown",
        calls=inner.calls if inner is not None else (),
        damage=tuple(damage),
        detail={"ranks": len(names), "inner": names[0]},
    )


def read_training(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the weights of the model, and leave the optimizer's alone."""
    damage = list(records.damage)
    weights = _weights.find(opened, records, (*_weights.NAMES, *_weights.ADAPTER))
    damage += weights.damage
    state = _members.json_of(records, "trainer_state.json", damage)
    step = state.get("global_step")
    detail: dict[str, Scalar] = {
        "inner": weights.name,
        "inner_format": weights.format,
        "trained_by": "Trainer" if state else "Accelerate",
        "step": step if isinstance(step, int) and abs(step) < 1 << 62 else None,
    }
    return opened.artifact(
        "training-checkpoint",
        "state-dict",
        framework=weights.framework or "torch",
        is_folder=True,
        state_dicts=weights.states,
        parts=_roles.parts(opened, records, tuple(weights.files[:20])),
        requires={"torch": ""},
        opening_runs_code=weights.runs,
        calls=weights.calls,
        damage=tuple(damage),
        disagreements=tuple(weights.disagreements),
        detail={key: value for key, value in detail.items() if value is not None},
    )
