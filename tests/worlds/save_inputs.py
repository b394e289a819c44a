"""A project that saves a bundle of each kind of preprocessing: `save_inputs.py OUT`.

It prints, for each, the verdict of the save, the examples and others, and what was predicted.
"""

import collections
import functools
import json
import linecache
import re
import sys
import warnings
from pathlib import Path
from typing import ClassVar

import albumentations
import keras
import numpy as np
import pandas as pd
import prepared.words as of_words
import sentencepiece
import tiktoken
import tokenizers
import transformers
from PIL import Image
from prepared import Cleaner
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, StandardScaler

import loadstone

warnings.simplefilter("ignore")
OUT = Path(sys.argv[1]).resolve()
TEXTS = ["a lovely day in Rome", "what a dreadful film", "nothing"]
OTHERS = ["a day", "unknown words in Rome"]
SIZE = 8
rng = np.random.default_rng(0)
FITTED = (rng.normal(size=(30, 3)) * [1, 10, 100]).astype("float32")
ROWS, MORE = FITTED[:4], FITTED[4:9]
FRAME = pd.DataFrame(
    {
        "age": [20.0, 31.0, None, 44.0],
        "city": ["Oslo", "Rome", "Oslo", "Bern"],
        "on": pd.to_datetime(["2024-01-31", "2024-02-29", "2025-03-01", "2025-12-24"]),
    }
)
PICTURES = [rng.integers(0, 255, (20 + at, 30, 3), np.uint8) for at in range(3)]
SOUNDS = [rng.normal(size=500).astype("float32") for _ in range(3)]

Path("stop.txt").write_text("a\nin\nnaïve\n", encoding="utf-8")
Path("table.json").write_text(json.dumps({"Rome": 5, "day": 3}))
for at, picture in enumerate(PICTURES):
    Image.fromarray(picture).save(OUT / f"{at}.png")
FILES = [str(OUT / f"{at}.png") for at in range(3)]


def spread(numbers):
    """Count numbers into as many bins as the model takes."""
    counted = np.zeros(SIZE, "float32")
    for number in numbers:
        counted[int(number) % SIZE] += 1
    return counted


def fitting(values):
    """Cut or fill values to as many as the model takes."""
    flat = np.asarray(values, "float32").ravel()[:SIZE]
    return np.pad(flat, (0, SIZE - flat.size))


# Python's own


def enclosed():
    vocab = {word: at for at, word in enumerate(" ".join(TEXTS).split())}
    missing = len(vocab)

    def prepare(text, *, pattern=re.compile(r"\w+"), times=2):
        return spread([vocab.get(word, missing) * times for word in pattern.findall(text)])

    return prepare


class Step:
    """A step with a hook."""

    table: ClassVar = collections.Counter({"rome": 4})

    def __init__(self, cleaner):
        self.cleaner = cleaner

    def __call__(self, text):
        return spread(self.number(word) for word in self.cleaner(text))

    def number(self, word):
        return len(word)


class Looked(Step):
    """One that fills it."""

    def number(self, word):
        return super().number(word) + self.table[word]


def scaled_by(factor, text, offset=1):
    return spread([len(word) * factor + offset for word in text.split()])


def by_file(text):
    with open("stop.txt", encoding="utf-8") as file:  # noqa: PTH123 - as users do
        stop = file.read().split()
    with open("table.json") as file:  # noqa: PTH123 - as above
        table = json.load(file)
    return spread([table.get(word, 1) for word in text.split() if word not in stop])


np.save("numbers.npy", np.arange(1.0, 9.0, dtype="float32"))
pd.DataFrame({"word": ["day", "Rome"], "value": [4, 5]}).to_csv("values.csv", index=False)


def by_library_files(text):
    table = pd.read_csv("values.csv").set_index("word")["value"]
    offset = len(Path("stop.txt").read_text(encoding="utf-8"))
    counted = sum(int(table.get(word, 0)) for word in text.split())
    return np.load("numbers.npy") * counted + offset


LARGE = {f"word{at}": at for at in range(120_000)} | {"day": 5, "Rome": 6}
WEIGHTS = rng.normal(size=(26, SIZE)).astype("float32")


def by_arrays(text):
    numbers = [LARGE.get(word, -1) for word in text.split()]
    letters = [ord(letter) - 97 for letter in text.lower() if letter.isalpha()]
    return WEIGHTS[[at for at in letters if at < 26]].mean(axis=0) + spread(numbers)


CELL = """
def of_cell(text, limit=LIMIT):
    return spread(list(map(len, helper(text)))[:limit])
"""


def in_a_notebook():
    """Return a function of a cell, as a kernel compiles one."""
    space = {"__name__": "__main__", "spread": spread, "LIMIT": 3}
    for at, text in enumerate(["def helper(text):\n    return text.split()\n", CELL]):
        name = f"/tmp/ipykernel_1/{at}.py"
        linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
        exec(compile(text, name, "exec"), space)
    return space["of_cell"]


# libraries for texts

pieces = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="[UNK]"))
pieces.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
pieces.train_from_iterator(
    TEXTS * 3, tokenizers.trainers.BpeTrainer(special_tokens=["[UNK]"], vocab_size=80)
)
fast = transformers.PreTrainedTokenizerFast(tokenizer_object=pieces, unk_token="[UNK]")
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(TEXTS * 20), model_prefix="own", vocab_size=24, minloglevel=2
)
sentences = sentencepiece.SentencePieceProcessor(model_file="own.model")
ranks = {bytes([at]): at for at in range(256)} | {b"lo": 256, b"da": 257}
encoding = tiktoken.Encoding(
    "own", pat_str=r"\w+|\W+", mergeable_ranks=ranks, special_tokens={"<|end|>": 258}
)
tfidf = TfidfVectorizer(ngram_range=(1, 2)).fit(TEXTS)


def by_pieces(text):
    return spread(pieces.encode(text).ids)


def by_transformers(text):
    return spread(fast(text)["input_ids"])


def by_sentences(text):
    return spread(sentences.encode(text))


def by_encoding(text):
    return spread(encoding.encode(text))


def by_tfidf(text):
    return fitting(tfidf.transform([text]).toarray())


# libraries for rows and tables

scaler = make_pipeline(SimpleImputer(), StandardScaler()).fit(FITTED)
columns = make_column_transformer(
    (make_pipeline(SimpleImputer(), StandardScaler()), ["age"]),
    (OneHotEncoder(handle_unknown="ignore"), ["city"]),
).fit(FRAME)
norm = keras.layers.Normalization()
norm.adapt(FITTED)
bins = keras.layers.Discretization([-5.0, 0.0, 5.0])
CITIES = pd.Series({"Oslo": 1.0, "Rome": 2.0})


def by_scaler(row):
    return fitting(scaler.transform(np.asarray(row)[None]))


def by_columns(frame):
    made = columns.transform(frame)
    return np.pad(np.asarray(made, "float32"), ((0, 0), (0, SIZE - made.shape[1])))


def by_pandas(frame, *, fill=0.25):
    made = frame.assign(
        age=frame["age"].fillna(fill) / 100,
        city=frame["city"].astype(object).map(CITIES).fillna(-1.0),
        month=pd.to_datetime(frame["on"]).dt.month / 12,
    )[["age", "city", "month"]]
    return np.pad(made.to_numpy("float32"), ((0, 0), (0, SIZE - 3)))


def by_keras(row):
    given = keras.ops.convert_to_tensor(np.asarray(row, "float32")[None])
    both = [norm(given), bins(given)]
    return fitting(np.concatenate([keras.ops.convert_to_numpy(one).ravel() for one in both]))


# libraries for pictures and sounds

seen = transformers.ViTImageProcessorPil(
    size={"height": 8, "width": 8}, image_mean=[0.2, 0.3, 0.4], image_std=[0.5, 0.5, 0.5]
)
heard = transformers.Wav2Vec2FeatureExtractor()
cut = albumentations.Compose(
    [
        albumentations.SmallestMaxSize(16),
        albumentations.CenterCrop(12, 12),
        albumentations.Normalize(),
    ]
)


def of_file(path):
    with Image.open(path) as image:
        return fitting(np.asarray(image.convert("L").resize((4, 2))) / 255)


def by_processor(picture):
    return fitting(np.asarray(seen(picture, return_tensors="np")["pixel_values"])[0, :, ::4, ::4])


def by_albumentations(picture):
    return fitting(cut(image=picture)["image"][::6, ::6])


def by_extractor(sound):
    made = heard(sound, sampling_rate=16_000, return_tensors="np")["input_values"]
    return fitting(np.asarray(made).reshape(10, -1).mean(axis=1))


# what comes out

NAMES = ["negative", "neutral", "positive"]
encoder = LabelEncoder().fit(NAMES)


def by_list(scores):
    return {"label": NAMES[int(scores.argmax())], "score": round(float(scores.max()), 3)}


def by_encoder(scores):
    return str(encoder.inverse_transform([int(scores.argmax())])[0])


of_texts = {"examples": TEXTS, "others": OTHERS}
of_rows = {"examples": ROWS, "others": MORE}
of_tables = {"examples": FRAME, "others": FRAME.iloc[[3, 1]]}
of_pictures = {"examples": PICTURES, "others": PICTURES[:2]}
KINDS = {
    "closure": (enclosed(), by_list, of_texts),
    "classes": (Looked(Cleaner(r"[a-z]+")), by_list, of_texts),
    "partial": (functools.partial(scaled_by, 3, offset=2), by_encoder, of_texts),
    "module": (of_words.prepare, None, of_texts),
    "data files": (by_file, by_encoder, of_texts),
    "library files": (by_library_files, None, of_texts),
    "arrays": (by_arrays, None, of_texts),
    "notebook": (in_a_notebook(), by_list, of_texts),
    "tokenizers": (by_pieces, by_list, of_texts),
    "transformers": (by_transformers, by_encoder, of_texts),
    "sentencepiece": (by_sentences, None, of_texts),
    "tiktoken": (by_encoding, None, of_texts),
    "tfidf": (by_tfidf, by_list, of_texts),
    "scaler": (by_scaler, by_encoder, of_rows),
    "columns": (by_columns, by_list, of_tables),
    "pandas": (by_pandas, None, of_tables),
    "keras": (by_keras, None, of_rows),
    "files": (of_file, by_list, {"examples": FILES, "others": FILES[:2]}),
    "processor": (by_processor, None, of_pictures),
    "albumentations": (by_albumentations, None, of_pictures),
    "extractor": (by_extractor, None, {"examples": SOUNDS, "others": SOUNDS[:2]}),
}


def model():
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.layers.Input((SIZE,)), keras.layers.Dense(3)])


def told(values):
    """Return predictions, or inputs, as JSON holds them."""
    if isinstance(values, pd.DataFrame):
        return json.loads(values.to_json(orient="records", date_format="iso"))
    if isinstance(values, list):
        return [told(item) for item in values]
    return values.tolist() if hasattr(values, "tolist") else values


if __name__ == "__main__":
    found = {}
    for name, (prepare, finish, given) in KINDS.items():
        place = OUT / f"{name}.lode"
        report = loadstone.save(
            model(), place, preprocess=prepare, postprocess=finish, examples=given["examples"]
        )
        with loadstone.load(place) as loaded:
            predicted = told(loaded.predict(given["others"]))
        found[name] = [report.verdict.predicts_the_same, told(given["others"]), predicted]
    print(json.dumps(found))
