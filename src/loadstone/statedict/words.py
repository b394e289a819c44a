"""What the words of keys mean: which of them say the same, which say nothing, and what is a number.

The table holds what transformers, timm, torchvision, fairseq and Meta's own releases call the same
layer. A word that is missing here only means that a match is declined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

_SAME: Final = (
    ("q", "query", "queries", "wq", "qry"),
    ("k", "key", "keys", "wk"),
    ("v", "value", "values", "wv", "val"),
    ("out", "output", "o", "wo"),
    ("attn", "attention", "att", "attentions", "selfattention", "selfattn"),
    ("cross", "crossattention", "encdec", "crossattn"),
    ("norm", "layernorm", "ln", "rmsnorm", "normalization", "layernorms", "layrnorm"),
    ("bn", "batchnorm"),
    ("mlp", "ffn", "feedforward", "ff"),
    ("emb", "embed", "embedding", "embeddings", "embeds"),
    ("pos", "position", "positional", "positions"),
    ("token", "tok", "word", "words", "tokens"),
    ("enc", "encoder"),
    ("dec", "decoder"),
    ("conv", "convolution"),
    ("downsample", "shortcut", "downsampling"),
    ("head", "classifier", "cls"),
    ("gate", "gated"),
    ("img", "image", "visual", "vision"),
    ("txt", "text"),
    ("qkv", "wqkv", "inproj"),
    ("gateup",),
)
_WORD: Final = {word: group[0] for group in _SAME for word in group}
_SAID: Final = {  # whole segments whose parts would say something else
    "wte": ("token", "emb"),
    "wpe": ("pos", "emb"),
    "in_proj": ("qkv",),
    "c_attn": ("qkv",),
    "feed_forward": ("mlp",),
    "self_attn": ("attn",),
    "self_attention": ("attn",),
    "encoder_attn": ("cross", "attn"),
    "cross_attn": ("cross", "attn"),
    "layer_norm": ("norm",),
    "layer_norms": ("norm",),
    "batch_norm": ("bn",),
}
_NOTHING: Final = frozenset(
    [
        "proj",
        "projection",
        "lin",
        "linear",
        "fc",
        "dense",
        "layer",
        "layers",
        "module",
        "modules",
        "block",
        "blocks",
        "net",
        "to",
        "stage",
        "stages",
        "model",
        "base",
        "weight",
        "bias",
        "w",
        "h",
    ]
)
# a word beside one of these says where something is, not what it belongs to:
# `post_attention_layernorm` is the norm of the MLP
_PLACES: Final = frozenset(("pre", "post", "before", "after", "input", "final"))
# a name that says both ends, `in_last` or `bottom_up_down`, tells neither
_ENDS: Final = (
    (
        frozenset(("in", "input", "first", "start", "begin", "front")),
        frozenset(("out", "last", "end", "back")),
    ),
    (frozenset(("up", "top", "upper")), frozenset(("down", "bottom", "lower"))),
)
# what belongs to one of these belongs to no other of its row
_APART: Final = (
    frozenset(("attn", "mlp")),
    frozenset(("enc", "dec")),
    frozenset(("q", "k", "v", "out")),
    frozenset(("up", "down", "gate")),
    frozenset(("img", "txt")),
)
_OF_PARTS: Final = frozenset().union(*_APART)
# one code says of the same layer what another says of the one beside it
_NEAR: Final = (frozenset(("txt", "token", "sentence")), frozenset(("img", "region", "patch")))
# codes count the layers of a decoder of pictures from either end
_EITHER_WAY: Final = frozenset(
    ("up", "ups", "upsample", "upsampling", "dec", "decs", "decoders", "top", "lateral", "laterals")
)
# rows of one table name the same layers in the same places, for all norms of a block
FAMILIES: Final = (
    (
        ("input_layernorm", "post_attention_layernorm"),
        ("attention_norm", "ffn_norm"),
        ("attn_norm", "ffn_norm"),
        ("attn_norm", "mlp_norm"),
        ("ln_1", "ln_2"),
        ("ln1", "ln2"),
        ("norm1", "norm2"),
        ("norm_1", "norm_2"),
        ("layer_norm1", "layer_norm2"),
        ("layernorm_before", "layernorm_after"),
        ("self_attn_layer_norm", "final_layer_norm"),
        ("sa_layer_norm", "output_layer_norm"),
        ("attention.output.LayerNorm", "output.LayerNorm"),
        ("attn_ln", "mlp_ln"),
    ),
    (
        ("norm1", "norm2", "norm3"),
        ("self_attn_layer_norm", "encoder_attn_layer_norm", "final_layer_norm"),
        ("self_attn_layer_norm", "cross_attn_layer_norm", "final_layer_norm"),
        ("attn_ln", "cross_attn_ln", "mlp_ln"),
    ),
    (("gate_proj", "up_proj"), ("w1", "w3")),
)
NAMED: Final = frozenset(name for rows in FAMILIES for row in rows for name in row)
# names of a family that are of several segments, the longest first
_TAILS: Final = sorted(
    {f".{name}" for name in NAMED if "." in name},
    key=len,
    reverse=True,
)
BESIDE: Final = {"w1": "w2", "w3": "w2"}  # a row of `FAMILIES` with it is one only beside that
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[a-z]+")
_NUMBERED: Final = re.compile(r"(.*?)(\d+)")


@lru_cache(maxsize=1 << 14)
def numbered(segment: str) -> tuple[str, int] | None:
    """Return `("layer", 3)` for `layer3`, `("", 3)` for `3`, None for a word without a number."""
    found = _NUMBERED.fullmatch(segment)
    return (found[1], int(found[2])) if found else None


def parts(path: str) -> list[str]:
    """Return the words of the last segment: `["conv", "in"]` for `stem.conv_in`."""
    return [part.lower() for part in _PARTS.findall(path.rpartition(".")[2])]


@lru_cache(maxsize=1 << 14)
def tail(path: str) -> str:
    """Return the name of a layer within its block: the last segment, or more in some families."""
    return next((name[1:] for name in _TAILS if path.endswith(name)), path.rpartition(".")[2])


@cache
def tokens(segment: str) -> tuple[str, ...]:
    """Return what the segment says, in the words of the table; numbers are left out."""
    bare = segment.rstrip("0123456789").rstrip("_-") or segment
    if bare.lower() in _SAID:
        return _SAID[bare.lower()]
    said = parts(bare)
    if "norm" in said and "layer" in said:
        said.remove("layer")
    if not _PLACES.isdisjoint(said) and len(said) > 1:
        return ("-".join(sorted(_WORD.get(part, part) for part in said)),)
    said = [part for part in said if part not in _NOTHING]
    whole = "".join(said)
    if whole in _WORD:
        return (_WORD[whole],)
    # `G_A` makes A in one code and is made of A in another
    meant = [_WORD.get(part, part) for part in said if len(part) > 1 or part in _WORD]
    for ends in _ENDS:
        if all(end.intersection(meant) for end in ends):
            meant = [part for part in meant if part not in ends[0] | ends[1]]
    return tuple(meant)


def contrary(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    """Whether what is meant on one side is of a part that the other is not of: `attn`, `mlp`."""
    mine, other = _OF_PARTS.intersection(ours), _OF_PARTS.intersection(theirs)
    return any(row & mine and row & other and not row & mine & other for row in _APART)


def says_more(segment: str, other: str) -> bool:
    """Whether of two that share a word one alone says whose it is: `out`, `attn_out`."""
    mine, theirs = set(tokens(segment)), set(tokens(other))
    return bool(mine & theirs) and any(row & (mine ^ theirs) for row in _APART)


def near(segment: str, other: str) -> bool:
    """Whether one code may call by one name what another calls by the other: `text`, `word`."""
    mine, theirs = set(tokens(segment)), set(tokens(other))
    return mine != theirs and any(
        row & mine and row & theirs and mine - row == theirs - row for row in _NEAR
    )


def either_way(segment: str, other: str) -> bool:
    """Whether layers under these two words may be counted from opposite ends: `ups`, `dec`.

    `up` of one code and `up_blocks` of another are so too: latent-diffusion's and diffusers'.
    """
    said = tokens(segment), tokens(other)
    if said[0] == said[1]:
        return said[0] == ("up",) and segment != other
    return all(said) and any(map(_EITHER_WAY.issuperset, said))
