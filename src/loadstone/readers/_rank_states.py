"""What DeepSpeed and Megatron pickle beside the weights of a rank: how they were split.

https://github.com/deepspeedai/DeepSpeed/blob/master/deepspeed/utils/zero_to_fp32.py,
https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/training/checkpointing.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Damage, StateDict, TensorFact
from loadstone.readers import _values as values
from loadstone.readers import _zip, torch_zip
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles
from loadstone.readers._plain import word
from loadstone.readers._records import FolderRecords, ZipRecords
from loadstone.readers._source import Source
from loadstone.readers._tensors import Tensors
from loadstone.readers._within import open_in
from loadstone.runtime.pickles import Limits

HALVES = ("float16", "bfloat16")
FLOATS = (*HALVES, "float32", "float64")
_LARGEST = 100_000  # ranks


@dataclass(slots=True)
class States:
    """The dictionary that one rank saved, and its tensors."""

    held: dict[str, Any]
    tensors: Tensors
    name: str = ""  # of the file
    saved_as: str = ""  # the name that the file had, without its suffix
    checksums: dict[int, int] = field(default_factory=dict)  # CRC-32 of what starts at a byte
    wrong: tuple[Damage, ...] = ()  # what was seen on the way

    @property
    def version(self) -> str:
        """The version of DeepSpeed."""
        return word(self.held.get("ds_version"), 60)

    @property
    def stage(self) -> int | None:
        """The stage of ZeRO that the training was configured with."""
        config = named(self.held.get("ds_config"))
        stage = named(config.get("zero_optimization")).get("stage")
        return stage if type(stage) is int and 0 <= stage <= 3 else None

    @property
    def ranks(self) -> int | None:
        """Over how many ranks the states are split, as the model's or the optimizer's file says."""
        told = self.held.get("dp_world_size", _optimizer(self.held).get("partition_count"))
        counts = [told] if type(told) is int else values.items(told) or ()
        known = [count for count in counts if type(count) is int and 0 < count <= _LARGEST]
        return max(known, default=None)

    @property
    def master(self) -> str | None:
        """The dtype of the elements that the optimizer works on."""
        held = _optimizer(self.held)
        for name in ("fp32_flat_groups", "single_partition_of_fp32_groups"):
            group: Any = held.get(name)
            while inner := values.items(group):
                group = inner[0]
            fact = self.tensors.fact(group)
            if isinstance(fact, TensorFact):
                return fact.dtype
        return None


def read(opened: Opened, records: FolderRecords, name: str) -> States | None:
    """Return the states in a file of torch's zip format, nothing where it cannot be read."""
    try:
        with open_in(records.root, name) as source:
            return of_zip(source, name, opened.limits)
    except OSError:
        return None


def of_zip(source: Source, name: str, limits: Limits) -> States | None:
    """Return the dictionary that `torch.save` wrote, nothing where it cannot be read."""
    try:
        inside = ZipRecords(source, _zip.read_directory(source))
    except _zip.NoDirectory:
        return None
    root = torch_zip.sniff(inside)
    if root is None or f"{root}data.pkl" not in inside:
        return None
    pickles = Pickles(inside.damage, inside.disagreements, limits=limits)
    stream = pickles.read(inside.read(f"{root}data.pkl"))
    if stream is None or not all(map(inside.place, inside.names)):  # while the file is open
        return None
    order = f"{root}byteorder"
    word = inside.read(order).decode("ascii", "replace") if order in inside else "little"
    find = torch_zip.resolver(inside, lambda key: f"{root}data/{key}")
    crcs = {item.data: item.crc for item in inside.directory.members if item.size}
    wrong = (*inside.damage, *inside.disagreements)
    held = named(stream.value)
    return States(held, Tensors(find, word), name, root.rstrip("/"), crcs, wrong)


def together(model: States, dtype: str | None) -> StateDict:
    """Return the tensors of ZeRO 3 as `zero_to_fp32` puts them together.

    `dtype` is that of the optimizer's elements; without it those tensors are only described.
    """
    tensors: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    held = named(model.held.get("module"))
    for node in values.items(model.held.get("buffer_names")) or ():
        name = values.key(node)
        fact = model.tensors.fact(held.get(name))
        if isinstance(fact, TensorFact):
            tensors[name] = widened(fact)
    fragments = named(model.held.get("frozen_param_fragments"))
    for name, shape in _shapes(model.held.get("frozen_param_shapes")):
        fact = model.tensors.fact(fragments.get(name))
        if isinstance(fact, TensorFact):
            tensors[name] = TensorFact(fact.dtype, shape)
    for name, shape in _shapes(model.held.get("param_shapes")):
        if dtype is None:
            others[name] = (
                f"tensor {'×'.join(map(str, shape)) or 'scalar'}, in no file that is here"
            )
        else:
            tensors[name] = TensorFact(dtype, shape)
    for node, first in values.pairs(model.held.get("shared_params")) or ():
        if type(first) is str and first in tensors:
            tensors[values.key(node)] = tensors[first]
    for name in held:
        if name not in tensors:
            others.setdefault(values.key(name), "a name without numbers in any file")
    return StateDict("", tensors, others)


def widened(fact: TensorFact) -> TensorFact:
    """Return a buffer as it is put together: of 32 bits where it was rounded to 16."""
    return TensorFact("float32" if fact.dtype in HALVES else fact.dtype, fact.shape)


def groups(node: Any) -> list[dict[str, tuple[int, ...]]]:
    """Return names and shapes of each group of parameters: one dictionary, or a list of them."""
    held = [node] if values.pairs(node) is not None else values.items(node) or ()
    return [
        {
            values.key(key): shape
            for key, value in values.pairs(group) or ()
            if (shape := values.sizes(value)) is not None
        }
        for group in held
    ]


def _shapes(node: Any) -> Iterator[tuple[str, tuple[int, ...]]]:
    for group in groups(node):
        yield from group.items()


def _optimizer(held: dict[str, Any]) -> dict[str, Any]:
    return named(held.get("optimizer_state_dict"))


def named(node: Any) -> dict[str, Any]:
    """Return what a dictionary holds under names that are texts."""
    return {key: value for key, value in values.pairs(node) or () if type(key) is str}
