"""Megatron's weights that are split over ranks of tensors, stages and experts, put together.

Along which axis a tensor is split, is told by its layer's name, and by sizes that the arguments of
the training tell. https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/core/tensor_parallel/layers.py,
https://github.com/NVIDIA/Megatron-LM/blob/main/tools/checkpoint/loader_legacy.py
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import StateDict, TensorFact
from loadstone.readers import _megatron_grid as grids
from loadstone.readers import _values as values
from loadstone.readers._inside import NotWhole
from loadstone.readers._megatron_grid import LOCAL, Grid, Rank, Sizes
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
    r"(?:^|\.)binary_head\.(?:weight|bias)$|"
    rf"{_LAYER}mlp\.(?:router\.(?:weight|bias|expert_bias)|gate_weight)$"
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
_HEADS: Final = "num_attention_heads"
_VOCABULARY: Final = re.compile(r"(?:word_embeddings|output_layer|word_embeddings_for_head)\.")


@dataclass(frozen=True, slots=True)
class Whole:
    """A tensor of all ranks: its blocks, and what several ranks hold of it, which is to be one."""

    fact: TensorFact
    pieces: tuple[Piece, ...]
    same: tuple[tuple[TensorFact, ...], ...] = ()


def described(stages: Sequence[States], split: Grid) -> StateDict:
    """Return the tensors of all ranks as the first of each stage tell them.

    Raises `NotWhole` where they are not put together here.
    """
    made = together({rank: stages[rank[1]] for rank in split.ranks}, split)
    return StateDict("", {name: item.fact for name, item in made.items()})


def together(files: Mapping[Rank, States], split: Grid) -> dict[str, Whole]:
    """Return the tensors that the ranks hold together, unread.

    Raises `NotWhole` where they are not parts of one save.
    """
    first = files[0, 0, 0]
    told = grids.sizes(first)
    _compare_saves(first, files.values())
    held = {rank: grids.held(item, split) for rank, item in files.items()}
    chunks = [held[0, stage, 0] for stage in range(split.stages)]
    for rank, own in held.items():
        for at, tensors in enumerate(own):
            lacks = sorted(set(chunks[rank[1]][at]) ^ set(tensors))
            if lacks:
                names = f"`{files[0, rank[1], 0].name}` or `{files[rank].name}`"
                raise NotWhole(f"`{lacks[0]}` is in {names} alone")
    before = grids.offsets(chunks, told)
    made: dict[str, Whole] = {}
    for at, stage in product(range(split.chunks), range(split.stages)):
        grids.compare_experts(chunks[stage][at], told, split)
        for name in chunks[stage][at]:
            ranks = {
                (tensor, expert): held[tensor, stage, expert][at][name]
                for tensor, expert in product(range(split.tensors), range(split.experts))
            }
            tied = _tied(name, made, told, split) if stage else None
            if tied is not None:
                made[tied] = _with(made[tied], _heads(made[tied], ranks))
                continue
            for whole, item in _experts(name, ranks, told, split, before[stage, at]):
                if whole in made:
                    raise NotWhole(f"`{whole}` is in two stages")
                made[whole] = item
    return made


def _compare_saves(first: States, files: Iterable[States]) -> None:
    own = _save(first)
    for item in files:
        if item.wrong:
            raise NotWhole(f"`{item.name}`: {item.wrong[0].why}")
        if item is not first and _save(item) != own:
            raise NotWhole(f"`{first.name}` and `{item.name}` are not of one save")


def _tied(name: str, made: Mapping[str, Whole], told: Sizes, split: Grid) -> str | None:
    """Return the embedding of which a tensor of a later stage is the copy that one rank lacks."""
    copies = name.endswith("word_embeddings_for_head.weight") or (
        name.endswith("output_layer.weight")
        and told.held.get("untie_embeddings_and_output_weights") is False
    )
    if not copies or split.stages == 1:
        return None
    found = [key for key in made if key.endswith("word_embeddings.weight")]
    if len(found) != 1:
        raise NotWhole(f"of which embedding `{name}` is a copy is not told")
    return found[0]


def _heads(embedding: Whole, ranks: Mapping[tuple[int, int], TensorFact]) -> list[list[TensorFact]]:
    """Return each rank's rows of an embedding with those that the last stage holds."""
    heads = [
        [fact for (tensor, _), fact in ranks.items() if tensor == at]
        for at in range(len(embedding.pieces))
    ]
    return [[piece.fact, *own] for piece, own in zip(embedding.pieces, heads, strict=True)]


def _with(item: Whole, same: Iterable[Sequence[TensorFact]]) -> Whole:
    groups = tuple(tuple(group) for group in same if len(group) > 1)
    for group in groups:
        if any((fact.dtype, fact.shape) != (group[0].dtype, group[0].shape) for fact in group):
            raise NotWhole(f"copies are {' and '.join(sorted({str(fact) for fact in group}))}")
    return replace(item, same=(*item.same, *groups))


def _experts(
    name: str, ranks: Mapping[tuple[int, int], TensorFact], told: Sizes, split: Grid, layers: int
) -> Iterator[tuple[str, Whole]]:
    """Yield a tensor of one stage with its name in full, or that of each expert of this number."""
    tensors, experts = range(split.tensors), range(split.experts)
    if LOCAL.search(name):
        count = told["num_experts"] // split.experts
        for expert in experts:
            full = grids.moved(name, layers, expert * count)
            yield full, _made(full, [ranks[tensor, expert] for tensor in tensors], told)
        return
    if split.experts > 1 and ".experts." in name:
        raise NotWhole(f"how `{name}` is split is not known")
    full = grids.moved(name, layers, 0)
    made = _made(full, [ranks[tensor, 0] for tensor in tensors], told)
    yield full, _with(made, ([ranks[tensor, expert] for expert in experts] for tensor in tensors))


def _save(item: States) -> list[Any]:
    """Return what every file of one save says alike."""
    args = values.attributes(item.held.get("args"))
    plain = {key: value for key, value in args.items() if type(value) in (int, float, str, bool)}
    own = {"rank", "local_rank"}
    told = sorted((key, value) for key, value in plain.items() if key not in own)
    names = ("iteration", "checkpoint_version")
    return [*(item.held.get(name) for name in names), told]


def _made(name: str, facts: list[TensorFact], sizes: Sizes) -> Whole:
    """Return the tensor that the tensors of one name are, in the order of their ranks."""
    first, ranks = facts[0], len(facts)
    if any(fact != first for fact in facts):
        raise NotWhole(f"`{name}` is {first} in one rank, and {next(iter({*facts} - {first}))}")
    kind = _plain(name)
    if ranks == 1 or _SAME.search(kind):
        start = (0,) * len(first.shape)
        plain = TensorFact(first.dtype, first.shape)
        return _with(Whole(plain, (Piece(start, first, 0),)), [facts])
    if _COLUMNS.search(kind) and len(first.shape) == 2:
        _expect(name, first.shape[0], sizes["hidden_size"])
        wide = _width(name, sizes) if ".mlp." in kind else _channels(sizes) * sizes[_HEADS]
        _expect(name, first.shape[1] * ranks, wide, "columns")
        return _joined(facts, 1, 1)
    if not first.shape:
        raise NotWhole(f"how `{name}` is split is not known")
    rows = first.shape[0] * ranks
    if _QKV.search(kind):
        _expect(name, rows, _qkv(sizes))
        grouped = sizes.held.get("group_query_attention") is True
        if grouped and sizes.version < 2:
            raise NotWhole(f"how `{name}` is split is not known")
        return _joined(facts, 0, 3 if sizes.version < 1 else 1)
    if _UP.search(kind):
        width = _width(name, sizes)
        gated = rows == 2 * width
        _expect(name, rows, 2 * width if gated else width)
        return _joined(facts, 0, 2 if gated else 1)
    if _ROWS.search(kind):
        if "padded_vocab_size" in sizes.held or _VOCABULARY.search(kind):
            _expect(name, rows, sizes["padded_vocab_size"])
        return _joined(facts, 0, 1)
    raise NotWhole(f"how `{name}` is split is not known")


def _plain(name: str) -> str:
    """Return the name that a layer of one expert, or of those that all share, would have alone."""
    local = LOCAL.search(name)
    if local is None:
        return name.replace(".mlp.shared_experts.", ".mlp.")
    return LOCAL.sub(lambda found: found[4] or ".mlp.", name).replace(".mlp.experts.", ".mlp.")


def _width(name: str, sizes: Sizes) -> int:
    if LOCAL.search(name):
        return sizes.first_of("moe_ffn_hidden_size", "ffn_hidden_size")
    if ".mlp.shared_experts." in name:
        return sizes["moe_shared_expert_intermediate_size"]
    return sizes["ffn_hidden_size"]


def _qkv(sizes: Sizes) -> int:
    """Return the rows of queries, keys and values together."""
    heads = sizes[_HEADS]
    grouped = sizes.held.get("group_query_attention") is True
    groups = sizes["num_query_groups"] if grouped else heads
    return _channels(sizes) * (heads + 2 * groups)


def _channels(sizes: Sizes) -> int:
    told = sizes.held.get("kv_channels")
    return sizes["hidden_size"] // sizes[_HEADS] if told is None else sizes["kv_channels"]


def _expect(name: str, found: int, wanted: int, axis: str = "rows") -> None:
    if found != wanted:
        raise NotWhole(f"`{name}` has {found:,} {axis} in all ranks, and its training {wanted:,}")


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
