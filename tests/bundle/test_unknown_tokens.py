"""What tokenizers and vectorizers of libraries do not know is counted, and told at predict."""

import copy
import json
import pickle
import warnings

import pytest

import loadstone
from loadstone.inputs.coverage import UnknownInput, UnknownInputError
from loadstone.runtime import counted, counted_tokenizers, lookups

for needed in ("tokenizers", "sentencepiece", "transformers", "sklearn"):
    pytest.importorskip(needed)

TEXTS = ["hello world", "a lovely day in rome", "what a day"]
HEAD = """
import itertools

import torch
from torch import nn

import loadstone

TEXTS = {texts!r}


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(300, 4)
        self.head = nn.Linear(4, 2)

    def forward(self, tokens):
        return self.head(self.embed(tokens).mean(dim=-2))


class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.LazyLinear(2)

    def forward(self, counts):
        return self.head(counts)


def save(model, step, texts=TEXTS):
    torch.manual_seed(0)
    net = model().eval()
    if model is Counts:
        net(step(texts[0])[None])
    loadstone.save(net, PATH, preprocess=step, examples=texts, batched=False, forms=["native"])
"""
TOKENIZERS = """
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

def words(model, trainer, **options):
    made = Tokenizer(model)
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.train_from_iterator(TEXTS, trainer(special_tokens=["[UNK]", "[CLS]", "[SEP]"], **options))
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    return made

def by_word():
    return words(models.WordLevel(unk_token="[UNK]"), trainers.WordLevelTrainer)
"""
FAST = (
    TOKENIZERS
    + """
from transformers import PreTrainedTokenizerFast
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=by_word(), unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
)
"""
)
SENTENCES = """
import io
import sentencepiece
file = io.BytesIO()
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(TEXTS * 20), model_writer=file, vocab_size=22, minloglevel=2
)
processor = sentencepiece.SentencePieceProcessor(model_proto=file.getvalue())
"""
VECTORIZER = """
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import FeatureUnion, Pipeline

def dense(matrix):
    return torch.tensor(matrix.toarray(), dtype=torch.float32)[0]
"""
KINDS = {
    "tokenizers": (
        TOKENIZERS + "words = by_word()\n"
        "def step(text): return torch.tensor(words.encode(text).ids)\nsave(Words, step)",
        ("words", 2, 1, ("universe",)),
    ),
    "tokenizers-batch": (
        TOKENIZERS + "words = by_word()\n"
        "def step(text, words=words):\n"
        "    return torch.tensor(words.encode_batch([text])[0].ids)\nsave(Words, step)",
        ("words", 2, 1, ("universe",)),
    ),
    "tokenizers-pair-of-words": (
        TOKENIZERS + "words = by_word()\n"
        "def step(text):\n"
        "    made = words.encode(text.split(), ['day'], is_pretokenized=True)\n"
        "    return torch.tensor(made.ids)\nsave(Words, step)",
        ("words", 3, 1, ("universe",)),
    ),
    "word-pieces": (
        TOKENIZERS + "words = words(models.WordPiece(unk_token='[UNK]'), trainers.WordPieceTrainer,"
        " vocab_size=60, initial_alphabet=[])\n"
        "def step(text): return torch.tensor(words.encode(text).ids)\nsave(Words, step)",
        ("words", None, 1, ("universe",)),
    ),
    "unigram": (
        TOKENIZERS + "words = words(models.Unigram(), trainers.UnigramTrainer, unk_token='[UNK]')\n"
        "def step(text): return torch.tensor(words.encode(text).ids)\nsave(Words, step)",
        ("words", None, None, None),
    ),
    "transformers": (
        FAST + "def step(text):\n"
        "    return tokenizer(text, return_tensors='pt')['input_ids'][0]\nsave(Words, step)",
        ("tokenizer", 2, 1, ("universe",)),
    ),
    "transformers-in-a-class": (
        FAST + "class Step:\n"
        "    def __init__(self, held): self.held = held\n"
        "    def __call__(self, text): return torch.tensor(self.held.encode(text))\n"
        "save(Words, Step(tokenizer))",
        ("held", 2, 1, ("universe",)),
    ),
    "transformers-in-python": (
        """
import json, pathlib
from transformers import CTRLTokenizer
words = sorted(set(" ".join(TEXTS).split()))
known = {"<unk>": 0, **{word: at for at, word in enumerate(words, 1)}}
pathlib.Path("vocab.json").write_text(json.dumps(known))
pairs = {}
for word in known:
    signs = [*word[:-1], word[-1] + "</w>"]
    for at in range(1, len(signs)):
        pairs["".join(signs[:at]) + " " + signs[at]] = None
pathlib.Path("merges.txt").write_text("\\n".join(["#version: 0.2", *pairs, ""]))
tokenizer = CTRLTokenizer("vocab.json", "merges.txt")
def step(text): return torch.tensor(tokenizer(text)["input_ids"])
save(Words, step)
""",
        ("tokenizer", None, None, None),
    ),
    "sentencepiece": (
        SENTENCES + "def step(text): return torch.tensor(processor.encode(text))\n"
        "save(Words, step)",
        ("processor", None, None, None),
    ),
    "sentencepiece-ids": (
        SENTENCES + "def made(processor):\n"
        "    def step(text): return torch.tensor(processor.EncodeAsIds(text))\n"
        "    return step\nsave(Words, made(processor))",
        ("processor", None, None, None),
    ),
    "count-vectorizer": (
        VECTORIZER + "counts = CountVectorizer().fit(TEXTS)\n"
        "def step(text): return dense(counts.transform([text]))\nsave(Counts, step)",
        ("counts", 2, 1, ("universe",)),
    ),
    "tfidf-of-two-words": (
        VECTORIZER + "weights = TfidfVectorizer(ngram_range=(1, 2)).fit(TEXTS)\n"
        "def step(text): return dense(weights.transform([text]))\nsave(Counts, step)",
        ("weights", 2, 1, ("universe",)),
    ),
    "pipeline": (
        VECTORIZER + "steps = Pipeline([('tfidf', TfidfVectorizer())]).fit(TEXTS)\n"
        "def step(text): return dense(steps.transform([text]))\nsave(Counts, step)",
        ("steps.tfidf", 2, 1, ("universe",)),
    ),
    "column-transformer": (
        VECTORIZER + "import numpy as np\n"
        "columns = ColumnTransformer([('words', CountVectorizer(), 0)], sparse_threshold=1)\n"
        "columns.fit(np.array(TEXTS, object)[:, None])\n"
        "def step(text):\n"
        "    return dense(columns.transform(np.array([[text]], object)))\nsave(Counts, step)",
        ("columns.words", 2, 1, ("universe",)),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_unknown_is_told_elsewhere(kind, python, tmp_path):
    source, (name, looked_up, unknown, words) = KINDS[kind]
    python(HEAD.format(texts=TEXTS) + source, PATH=tmp_path / "it")
    predictor = loadstone.load(tmp_path / "it")
    assert predictor.report.verdict.predicts_the_same == "identical"
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnknownInput)
        predictor.predict("what a lovely world")  # words that it knows: nothing is told
    with pytest.warns(UnknownInput, match=words[0] if words else "日"):
        told = predictor.predict("hello universe" if words else "hello 日")
    (found,) = predictor.coverage.lookups
    assert found.name == name
    assert found.unknown_at_save == 0
    assert looked_up in (None, found.looked_up)
    assert found.unknown == (unknown or 1)
    assert found.examples == (words or ("日",))
    refusing = loadstone.load(tmp_path / "it", on_unknown="error")
    with pytest.raises(UnknownInputError):
        refusing.predict("hello universe" if words else "hello 日")
    assert refusing.predict("hello world").shape == told.shape


NOTHING = {
    "bytes": TOKENIZERS
    + """
from tokenizers import decoders
words = Tokenizer(models.BPE())
words.pre_tokenizer = pre_tokenizers.ByteLevel()
words.train_from_iterator(TEXTS, trainers.BpeTrainer(
    vocab_size=280, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
def step(text): return torch.tensor(words.encode(text).ids)
save(Words, step)
""",
    "characters": VECTORIZER
    + """
counts = CountVectorizer(analyzer="char").fit(TEXTS)
def step(text): return dense(counts.transform([text]))
save(Counts, step)
""",
}


@pytest.mark.parametrize("kind", NOTHING)
def test_nothing_is_told_where_no_word_is_unknown(kind, python, tmp_path):
    python(HEAD.format(texts=TEXTS) + NOTHING[kind], PATH=tmp_path / "it")
    predictor = loadstone.load(tmp_path / "it", on_unknown="error")
    predictor.predict("hello 日")
    assert predictor.coverage.lookups == ()


def test_the_share_at_save_is_told_beside(python, tmp_path):
    orders = "itertools.permutations('a lovely day in rome'.split())"
    texts = f"[*[' '.join(words) for words in {orders}][:49], 'what a day b universe']"
    source = KINDS["tokenizers"][0].replace("(Words, step)", f"(Words, step, {texts})")
    python(HEAD.format(texts=TEXTS) + source, PATH=tmp_path / "it")
    predictor = loadstone.load(tmp_path / "it")
    with pytest.warns(UnknownInput, match=r"`words`: 1 of 2 tokens; 0\.8% at save$"):
        predictor.predict("hello universe")
    given = ["what a day", "hello universe", "a day in quark or pluto"]
    named = r"4 of 11 tokens; 0\.8% at save \(2 of 3 rows: 2 with 1 of 2 tokens and 3 with 3 of 6\)"
    with pytest.warns(UnknownInput, match=named):
        predictor.predict(given)
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps(given))
    report = loadstone.check(tmp_path / "it", examples=rows)
    (told,) = [item for item in report.to_json()["findings"] if item["code"] == "LS501"]
    assert told["message"] == (
        "`universe`, `quark`, `or` and `pluto` are unknown to `words` "
        "(4 of 11 tokens; 2 of 3 rows: 2 with 1 of 2 tokens and 3 with 3 of 6)"
    )
    assert [(row["saved"], row["expected"]) for row in told["rows"]] == [
        ("4 of 11 tokens, 36%", "2 of 250 tokens, 0.8%"),
        ("row 2: 1 of 2 tokens, `universe`", ""),
        ("row 3: 3 of 6 tokens, `quark`, `or` and `pluto`", ""),
    ]


def test_what_a_cut_vocabulary_lacks_is_told_only_where_it_is_more_than_at_save(python, tmp_path):
    texts = "[f'hello day word{at} other{at}' for at in range(200)]"
    source = KINDS["count-vectorizer"][0].replace(".fit(TEXTS)", f"(max_features=2).fit({texts})")
    source = source.replace("CountVectorizer()(max", "CountVectorizer(max")
    source = source.replace("(Counts, step)", f"(Counts, step, {texts})")
    python(HEAD.format(texts=TEXTS) + source, PATH=tmp_path / "it")
    predictor = loadstone.load(tmp_path / "it", on_unknown="error")
    predictor.predict(["hello day more words", "what a day"])
    (found,) = predictor.coverage.lookups
    assert (found.looked_up_at_save, found.unknown_at_save) == (800, 400)
    assert (found.looked_up, found.unknown, found.rows) == (6, 3, ())
    foreign = "so es da du wo wir ihr ob am im um zu"
    with pytest.raises(UnknownInputError, match=r"12 of 12 tokens; 50% at save$"):
        predictor.predict(foreign)
    with pytest.raises(UnknownInputError, match=r"\(1 of 21 rows: row 21 with 12 of 12 tokens\)"):
        predictor.predict([*["hello day hello"] * 20, foreign])


def _held():
    from sklearn.feature_extraction.text import CountVectorizer
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = Tokenizer(models.WordLevel({"[UNK]": 0, "hello": 1}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.add_special_tokens(["[UNK]"])
    return words, CountVectorizer().fit(TEXTS)


def test_copies_and_pickles_are_of_the_plain_object():
    words, counts = _held()

    class Step:
        def __init__(self):
            self.words, self.counts = words, counts

    Step.__module__ = "_loadstone_test"
    assert counted.instrument(Step()) == ["counts", "words"]
    for copied in (copy.deepcopy(words), pickle.loads(pickle.dumps(words))):
        assert type(copied.encode).__name__ == "builtin_function_or_method"
        assert copied.encode("hello you").ids == [1, 0]
    for copied in (copy.deepcopy(counts), pickle.loads(pickle.dumps(counts))):
        assert type(copied.vocabulary_) is dict
    with lookups.recording() as log:
        words.encode("[UNK] hello")  # a text that holds the token itself
        words.encode("hello you")
        counts.transform(["world day day mars mars"])
    tables = {item["name"]: item for item in lookups.summary(log)}
    assert tables["words"]["looked_up"] == 4
    assert tables["words"]["examples"] == ["you"]
    assert (tables["counts"]["looked_up"], tables["counts"]["unknown"]) == (5, 2)


def test_a_count_that_fails_stops_no_prediction(monkeypatch):
    words, _ = _held()

    def failing(*_):
        raise RuntimeError

    counted.instrument(words)
    monkeypatch.setattr(counted_tokenizers, "_word", failing)
    with lookups.recording():
        assert words.encode("hello you").ids == [1, 0]
