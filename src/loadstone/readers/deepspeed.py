"""DeepSpeed's checkpoints: a folder a step, in it the states that each rank kept.

https://deepspeed.readthedocs.io/en/latest/model-checkpointing.html. No file holds a tensor of
ZeRO 3 whole: names and shapes stand in the model's states, elements in the optimizers'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import Artifact, Damage, GlobalFact, StateDict
from loadstone.readers import _members, _roles, _zero
from loadstone.readers import _rank_states as states
from loadstone.readers._inside import NotWhole
from loadstone.readers._opened import WORST, Opened
from loadstone.readers._plain import Scalar, clean
from loadstone.readers._records import FolderRecords
from loadstone.readers._source import MemorySource

_MODEL = re.compile(r"(?:(.*)/)?(?:zero_pp_rank_(\d{1,9})_)?mp_rank_(\d{1,9})_model_states\.pt")
_OPTIM = re.compile(
    r"(?:(.*)/)?((?:bf16_)?zero_pp_rank_)(\d{1,9})_mp_rank_(\d{1,9})_optim_states\.pt"
)
_LAYER = re.compile(r"(?:(.*)/)?layer_(\d{1,9})(?:-model_\d+)?-model_states\.pt")
_EXPERT = re.compile(r"(?:(.*)/)?(?:layer_\d+_)?expert_(\d+)_mp_rank_\d+_model_states\.pt")
_FILES = 1_000  # that are opened, or told as missing


@dataclass(slots=True)
class _Step:
    """The files of one step, and what the first of them say."""

    tag: str
    models: list[re.Match[str]]
    optims: list[re.Match[str]]
    layers: list[str]  # of a pipeline
    experts: list[str]
    model: states.States | None = None
    optim: states.States | None = None

    @property
    def first(self) -> str:
        """The states of the model that the first rank kept."""
        return self.models[0][0]

    @property
    def split(self) -> bool:
        """Whether the weights themselves lie in pieces, as ZeRO 3 keeps them."""
        return self.models[0][2] is not None

    @property
    def zero(self) -> str:
        """The stage of ZeRO, in words."""
        stage = self.model.stage if self.model is not None else None
        if self.split or stage == 3:
            return "3"
        if stage is not None:
            return str(stage or "none")
        return "1 or 2" if self.optims else "none"

    @property
    def merges(self) -> bool:
        """Whether the parts that the ranks hold are put together here."""
        otherwise = self.experts or self.layers or len({found[3] for found in self.models}) > 1
        return not otherwise and _zero.known(self.model, self.optim)

    @property
    def ranks(self) -> int:
        """How many ranks there were, as far as the files tell."""
        told = [item.ranks for item in (self.model, self.optim) if item is not None and item.ranks]
        here = [int(found[3]) for found in self.optims]
        return max(*told, *(rank + 1 for rank in here), len(here), 1)


def sniff(records: FolderRecords) -> bool:
    """Return whether there are the states of ranks, as DeepSpeed names them."""
    return any(_MODEL.fullmatch(name) for name in records.names)


def read(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the tensors of the model, and which ranks are here."""
    damage = list(records.damage)
    step, steps = _step(opened, records, damage)
    damage += _missing(step)
    named = [step.first, *(item[0] for item in step.optims[:1] if step.split)]
    named += (*step.experts, *step.layers)[:_FILES]
    files = {name: _members.artifact(opened, records, name) for name in named}
    opens = [item for item in files.values() if item is not None]
    for name, item in files.items():
        damage += _members.within(item, name) if item is not None else []
    splits = len({found[3] for found in step.models})
    detail: dict[str, Scalar] = {
        "tag": clean(step.tag) or None,
        "zero": step.zero,
        "ranks": step.ranks,
        "splits": splits if splits > 1 else None,
        "layers": len(step.layers) or None,
        "experts": len(step.experts) or None,
        "master": step.optim.master if step.optim is not None else None,
        "merges": step.merges or None,
        "inner": step.first,
        "steps": steps,
    }
    version = step.model.version if step.model is not None else ""
    return opened.artifact(
        "deepspeed",
        "checkpoint",
        framework="torch",
        producer={"deepspeed": version} if version else {},
        is_folder=True,
        state_dicts=() if splits > 1 else tuple(_states(step, files)),
        globals=tuple(_globals(opens)),
        parts=_roles.parts(opened, records, (step.first, *step.layers, *step.experts)),
        requires={"deepspeed": "", "torch": ""},
        opening_runs_code=max((item.opening_runs_code for item in opens), key=WORST.index)
        if len(opens) == len(files)
        else "unknown",
        calls=tuple(dict.fromkeys(name for item in opens for name in item.calls)),
        damage=tuple(damage),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def ranks(path: str) -> dict[str, _zero.Made]:
    """Return the tensors of the step that `latest` names, as all ranks hold them together.

    Every storage is compared with its checksum. Raises `NotWhole` where a rank is missing, or the
    files are not parts of one state, `Changed` where a checksum is another, and `OSError`.
    """
    records = FolderRecords(path)
    damage = list(records.damage)
    step, _ = _step(Opened(path, MemorySource(b"")), records, damage)
    damage += _missing(step)
    if damage:
        raise NotWhole(damage[0].why)
    if not step.merges:
        raise NotWhole("the weights are split in another way than ZeRO 1 to 3 do it")
    models, optims = _in_order(step.models, 2), _in_order(step.optims, 3)
    read = [
        [states.read(Opened(path, MemorySource(b"")), records, name) for name in names]
        for names in (models, optims)
    ]
    for names, held in zip((models, optims), read, strict=True):
        for name, item in zip(names, held, strict=True):
            if item is None:
                raise NotWhole(f"`{name}` is not what DeepSpeed writes")
    return _zero.together(path, *([item for item in held if item is not None] for held in read))


def _in_order(found: list[re.Match[str]], group: int) -> list[str]:
    """Return the files of ranks 0, 1, …, each of which there is one."""
    named = sorted((int(item[group] or 0), item[0]) for item in found)
    if [rank for rank, _ in named] != list(range(len(named))) or not named:
        ranks = ", ".join(str(rank) for rank, _ in named) or "none"
        raise NotWhole(f"there should be one file of each rank: here are those of {ranks}")
    return [name for _, name in named]


def _step(opened: Opened, records: FolderRecords, damage: list[Damage]) -> tuple[_Step, int]:
    """Return the step that `latest` names, else the last; and how many there are."""
    found = {name: _MODEL.fullmatch(name) for name in records.names}
    models = [item for item in found.values() if item]
    tags = sorted({item[1] or "" for item in models}, key=_natural)
    tag = _tag(records, damage)
    tag = tag if tag is not None and tag in tags else tags[-1]

    def here(pattern: re.Pattern[str]) -> list[re.Match[str]]:
        told = (pattern.fullmatch(name) for name in records.names)
        return sorted(
            (item for item in told if item and (item[1] or "") == tag),
            key=lambda item: _natural(item[0]),
        )

    models, optims = here(_MODEL), here(_OPTIM)
    whole = [item for item in models if item[2] is None]
    step = _Step(
        tag,
        whole or models,
        optims,
        [item[0] for item in here(_LAYER)],
        [item[0] for item in here(_EXPERT)],
        states.read(opened, records, (whole or models)[0][0]),
        states.read(opened, records, optims[0][0]) if optims else None,
    )
    return step, len(tags)


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


def _missing(step: _Step) -> list[Damage]:
    """Return the files of ranks that are not here, where those of others are."""
    wanted: list[str] = []
    before = f"{step.tag}/" if step.tag else ""
    if step.optims or step.split:
        start = step.optims[0][2] if step.optims else "zero_pp_rank_"
        wanted += [
            f"{before}{start}{rank}_mp_rank_{split}_optim_states.pt"
            for rank in range(step.ranks)
            for split in sorted({item[3] for item in step.models})
        ]
    if step.split:
        wanted += [
            f"{before}zero_pp_rank_{rank}_mp_rank_{step.models[0][3]}_model_states.pt"
            for rank in range(step.ranks)
        ]
    here = {item[0] for item in (*step.models, *step.optims)}
    return [
        Damage("missing-member", f"`{name}` is not in the folder", detail={"member": name})
        for name in wanted
        if name not in here
    ][:_FILES]


def _globals(opens: list[Artifact]) -> list[GlobalFact]:
    """Return the names that the files look up, each once with all its uses."""
    found: dict[str, GlobalFact] = {}
    for item in (name for artifact in opens for name in artifact.globals):
        before = found.get(str(item))
        uses = dict.fromkeys((*(before.uses if before else ()), *item.uses))
        found[str(item)] = replace(before or item, uses=tuple(uses))
    return list(found.values())


def _states(step: _Step, files: dict[str, Artifact | None]) -> Iterator[StateDict]:
    """Yield what a load would give: of ZeRO 3, what its ranks hold together."""
    if step.split:
        if step.model is not None:
            yield states.together(step.model, step.optim.master if step.optim else None)
        return
    inner = files[step.first]
    held = {item.path: item for item in inner.state_dicts} if inner is not None else {}
    own = held.get("module", StateDict("module", {}))
    tensors = dict(own.tensors)
    for name in (*step.experts, *step.layers):
        part = files.get(name)
        found = _LAYER.fullmatch(name)
        prefix = f"{int(found[2])}." if found else ""  # as `PipelineModule` names its layers
        for item in part.state_dicts if part is not None else ():
            tensors |= {f"{prefix}{key}": fact for key, fact in item.tensors.items()}
    if tensors or own.others:
        yield StateDict("module", tensors, own.others)
    yield from (item for path, item in held.items() if path.startswith("module."))
