"""Vectorizers and encoders of scikit-learn that count what they drop without a word.

https://scikit-learn.org/stable/modules/preprocessing.html#encoding-categorical-features
"""

import itertools
from typing import Any, Callable, Dict, Iterable, Iterator, List

from . import batches, lookups
from .counted_method import count_by, rows_of
from .coverage import Recorded
from .lookups import note


class Words(Recorded):
    """The vocabulary of a vectorizer, which asks once for every word of a text."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        """Look `key` up, and note it; of several words together, each was noted alone."""
        log = lookups.CALL.log
        if log is not None and " " not in key:
            table = log.tables.get(self._name) or log.table(self._name)
            table.looked_up += 1
            if not dict.__contains__(self, key):
                table.unknown += 1
                if table.wants_words:
                    table.missed([str(key)])
        return dict.__getitem__(self, key)

    def note(self, key: Any, asked: Any = None) -> None:
        """Note nothing of what else asks."""


class _Analyzers:
    """What gives a vectorizer its analyzer: one that says which row it is at, of a batch of rows.

    It is the plain method in copies and pickles.
    """

    def __init__(self, item: Any) -> None:
        self.item = item
        self.plain_build, self.plain_count = item.build_analyzer, item._count_vocab  # noqa: SLF001 - nothing public is asked once a text
        self.located = False

    def build(self) -> Any:
        analyze, log = self.plain_build(), lookups.current()
        if log is None or not self.located:
            return analyze
        places = itertools.count(log.start)

        def located(text: Any) -> Any:
            log.at(next(places))
            return analyze(text)

        return located


class _Build:
    """`build_analyzer` of one vectorizer."""

    def __init__(self, analyzers: _Analyzers) -> None:
        self.analyzers = analyzers

    def __call__(self) -> Any:
        """Return what splits a text."""
        return self.analyzers.build()

    def __reduce__(self) -> Any:
        """Become the plain method in copies and pickles."""
        return getattr, (self.analyzers.item, "build_analyzer")


class _Count:
    """`_count_vocab` of one vectorizer."""

    def __init__(self, analyzers: _Analyzers) -> None:
        self.analyzers = analyzers

    def __call__(self, texts: Any, fixed_vocab: Any) -> Any:
        """Return what it makes of texts, which may be the rows of the batch."""
        log, held = lookups.current(), self.analyzers
        if log is None or not log.is_batch(texts):
            return held.plain_count(texts, fixed_vocab)
        held.located = True
        try:
            return held.plain_count(texts, fixed_vocab)
        finally:
            held.located = False
            log.at(None)

    def __reduce__(self) -> Any:
        """Become the plain method in copies and pickles."""
        return getattr, (self.analyzers.item, "_count_vocab")


def vectorizer(name: str, item: Any) -> bool:
    """Count the words that a vectorizer drops."""
    if item.vocabulary is not None and not hasattr(item, "vocabulary_"):
        item._validate_vocabulary()  # noqa: SLF001 - as it does itself before it is first asked
    known = getattr(item, "vocabulary_", None)
    if not isinstance(known, dict) or item.analyzer != "word" or item.ngram_range[0] != 1:
        return False
    analyzers = _Analyzers(item)
    item.vocabulary_ = Words(known).named(name)
    item.build_analyzer, item._count_vocab = _Build(analyzers), _Count(analyzers)  # noqa: SLF001 - as above
    return True


def encoder(name: str, item: Any) -> bool:
    """Count the values of columns that an encoder does not know, where it does not refuse them."""
    names = getattr(item, "feature_names_in_", None)
    known = [frozenset(_present(values.tolist())) for values in item.categories_]
    columns = ["x{}".format(at) for at in range(len(known))] if names is None else list(names)

    def count(_made: Any, X: Any, *_: Any, **__: Any) -> None:  # noqa: N803 - its name there
        held = zip(columns, known, _columns(X))  # noqa: B905 - Python 3.6 has no `strict`
        row = rows_of(X, listed=True)
        for column, values, cells in held:
            _note_cells("{}.{}".format(name, column), values, cells, row)

    count_by(item, "transform", count)
    return True


def labels(name: str, item: Any) -> bool:
    """Count the labels that a binarizer makes nothing of."""
    known = frozenset(item.classes_.tolist())

    def count(_made: Any, y: Any, *_: Any, **__: Any) -> None:
        cells = y.tolist() if hasattr(y, "tolist") else list(y)
        _note_cells(name, known, cells, rows_of(y, listed=True))

    count_by(item, "transform", count)
    return True


def label_lists(name: str, item: Any) -> bool:
    """Count the labels of lists of them that a binarizer makes nothing of."""
    known = frozenset(item.classes_.tolist())

    def count(_made: Any, y: Any, *_: Any, **__: Any) -> None:
        row = rows_of(y, listed=True)
        for at, cells in enumerate(y):
            odd = [cell for cell in cells if cell not in known]
            note(name, len(cells), len(odd), [str(cell) for cell in odd], row(at), "value")

    count_by(item, "transform", count)
    return True


def dictionaries(name: str, item: Any) -> bool:
    """Count the names, with their values where these are texts, that a vectorizer drops."""
    known = item.vocabulary_

    def count(_made: Any, X: Any, *_: Any, **__: Any) -> None:  # noqa: N803 - its name there
        given = [X] if isinstance(X, dict) else X
        row = rows_of(given, listed=isinstance(given, list))
        for at, record in enumerate(given):
            features = list(_features(record, item.separator))
            odd = [feature for feature in features if feature not in known]
            note(name, len(features), len(odd), odd, row(at), "value")

    count_by(item, "transform", count)
    return True


def _features(record: Dict[str, Any], mark: str) -> Iterator[str]:
    for name, value in record.items():
        if isinstance(value, (list, tuple, set)):
            for part in value:
                yield "{}{}{}".format(name, mark, part)
        elif isinstance(value, dict) or value is None:
            continue
        else:
            yield "{}{}{}".format(name, mark, value) if isinstance(value, str) else name


def _columns(given: Any) -> Iterable[List[Any]]:
    """Return the columns of a table as lists."""
    if batches.is_frame(given):
        return [given.iloc[:, at].tolist() for at in range(given.shape[1])]
    if hasattr(given, "toarray"):
        return []
    if hasattr(given, "tolist"):
        given = given.tolist()
    return [list(column) for column in zip(*given)]  # noqa: B905 - Python 3.6 has no `strict`


def _present(cells: Iterable[Any]) -> List[Any]:
    """Return the cells that are not missing."""
    return [cell for cell in cells if not _is_missing(cell)]


def _is_missing(cell: Any) -> bool:
    return cell is None or cell != cell or type(cell).__name__ == "NAType"  # noqa: PLR0124 - nan


def _note_cells(name: str, known: Any, cells: List[Any], row: Callable[[int], Any]) -> None:
    """Note the cells of a column; those that are missing are told of elsewhere."""
    odd = [(at, cell) for at, cell in enumerate(cells) if cell not in known]
    odd = [(at, cell) for at, cell in odd if not _is_missing(cell)]
    note(name, len(cells) - len(odd), 0, [], None, "value")
    for at, cell in odd:
        note(name, 1, 1, [str(cell)], row(at), "value")


__all__ = ["dictionaries", "encoder", "label_lists", "labels", "vectorizer"]
