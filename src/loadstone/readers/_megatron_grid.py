"""Which file of Megatron's holds which stage of the pipeline, experts and part of the tensors.

https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/training/checkpointing.py (the folders),
https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/core/transformer/transformer_layer.py (the
first layer of a stage),
https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/core/tensor_parallel/random.py (the seeds)
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

from loadstone.core.classes import dataclass, field, replace
from loadstone.core.facts import TensorFact
from loadstone.readers import _rank_states as states
from loadstone.readers import _values as values
from loadstone.readers._bytes import tensor_bytes
from loadstone.readers._inside import NotWhole
from loadstone.readers._rank_states import States

Rank = tuple[int, int, int]  # of tensors, of the pipeline, of experts
Tensors = dict[str, TensorFact]

LOCAL: Final = re.compile(
    r"((?:^|\.)mlp\.(?:experts\.)?local_experts\.)(\d+)(\.)|"  # a module for each expert
    r"((?:^|\.)mlp\.experts\.linear_fc[12]\.(?:weight|bias))(\d+)()$"  # one for all of them
)
_LAYER: Final = re.compile(r"((?:.*\.)?)layers\.(\d+)\.")
_UNEVEN: Final = (
    "pipeline_model_parallel_layout",
    "decoder_first_pipeline_num_layers",
    "decoder_last_pipeline_num_layers",
    "account_for_embedding_in_pipeline_split",
    "account_for_loss_in_pipeline_split",
)
# that what the tensors, and what the experts, are made of is drawn with, over the one given
_SEEDS: Final = {"model-parallel-rng": 2718, "expert-parallel-rng": 1024}
_MOST: Final = 1_000  # files


@dataclass(slots=True)
class Sizes:
    """What the arguments of the training say."""

    held: Mapping[str, Any] = field(default_factory=dict)
    version: float = 0.0

    def __getitem__(self, name: str) -> int:
        size = self.held.get(name)
        if type(size) is not int or size <= 0:
            raise NotWhole(f"the arguments of the training do not tell `{name}`")
        return size

    def first_of(self, *names: str) -> int:
        """Return the first of these sizes that is told."""
        return self[next((name for name in names if self.held.get(name) is not None), names[-1])]


@dataclass(frozen=True, slots=True)
class Grid:
    """Over how many ranks the weights are split, each way."""

    tensors: int
    stages: int
    experts: int
    chunks: int  # of layers in each stage

    @property
    def files(self) -> int:
        """How many files there are."""
        return self.tensors * self.stages * self.experts

    @property
    def ranks(self) -> Iterator[Rank]:
        """The ranks of all files."""
        return product(range(self.tensors), range(self.stages), range(self.experts))

    def name(self, rank: Rank) -> str:
        """Return what stands behind `mp_rank_`."""
        tensor, stage, expert = rank
        name = f"{tensor:02d}"
        name += f"_{stage:03d}" if self.stages > 1 else ""
        return name + (f"_{expert:03d}" if self.experts > 1 else "")

    @property
    def entries(self) -> tuple[str, ...]:
        """The names under which a file keeps its chunks of the model."""
        return tuple(f"model{at}" for at in range(self.chunks)) if self.chunks > 1 else ("model",)


def sizes(item: States) -> Sizes:
    """Return the arguments in a file; raises where the version of its layout is not known."""
    version = item.held.get("checkpoint_version", 0)  # as Megatron takes a file without one
    if type(version) not in (int, float) or version not in (0, 1, 2, 3):
        raise NotWhole(f"`checkpoint_version` is {values.describe(version)}")
    return Sizes(values.attributes(item.held.get("args")), float(version))


def grid(first: States) -> Grid:
    """Return how the arguments say that the weights are split; raises where they do not."""
    told = sizes(first)
    stages = told["pipeline_model_parallel_size"]
    tensors = told["tensor_model_parallel_size"]
    experts = told.first_of("expert_model_parallel_size") if told.held.get("num_experts") else 1
    chunks = 1
    if stages > 1 and told.held.get("virtual_pipeline_model_parallel_size") is not None:
        chunks = told["virtual_pipeline_model_parallel_size"]
    found = Grid(tensors, stages, experts, chunks)
    if found.files > _MOST or chunks > _MOST:
        raise NotWhole(f"{found.files:,} ranks are more than are put together")
    if experts > 1 and told["num_experts"] % experts:
        raise NotWhole(f"{told['num_experts']} experts do not lie on {experts} ranks alike")
    own = told.held.get("expert_tensor_parallel_size")
    if told.held.get("num_experts") and (
        own not in (None, tensors) or told.held.get("moe_extended_tp") is True
    ):
        raise NotWhole("the experts are split over other ranks than the rest of the tensors")
    if told.held.get("standalone_embedding_stage") is True and stages > 1:
        raise NotWhole("the embedding is a stage of its own")
    return found


def held(item: States, split: Grid) -> list[Tensors]:
    """Return the tensors of each chunk of the model by their names in full, each in its file."""
    known = {*split.entries}
    other = sorted(key for key in item.held if re.fullmatch(r"model\d*", key) and key not in known)
    if other or not known <= {*item.held}:
        raise NotWhole(f"`{item.name}` holds {_listed(item)}, not {' and '.join(split.entries)}")
    return [dict(_flat(item, "", item.held[key])) for key in split.entries]


def _listed(item: States) -> str:
    found = sorted(key for key in item.held if re.fullmatch(r"model\d*", key))
    return f"`{'`, `'.join(found[:4])}`" if found else "no model"


def _flat(item: States, before: str, node: Any) -> Iterator[tuple[str, TensorFact]]:
    for name, value in states.named(node).items():
        fact = item.tensors.fact(value)
        if isinstance(fact, TensorFact) and fact.extent is not None:
            yield f"{before}{name}", replace(fact, extent=replace(fact.extent, file=item.name))
        elif values.pairs(value) is not None:
            yield from _flat(item, f"{before}{name}.", value)
        elif not name.endswith("_extra_state"):
            raise NotWhole(f"`{before}{name}` is {values.describe(value)}")


def offsets(chunks: Sequence[Sequence[Tensors]], told: Sizes) -> dict[tuple[int, int], int]:
    """Return the number of the first layer in each stage and chunk, of `chunks` by stage.

    The layers of all stages' first chunks come first, then those of their second ones.
    """
    counts = {
        (stage, at): _layers(stage, tensors)
        for stage, parts in enumerate(chunks)
        for at, tensors in enumerate(parts)
    }
    if len(counts) == 1:
        return {(0, 0): 0}
    stems = {stem for parts in chunks for tensors in parts for stem in _stems(tensors)}
    if len(stems) > 1:
        few = "`, `".join(sorted(f"{stem}layers" for stem in stems)[:3])
        raise NotWhole(f"how the stages share `{few}` is not told")
    total = told["num_layers"]
    if sum(counts.values()) != total:
        raise NotWhole(f"the stages hold {sum(counts.values())} layers, their training {total}")
    if not any(told.held.get(name) for name in _UNEVEN) and len({*counts.values()}) > 1:
        raise NotWhole("the stages hold different numbers of layers")
    order = sorted(counts, key=lambda place: (place[1], place[0]))
    _compare_ends(chunks, order, max(order.index(place) for place in order if counts[place]))
    found, at = {}, 0
    for place in order:
        found[place] = at
        at += counts[place]
    return found


def _compare_ends(
    chunks: Sequence[Sequence[Tensors]], order: list[tuple[int, int]], last: int
) -> None:
    """Raise where embeddings lie behind the first layers, or the rest before the last ones."""
    for at, (stage, chunk) in enumerate(order):
        for name in chunks[stage][chunk]:
            first = "embeddings." in name
            if not _LAYER.match(name) and (at > 0 if first else at < last):
                raise NotWhole(f"`{name}` should not lie in stage {stage}")


def _stems(tensors: Tensors) -> set[str]:
    return {item[1] for name in tensors if (item := _LAYER.match(name))}


def _layers(stage: int, tensors: Tensors) -> int:
    numbers = {int(item[2]) for name in tensors if (item := _LAYER.match(name))}
    if numbers != {*range(len(numbers))}:
        raise NotWhole(f"the layers of stage {stage} are {sorted(numbers)[:4]} …")
    return len(numbers)


def moved(name: str, layers: int, experts: int) -> str:
    """Return the name of a tensor where so many layers, and experts, lie before."""
    layer = _LAYER.match(name)
    if layer:
        name = f"{layer[1]}layers.{int(layer[2]) + layers}.{name[layer.end() :]}"
    local = LOCAL.search(name)
    if local:
        before, number, after = (part for part in local.groups() if part is not None)
        new = f"{before}{int(number) + experts}{after}"
        name = f"{name[: local.start()]}{new}{name[local.end() :]}"
    return name


def compare_experts(tensors: Tensors, told: Sizes, split: Grid) -> None:
    """Raise where a layer has not the experts that each rank should have."""
    count = told["num_experts"] // split.experts if told.held.get("num_experts") else 0
    found: dict[str, set[int]] = {}
    for name in tensors:
        local = LOCAL.search(name)
        if local:
            number = next(int(part) for part in (local[2], local[5]) if part is not None)
            found.setdefault(LOCAL.sub("", name), set()).add(number)
    for numbers in found.values():
        if numbers != {*range(count)}:
            few = ", ".join(map(str, sorted(numbers)[:4]))
            raise NotWhole(f"a rank should hold {count} experts of a layer, here are {few} …")


def compare_order(folder: str, files: Mapping[Rank, States], split: Grid) -> None:
    """Raise where the random states of a file are not those of its rank, if any has some."""
    found = {rank: _drawn(folder, item, split) for rank, item in files.items()}
    known = {name for own in found.values() for name in own}
    for rank, own in found.items():
        seeds = _seeds(rank, split)
        if own != {name: seeds[name] for name in known}:
            raise NotWhole(
                f"`{files[rank].name}` has not the random state of rank {split.name(rank)}"
            )


def ordered(folder: str, first: States, split: Grid) -> bool:
    """Whether the file of the first ranks says by its random states which ranks it is of."""
    return _drawn(folder, first, split) == _seeds((0, 0, 0), split)


def _seeds(rank: Rank, split: Grid) -> dict[str, int]:
    tensor, stage, expert = rank
    before = 100 * stage
    wanted = {"model-parallel-rng": before + tensor}
    if split.experts > 1:
        wanted["expert-parallel-rng"] = before + 100 * expert + tensor
    return wanted


def _drawn(folder: str, item: States, split: Grid) -> dict[str, int]:
    """Return by how much each seed is over that of the first rank; nothing where it is not told."""
    args = values.attributes(item.held.get("args"))
    given = args.get("seed")
    if type(given) is not int or (split.experts > 1 and args.get("data_parallel_random_init")):
        return {}
    states_of = values.items(item.held.get("rng_state")) or ()
    trackers = states.named(
        states.named(states_of[0] if states_of else None).get("rng_tracker_states")
    )
    wanted = _seeds((0, 0, 0), split)
    found = {name: _seed(folder, item, trackers.get(name)) for name in wanted}
    return {name: seed - given - _SEEDS[name] for name, seed in found.items() if seed is not None}


def _seed(folder: str, item: States, node: Any) -> int | None:
    fact = item.tensors.fact(node)
    if not isinstance(fact, TensorFact) or fact.extent is None:
        return None
    if (fact.dtype, fact.shape) != ("uint8", (16,)):  # a seed and a count
        return None
    placed = replace(fact, extent=replace(fact.extent, file=item.name))
    return int.from_bytes(b"".join(tensor_bytes(folder, placed))[:8], "little")


def splits(first: States) -> int | None:
    """Return over how many files the arguments say that the weights are split."""
    told = values.attributes(first.held.get("args"))
    names = ("tensor_model_parallel_size", "pipeline_model_parallel_size")
    counts = [size for name in names if type(size := told.get(name)) is int and size > 0]
    experts = told.get("expert_model_parallel_size") if told.get("num_experts") else 1
    if len(counts) < len(names):
        return None
    return min(math.prod(counts) * (experts if type(experts) is int else 1), 100_000)
