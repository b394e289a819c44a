"""DeepSpeed's ZeRO 1 to 3: the numbers that the optimizers of all ranks hold, put together.

As `zero_to_fp32` does it, and only where the files agree on what they are parts of.
https://github.com/deepspeedai/DeepSpeed/blob/master/deepspeed/utils/zero_to_fp32.py
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import TensorFact
from loadstone.readers import _rank_states as states
from loadstone.readers import _values as values
from loadstone.readers._bytes import contiguous, tensor_bytes
from loadstone.readers._inside import Changed, NotWhole
from loadstone.readers._rank_states import FLOATS, HALVES, States

_MODEL = ("ds_version", "global_steps", "skipped_steps", "dp_world_size", "mp_world_size")
_COUNTED = ("step", "lr")  # of the optimizer: where they differ, one rank is of an older save
_DEPTH = 6  # of dictionaries in an optimizer's state
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Made:
    """A tensor of the result."""

    fact: TensorFact
    runs: tuple[TensorFact, ...]  # stretches that follow each other, each where it lies
    own: TensorFact | None = None  # the same numbers as the model itself holds them, rounded


def together(folder: str, models: Sequence[States], optims: Sequence[States]) -> dict[str, Made]:
    """Return the tensors that the states, in the order of ranks, hold together.

    Every storage is compared with its checksum. Raises `NotWhole` where the files are not parts
    of one state, `Changed` where a checksum is another.
    """
    stage = _agreed(folder, models, optims)
    first = models[0]
    held = states.named(first.held.get("module"))
    shapes = states.groups(first.held.get("param_shapes"))
    flats = [_flats(item, stage) for item in optims]
    made = _buffers(first, held)
    if stage == 3:
        made |= _fragments(models)
        made |= _zipped(shapes, flats)
    else:
        made |= _joined(shapes, flats, _optimizer(optims[0]).get("param_alignment_paddings"))
    for node, other in values.pairs(first.held.get("shared_params")) or ():
        if type(other) is str and other in made:
            made[values.key(node)] = made[other]
    if stage != 3:
        made = _beside_the_model(first, held, made)
    _unchanged(folder, (*models, *optims), made.values(), flats)
    return {name: made[name] for name in held if name in made} | made


def known(model: States | None, optim: States | None) -> bool:
    """Whether the first rank's states are laid out as they are put together here."""
    if model is None or optim is None or not states.groups(model.held.get("param_shapes")):
        return False
    zero = states.named(states.named(model.held.get("ds_config")).get("zero_optimization"))
    if zero.get("mics_shard_size", -1) not in (-1, 0):  # parts of groups of ranks
        return False
    told = _of_optimizer("", optim, numbers=False)
    try:
        return told["zero_stage"] in (1, 2, 3) and bool(_flats(optim, told["zero_stage"]))
    except NotWhole:
        return False


def _agreed(folder: str, models: Sequence[States], optims: Sequence[States]) -> int:
    """Return the stage of ZeRO where all files say the same of the save that they are of."""
    for item in (*models, *optims):
        if item.wrong:
            raise NotWhole(f"`{item.name}`: {item.wrong[0].why}")
        stem = item.name.rpartition("/")[2].removesuffix(".pt")
        if item.saved_as not in (stem, "archive"):  # as torch names it: before 1.13 always the last
            raise NotWhole(
                f"`{item.name}` was saved as `{item.saved_as}.pt`: which rank it is of is not sure"
            )
    _same(models, {item.name: _of_model(item) for item in models})
    _same(optims, {item.name: _of_optimizer(folder, item) for item in optims})
    told = _of_optimizer(folder, optims[0])
    if told["partition_count"] != (len(optims),):
        parts = ", ".join(map(str, told["partition_count"])) or "nothing"
        raise NotWhole(f"the optimizer's states say {parts} of their parts, {len(optims)} are here")
    if not known(models[0], optims[0]):
        raise NotWhole("the states are laid out in another way than DeepSpeed's ZeRO 1 to 3")
    stage: int = told["zero_stage"]
    if len(models) != (len(optims) if stage == 3 else 1):
        raise NotWhole(f"{len(models)} states of the model do not go with {len(optims)} ranks")
    return stage


def _same(items: Sequence[States], told: Mapping[str, Mapping[str, Any]]) -> None:
    first = items[0].name
    for item in items[1:]:
        for what, value in told[first].items():
            if told[item.name][what] != value:
                raise NotWhole(f"`{first}` and `{item.name}` are not of one save: `{what}` differs")


def _of_model(item: States) -> dict[str, Any]:
    found: dict[str, Any] = {name: values.plain(item.held.get(name)) for name in _MODEL}
    for name in ("param_shapes", "frozen_param_shapes"):
        found[name] = [list(group.items()) for group in states.groups(item.held.get(name))]
    return found


def _of_optimizer(folder: str, item: States, *, numbers: bool = True) -> dict[str, Any]:
    held = _optimizer(item)
    counts = held.get("partition_count")
    stage = held.get("zero_stage")
    given = values.args(stage)  # an enumeration, or a number
    found = {
        "ds_version": values.plain(item.held.get("ds_version", held.get("ds_version"))),
        "zero_stage": values.plain(given[0] if given else stage),
        "partition_count": tuple(
            dict.fromkeys(map(values.plain, values.items(counts) or [counts]))
        ),
    }
    return found | {name: _under(folder, item, name) for name in _COUNTED if numbers}


def _under(folder: str, item: States, name: str) -> frozenset[str]:
    """Return what stands under `name` anywhere in the state of the optimizer."""
    found: set[str] = set()

    def look(node: Any, depth: int) -> None:
        for key, value in values.pairs(node) or ():
            if key == name:
                found.add(_number(folder, item, value))
            elif depth < _DEPTH:
                look(value, depth + 1)
        for value in values.items(node) or () if depth < _DEPTH else ():
            look(value, depth + 1)

    held = _optimizer(item)
    look(held.get("base_optimizer_state", held.get("optimizer_state_dict")), 0)
    return frozenset(found)


def _number(folder: str, item: States, node: Any) -> str:
    fact = item.tensors.fact(node)
    if isinstance(fact, TensorFact) and fact.extent is not None and fact.count == 1:
        return b"".join(tensor_bytes(folder, _in(item, fact))).hex()
    return str(values.plain(node))


def _in(item: States, fact: TensorFact) -> TensorFact:
    """Return the tensor of a file as seen from the folder; raise where it has no bytes."""
    if fact.extent is None:
        raise NotWhole(f"the bytes of a tensor in `{item.name}` lie in no file")
    return replace(fact, extent=replace(fact.extent, file=item.name))


def _optimizer(item: States) -> dict[str, Any]:
    return states.named(item.held.get("optimizer_state_dict"))


def _flats(item: States, stage: int) -> list[TensorFact]:
    """Return the flat tensors of a rank, one a group of parameters."""
    name = "fp32_flat_groups" if stage == 3 else "single_partition_of_fp32_groups"
    nodes = values.items(_optimizer(item).get(name)) or ()
    found = [_flat(item, node) for node in nodes]
    if not found:
        raise NotWhole(f"`{item.name}` holds no `{name}`")
    return found


def _flat(item: States, node: Any) -> TensorFact:
    fact = item.tensors.fact(node)
    if (
        not isinstance(fact, TensorFact)
        or len(fact.shape) != 1
        or fact.dtype not in FLOATS
        or fact.extent is None
        or fact.extent.packed is not None
        or not contiguous(fact.shape, fact.extent.stride)
    ):
        raise NotWhole(f"a part of the parameters in `{item.name}` is no flat tensor")
    return _in(item, fact)


def _buffers(first: States, held: Mapping[str, Any]) -> dict[str, Made]:
    found = {}
    for node in values.items(first.held.get("buffer_names")) or ():
        name = values.key(node)
        fact = first.tensors.fact(held.get(name))
        if isinstance(fact, TensorFact):
            found[name] = Made(states.widened(fact), (_in(first, fact),))
    return found


def _fragments(models: Sequence[States]) -> dict[str, Made]:
    """Return the frozen parameters of ZeRO 3, of which each rank has a part."""
    found = {}
    for name, shape in _flattened(states.groups(models[0].held.get("frozen_param_shapes"))).items():
        parts = [
            _flat(item, states.named(item.held.get("frozen_param_fragments")).get(name))
            for item in models
        ]
        count, part = math.prod(shape), math.ceil(math.prod(shape) / len(models))
        if any(fact.count != part for fact in parts):
            raise NotWhole(f"the parts of `{name}` do not make {count:,} elements")
        found[name] = _made(name, shape, _cut(parts, 0, count))
    return found


def _zipped(groups: Sequence[Shapes], flats: Sequence[list[TensorFact]]) -> dict[str, Made]:
    """Return the parameters of ZeRO 3: each rank has an equal part of each, the last one padded."""
    if len({tuple(fact.count for fact in flat) for flat in flats}) > 1:
        raise NotWhole("the ranks hold parts of different sizes")
    found, at = {}, 0
    for name, shape in _flattened(groups).items():
        left, part = math.prod(shape), math.ceil(math.prod(shape) / len(flats))
        runs: list[TensorFact] = []
        for flat in flats:
            runs += _cut(flat, at, min(part, left))
            left -= min(part, left)
        found[name] = _made(name, shape, runs)
        at += part
    whole = sum(fact.count for fact in flats[0])
    if at != whole:
        raise NotWhole(f"the parameters take {at:,} elements of each rank, which holds {whole:,}")
    return found


def _joined(
    groups: Sequence[Shapes], flats: Sequence[list[TensorFact]], padded: Any
) -> dict[str, Made]:
    """Return the parameters of ZeRO 1 and 2: those of a group follow each other over all ranks."""
    if any(len(flat) != len(groups) for flat in flats):
        raise NotWhole(f"the ranks do not hold the {len(groups)} groups of parameters")
    _flattened(groups)
    found = {}
    after = values.items(padded)
    for number, group in enumerate(groups):
        parts = [flat[number] for flat in flats]
        gaps = values.sizes(after[number]) if after and number < len(after) else None
        gaps = gaps or (0,) * len(group)
        if len(gaps) != len(group):
            raise NotWhole(f"{len(gaps)} paddings are told of {len(group)} parameters")
        at = 0
        for (name, shape), gap in zip(group.items(), gaps, strict=True):
            found[name] = _made(name, shape, _cut(parts, at, math.prod(shape)))
            at += math.prod(shape) + gap
        whole, unit = sum(fact.count for fact in parts), 2 * len(flats)  # to which it is padded
        if math.ceil(at / unit) != math.ceil(whole / unit):
            raise NotWhole(f"the parameters take {at:,} elements, the ranks hold {whole:,}")
    return found


def _flattened(groups: Sequence[Shapes]) -> dict[str, tuple[int, ...]]:
    found = {name: shape for group in groups for name, shape in group.items()}
    if len(found) != sum(map(len, groups)):
        raise NotWhole("a parameter is in two groups")
    return found


def _cut(parts: Iterable[TensorFact], start: int, count: int) -> list[TensorFact]:
    """Return the stretches that hold `count` elements from `start` on, of parts that follow."""
    found, at, end = [], 0, start + count
    for fact in parts:
        low, high = max(start, at), min(end, at + fact.count)
        if low < high and fact.extent is not None:
            place = replace(fact.extent, first=fact.extent.first + low - at)
            found.append(replace(fact, shape=(high - low,), extent=place))
        at += fact.count
    if sum(fact.count for fact in found) != count:
        raise NotWhole(f"the ranks hold {at:,} elements, and {end:,} are wanted")
    return found


def _made(name: str, shape: tuple[int, ...], runs: list[TensorFact]) -> Made:
    kinds = {fact.dtype for fact in runs} or {"float32"}
    if len(kinds) > 1:
        raise NotWhole(f"the parts of `{name}` are of several types: {', '.join(sorted(kinds))}")
    return Made(TensorFact(kinds.pop(), shape), tuple(runs))


def _beside_the_model(
    first: States, held: Mapping[str, Any], made: Mapping[str, Made]
) -> dict[str, Made]:
    """Compare with what the model itself holds, rounded; of the rest, what it holds is all."""
    found = {}
    lost = [name for name in made if name not in held]
    if lost:
        raise NotWhole(f"`{lost[0]}` is not among the model's own weights in `{first.name}`")
    for name, node in held.items():
        fact = first.tensors.fact(node)
        if not isinstance(fact, TensorFact):
            if name in made:
                raise NotWhole(f"`{name}` is no tensor in `{first.name}`")
            continue
        own, item = _in(first, fact), made.get(name)
        if item is None:  # frozen
            found[name] = Made(fact, (own,))
        elif item.runs == (own,) and item.runs[0].extent == own.extent:  # a buffer
            found[name] = item
        else:
            _comparable(first, name, item.fact, fact)
            found[name] = replace(item, own=own)
    return found


def _comparable(first: States, name: str, wide: TensorFact, own: TensorFact) -> None:
    rounded = wide.dtype == "float32" and own.dtype in HALVES
    if own.shape != wide.shape or not (rounded or own.dtype == wide.dtype):
        raise NotWhole(f"`{name}` is {own} in `{first.name}`, and {wide} of the ranks together")


def _unchanged(
    folder: str,
    files: Sequence[States],
    made: Iterable[Made],
    flats: Iterable[list[TensorFact]],
) -> None:
    """Raise unless every storage that is read matches its checksum."""
    crcs = {item.name: item.checksums for item in files}
    read = [fact for item in made for fact in (*item.runs, *([item.own] if item.own else []))]
    places = {
        (fact.extent.file, fact.extent.offset, fact.extent.nbytes): fact.extent
        for fact in (*read, *(fact for flat in flats for fact in flat))
        if fact.extent is not None
    }
    for (name, offset, nbytes), extent in places.items():
        wanted, found = crcs[name].get(offset), 0
        if not wanted:
            continue
        flat = replace(extent, first=0, stride=(1,))
        for chunk in tensor_bytes(folder, TensorFact("uint8", (nbytes,), extent=flat)):
            found = zlib.crc32(chunk, found)
        if found != wanted:
            raise Changed(f"the bytes of a tensor in `{name}` do not match their CRC")
