"""What objects of libraries do not know is counted, in all and by row, and stays as it was."""

import collections
import copy
import pickle
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadstone.runtime import counted, coverage, gaps, lookups, steps

TEXTS = ["hello world", "a lovely day in rome", "what a day"]
ROWS = ["hello world", "a universe", "what a day", "quark hello quark"]
WORDS = ["hello", "world", "a", "lovely", "day", "in", "rome", "what", "universe", "quark", "日本"]
KNOWN = frozenset(" ".join(TEXTS).split())


def held(**objects):
    """Return a function of a bundle's own that reaches objects, made to count."""

    class Step:
        def __init__(self):
            self.__dict__.update(objects)

    Step.__module__ = "_loadstone_test"
    step = Step()
    return step, counted.instrument(step)


def predicted(prepare, rows, plan, saved=None):
    """Return what is told of rows that are prepared one by one, or together."""
    stages = steps.Steps(lambda batch: batch, {"preprocess": plan}, prepare)
    with lookups.recording(saved) as log:
        stages.prepare(rows)
    lookups.locate(log, stages, rows)
    return lookups.summary(log)


def rows_of(table):
    return [(row["row"], row["unknown"], row["looked_up"]) for row in table["rows"]["any"]]


def vocabulary():
    return {word: at for at, word in enumerate(sorted(KNOWN))}


def of_dict(kind=dict):
    step, _ = held(vocab=kind(vocabulary()))
    return lambda text: [step.vocab.get(word, 0) for word in text.split()]


def of_default():
    step, _ = held(stoi=collections.defaultdict(int, vocabulary()))
    return lambda text: [step.stoi[word] for word in text.split()]


class Zeros(dict):
    """A vocabulary of a class of one's own."""

    def __missing__(self, key):
        return 0


Zeros.__module__ = "_loadstone_test"


def of_own_class():
    step, _ = held(vocab=Zeros(vocabulary()))
    assert isinstance(step.vocab, Zeros)
    return lambda text: [step.vocab[word] for word in text.split()]


def of_tokenizers():
    tokenizers = pytest.importorskip("tokenizers")
    model = tokenizers.models.WordLevel({"[UNK]": 99, **vocabulary()}, unk_token="[UNK]")
    words = tokenizers.Tokenizer(model)
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    step, _ = held(words=words)
    return lambda text: step.words.encode(text).ids


def of_vectorizer():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    words = text.TfidfVectorizer(token_pattern=r"\S+").fit(TEXTS)
    step, _ = held(words=words)
    return lambda text: step.words.transform([text]).toarray()[0]


def of_given_words():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    words = text.CountVectorizer(vocabulary=sorted(KNOWN), token_pattern=r"\S+")
    step, _ = held(words=words)  # which was never fitted
    return lambda text: step.words.transform([text]).toarray()[0]


def of_gensim_dictionary():
    corpora = pytest.importorskip("gensim.corpora")
    step, _ = held(words=corpora.Dictionary([text.split() for text in TEXTS]))
    return lambda text: step.words.doc2bow(text.split())


def of_gensim_vectors():
    models = pytest.importorskip("gensim.models")
    vectors = models.KeyedVectors(4)
    vectors.add_vectors(sorted(KNOWN), np.eye(len(KNOWN), 4, dtype="float32"))
    step, _ = held(words=vectors)
    return lambda text: [step.words[word] for word in text.split() if word in step.words]


KINDS = {
    "dict": of_dict,
    "ordered": lambda: of_dict(collections.OrderedDict),
    "defaultdict": of_default,
    "own-class": of_own_class,
    "tokenizers": of_tokenizers,
    "vectorizer": of_vectorizer,
    "given-words": of_given_words,
    "gensim-dictionary": of_gensim_dictionary,
    "gensim-vectors": of_gensim_vectors,
}


@pytest.mark.parametrize("plan", ["one", "batch"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_are_told_with_their_own_counts(kind, plan):
    one = KINDS[kind]()
    prepare = one if plan == "one" else lambda texts: [one(text) for text in texts]
    (table,) = predicted(prepare, ROWS, plan)
    assert table["unknown"] == 3
    assert table["examples"] == ["universe", "quark"]
    assert (table["counts"]["any"], table["of"]) == (2, 4)
    assert rows_of(table) == [(2, 1, 2), (4, 2, 3)]
    assert [row["examples"] for row in table["rows"]["any"]] == [["universe"], ["quark"]]


@pytest.mark.parametrize("plan", ["one", "batch"])
@pytest.mark.parametrize(
    "kind", ["dict", "ordered", "defaultdict", "own-class", "tokenizers", "vectorizer"]
)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=2, max_size=6))
def test_every_row_is_counted_right(kind, plan, words):
    one = KINDS[kind]()
    prepare = one if plan == "one" else lambda texts: [one(text) for text in texts]
    rows = [" ".join(row) for row in words]
    wanted = [
        (at + 1, sum(word not in KNOWN for word in row), len(row)) for at, row in enumerate(words)
    ]
    wanted = [row for row in wanted if row[1]]
    (table,) = predicted(prepare, rows, plan)
    assert (table["looked_up"], table["unknown"]) == (
        sum(map(len, words)),
        sum(row[1] for row in wanted),
    )
    assert rows_of(table) == wanted[: lookups.SHOWN]
    assert table["counts"]["any"] == len(wanted)


def test_a_batch_that_is_given_to_a_library_says_its_rows_at_once():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    step, _ = held(words=text.CountVectorizer(token_pattern=r"\S+").fit(TEXTS))
    asked = []

    def prepare(texts):
        asked.append(len(texts))
        return step.words.transform(texts)

    (table,) = predicted(prepare, ROWS, "batch")
    assert rows_of(table) == [(2, 1, 2), (4, 2, 3)]
    assert asked == [4]


def test_rows_are_not_told_where_they_may_be_others():
    one = of_dict()
    kept = {}

    def prepare(texts):  # what was once made is not made again
        return [
            kept.setdefault(text, one(text)) if text not in kept else kept[text] for text in texts
        ]

    (table,) = predicted(prepare, ["quark", "quark", "a"], "batch")
    assert (table["unknown"], rows_of(table)) == (1, [])

    def sorting(texts):
        return [one(text) for text in sorted(texts, key=len)]

    (table,) = predicted(sorting, ["a long universe", "quark", "a"], "batch")
    assert rows_of(table) == [(1, 2, 3), (2, 1, 1)]


def test_code_that_takes_no_batch_of_one_tells_no_rows():
    one = of_dict()

    def prepare(texts):
        assert len(texts) > 1
        return [one(text) for text in texts]

    (table,) = predicted(prepare, ROWS, "batch")
    assert (table["unknown"], rows_of(table)) == (3, [])


def test_the_first_rows_are_named_and_all_are_counted():
    one = of_dict()
    rows = [f"a word{at}" if at % 2 else "a day" for at in range(100)]
    (table,) = predicted(one, rows, "one")
    assert [row["row"] for row in table["rows"]["any"]] == [2, 4, 6]
    assert (table["counts"]["any"], table["of"]) == (50, 100)


ENCODED = pd.DataFrame({"city": ["Rome", "Oslo"], "kind": ["a", "b"]})
ASKED = pd.DataFrame({"city": ["Rome", "Bern", None, "Bern"], "kind": ["a", "b", "c", "b"]})


@pytest.mark.parametrize("name", ["OneHotEncoder", "OrdinalEncoder"])
def test_encoders_tell_the_values_of_each_column(name):
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    options = {"OneHotEncoder": {"handle_unknown": "ignore"}}.get(
        name, {"handle_unknown": "use_encoded_value", "unknown_value": -1}
    )
    step, names = held(codes=getattr(preprocessing, name)(**options).fit(ENCODED))
    assert names == ["codes"]
    city, kind = predicted(step.codes.transform, ASKED, "batch")
    assert (city["name"], city["unit"], city["examples"]) == ("codes.city", "value", ["Bern"])
    assert rows_of(city) == [(2, 1, 1), (4, 1, 1)]
    assert (kind["name"], kind["examples"], rows_of(kind)) == ("codes.kind", ["c"], [(3, 1, 1)])


def test_other_encoders_tell_what_they_drop():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    extraction = pytest.importorskip("sklearn.feature_extraction")
    step, names = held(
        label=preprocessing.LabelBinarizer().fit(["a", "b", "c"]),
        lists=preprocessing.MultiLabelBinarizer().fit([["a", "b"]]),
        record=extraction.DictVectorizer().fit([{"city": "Rome", "size": 1.0}]),
        target=preprocessing.TargetEncoder(cv=2).fit([["x"], ["y"]] * 4, [0, 1] * 4),
    )
    assert names == ["label", "lists", "record", "target"]

    def prepare(rows):
        step.label.transform([row["label"] for row in rows])
        with pytest.warns(UserWarning, match="unknown class"):
            step.lists.transform([row["lists"] for row in rows])
        step.target.transform(np.array([[row["target"]] for row in rows], object))
        return step.record.transform([row["record"] for row in rows])

    rows = [
        {"label": "a", "lists": ["a"], "target": "x", "record": {"city": "Rome", "size": 2}},
        {"label": "d", "lists": ["a", "e"], "target": "z", "record": {"city": "Bern", "width": 1}},
    ]
    tables = {item["name"]: item for item in predicted(prepare, rows[1:], "batch")}
    assert {name: item["examples"] for name, item in tables.items()} == {
        "label": ["d"],
        "lists": ["e"],
        "record": ["city=Bern", "width"],
        "target.x0": ["z"],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_counted_outside_of_a_prediction(kind):
    one = KINDS[kind]()
    one("hello quark")
    with lookups.recording() as log:
        pass
    assert lookups.summary(log) == []


def test_copies_are_plain():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    step, _ = held(
        words=text.CountVectorizer().fit(TEXTS),
        codes=preprocessing.OneHotEncoder(handle_unknown="ignore").fit(ENCODED),
    )
    for made in (copy.deepcopy, lambda item: pickle.loads(pickle.dumps(item))):
        words, codes = made(step.words), made(step.codes)
        with lookups.recording() as log:
            words.transform(["quark"])
            codes.transform(ASKED)
        assert lookups.summary(log) == []
        assert type(words.vocabulary_) is dict
        assert (codes.transform(ASKED) != step.codes.transform(ASKED)).nnz == 0


def test_copies_of_a_class_of_ones_own_are_of_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "_loadstone_test", sys.modules[__name__])
    step, names = held(vocab=Zeros(vocabulary()))
    assert names == ["vocab"]
    for made in (copy.copy, copy.deepcopy, lambda item: pickle.loads(pickle.dumps(item))):
        copied = made(step.vocab)
        assert type(copied) is Zeros
        assert copied == vocabulary()


COUNTS = st.integers(1, 300).flatmap(lambda of: st.tuples(st.just(of), st.integers(0, of)))


@given(COUNTS, COUNTS)
def test_a_gap_is_more_than_at_save(now, saved):
    (of, unknown), (before, missed) = now, saved
    found = gaps.is_gap(of, unknown, saved)
    if not unknown:
        assert not found
    elif not missed:
        assert found
    elif unknown / of <= missed / before:
        assert not found


@given(COUNTS, st.floats(0.01, 0.99))
def test_the_chance_is_that_of_the_binomial_distribution(counts, share):
    scipy = pytest.importorskip("scipy.stats")
    of, unknown = counts
    wanted = scipy.binom.sf(unknown - 1, of, share)
    assert gaps.at_least(unknown, of, share) == pytest.approx(wanted, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize(
    ("now", "saved", "found"),
    [
        ((2, 1), (250, 1), True),  # `universe` is unknown: 1 of 2 tokens; 0.4% at save
        ((20, 1), (250, 1), False),  # one in 250 is: every thirteenth text of twenty words has one
        ((10, 4), (1000, 400), False),
        ((10, 10), (1000, 400), True),
        ((2, 2), (1000, 400), False),  # two words of such texts are both unknown one time in six
        ((1000, 450), (1000, 400), False),  # more than chance, and hardly more
        ((5, 5), (5, 5), False),
        ((1, 1), (11, 0), True),
        ((1, 1), None, True),
        ((10**6, 7 * 10**5), (10**6, 4 * 10**5), True),
    ],
)
def test_what_is_told(now, saved, found):
    assert gaps.is_gap(*now, saved) == found


def test_a_row_alone_is_a_gap_where_the_whole_is_as_at_save():
    one = of_dict()
    rows = ["hello hello rome world"] * 40 + ["x y z u v w q s t r"]
    (table,) = predicted(one, rows, "one", {"vocab": (1000, 100)})
    assert not gaps.is_gap(table["looked_up"], table["unknown"], (1000, 100))
    assert [(row["row"], row["unknown"]) for row in table["rows"]["alone"]] == [(41, 10)]
    assert table["counts"] == {"any": 1, "odd": 1, "alone": 1}


def test_what_other_processes_tell_is_joined():
    one = of_dict()
    parts = [predicted(one, ROWS[:2], "one"), predicted(one, ROWS[2:], "one")]
    assert lookups.joined(parts, {}) == predicted(one, ROWS, "one")


def test_words_for_synthetic_texts_are_of_every_kind():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    corpora = pytest.importorskip("gensim.corpora")

    class Step:
        def __init__(self):
            self.vocab = {"own": 1, "words": 2, "<pad>": 0}
            self.counts = text.CountVectorizer().fit(["vectorized texts"])
            self.bags = corpora.Dictionary([["bagged"]])

    Step.__module__ = "_loadstone_test"
    step = Step()
    found = set(counted.words(step))
    assert found == {"own", "words", "vectorized", "texts", "bagged"}
    assert coverage.is_vocabulary(step.vocab)  # nothing was changed
