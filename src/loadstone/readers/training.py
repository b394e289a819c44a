"""Folders that a training leaves: DeepSpeed, Megatron, Accelerate, the Trainer without a config.

https://deepspeed.readthedocs.io/en/latest/model-checkpointing.html,
https://huggingface.co/docs/accelerate/usage_guides/checkpoint
"""

from __future__ import annotations

import re

from loadstone.core.facts import Artifact, Damage, StateDict
from loadstone.readers import _members, _roles, _weights
from loadstone.readers._opened import Opened
from loadstone.readers._plain import Scalar, clean
from loadstone.readers._records import FolderRecords

_MODEL = re.compile(r"(?:(.*)/)?(zero_pp_rank_(\d+)_)?mp_rank_(\d+)_model_states\.pt")
_OPTIM = re.compile(r"(?:(.*)/)?(?:bf16_)?zero_pp_rank_(\d+)_mp_rank_(\d+)_optim_states\.pt")
_MEGATRON = re.compile(r"(?:(.*)/)?mp_rank_\d+(?:_\d+)*/model(_optim)?(_rng)?\.pt")
_STATES = re.compile(r"(random_states_\d+\.pkl|optimizer(_\d+)?\.(bin|pt)|trainer_state\.json)")
_RANKS = 10_000


def is_deepspeed(records: FolderRecords) -> bool:
    """Return whether there are the states of ranks, as DeepSpeed names them."""
    return any(_MODEL.fullmatch(name) for name in records.names)


def is_megatron(records: FolderRecords) -> bool:
    """Return whether there are folders of ranks, as Megatron names them."""
    return any(_MEGATRON.fullmatch(name) for name in records.names)


def is_training(records: FolderRecords) -> bool:
    """Return whether weights lie beside the states of an optimizer or a trainer."""
    here = [name for name in records.names if "/" not in name]
    return any(map(_STATES.fullmatch, here)) and any(
        name in records for name in (*_weights.ADAPTER, *_weights.NAMES)
    )


def read_deepspeed(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the module that a rank holds, and which ranks are here."""
    damage = list(records.damage)
    tag = _tag(records, damage)
    matches = [found for name in records.names if (found := _MODEL.fullmatch(name))]
    tags = sorted({found[1] or "" for found in matches}, key=_natural)
    tag = tag if tag is not None and tag in tags else tags[-1]
    models = sorted(found[0] for found in matches if (found[1] or "") == tag)
    whole = [name for name in models if "zero_pp_rank" not in name]
    shards = [
        found for n in records.names if (found := _OPTIM.fullmatch(n)) and (found[1] or "") == tag
    ]
    damage += _ranks({int(found[2]) for found in shards}, tag)
    first = (whole or models)[0]
    inner = _members.artifact(opened, records, first)
    states: tuple[StateDict, ...] = ()
    if inner is not None:
        damage += _members.within(inner, first)
        states = tuple(s for s in inner.state_dicts if s.path.split(".")[0] == "module")
    empty = [s for s in states if s.tensors and all(not t.count for t in s.tensors.values())]
    stage = 3 if not whole or (states and len(empty) == len(states)) else (1 if shards else 0)
    detail: dict[str, Scalar] = {
        "tag": clean(tag) or None,
        "zero": "3" if stage == 3 else "1 or 2" if stage else "none",
        "ranks": len({found[2] for found in shards}) or len(models),
        "inner": first,
        "steps": len(tags),
    }
    return opened.artifact(
        "deepspeed",
        "checkpoint",
        framework="torch",
        is_folder=True,
        state_dicts=() if stage == 3 else states,
        globals=inner.globals if inner is not None else (),
        parts=_roles.parts(opened, records, (first,)),
        requires={"deepspeed": "", "torch": ""},
        opening_runs_code=inner.opening_runs_code if inner is not None else "unknown",
        calls=inner.calls if inner is not None else (),
        damage=tuple(damage),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _tag(records: FolderRecords, damage: list[Damage]) -> str | None:
    """Return the folder that `latest` names."""
    if "latest" not in records:
        return None
    tag = clean(records.read("latest")[:200].decode("utf-8", "replace").strip())
    if not any(name.startswith(f"{tag}/") for name in records.names):
        why = f"`latest` names `{tag}`, which is not here"
        damage.append(Damage("missing-member", why, detail={"member": tag}))
    return tag


def _natural(name: str) -> list[int | str]:
    numbers = re.findall(r"\d{1,15}", name)
    return [int(numbers[-1]) if numbers else -1, name]


def _ranks(found: set[int], tag: str) -> list[Damage]:
    """Return the ranks below the highest one whose states are not here."""
    missing = sorted(set(range(min(max(found, default=-1) + 1, _RANKS))) - found)[:20]
    names = [
        f"{tag}/zero_pp_rank_{rank}_mp_rank_00_optim_states.pt".lstrip("/") for rank in missing
    ]
    return [
        Damage("missing-member", f"`{name}` is not in the folder", detail={"member": name})
        for name in names
    ]


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
