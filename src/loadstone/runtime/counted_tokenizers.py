"""Tokenizers that count what becomes their unknown token: transformers, tokenizers, sentencepiece.

https://huggingface.co/docs/tokenizers/api/tokenizer
"""

import json
from typing import Any, List

from .counted_method import count_by, rows_of
from .coverage import library
from .lookups import note


def tokenizer(name: str, item: Any) -> bool:
    """Count in a `tokenizers.Tokenizer` whose model has a token for what is unknown."""
    unknown = _unknown_of(item)
    if unknown is None:
        return False
    token = item.id_to_token(unknown)

    def one(made: Any, row: Any, *given: Any) -> None:
        numbers, framing = made.ids, made.special_tokens_mask
        looked_up = len(framing) - sum(framing)
        missed: List[str] = []
        if unknown in numbers:
            at = [at for at, number in enumerate(numbers) if number == unknown and not framing[at]]
            words = [_word(made, place, given) for place in at]
            missed = [word for word in words if word != token]  # a text may hold `[UNK]` itself
        note(name, looked_up, len(missed), [word for word in missed if word], row)

    def encode(made: Any, sequence: Any, pair: Any = None, *_: Any, **__: Any) -> None:
        one(made, None, sequence, pair)

    def encode_batch(made: Any, input: Any, *_: Any, **__: Any) -> None:  # noqa: A002 - its name there
        row = rows_of(input, listed=True)
        for at, (encoding, given) in enumerate(zip(made, input)):  # noqa: B905 - Python 3.6 has no `strict`
            pair = type(given) in (tuple, list) and len(given) == 2 and _is_pair(encoding)
            one(encoding, row(at), *(given if pair else (given,)))

    count_by(item, "encode", encode)
    for method in ("encode_batch", "encode_batch_fast"):
        if hasattr(item, method):
            count_by(item, method, encode_batch)
    return True


def _is_pair(encoding: Any) -> bool:
    return 1 in encoding.sequence_ids


def _word(made: Any, at: int, given: Any) -> str:
    """Return the text of a token, empty where the encoding does not tell."""
    text = given[made.sequence_ids[at] or 0]
    if not isinstance(text, str):  # split into words before
        text = text[made.word_ids[at]]
    start, end = made.offsets[at]
    return str(text[start:end])


def _unknown_of(item: Any) -> Any:
    """Return the number of the token for what is unknown, None where there is none."""
    model = item.model
    if type(model).__name__ != "Unigram":
        token = getattr(model, "unk_token", None)
        return None if token is None else item.token_to_id(token)
    return json.loads(item.to_str())["model"].get("unk_id")


def pretrained(name: str, item: Any) -> bool:
    """Count in a tokenizer of transformers, or in the one of `tokenizers` that it asks."""
    inner = getattr(item, "_tokenizer", None)
    if inner is not None and library(inner) == "tokenizers":
        return tokenizer(name, inner)
    unknown = item.unk_token_id
    if unknown is None:
        return False
    special, token = list(item.all_special_tokens), item.unk_token
    framing = set(special) - {token}

    def count(made: Any, tokens: Any, *_: Any) -> None:
        if isinstance(tokens, str) or tokens == special:  # asked for `unk_token_id` and the like
            return
        words = [word for word, number in zip(tokens, made) if number == unknown]  # noqa: B905 - Python 3.6 has no `strict`
        looked_up = sum(word not in framing for word in tokens)
        # that of BERT writes `[UNK]` for words, which are then not told by name
        note(name, looked_up, len(words), [str(word) for word in words if word != token])

    count_by(item, "convert_tokens_to_ids", count)
    return True


def sentences(name: str, item: Any) -> bool:
    """Count in a processor of sentencepiece."""
    unknown = item.unk_id()
    framing = {item.bos_id(), item.eos_id(), item.pad_id()}
    plain = item.Encode

    def count(_made: Any, *args: Any, **options: Any) -> None:
        given = args[0] if args else options["input"]
        row = rows_of(given, listed=isinstance(given, list))
        for at, text in enumerate(given if isinstance(given, list) else [given]):
            numbers = [number for number in plain(text, out_type=int) if number not in framing]
            missed = numbers.count(unknown)
            words: List[str] = []
            if missed:
                pieces = plain(text, out_type=str)
                words = [piece for piece in pieces if item.PieceToId(piece) == unknown]
            names = [word.strip("\u2581") for word in words]
            note(name, len(numbers), missed, [word for word in names if word], row(at))

    for method in _ENCODES:
        if hasattr(item, method):
            count_by(item, method, count)
    return True


_ENCODES = (
    *("Encode", "encode", "EncodeAsIds", "encode_as_ids", "EncodeAsPieces", "encode_as_pieces"),
    *("Tokenize", "tokenize", "EncodeAsNumpy", "encode_as_numpy"),
)
