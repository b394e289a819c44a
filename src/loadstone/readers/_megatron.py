"""Megatron's weights that are split over the ranks of tensor parallelism, put together.

Along which axis a tensor is split, is told by its layer's name, and by sizes that the arguments of
the training tell. https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/core/tensor_parallel/layers.py,
https://github.com/NVIDIA/Megatron-LM/blob/main/tools/checkpoint/loader_legacy.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from loadstone.core.classes import dataclass, field, replace
from loadstone.core.facts import StateDict, TensorFact
from loadstone.readers import _rank_states as states
from loadstone.readers import _values as values
from loadstone.readers._bytes import tensor_bytes
from loadstone.readers._inside import NotWhole
from loadstone.readers._pieces import Piece
from loadstone.readers._rank_states import States

_LAYER: Final = r"(?:^|\.)layers\.\d+\."
_ATTENTION: Final = r"(?:self_attention|attention|inter_attention|cross_attention)\."
# what each rank has the whole of
_SAME: Final = re.compile(
    r"(?:^|[._])(?:layer_?norm|norm|layernorm)(?:_\w+)?(?:\.|_|$)|"
    r"(?:^|\.)(?:position_embeddings|tokentype_embeddings)\.weight$|"
    rf"{_LAYER}{_ATTENTION}(?:dense|linear_proj)\.bias$|"
    rf"{_LAYER}mlp\.(?:dense_4h_to_h|linear_fc2)\.bias$|"
    r"(?:^|\.)pooler\.dense\.(?:weight|bias)$|(?:^|\.)lm_head\.dense\.(?:weight|bias)$|"
    r"(?:^|\.)binary_head\.(?:weight|bias)$"
)
_COLUMNS: Final = re.compile(
    rf"{_LAYER}{_ATTENTION}(?:dense|linear_proj)\.weight$|"
    rf"{_LAYER}mlp\.(?:dense_4h_to_h|linear_fc2)\.weight$"
)
_ROWS: Final = re.compile(
    r"(?:^|\.)(?:word_embeddings|output_layer|word_embeddings_for_head)\.weight$|"
    r"(?:^|\.)lm_head\.bias$"
)
_QKV: Final = re.compile(rf"{_LAYER}{_ATTENTION}(?:query_key_value|linear_qkv)\.(?:weight|bias)$")
_UP: Final = re.compile(rf"{_LAYER}mlp\.(?:dense_h_to_4h|linear_fc1)\.(?:weight|bias)$")
_VOCABULARY: Final = re.compile(r"(?:word_embeddings|output_layer|word_embeddings_for_head)\.")
_SEED: Final = 2718  # that Megatron adds to the seed, with the rank, for what is split


@dataclass(frozen=True, slots=True)
class Whole:
    """A tensor of all ranks: its blocks, or the one that each of them has."""

    fact: TensorFact
    pieces: tuple[Piece, ...] = ()
    alike: tuple[TensorFact, ...] = ()


@dataclass(slots=True)
class _Sizes:
    """What the arguments of the training say."""

    held: Mapping[str, Any] = field(default_factory=dict)
    version: float = 0.0

    def __getitem__(self, name: str) -> int:
        size = self.held.get(name)
        if type(size) is not int or size <= 0:
            raise NotWhole(f"the arguments of the training do not tell `{name}`")
        return size

    @property
    def qkv(self) -> int:
        """The rows of queries, keys and values together."""
        heads = self["num_attention_heads"]
        grouped = self.held.get("group_query_attention") is True
        channels = self.held.get("kv_channels") or self["hidden_size"] // heads
        groups = self["num_query_groups"] if grouped else heads
        return int(channels) * (heads + 2 * groups)


def described(first: States) -> StateDict | None:
    """Return the tensors of all ranks as the first tells them; None where they are not known."""
    try:
        ranks = _count(first)
        made = {
            name: _made(name, [fact] * ranks, _sizes(first))
            for name, fact in _tensors(first).items()
        }
    except NotWhole:
        return None
    return StateDict("", {name: item.fact for name, item in made.items()}) if made else None


def together(ranks: Sequence[States]) -> dict[str, Whole]:
    """Return the tensors that the ranks, in their order, hold together, unread.

    Raises `NotWhole` where they are not parts of one save.
    """
    for item in ranks:
        if item.wrong:
            raise NotWhole(f"`{item.name}`: {item.wrong[0].why}")
    first = ranks[0]
    if _count(first) != len(ranks):
        raise NotWhole(f"the weights were split over {_count(first)} ranks, here are {len(ranks)}")
    told = {item.name: _save(item) for item in ranks}
    other = next((name for name, save in told.items() if save != told[first.name]), None)
    if other is not None:
        raise NotWhole(f"`{first.name}` and `{other}` are not of one save")
    held = [_tensors(item) for item in ranks]
    for item, tensors in zip(ranks, held, strict=True):
        lacks = sorted(set(held[0]) ^ set(tensors))
        if lacks:
            raise NotWhole(f"`{lacks[0]}` is in `{first.name}` or `{item.name}` alone")
    return {
        name: _made(name, [tensors[name] for tensors in held], _sizes(first)) for name in held[0]
    }


def compare_order(folder: str, ranks: Sequence[States]) -> None:
    """Raise where the random state of a file is not that of its rank, if any has one."""
    seeds = [_seed(folder, item) for item in ranks]
    if seeds == [None] * len(ranks):
        return
    for rank, (item, seed) in enumerate(zip(ranks, seeds, strict=True)):
        if seed != _SEED + rank:
            raise NotWhole(f"`{item.name}` has not the random state of rank {rank}")


def ordered(folder: str, first: States) -> bool:
    """Whether the file of the first rank says by its random state which rank it is of."""
    return _seed(folder, first) == _SEED


def _seed(folder: str, item: States) -> int | None:
    """Return by how much the seed of what is split is over the one that was given."""
    given = values.attributes(item.held.get("args")).get("seed")
    states_of = values.items(item.held.get("rng_state")) or ()
    trackers = states.named(
        states.named(states_of[0] if states_of else None).get("rng_tracker_states")
    )
    fact = item.tensors.fact(trackers.get("model-parallel-rng"))
    if not isinstance(fact, TensorFact) or fact.extent is None or type(given) is not int:
        return None
    if (fact.dtype, fact.shape) != ("uint8", (16,)):  # a seed and a count
        return None
    placed = replace(fact, extent=replace(fact.extent, file=item.name))
    return int.from_bytes(b"".join(tensor_bytes(folder, placed))[:8], "little") - given


def _count(first: States) -> int:
    """Return over how many ranks each tensor is split; raises where layers are split too."""
    sizes = _Sizes(values.attributes(first.held.get("args")))
    if sizes["pipeline_model_parallel_size"] != 1 or "model" not in first.held:
        raise NotWhole("the layers are split over ranks too")
    if sizes.held.get("num_experts") or sizes.held.get("context_parallel_size", 1) != 1:
        raise NotWhole("experts, or parts of a context, are split over ranks too")
    count = sizes["tensor_model_parallel_size"]
    if count > 1_000:
        raise NotWhole(f"{count:,} ranks are more than are put together")
    return count


def _sizes(item: States) -> _Sizes:
    version = item.held.get("checkpoint_version", 0)  # as Megatron takes a file without one
    if type(version) not in (int, float) or version not in (0, 1, 2, 3):
        raise NotWhole(f"`checkpoint_version` is {values.describe(version)}")
    return _Sizes(values.attributes(item.held.get("args")), float(version))


def _save(item: States) -> list[Any]:
    """Return what every file of one save says alike."""
    args = values.attributes(item.held.get("args"))
    plain = {key: value for key, value in args.items() if type(value) in (int, float, str, bool)}
    own = {"rank", "local_rank"}
    told = sorted((key, value) for key, value in plain.items() if key not in own)
    names = ("iteration", "checkpoint_version")
    return [*(item.held.get(name) for name in names), told]


def _tensors(item: States) -> dict[str, TensorFact]:
    """Return the tensors of the model by their names in full, each in its file."""
    return dict(_flat(item, "", item.held.get("model")))


def _flat(item: States, before: str, node: Any) -> Iterator[tuple[str, TensorFact]]:
    for name, value in states.named(node).items():
        fact = item.tensors.fact(value)
        if isinstance(fact, TensorFact) and fact.extent is not None:
            yield f"{before}{name}", replace(fact, extent=replace(fact.extent, file=item.name))
        elif values.pairs(value) is not None:
            yield from _flat(item, f"{before}{name}.", value)
        elif not name.endswith("_extra_state"):
            raise NotWhole(f"`{before}{name}` is {values.describe(value)}")


def _made(name: str, facts: list[TensorFact], sizes: _Sizes) -> Whole:
    """Return the tensor that the ranks' tensors of one name are."""
    first, ranks = facts[0], len(facts)
    if any(fact != first for fact in facts):
        raise NotWhole(f"`{name}` is {first} in one rank, and {next(iter({*facts} - {first}))}")
    if _SAME.search(name):
        return Whole(replace(first, extent=None, device=None), alike=tuple(facts))
    if _COLUMNS.search(name) and len(first.shape) == 2:
        _expect(name, first.shape[0], sizes["hidden_size"])
        return _joined(facts, 1, 1)
    if not first.shape:
        raise NotWhole(f"how `{name}` is split is not known")
    rows = first.shape[0] * ranks
    if _QKV.search(name):
        _expect(name, rows, sizes.qkv)
        grouped = sizes.held.get("group_query_attention") is True
        if grouped and sizes.version < 2:
            raise NotWhole(f"how `{name}` is split is not known")
        return _joined(facts, 0, 3 if sizes.version < 1 else 1)
    if _UP.search(name):
        width = sizes["ffn_hidden_size"]
        gated = rows == 2 * width
        _expect(name, rows, 2 * width if gated else width)
        return _joined(facts, 0, 2 if gated else 1)
    if _ROWS.search(name):
        if "padded_vocab_size" in sizes.held or _VOCABULARY.search(name):
            _expect(name, rows, sizes["padded_vocab_size"])
        return _joined(facts, 0, 1)
    raise NotWhole(f"how `{name}` is split is not known")


def _expect(name: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise NotWhole(f"`{name}` has {found:,} rows in all ranks, and its training {wanted:,}")


def _joined(facts: list[TensorFact], axis: int, parts: int) -> Whole:
    """Return the ranks' tensors beside each other: all first parts, then all second ones."""
    first = facts[0]
    if first.shape[axis] % parts:
        raise NotWhole(f"{first} is no whole number of parts")
    size = first.shape[axis] // parts
    shape = list(first.shape)
    shape[axis] *= len(facts)
    block = (*first.shape[:axis], size, *first.shape[axis + 1 :])
    pieces = []
    for part in range(parts):
        for rank, fact in enumerate(facts):
            offsets = [0] * len(shape)
            offsets[axis] = (part * len(facts) + rank) * size
            pieces.append(Piece(tuple(offsets), _view(fact, axis, part * size, block), 0))
    return Whole(TensorFact(first.dtype, tuple(shape)), tuple(pieces))


def _view(fact: TensorFact, axis: int, start: int, shape: tuple[int, ...]) -> TensorFact:
    place = fact.extent
    if place is None:
        raise NotWhole("the bytes of a tensor lie in no file")
    return replace(
        fact, shape=shape, extent=replace(place, first=place.first + start * place.stride[axis])
    )
