"""Rows that another code keeps in another order, though all names and shapes fit.

Rotary embeddings turn pairs that stand beside each other, or halves of a head, and the rows of
queries and keys lie accordingly; a fused projection holds its three parts one after another, or the
three of each head, or of each group, together; the last layer of a diffusion transformer gives
shift and scale in this order or the other. Only the names of a code tell which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Final

# a code, how its rows lie: the words of its attention, and words that it has beside
_ROTARY: Final = (
    ("beside", ("attention.wq", "attention.wk", "attention.wo"), ("attention_norm", "ffn_norm")),
    ("beside", ("attn.q_proj", "attn.k_proj", "attn.output_proj"), ("sa_norm", "tok_embeddings")),
    ("beside", ("attn_q", "attn_k", "attn_output"), ("token_embd", "ffn_gate", "attn_norm")),
    ("halves", ("self_attn.q_proj", "self_attn.k_proj", "self_attn.o_proj"), ()),
)
_FUSED: Final = {"query_key_value": "heads", "wqkv": "groups", "c_attn": "parts", "Wqkv": "parts"}
_PARTS: Final = ("qkv", "in_proj", "qkv_proj")


def laid_otherwise(pairs: Mapping[str, str]) -> bool:
    """Whether these modules, by their paths on both sides, have rows in different orders."""
    turned = rotary(pairs), rotary(pairs.values())
    if all(turned) and turned[0] != turned[1]:
        return True
    return any(_differ(old, new) for old, new in pairs.items())


def rotary(paths: Collection[str]) -> str:
    """Return how a code lays the rows of queries and keys; "" where it is none of those known."""
    return next(_known(paths), ("", ()))[0]


def queries(paths: Collection[str]) -> list[str]:
    """Return the layers of queries and keys of a code that is known."""
    words = next(_known(paths), ("", ()))[1]
    return [path for path in paths if _ends(path, words[:2])]


def _known(paths: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    words = {segment for path in paths for segment in path.split(".")}
    for laid, attention, beside in _ROTARY:
        if (not beside or words.intersection(beside)) and _has(paths, attention):
            yield laid, attention


def _ends(path: str, words: Iterable[str]) -> str:
    return next((word for word in words if path == word or path.endswith(f".{word}")), "")


def _has(paths: Iterable[str], attention: tuple[str, ...]) -> bool:
    """Whether one module holds all these layers."""
    held: dict[str, set[str]] = {}
    for path in paths:
        word = _ends(path, attention)
        if word:
            held.setdefault(path.removesuffix(word), set()).add(word)
    return any(len(found) == len(attention) for found in held.values())


def _differ(old: str, new: str) -> bool:
    ours, theirs = _fused(old), _fused(new)
    if ours and theirs and ours != theirs:
        return True
    return any(_modulates(a) and _normalises(b) for a, b in ((old, new), (new, old)))


@cache
def _fused(path: str) -> str:
    last = path.rpartition(".")[2]
    return _FUSED.get(last) or ("parts" if last in _PARTS else "")


def _modulates(path: str) -> bool:
    return any("adaln" in segment.lower() for segment in path.split("."))


def _normalises(path: str) -> bool:
    """Whether it is the layer that diffusers keeps within a norm: `norm_out.linear`."""
    *_, above, last = ("", "", *path.split("."))
    return last == "linear" and above.startswith("norm")
