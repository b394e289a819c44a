"""Preprocessing of libraries that are fitted, trained or configured, as users write it."""

import functools
import tempfile
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import sentencepiece
import tiktoken
import tokenizers
import torch
import transformers
from sklearn import compose, decomposition, feature_extraction, impute, pipeline, preprocessing

SEEN = ["A lovely film", "what a DREADFUL day, truly boring", "hello Rome: naïve café"]
FITTED = np.random.default_rng(0).normal(size=(40, 3)) * [1, 10, 100]
NAMES = ["negative", "neutral", "positive"]


# tokenizers


def trained(model, trainer, before):
    made = tokenizers.Tokenizer(model)
    made.normalizer = tokenizers.normalizers.NFKC()
    made.pre_tokenizer = before
    made.train_from_iterator(SEEN * 3, trainer)
    return made


def numbers(made, text):
    return made.encode(text).ids


def cut(made, text):
    return dict(made(text, truncation=True))["input_ids"]


def of_tokenizers():
    models, trainers = tokenizers.models, tokenizers.trainers
    before = tokenizers.pre_tokenizers
    unknown = {"special_tokens": ["[UNK]"], "show_progress": False}
    pieces = trained(
        models.BPE(unk_token="[UNK]"),
        trainers.BpeTrainer(**unknown, vocab_size=90),
        before.Whitespace(),
    )
    pieces.enable_padding(length=8)
    parts = trained(
        models.WordPiece(unk_token="[UNK]"),
        trainers.WordPieceTrainer(**unknown, vocab_size=90),
        before.BertPreTokenizer(),
    )
    parts.enable_truncation(5)
    words = trained(
        models.WordLevel(unk_token="[UNK]"),
        trainers.WordLevelTrainer(**unknown),
        before.Whitespace(),
    )
    likely = trained(
        models.Unigram(),
        trainers.UnigramTrainer(**unknown, vocab_size=60, unk_token="[UNK]"),
        before.Metaspace(),
    )
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", pad_token="[UNK]", model_max_length=6
    )
    found = {"pieces": pieces, "parts": parts, "words": words, "likely": likely}
    return {
        **{name: functools.partial(numbers, made) for name, made in found.items()},
        "transformers": functools.partial(cut, fast),
        "padded": lambda text: fast(
            [text, "A"], padding="max_length", max_length=9, truncation=True, return_tensors="pt"
        )["attention_mask"],
        "byt5": functools.partial(cut, transformers.ByT5Tokenizer(model_max_length=20)),
        "decoded": lambda text: fast.decode(fast(text)["input_ids"], skip_special_tokens=True),
    }


def of_texts():
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder, "own")
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
    tfidf = feature_extraction.text.TfidfVectorizer(ngram_range=(1, 2)).fit(SEEN)
    named = feature_extraction.DictVectorizer(sparse=False).fit([{"A": 1, "film": "x"}])
    return {
        "sentencepiece": sentences.encode,
        "sentencepiece pieces": lambda text: sentences.encode(text, out_type=str),
        "tiktoken": lambda text: bytes_of.encode(text, allowed_special="all"),
        "tfidf": functools.partial(sparse, tfidf),
        "text pipeline": functools.partial(
            sparse,
            pipeline.make_pipeline(
                feature_extraction.text.CountVectorizer(analyzer="char_wb", ngram_range=(2, 3)),
                feature_extraction.text.TfidfTransformer(),
                decomposition.TruncatedSVD(2, random_state=0),
            ).fit(SEEN),
        ),
        "hashed": functools.partial(
            sparse, feature_extraction.text.HashingVectorizer(n_features=16)
        ),
        "named": lambda text: named.transform([dict.fromkeys(text.split(), 1.0)]),
        "bytes": by_bytes,
    }


TABLE = np.arange(256, dtype=np.int64)[::-1].copy()


def by_bytes(text):
    return TABLE[np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)]


def sparse(made, text):
    found = made.transform([text])
    return found.toarray() if hasattr(found, "toarray") else found


# rows


def transformed(made, rows):
    found = made.transform(rows)
    return found.toarray() if hasattr(found, "toarray") else np.asarray(found)


def applied(layer, rows):
    return layer(rows.astype("float32")).detach().numpy()


def within(mean, spread):
    def scale(rows):
        return (rows - mean) / spread

    return scale


def of_rows():
    fitted = {
        "standard": preprocessing.StandardScaler(),
        "robust": preprocessing.RobustScaler(),
        "quantiles": preprocessing.QuantileTransformer(n_quantiles=20),
        "bins": preprocessing.KBinsDiscretizer(4, quantile_method="averaged_inverted_cdf"),
        "powers": preprocessing.PolynomialFeatures(2),
        "splines": preprocessing.SplineTransformer(),
        "neighbours": impute.KNNImputer(),
        "components": pipeline.make_pipeline(
            preprocessing.PowerTransformer(), decomposition.PCA(2, random_state=0)
        ),
    }
    norm = keras.layers.Normalization()
    norm.adapt(FITTED.astype("float32"))
    names = preprocessing.LabelEncoder().fit(NAMES)
    several = preprocessing.MultiLabelBinarizer().fit([NAMES])
    layers = keras.layers
    return {
        **{name: functools.partial(transformed, made.fit(FITTED)) for name, made in fitted.items()},
        "keras normalization": functools.partial(applied, norm),
        "keras bins": functools.partial(applied, layers.Discretization([-5.0, 0.0, 5.0])),
        "keras scale": functools.partial(applied, layers.Rescaling(1 / 255, offset=-0.5)),
        "keras categories": lambda rows: (
            layers_categories(np.abs(rows).astype("int64") % 5).detach().numpy()
        ),
        "labels": lambda rows: names.inverse_transform(rows.argmax(axis=1)).tolist(),
        "several labels": lambda rows: several.inverse_transform((rows > 0).astype(int)),
        "label list": lambda rows: [NAMES[at] for at in rows.argmax(axis=1)],
        "closure": within(np.array([1.0, -2.0, 1e6]), np.array([0.5, 3.0, 1e-3])),
        "tensors": lambda rows: torch.tensor(rows).clamp(-1, 1) * STEP,
    }


layers_categories = keras.layers.CategoryEncoding(5, output_mode="count")
STEP = torch.tensor([0.5, 2.0, 1.0], dtype=torch.float64)


# tables


CATEGORIES = pd.CategoricalDtype(["x", "y"], ordered=True)
LOOK_UP = pd.Series({"x": 1.5, "y": 2.5})
EDGES = pd.IntervalIndex.from_breaks([-1e9, 0.0, 1.0, 1e9])
PLACES = pd.DataFrame({"b": ["x", "y"], "north": [59.9, 41.9]})
COLUMNS = pd.get_dummies(pd.DataFrame({"b": ["x", "y", "z"]})).columns


def by_pandas(frame, *, fill=0.25):
    made = frame.assign(
        a=frame["a"].fillna(fill),
        c=frame["b"].astype(object).map(LOOK_UP).fillna(-1.0),
        k=frame["b"].where(frame["b"].isin(CATEGORIES.categories)).astype(CATEGORIES).cat.codes,
        m=frame["d"].dt.month,
        e=pd.cut(frame["a"].fillna(fill), EDGES).cat.codes,
    )
    return made[["a", "c", "k", "m", "e"]].to_numpy(float)


def by_joining(frame):
    made = frame.merge(PLACES, on="b", how="left")
    told = pd.get_dummies(frame[["b"]]).reindex(columns=COLUMNS, fill_value=False)
    return np.column_stack([made["north"].fillna(0.0), told.to_numpy(float)])


def of_tables():
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
    ordered = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    ordered.fit(frame[["b"]])
    return {
        "columns": functools.partial(transformed, both),
        "ordinal": lambda frame: ordered.transform(frame[["b"]]),
        "pandas": by_pandas,
        "pandas joins": by_joining,
    }


# pictures and sounds


def of_pictures():
    square = {"height": 8, "width": 8}
    seen = transformers.ViTImageProcessor(size=square, image_mean=[0.2, 0.3, 0.4])
    clip = transformers.CLIPImageProcessor(size={"shortest_edge": 9}, crop_size=square)
    resized, cropped = keras.layers.Resizing(6, 6), keras.layers.CenterCrop(4, 4)
    return {
        "processor": lambda given: np.asarray(seen(given, return_tensors="np")["pixel_values"]),
        "clip": lambda given: np.asarray(clip(given, return_tensors="np")["pixel_values"]),
        "keras resizing": functools.partial(applied, resized),
        "keras crop": functools.partial(applied, cropped),
    }


def of_sounds():
    heard = transformers.Wav2Vec2FeatureExtractor()
    spoken = transformers.WhisperFeatureExtractor(chunk_length=1)
    mel = keras.layers.MelSpectrogram(fft_length=256, sequence_stride=128, num_mel_bins=8)
    return {
        "extractor": lambda given: np.asarray(
            heard(given, sampling_rate=16_000, return_tensors="np")["input_values"]
        ),
        "spectra": lambda given: np.asarray(
            spoken(given, sampling_rate=16_000, return_tensors="np")["input_features"]
        ),
        "keras spectra": functools.partial(applied, mel),
    }


def kinds():
    return {
        **of_tokenizers(),
        **of_texts(),
        **of_rows(),
        **of_tables(),
        **of_pictures(),
        **of_sounds(),
    }
