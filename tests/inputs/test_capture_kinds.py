"""Capture, reload, equal: each declared kind of preprocessing, on inputs that are generated."""

import collections
import functools
import os
import re
from typing import ClassVar

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.extra import numpy as arrays
from sklearn import compose, feature_extraction, impute, pipeline, preprocessing

from loadstone.inputs.capture import capture
from loadstone.runtime import code

os.environ.setdefault("KERAS_BACKEND", "torch")
transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")
sentencepiece = pytest.importorskip("sentencepiece")
tiktoken = pytest.importorskip("tiktoken")
keras = pytest.importorskip("keras")

# of Keras with torch, which NumPy 2 asks for a copy
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")
SEEN = ["A lovely film", "what a DREADFUL day, truly boring", "hello Rome: naïve café"]
TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from([*" ".join(SEEN).split(), "☃", "ß", "\u0301", "  ", "<|end|>"]), max_size=9
).map(" ".join)
ROWS = arrays.arrays(np.float64, (3, 3), elements=st.floats(-1e6, 1e6, width=32))
FITTED = np.random.default_rng(0).normal(size=(40, 3)) * [1, 10, 100]
FRAMES = st.lists(
    st.tuples(
        st.floats(-1e6, 1e6) | st.none(),
        st.sampled_from(["x", "y", "z", "☃"]),
        st.dates(pd.Timestamp("1980-01-01").date(), pd.Timestamp("2080-01-01").date()),
    ),
    min_size=1,
    max_size=6,
).map(
    lambda rows: pd.DataFrame(
        {
            "a": np.array([row[0] for row in rows], float),
            "b": [row[1] for row in rows],
            "d": pd.to_datetime([row[2] for row in rows]),
        }
    )
)


def trained(model, trainer, before):
    made = tokenizers.Tokenizer(model)
    made.normalizer = tokenizers.normalizers.NFKC()
    made.pre_tokenizer = before
    made.train_from_iterator(SEEN * 3, trainer)
    return made


def of_tokenizers():
    models, trainers = tokenizers.models, tokenizers.trainers
    before = tokenizers.pre_tokenizers
    unknown = {"special_tokens": ["[UNK]"]}
    pieces = trained(
        models.BPE(unk_token="[UNK]"),
        trainers.BpeTrainer(**unknown, vocab_size=90, show_progress=False),
        before.Whitespace(),
    )
    pieces.enable_padding(length=8)
    parts = trained(
        models.WordPiece(unk_token="[UNK]"),
        trainers.WordPieceTrainer(**unknown, vocab_size=90, show_progress=False),
        before.BertPreTokenizer(),
    )
    parts.enable_truncation(5)
    words = trained(
        models.WordLevel(unk_token="[UNK]"),
        trainers.WordLevelTrainer(**unknown, show_progress=False),
        before.Whitespace(),
    )
    likely = trained(
        models.Unigram(),
        trainers.UnigramTrainer(
            vocab_size=60, unk_token="[UNK]", special_tokens=["[UNK]"], show_progress=False
        ),
        before.Metaspace(),
    )
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", model_max_length=6
    )
    found = {"pieces": pieces, "parts": parts, "words": words, "likely": likely}
    kinds = {name: functools.partial(numbers, made) for name, made in found.items()}
    return {**kinds, "transformers": functools.partial(cut, fast)}


def numbers(made, text):
    return made.encode(text).ids


def cut(made, text):
    return dict(made(text, truncation=True))["input_ids"]


def of_libraries(folder):
    prefix = folder / "own"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SEEN * 20),
        model_prefix=str(prefix),
        vocab_size=40,
        minloglevel=2,
        hard_vocab_limit=False,
    )
    sentences = sentencepiece.SentencePieceProcessor(model_file=f"{prefix}.model", add_bos=True)
    ranks = {bytes([at]): at for at in range(256)} | {b"he": 256, b"lo": 257}
    bytes_of = tiktoken.Encoding(
        "own",
        pat_str=r"\p{L}+|[^\p{L}]+",
        mergeable_ranks=ranks,
        special_tokens={"<|end|>": 258},
    )
    return {
        "sentencepiece": sentences.encode,
        "tiktoken": lambda text: bytes_of.encode(text, allowed_special="all"),
        "byt5": functools.partial(cut, transformers.ByT5Tokenizer(model_max_length=20)),
        "tfidf": functools.partial(
            sparse, feature_extraction.text.TfidfVectorizer(ngram_range=(1, 2)).fit(SEEN)
        ),
        "hashed": functools.partial(
            sparse, feature_extraction.text.HashingVectorizer(n_features=16)
        ),
    }


def sparse(made, text):
    return made.transform([text]).toarray()


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


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Return each kind beside what came of it, captured and loaded again, its files gone."""
    folder = tmp_path_factory.mktemp("kinds")
    kinds = {**of_tokenizers(), **of_libraries(folder), "classes": Words(r"\w+"), **of_rows()}
    for path in folder.iterdir():
        path.unlink()
    found = {}
    for name, function in kinds.items():
        captured = capture({"prepare": function})
        assert not captured.problems, (name, captured.problems)
        found[name] = function, code.load(captured.files.__getitem__)["prepare"]
    return found


CATEGORIES = pd.CategoricalDtype(["x", "y"], ordered=True)
LOOK_UP = pd.Series({"x": 1.5, "y": 2.5})
EDGES = pd.IntervalIndex.from_breaks([-1e9, 0.0, 1.0, 1e9])


def by_pandas(frame, *, fill=0.25):
    made = frame.assign(
        a=frame["a"].fillna(fill),
        c=frame["b"].astype(object).map(LOOK_UP).fillna(-1.0),
        k=frame["b"].where(frame["b"].isin(CATEGORIES.categories)).astype(CATEGORIES).cat.codes,
        m=frame["d"].dt.month,
        e=pd.cut(frame["a"].fillna(fill), EDGES).cat.codes,
    )
    return made[["a", "c", "k", "m", "e"]].to_numpy(float)


def transformed(made, rows):
    found = made.transform(rows)
    return found.toarray() if hasattr(found, "toarray") else np.asarray(found)


def of_rows():
    frame = pd.DataFrame({"a": [1.0, 2.0, None], "b": ["x", "y", "x"]})
    both = compose.ColumnTransformer(
        [
            (
                "numbers",
                pipeline.make_pipeline(
                    impute.SimpleImputer(),
                    preprocessing.FunctionTransformer(lambda rows: np.sign(rows) * rows**2),
                    preprocessing.StandardScaler(),
                ),
                ["a"],
            ),
            ("names", preprocessing.OneHotEncoder(handle_unknown="ignore"), ["b"]),
        ]
    ).fit(frame)
    fitted = {
        "standard": preprocessing.StandardScaler(),
        "quantiles": preprocessing.QuantileTransformer(n_quantiles=20),
        "bins": preprocessing.KBinsDiscretizer(4, quantile_method="averaged_inverted_cdf"),
        "powers": preprocessing.PolynomialFeatures(2),
    }
    kinds = {
        name: functools.partial(transformed, made.fit(FITTED)) for name, made in fitted.items()
    }
    norm = keras.layers.Normalization()
    norm.adapt(FITTED.astype("float32"))
    names = preprocessing.LabelEncoder().fit(["negative", "positive", "neutral"])
    kinds["keras"] = lambda rows: norm(rows.astype("float32")).detach().numpy()
    kinds["labels"] = lambda rows: names.inverse_transform(rows.argmax(axis=1)).tolist()
    return {**kinds, "columns": functools.partial(transformed, both), "pandas": by_pandas}


def equal(one, other):
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    else:
        assert one == other


SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize(
    "name",
    [
        *("pieces", "parts", "words", "likely", "transformers", "sentencepiece", "tiktoken"),
        *("byt5", "tfidf", "hashed", "classes"),
    ],
)
@given(text=TEXTS)
@SETTINGS
def test_texts(loaded, name, text):
    before, now = loaded[name]
    equal(now(text), before(text))


@pytest.mark.parametrize("name", ["standard", "quantiles", "bins", "powers", "keras", "labels"])
@given(rows=ROWS)
@SETTINGS
def test_rows(loaded, name, rows):
    before, now = loaded[name]
    equal(now(rows), before(rows))


@pytest.mark.parametrize("name", ["columns", "pandas"])
@given(frame=FRAMES)
@SETTINGS
def test_frames(loaded, name, frame):
    before, now = loaded[name]
    equal(now(frame), before(frame))


PICTURES = arrays.arrays(np.uint8, st.tuples(st.integers(5, 20), st.integers(5, 20), st.just(3)))
SOUNDS = arrays.arrays(np.float32, st.integers(400, 900), elements=st.floats(-1, 1, width=32))


@pytest.fixture(scope="module")
def processors():
    square = {"height": 8, "width": 8}
    seen = transformers.ViTImageProcessor(size=square, image_mean=[0.2, 0.3, 0.4])
    heard = transformers.Wav2Vec2FeatureExtractor()
    spoken = transformers.WhisperFeatureExtractor(chunk_length=1)
    kinds = {
        "pictures": lambda given: np.asarray(seen(given, return_tensors="np")["pixel_values"]),
        "sounds": lambda given: np.asarray(
            heard(given, sampling_rate=16_000, return_tensors="np")["input_values"]
        ),
        "spectra": lambda given: np.asarray(
            spoken(given, sampling_rate=16_000, return_tensors="np")["input_features"]
        ),
    }
    found = {}
    for name, function in kinds.items():
        captured = capture({"prepare": function})
        assert not captured.problems, (name, captured.problems)
        found[name] = function, code.load(captured.files.__getitem__)["prepare"]
    return found


@given(picture=PICTURES)
@SETTINGS
def test_pictures(processors, picture):
    before, now = processors["pictures"]
    equal(now(picture), before(picture))


@pytest.mark.parametrize("name", ["sounds", "spectra"])
@given(sound=SOUNDS)
@SETTINGS
def test_sounds(processors, name, sound):
    before, now = processors[name]
    equal(now(sound), before(sound))


def test_a_layer_of_ones_own_function_is_no_bytecode():
    double = keras.layers.Lambda(lambda rows: rows * 2.5)
    captured = capture({"prepare": functools.partial(applied, double)})
    assert not captured.problems
    assert b"rows * 2.5" in b"".join(captured.files.values())
    now = code.load(captured.files.__getitem__)["prepare"]
    np.testing.assert_array_equal(now(FITTED[:2]), applied(double, FITTED[:2]))
    model = keras.Sequential([keras.layers.Input((3,)), double])
    (problem,) = capture({"prepare": functools.partial(applied, model)}).problems
    assert "keeps as bytecode" in problem.why


def applied(layer, rows):
    return layer(rows.astype("float32")).detach().numpy()
