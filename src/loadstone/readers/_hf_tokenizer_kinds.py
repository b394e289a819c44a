"""Which release of tokenizers a `tokenizer.json` asks for, by the parts that it names.

https://huggingface.co/docs/tokenizers/api/tokenizer. Each part was given to tokenizers 0.13.3,
0.14.1, 0.15.2, 0.19.0, 0.19.1, 0.20.0, 0.20.3, 0.21.0, 0.21.1, 0.21.2, 0.21.4 and 0.23.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from loadstone.readers._plain import Scalar, clean, mapping, sequence

_NEWEST: Final = "0.23.3"  # that the table was made with
_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "model": frozenset(("BPE", "Unigram", "WordLevel", "WordPiece")),
    "normalizer": frozenset(
        (
            *("BertNormalizer", "ByteLevel", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt"),
            *("Precompiled", "Prepend", "Replace", "Sequence", "Strip", "StripAccents"),
        )
    ),
    "pre_tokenizer": frozenset(
        (
            *("BertPreTokenizer", "ByteLevel", "CharDelimiterSplit", "Delimiter", "Digits"),
            *("FixedLength", "Metaspace", "Punctuation", "Sequence", "Split", "UnicodeScripts"),
            *("Whitespace", "WhitespaceSplit"),
        )
    ),
    "post_processor": frozenset(
        ("BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing")
    ),
    "decoder": frozenset(
        (
            *("BPEDecoder", "ByteFallback", "ByteLevel", "CTC", "Fuse", "Metaspace", "Replace"),
            *("Sequence", "Strip", "WordPiece"),
        )
    ),
}
_INSIDE: Final = {
    "normalizer": "normalizers",
    "pre_tokenizer": "pretokenizers",
    "post_processor": "processors",
    "decoder": "decoders",
}
_MOST: Final = 50  # of a sequence
# the last release that was tried without a part, and the first with it
_SINCE: Final = {
    "normalizer ByteLevel": ("0.19.1", "0.20.0"),
    "pre_tokenizer FixedLength": ("0.21.1", "0.21.2"),
}


def asks(held: Mapping[str, Any]) -> dict[str, Scalar]:
    """Return the newest part of a tokenizer, and which releases are without it and with it."""
    found = []
    for part, known in _KINDS.items():
        for item in _items(part, held.get(part)):
            kind = item.get("type")
            if isinstance(kind, str) and kind not in known:
                what = clean(f"{part} {kind}", 60)
                return {"tokenizer_last_without": _NEWEST, "tokenizer_part": what}
            found += [(*_SINCE[name], name) for name in (f"{part} {kind}",) if name in _SINCE]
            if kind == "Metaspace" and "prepend_scheme" in item and "add_prefix_space" not in item:
                found.append(("0.15.2", "0.19.0", f"{part} Metaspace without `add_prefix_space`"))
    model = mapping(held.get("model"))
    merges = sequence(model.get("merges"))
    if merges and isinstance(merges[0], list):
        found.append(("0.19.1", "0.20.0", "merges as pairs"))
    if not found:
        return {}
    last, since, what = max(found, key=lambda item: [int(part) for part in item[1].split(".")])
    return {"tokenizer_last_without": last, "tokenizer_since": since, "tokenizer_part": what}


def _items(part: str, value: Any) -> Iterator[dict[str, Any]]:
    """Yield a component, and those of a sequence of them."""
    waiting = [mapping(value)]
    for item in waiting:
        yield item
        if len(waiting) < _MOST:
            waiting += [
                mapping(inner) for inner in sequence(item.get(_INSIDE.get(part, "")))[:_MOST]
            ]
