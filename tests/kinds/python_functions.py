"""Preprocessing of Python alone, as users write it."""

import collections
import functools
import re
import string
import unicodedata
from typing import ClassVar, NamedTuple

WORDS = {word: at for at, word in enumerate(["<unk>", "a", "lovely", "day", "ß", "é"])}
PATTERN = re.compile(r"[\w']+|[^\w\s]", re.UNICODE)
STOP = frozenset({"the", "a"})


def by_words(text, *, lower=True):
    text = unicodedata.normalize("NFKC", text)
    return [WORDS.get(word, 0) for word in PATTERN.findall(text.lower() if lower else text)]


def hashed(text, *, size):
    found = [0.0] * size
    for at in range(len(text) - 2):
        found[sum(map(ord, text[at : at + 3])) % size] += 1
    return found


class Windows:
    """Callable with a state of its own."""

    def __init__(self, width, skip):
        self.width = width
        self.skip = skip

    def __call__(self, text):
        words = [word for word in text.split() if word not in self.skip]
        return [tuple(words[at : at + self.width]) for at in range(len(words))]


class Base:
    """A class with a hook that its subclasses fill."""

    table: ClassVar = collections.Counter({"a": 2})

    def __init__(self, pattern):
        self.pattern = re.compile(pattern, re.IGNORECASE)

    def __call__(self, text):
        return [self.kept(word) for word in self.pattern.findall(text)]

    def kept(self, word):
        return word, self.table[word.lower()]


class Shouting:
    """A mixin."""

    def kept(self, word):
        return super().kept(word.upper())


class Words(Shouting, Base):
    """Of both."""

    @property
    def count(self):
        return len(self.table)

    def kept(self, word):
        return (*super().kept(word), self.count)

    def sizes(self, text):
        return [len(word) for word, *_ in self(text)]


class Token(NamedTuple):
    """A word and where it begins."""

    text: str
    at: int = 0

    @property
    def end(self):
        return self.at + len(self.text)


def tokens(text):
    found = [Token(match.group(), match.start()) for match in PATTERN.finditer(text)]
    return [(token.text, token.end) for token in found]


def counted(limit):
    """Return a closure over a table that it fills, and over another closure."""
    known = {}

    def number(word):
        return known.setdefault(word, min(len(known), limit))

    def prepare(text, fill=-1):
        known.clear()
        return [number(word) for word in text.split()] or [fill]

    return prepare


@functools.lru_cache(maxsize=8)
def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def stripped(text):
    return squeezed(text).translate({ord(letter): None for letter in string.punctuation})


def scaled(mean, spread):
    def scale(row):
        return [(value - m) / s for value, m, s in zip(row, mean, spread)]  # noqa: B905 - 3.9

    return scale


LABELS = ("negative", "neutral", "positive")


def labelled(scores):
    return LABELS[max(range(len(scores)), key=scores.__getitem__)]


TEXTS = {
    "words": by_words,
    "cased": functools.partial(by_words, lower=False),
    "hashed": functools.partial(hashed, size=32),
    "windows": Windows(2, STOP),
    "lambda": lambda text: [string.ascii_lowercase.find(letter) for letter in text],
    "classes": Words(r"\w+"),
    "method": Words(r"[a-z]+").sizes,
    "tuples": tokens,
    "closure": counted(3),
    "cached": stripped,
    "large": functools.partial(dict.get, {f"word{at}": at for at in range(50_000)} | {"a": -1}),
}
ROWS = {"scaled": scaled((1.0, -2.0, 1e6), (0.5, 3.0, 1e-3)), "labelled": labelled}


def kinds():
    return {**TEXTS, **ROWS}
