"""Folders that a training leaves: Megatron, Accelerate, the Trainer without a config.

https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/training/checkpointing.py,
https://huggingface.co/docs/accelerate/usage_guides/checkpoint
"""

from __future__ import annotations

import re

from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _megatron, _members, _roles, _weights
from loadstone.readers import _megatron_grid as grids
from loadstone.readers import _rank_states as rank_states
from loadstone.readers._inside import NotWhole
from loadstone.readers._opened import Opened
from loadstone.readers._plain import Scalar, clean, whole
from loadstone.readers._records import FolderRecords
from loadstone.readers._source import MemorySource

_MEGATRON = re.compile(r"(?:(.*)/)?mp_rank_(\d{1,9}(?:_\d{1,9})*)/model(?:_optim)?(?:_rng)?\.pt")
_LATEST = "latest_checkpointed_iteration.txt"
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
    """Return which ranks of the last step are here; each holds a part of every tensor."""
    damage = list(records.damage)
    found = [item for name in records.names if (item := _MEGATRON.fullmatch(name))]
    steps = sorted({item[1] or "" for item in found})
    step = _latest(records, steps, damage)
    ranks = sorted((item for item in found if (item[1] or "") == step), key=_numbers)
    first = ranks[0][0]
    inner = _members.artifact(opened, records, first)
    damage += _members.within(inner, first) if inner is not None else []
    held = rank_states.read(opened, records, first)
    splits = (grids.splits(held) if held is not None else None) or len(ranks)
    if splits > len(ranks):
        why = f"the weights were split over {splits} ranks, {len(ranks)} of them are here"
        damage.append(Damage("missing-member", why, detail={"member": f"{step}/mp_rank_*"}))
    whole_of, ordered, split, apart = None, False, None, ""
    if held is not None and splits == len(ranks) > 1:
        try:
            split = _grid(held, ranks)
            files = [_file(ranks, split, (0, stage, 0)) for stage in range(split.stages)]
            whole_of = _megatron.described(_states(opened, records, files), split)
            ordered = grids.ordered(opened.path, held, split)
        except NotWhole as error:
            apart = str(error)
    detail: dict[str, Scalar] = {
        "tag": clean(step) or None,
        "ranks": splits,
        "stages": split.stages if split and split.stages > 1 else None,
        "chunks": split.chunks if split and split.chunks > 1 else None,
        "experts": split.experts if split and split.experts > 1 else None,
        "apart": clean(apart) or None,
        "merges": True if whole_of is not None else None,
        "ordered": ordered or None,
        "layout": str(held.held.get("checkpoint_version", 0)) if held and whole_of else None,
        "inner": first,
        "steps": len(steps),
    }
    return opened.artifact(
        "megatron",
        "checkpoint",
        framework="torch",
        is_folder=True,
        state_dicts=(whole_of,)
        if whole_of is not None
        else inner.state_dicts
        if inner is not None and splits == 1
        else (),
        globals=inner.globals if inner is not None else (),
        parts=_roles.parts(opened, records, tuple(item[0] for item in ranks[:20])),
        requires={"torch": ""},
        opening_runs_code=inner.opening_runs_code if inner is not None else "unknown",
        calls=inner.calls if inner is not None else (),
        damage=tuple(damage),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def splits(path: str) -> dict[str, _megatron.Whole]:
    """Return the tensors that all ranks hold together.

    Raises `NotWhole` where a rank is missing or the files are not of one save, and `OSError`.
    """
    records = FolderRecords(path)
    damage = list(records.damage)
    found = [item for name in records.names if (item := _MEGATRON.fullmatch(name))]
    steps = sorted({item[1] or "" for item in found})
    step = _latest(records, steps, damage) if steps else ""
    if damage or not found:
        raise NotWhole(damage[0].why if damage else "there are no files of ranks")
    ranks = sorted((item for item in found if (item[1] or "") == step), key=_numbers)
    opened = Opened(path, MemorySource(b""))
    first = _states(opened, records, [ranks[0][0]])[0]
    split = _grid(first, ranks)
    names = [_file(ranks, split, rank) for rank in split.ranks]
    held = dict(zip(split.ranks, _states(opened, records, names), strict=True))
    grids.compare_order(path, held, split)
    return _megatron.together(held, split)


def _states(opened: Opened, records: FolderRecords, names: list[str]) -> list[rank_states.States]:
    """Return what the files hold; raises where one is not what Megatron writes."""
    found = []
    for name in names:
        item = rank_states.read(opened, records, name)
        if item is None:
            raise NotWhole(f"`{name}` is not what Megatron writes")
        found.append(item)
    return found


def _grid(first: rank_states.States, ranks: list[re.Match[str]]) -> grids.Grid:
    """Return how the weights are split; raises where the files are not those of all ranks."""
    split = grids.grid(first)
    if [item[2] for item in ranks] != [split.name(rank) for rank in split.ranks]:
        here = ", ".join(item[2] for item in ranks[:8])
        raise NotWhole(f"the weights were split over {split.files} ranks, here are {here}")
    return split


def _numbers(item: re.Match[str]) -> list[int]:
    return [int(number) for number in item[2].split("_")]


def _file(ranks: list[re.Match[str]], split: grids.Grid, rank: grids.Rank) -> str:
    return next(item[0] for item in ranks if item[2] == split.name(rank))


def _latest(records: FolderRecords, steps: list[str], damage: list[Damage]) -> str:
    """Return the folder of the step that Megatron's own file names, else the last."""
    text = records.read(_LATEST)[:40] if _LATEST in records else b""
    told = text.decode("utf-8", "replace").strip()
    number = whole(told)
    wanted = f"iter_{number:07d}" if number is not None else clean(told)
    if wanted and wanted not in steps:
        why = f"`{_LATEST}` names `{wanted}`, which is not here"
        damage.append(Damage("missing-member", why, detail={"member": wanted}))
    return wanted if wanted in steps else steps[-1]


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
