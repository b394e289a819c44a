"""What a Hugging Face tokenizer says, beside what the config and the weights of its model say.

https://huggingface.co/docs/tokenizers/api/tokenizer, https://huggingface.co/docs/transformers/main_classes/tokenizer
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Damage, StateDict
from loadstone.readers import _hf_tokenizer_frame, _hf_tokenizer_kinds, _members
from loadstone.readers._json import NotJson, parse
from loadstone.readers._plain import Scalar, clean, mapping, sequence, text, whole
from loadstone.readers._records import FolderRecords

_JSON, _CONFIG, _TEXT = "tokenizer.json", "tokenizer_config.json", "vocab.txt"
_LARGEST = 24 << 20  # bytes of a tokenizer.json that is read
_ROLES = ("pad", "unk", "bos", "eos", "cls", "sep", "mask")
_UNLIMITED = 1 << 40  # a length that stands for none: transformers writes 1e30
# the tables of token embeddings and of positions, by the ends of their names
_TOKENS = (
    *("word_embeddings.weight", "embed_tokens.weight", "wte.weight", "shared.weight"),
    *("embed_in.weight", "tok_embeddings.weight", "word_embedding.weight"),
)
_POSITIONS = ("position_embeddings.weight", "wpe.weight", "embed_positions.weight")
# types whose tables of positions begin with rows that no position has
_OFFSET = {
    **dict.fromkeys(("roberta", "xlm-roberta", "camembert", "longformer", "mpnet", "esm"), 2),
    **dict.fromkeys(("bart", "mbart", "opt", "blenderbot", "blenderbot-small", "pegasus_x"), 2),
}
_MARKER = re.compile(r"<\|[\w.-]{1,40}\|>|<(?:start|end)_of_turn>")


@dataclass(slots=True)
class _Tokenizer:
    """The tokens of a folder by their numbers, as far as its files were read."""

    ids: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    lowers: bool | None = None  # whether it makes texts lower case; None if not known
    pieces: bool = False  # words and pieces of them, not bytes
    frame: tuple[str, str] = ("", "")  # the special tokens before and after a text
    asks: dict[str, Scalar] = field(default_factory=dict)  # of the library


def told(
    records: FolderRecords,
    config: Mapping[str, Any],
    states: Iterable[StateDict],
    damage: list[Damage],
) -> dict[str, Scalar]:
    """Return what the tokenizer says and what of it does not fit its model, as details."""
    settings = _members.json_of(records, _CONFIG, damage)
    found = _tokenizer(records)
    rows, positions = _tables(states)
    if isinstance(config.get("model_type"), str) and positions is not None:
        positions -= _OFFSET.get(config["model_type"], 0)
    said: dict[str, Scalar] = {
        "vocab_size": whole(config.get("vocab_size")),
        "embedding_rows": rows,
        "positions": positions,
        "longest": _longest(settings),
        "padding_side": text(settings.get("padding_side")),
    }
    if found is None:
        return said
    every = {**found.ids, **found.added}
    said |= {
        "token_ids": _highest(every),
        "vocabulary_ids": _highest(found.ids),
        "special_tokens_apart": _specials(records, settings, config, every),
        "frames_apart": _hf_tokenizer_frame.apart(found.frame, settings),
        "vocabularies_apart": _apart(records, found),
        **found.asks,
        **_casing(settings, found),
        **_template(records, settings, every),
    }
    return said


def _tokenizer(records: FolderRecords) -> _Tokenizer | None:
    """Return the tokens of `tokenizer.json`, else of `vocab.txt`; None where they are not read."""
    if _JSON not in records:
        lines = _lines(records)
        return _Tokenizer(lines, {}, pieces=True) if lines else None
    if records.size(_JSON) > _LARGEST:
        return None
    try:
        value, _ = parse(records.read(_JSON))
    except NotJson:  # a load says so; a pointer is told elsewhere
        return None
    held = mapping(value)
    model = mapping(held.get("model"))
    found = _Tokenizer(_vocabulary(model.get("vocab")), lowers=_lowers(held.get("normalizer")))
    found.pieces = model.get("type") in ("WordPiece", "WordLevel")
    found.frame = _hf_tokenizer_frame.of(held.get("post_processor"))
    found.asks = _hf_tokenizer_kinds.asks(held)
    for item in sequence(held.get("added_tokens")):
        entry = mapping(item)
        number = whole(entry.get("id"))
        if isinstance(entry.get("content"), str) and number is not None:
            found.added[entry["content"]] = number
    return found


def _vocabulary(value: Any) -> dict[str, int]:
    """Return tokens by number: an object of them, or a list in order."""
    if isinstance(value, dict):
        return {key: at for key, at in value.items() if type(at) is int and 0 <= at < 1 << 40}
    items = [item[0] if isinstance(item, list) and item else item for item in sequence(value)]
    return {item: at for at, item in enumerate(items) if isinstance(item, str)}


def _lines(records: FolderRecords) -> dict[str, int]:
    if _TEXT not in records or records.size(_TEXT) > _LARGEST:
        return {}
    data = records.read(_TEXT)
    if data.startswith(b"version https://git-lfs"):
        return {}
    lines = data.decode("utf-8", "replace").split("\n")
    return {line.rstrip("\r"): at for at, line in enumerate(lines) if line}


def _lowers(normalizer: Any) -> bool | None:
    kinds = _normalizers(normalizer)
    if any(item.get("type") == "Lowercase" or item.get("lowercase") is True for item in kinds):
        return True
    # what a compiled table of characters does is not read
    return None if any(item.get("type") == "Precompiled" for item in kinds) else False


def _normalizers(value: Any) -> list[dict[str, Any]]:
    held = mapping(value)
    found = [held] if held else []
    for item in sequence(held.get("normalizers"))[:50]:
        found += [mapping(item)]
    return found


def _tables(states: Iterable[StateDict]) -> tuple[int | None, int | None]:
    """Return the rows of the table of tokens and of that of positions, where there is one each."""
    held: tuple[set[int], set[int]] = (set(), set())
    for state in states:
        for name, tensor in state.tensors.items():
            for ends, rows in zip((_TOKENS, _POSITIONS), held, strict=True):
                if name.endswith(ends) and len(tensor.shape) == 2:
                    rows.add(tensor.shape[0])
    tokens, positions = (rows.pop() if len(rows) == 1 else None for rows in held)
    return tokens, positions


def _longest(settings: Mapping[str, Any]) -> int | None:
    value = settings.get("model_max_length")
    if isinstance(value, float) and value.is_integer() and abs(value) < _UNLIMITED:
        value = int(value)
    return value if type(value) is int and 0 < value < _UNLIMITED else None


def _specials(
    records: FolderRecords,
    settings: Mapping[str, Any],
    config: Mapping[str, Any],
    ids: Mapping[str, int],
) -> str | None:
    """Return the special tokens that the config numbers otherwise: `pad 7, [PAD] is 0`."""
    named = {**_members.json_of(records, "special_tokens_map.json", []), **settings}
    apart = []
    for role in _ROLES:
        token = named.get(f"{role}_token")
        token = token.get("content") if isinstance(token, dict) else token
        given = config.get(f"{role}_token_id")
        numbers = [item for item in (given if isinstance(given, list) else [given]) if _is(item)]
        if isinstance(token, str) and token in ids and numbers and ids[token] not in numbers:
            shown = " or ".join(map(str, numbers[:4]))
            apart.append(f"{role} {shown}, {clean(token, 40)} is {ids[token]}")
    return "; ".join(apart) or None


def _is(value: Any) -> bool:
    return type(value) is int


def _apart(records: FolderRecords, found: _Tokenizer) -> str | None:
    """Return how `vocab.txt` numbers tokens otherwise than `tokenizer.json`."""
    lines = _lines(records) if _JSON in records else {}
    if not lines or not found.ids:
        return None
    every = {**found.ids, **found.added}
    other = [token for token, at in lines.items() if every.get(token, at) != at]
    alone = [token for token in lines if token not in every]
    if other:
        token = other[0]
        told = f"{clean(token, 40)} is {lines[token]} in one and {every[token]} in the other"
        return f"{told}, {len(other):,} tokens in all"
    if alone:
        return f"{len(alone):,} tokens of one are not in the other: {clean(alone[0], 40)}"
    missing = len(set(found.ids) - set(lines))
    return f"{missing:,} tokens of one are not in the other" if missing else None


def _casing(settings: Mapping[str, Any], found: _Tokenizer) -> dict[str, Scalar]:
    """Return whether texts are made lower case, and how many words have capitals."""
    words = [token.removeprefix("##") for token in found.ids if token not in found.added]
    words = [token for token in words if len(token) > 1 and token.isalpha()]
    said = settings.get("do_lower_case")
    return {
        "lowers": found.lowers,
        "told_lower": said if isinstance(said, bool) else None,
        "words": len(words) if found.pieces else None,
        "words_with_capitals": sum(word != word.lower() for word in words),
    }


def _template(
    records: FolderRecords, settings: Mapping[str, Any], ids: Mapping[str, int]
) -> dict[str, Scalar]:
    """Return the markers of the chat template that are no tokens, and those without a template."""
    file = ""
    if "chat_template.jinja" in records and records.size("chat_template.jinja") < 1 << 20:
        file = records.read("chat_template.jinja").decode("utf-8", "replace")
    inline = settings.get("chat_template")
    inline = inline if isinstance(inline, str) else ""
    markers = sorted(set(_MARKER.findall(file or inline)))
    if not (file or inline or isinstance(settings.get("chat_template"), list)):
        known = ("<|im_start|>", "<|start_header_id|>", "<start_of_turn>", "<|user|>")
        held = [token for token in known if token in ids]
        return {"chat_tokens": ", ".join(held) or None}
    missing = [marker for marker in markers if marker not in ids]
    return {
        "template_unknown": ", ".join(missing[:8]) or None,
        "templates_apart": True if file and inline and file != inline else None,
    }


def _highest(ids: Mapping[str, int]) -> int | None:
    """Return the rows that a table of these tokens needs."""
    return max(ids.values()) + 1 if ids else None
