"""Counts what tokenizers and vectorizers of libraries do not know, while a prediction is made.

Objects are changed in place, and only those that were loaded from a bundle. Their answers stay, and
copies and pickles of them are of the plain object.
"""

import contextlib
import json
from typing import Any, Callable, Dict, Iterator, List, Tuple

from . import coverage

_DEPTH = 8  # how far inside an estimator a vectorizer is looked for
_UNNAMED = ("self", "argument", "item", "attribute", "")


def instrument(function: Any) -> List[str]:
    """Make the vocabularies that captured code reaches count; return their names.

    Only for code that was loaded from a bundle: its private modules, defaults, cells and objects
    are changed in place.
    """
    names = coverage.instrument(function)
    taken = set(names)
    done: Dict[int, Any] = {}
    held = [("", function, None), *coverage.reached(function, coverage.is_private)]
    for outer, item, _ in held:
        for name, found in _inside(outer, item, 0):
            if id(found) in done:
                continue
            done[id(found)] = found
            unique = name if name not in taken else "{}#{}".format(name, len(taken))
            try:
                counts = _attached(unique, found)
            except Exception:  # noqa: BLE001, S112 - a library of another version: not counted
                continue
            if counts:
                taken.add(unique)
    return sorted(taken)


def _inside(name: str, item: Any, depth: int) -> Iterator[Tuple[str, Any]]:
    """Yield an object that may count, or those that an estimator of scikit-learn holds."""
    if depth > _DEPTH:
        return
    if type(item) in (list, tuple) and depth:
        named = type(item) is tuple and len(item) > 1 and isinstance(item[0], str)
        step = "{}.{}".format(name, item[0]) if named and name else item[0] if named else name
        for part in list(item)[:1000]:
            for found in _inside(step, part, depth + 1):
                yield found
        return
    name = type(item).__name__ if name in _UNNAMED or name.isdigit() else name
    counts = isinstance(getattr(item, "vocabulary_", None), dict)
    if counts or _library(item) != "sklearn":
        yield name, item
    else:
        for part in list(getattr(item, "__dict__", {}).values()):
            if type(part) in (list, tuple) or _library(part) == "sklearn":
                for found in _inside(name, part, depth + 1):
                    yield found


def _library(item: Any) -> str:
    return str(type(item).__module__).partition(".")[0]


def _attached(name: str, item: Any) -> bool:
    """Make an object count under a name; return whether it is of a kind that does."""
    for cls in type(item).__mro__:
        attach = _KINDS.get((str(cls.__module__).partition(".")[0], cls.__name__))
        if attach is not None:
            return attach(name, item)
    return False


class _Counted:
    """A method of one object that counts, and is the plain method in copies and pickles."""

    def __init__(self, item: Any, method: str, count: Callable[..., None]) -> None:
        self.item = item
        self.method = method
        self.plain = getattr(item, method)
        self.count = count

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Return what the method does; what it looks up inside is not counted again."""
        if not coverage.is_recording():
            return self.plain(*args, **options)
        with coverage.recording():
            made = self.plain(*args, **options)
        with contextlib.suppress(Exception):  # a prediction never fails because of a count
            self.count(made, *args, **options)
        return made

    def __reduce__(self) -> Any:
        """Become the plain method in copies and pickles."""
        return getattr, (self.item, self.method)


class Words(coverage.Recorded):
    """The vocabulary of a vectorizer, which asks once for every word of a text."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        """Look `key` up, and note it; of several words together, each was noted alone."""
        log = coverage.log()
        if log is not None and " " not in key:
            if not dict.__contains__(self, key):
                coverage.note(self._name, 1, 1, [str(key)])
            elif self._name in log:
                log[self._name][0] += 1
            else:
                coverage.note(self._name, 1, 0, [])
        return dict.__getitem__(self, key)

    def _note(self, key: Any) -> None:
        """Note nothing of what else asks."""


def _vectorizer(name: str, item: Any) -> bool:
    if item.analyzer != "word" or item.ngram_range[0] != 1:
        return False
    item.vocabulary_ = Words(item.vocabulary_).named(name)
    return True


def _tokenizer(name: str, item: Any) -> bool:
    """Count in a `tokenizers.Tokenizer` whose model has a token for what is unknown."""
    unknown = _unknown_of(item)
    if unknown is None:
        return False
    token = item.id_to_token(unknown)

    def one(made: Any, *given: Any) -> None:
        numbers, framing = made.ids, made.special_tokens_mask
        looked_up = len(framing) - sum(framing)
        missed: List[str] = []
        if unknown in numbers:
            at = [at for at, number in enumerate(numbers) if number == unknown and not framing[at]]
            words = [_word(made, place, given) for place in at]
            missed = [word for word in words if word != token]  # a text may hold `[UNK]` itself
        coverage.note(name, looked_up, len(missed), [word for word in missed if word])

    def encode(made: Any, sequence: Any, pair: Any = None, *_: Any, **__: Any) -> None:
        one(made, sequence, pair)

    def encode_batch(made: Any, input: Any, *_: Any, **__: Any) -> None:  # noqa: A002 - its name there
        for encoding, given in zip(made, input):  # noqa: B905 - Python 3.6 has no `strict`
            pair = type(given) in (tuple, list) and len(given) == 2 and _is_pair(encoding)
            one(encoding, *(given if pair else (given,)))

    item.encode = _Counted(item, "encode", encode)
    for method in ("encode_batch", "encode_batch_fast"):
        if hasattr(item, method):
            setattr(item, method, _Counted(item, method, encode_batch))
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


def _pretrained(name: str, item: Any) -> bool:
    """Count in a tokenizer of transformers, or in the one of `tokenizers` that it asks."""
    inner = getattr(item, "_tokenizer", None)
    if inner is not None and _library(inner) == "tokenizers":
        return _tokenizer(name, inner)
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
        coverage.note(name, looked_up, len(words), [str(word) for word in words if word != token])

    method = "convert_tokens_to_ids"
    setattr(item, method, _Counted(item, method, count))
    return True


def _sentences(name: str, item: Any) -> bool:
    """Count in a processor of sentencepiece."""
    unknown = item.unk_id()
    framing = {item.bos_id(), item.eos_id(), item.pad_id()}
    plain = item.Encode

    def count(_made: Any, *args: Any, **options: Any) -> None:
        given = args[0] if args else options["input"]
        for text in given if isinstance(given, list) else [given]:
            numbers = [number for number in plain(text, out_type=int) if number not in framing]
            missed = numbers.count(unknown)
            words: List[str] = []
            if missed:
                pieces = plain(text, out_type=str)
                words = [piece for piece in pieces if item.PieceToId(piece) == unknown]
            names = [word.strip("\u2581") for word in words]
            coverage.note(name, len(numbers), missed, [word for word in names if word])

    for method in _ENCODES:
        if hasattr(item, method):
            setattr(item, method, _Counted(item, method, count))
    return True


_ENCODES = (
    *("Encode", "encode", "EncodeAsIds", "encode_as_ids", "EncodeAsPieces", "encode_as_pieces"),
    *("Tokenize", "tokenize", "EncodeAsNumpy", "encode_as_numpy"),
)
_KINDS: Dict[Tuple[str, str], Callable[[str, Any], bool]] = {
    ("sklearn", "CountVectorizer"): _vectorizer,
    ("tokenizers", "Tokenizer"): _tokenizer,
    ("transformers", "PreTrainedTokenizerBase"): _pretrained,
    ("sentencepiece", "SentencePieceProcessor"): _sentences,
}
