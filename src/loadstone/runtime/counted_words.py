"""Tables of words of libraries, which count what they do not hold; and the words that are known.

https://radimrehurek.com/gensim/corpora/dictionary.html
"""

from typing import Any, Callable, Iterable, Iterator, List

from . import coverage
from .counted_method import count_by
from .lookups import note


class _Once(coverage.Recorded):
    """A table that is asked by `get` whether it holds a word, and once more for its number."""

    __slots__ = ()

    def get(self, key: Any, default: Any = None) -> Any:
        """Look `key` up, and note it unless it was asked for last."""
        self.note(key, key)
        return dict.get(self, key, default)


class _Words(coverage.Recorded):
    """The words of a `Tokenizer` of Keras 2, which drops those from `num_words` on as well."""

    __slots__ = ("_most", "_oov")

    def of(self, item: Any) -> Any:
        """Count as `item` does, which asks for its own `oov_token`, None or not."""
        self._most, self._oov = item.num_words, item.oov_token
        return self

    def _holds(self, key: Any) -> bool:
        number = dict.get(self, key)
        return number is not None and (not self._most or number < self._most)

    def get(self, key: Any, default: Any = None) -> Any:
        """Look `key` up, and note it."""
        if key != self._oov:
            self.note(key)
        return dict.get(self, key, default)


def dictionary(name: str, item: Any) -> bool:
    """Count the words of a text that a `Dictionary` of gensim does not hold."""
    known = item.token2id

    def count(_made: Any, document: Any, *_: Any, **__: Any) -> None:
        odd = [word for word in document if word not in known]
        note(name, len(document), len(odd), list(map(str, odd)))

    for method in ("doc2bow", "doc2idx"):
        count_by(item, method, count)
    return True


def vectors(name: str, item: Any) -> bool:
    """Count the words that vectors of gensim are asked for; those of FastText are of all words."""
    if type(item).__name__ != "KeyedVectors":
        return False
    held = item.key_to_index
    if not coverage.is_vocabulary(held):
        return False
    item.key_to_index = _Once(held).named(name)
    return True


def indices(name: str, item: Any) -> bool:
    """Count the words that a table of torchtext up to 0.8 is asked for."""
    return _replaced(item, "stoi", name)


def texts(name: str, item: Any) -> bool:
    """Count the words that a `Tokenizer` of Keras 2 drops, or numbers as `oov_token`."""
    return _replaced(item, "word_index", name, lambda held: _Words(held).of(item))


def _replaced(
    item: Any, attribute: str, name: str, recorded: Callable[[Any], Any] = coverage.recorded
) -> bool:
    held = getattr(item, attribute, None)
    if not coverage.is_vocabulary(held):
        return False
    setattr(item, attribute, recorded(held).named(name))
    return True


def own_dict(name: str, item: Any) -> bool:
    """Count what a dict of the user's own class is asked for; its class becomes one below it."""
    if not coverage.is_vocabulary(dict(item)):
        return False
    kind: Any = type(item)
    log = coverage.Recorded(item).named(name)  # which notes what this one is asked for

    class Noted(kind):  # type: ignore[misc]
        __slots__ = ()

        def __getitem__(self, key: Any) -> Any:
            log.note(key)
            return super(Noted, self).__getitem__(key)

        def __contains__(self, key: Any) -> bool:
            log.note(key, key)
            return bool(super(Noted, self).__contains__(key))

        def get(self, key: Any, default: Any = None) -> Any:
            log.note(key)
            return super(Noted, self).get(key, default)

        def __reduce_ex__(self, protocol: Any) -> Any:
            made = super(Noted, self).__reduce_ex__(protocol)
            given = tuple(kind if arg is Noted else arg for arg in made[1])
            newly = getattr(made[0], "__name__", "") == "__newobj__"  # which is of its class alone
            return (kind.__new__ if newly else made[0], given, *made[2:])

    Noted.__name__, Noted.__qualname__ = kind.__name__, kind.__qualname__
    Noted.__module__ = kind.__module__
    item.__class__ = Noted
    return True


def known(item: Any) -> Iterator[str]:
    """Yield the words that an object of a library knows, without signs of how it cuts texts."""
    for word in _held(item):
        text = str(word).strip("\u2581\u0120 ")
        text = text.replace("</w>", "")
        if text and not text.startswith("##") and not coverage.SPECIAL.match(text):
            yield text


def _held(item: Any) -> Iterable[Any]:
    if isinstance(item, dict):
        return [word for word in item if isinstance(word, str)]
    if hasattr(item, "get_vocab"):
        return list(item.get_vocab())
    if hasattr(item, "get_vocabulary"):
        return [word for word in item.get_vocabulary() if word is not None]
    if hasattr(item, "IdToPiece"):
        return [item.IdToPiece(at) for at in range(item.GetPieceSize())]
    for name in ("token2id", "key_to_index", "stoi", "word_index", "vocabulary_"):
        held = getattr(item, name, None)
        if isinstance(held, dict):
            return [word for word in held if isinstance(word, str) and " " not in word]
    found: List[Any] = []
    return found
