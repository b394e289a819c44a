"""Models that make texts: of texts (T5, BART, Marian), of sounds; and labels chosen late."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone.errors import SaveError, UsageError
from loadstone.runtime import transformers_tasks as tasks
from loadstone.runtime.transformers_rewrites import decoding

transformers = pytest.importorskip("transformers")
torch = pytest.importorskip("torch")
tokenizers = pytest.importorskip("tokenizers")
FILES = Path(__file__).parents[1] / "files" / "hf"
TEXTS = ["a lovely film", "what a dreadful day"]
SOUNDS = [
    np.random.default_rng(at).normal(size=1600 + 400 * at).astype("float32") / 4 for at in range(2)
]
PARTS = {
    **{f"{name}_layers": 1 for name in ("encoder", "decoder")},
    **{f"{name}_attention_heads": 2 for name in ("encoder", "decoder")},
    **{f"{name}_ffn_dim": 16 for name in ("encoder", "decoder")},
}
HEARS = {
    "conv_dim": (4, 4), "conv_stride": (5, 2), "conv_kernel": (10, 3), "num_feat_extract_layers": 2,
    "num_conv_pos_embeddings": 4, "num_conv_pos_embedding_groups": 2, "num_hidden_layers": 1,
    "num_attention_heads": 2, "hidden_size": 8, "intermediate_size": 8,
}  # fmt: skip


@pytest.fixture(scope="module")
def words():
    return transformers.AutoTokenizer.from_pretrained(FILES / "reviews")


def filled(model, std=0.4):
    torch.manual_seed(0)
    for weights in model.parameters():
        if weights.requires_grad:
            torch.nn.init.normal_(weights, std=std)
    return model.eval()


def rewriting(name, words):
    """Return a small model of an encoder and a decoder."""
    own = {"d_model": 16, "vocab_size": len(words), "decoder_start_token_id": 0}
    own |= {"pad_token_id": 0, "eos_token_id": 1}
    if name == "t5":
        config = transformers.T5Config(**own, d_kv=8, d_ff=16, num_layers=2, num_heads=2)
        return filled(transformers.T5ForConditionalGeneration(config))
    own |= {**PARTS, "max_position_embeddings": 64, "forced_eos_token_id": None}
    if name == "marian":
        return filled(transformers.MarianMTModel(transformers.MarianConfig(**own)))
    config = transformers.BartConfig(**own, bos_token_id=2)
    model = filled(transformers.BartForConditionalGeneration(config))
    model.generation_config.num_beams = 3
    return model


def generated(model, words):
    """Return what transformers itself makes of the texts."""
    found = []
    for text in TEXTS:
        given = dict(words(text, return_tensors="pt"))
        given.pop("token_type_ids", None)
        with torch.no_grad():
            (row,) = model.generate(**given, max_new_tokens=20)  # its default, of which it warns
        found.append([{"generated_text": words.decode(row, skip_special_tokens=True)}])
    return found


@pytest.mark.parametrize("name", ["t5", "bart", "marian"])
def test_a_folder_makes_the_texts_that_transformers_makes(name, words, tmp_path):
    model = rewriting(name, words)
    model.save_pretrained(tmp_path)
    words.save_pretrained(tmp_path)
    expected = generated(model, words)
    assert expected[0] != expected[1]
    with loadstone.load(tmp_path, env="current") as loaded:
        assert list(loaded.predict(TEXTS)) == expected
        assert loaded.predict(TEXTS[1]) == expected[1]
        how, length = loaded.notes
    kind = "beam search of 3" if name == "bart" else "greedy search"
    assert how == f"the tokens are chosen by {kind}, as the model's config has it"
    assert length.startswith("a text ends after 20 tokens")
    assert not loadstone.check(tmp_path).errors


def test_a_pair_is_saved_and_the_verdict_says_how_tokens_are_chosen(words, tmp_path):
    model = rewriting("bart", words)
    report = loadstone.save((model, words), tmp_path / "net.lode", examples=TEXTS)
    assert report.verdict.predicts_the_same == "identical"
    assert "texts by beam search of 3" in report.verdict.predicts_because
    loaded = loadstone.load(tmp_path / "net.lode")
    assert json.loads(json.dumps(loaded.predict(TEXTS))) == generated(model, words)


def test_texts_that_are_drawn_are_saved_from_a_seed(words, tmp_path):
    model = rewriting("t5", words)
    model.generation_config.do_sample = True
    with pytest.raises(SaveError, match="two runs on the same inputs differ"):
        loadstone.save((model, words), tmp_path / "net.lode", examples=TEXTS)
    report = loadstone.save((model, words), tmp_path / "net.lode", examples=TEXTS, seed=0)
    assert report.verdict.predicts_the_same == "identical"
    assert "drawn from seed 0" in report.verdict.predicts_because


def test_a_folder_on_the_command_line(words, tmp_path):
    model = rewriting("t5", words)
    for held in (model, words):
        held.save_pretrained(tmp_path / "net")
    (tmp_path / "rows.json").write_text(json.dumps(TEXTS))
    rows = ["--examples", tmp_path / "rows.json"]
    out = tmp_path / "net.lode"
    for line in (["save", tmp_path / "net", "-o", out, *rows], ["check", out]):
        done = subprocess.run(
            [sys.executable, "-m", "loadstone", *line], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "texts by greedy search" in " ".join(done.stdout.split())
    shutil.rmtree(tmp_path / "net")
    line = [sys.executable, "-m", "loadstone", "predict", out, "-i", tmp_path / "rows.json"]
    done = subprocess.run([*line, "-o", "-"], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)["predictions"]
    assert told == generated(model, words)


def heard(kind, tmp_path):
    """Return a small model that hears letters, and its processor."""
    letters = {word: at for at, word in enumerate(["<pad>", "<unk>", "|", *"abcdefghij"])}
    (tmp_path / "letters.json").write_text(json.dumps(letters))
    reads = transformers.Wav2Vec2CTCTokenizer(
        str(tmp_path / "letters.json"), bos_token=None, eos_token=None
    )
    config = getattr(transformers, f"{kind}Config")
    config = config(**HEARS, vocab_size=len(letters), pad_token_id=0)
    model = filled(getattr(transformers, f"{kind}ForCTC")(config))
    with torch.no_grad():  # so that silence is not all that it hears
        model.lm_head.bias[0] = -1000
    return model, transformers.Wav2Vec2Processor(transformers.Wav2Vec2FeatureExtractor(), reads)


@pytest.mark.parametrize("kind", ["Wav2Vec2", "Hubert"])
def test_a_folder_that_hears_texts(kind, tmp_path):
    model, processor = heard(kind, tmp_path)
    folder = tmp_path / "net"
    for held in (model, processor):
        held.save_pretrained(folder)
    own = transformers.pipeline("automatic-speech-recognition", model=str(folder))
    expected = [own(sound.copy()) for sound in SOUNDS]
    assert all(item["text"] for item in expected)
    with loadstone.load(folder, env="current") as loaded:
        assert list(loaded.predict(SOUNDS)) == expected
        assert loaded.predict(SOUNDS[0]) == expected[0]
        with pytest.raises(UsageError, match="of -1 to 1"):
            loaded.predict([SOUNDS[0] * 32_768])
    (folder / "vocab.json").unlink()
    with pytest.raises(UsageError, match=f"holds no tokenizer, and `{kind}ForCTC` makes texts"):
        loadstone.load(folder, env="current")


def test_a_pipeline_or_a_pair_that_hears_texts_is_saved(tmp_path):
    model, processor = heard("Wav2Vec2", tmp_path)
    given = transformers.pipeline(
        "automatic-speech-recognition",
        model=model,
        tokenizer=processor.tokenizer,
        feature_extractor=processor.feature_extractor,
    )
    expected = [given(sound.copy()) for sound in SOUNDS]
    for at, held in enumerate((given, (model, processor))):
        report = loadstone.save(held, tmp_path / f"{at}.lode", examples=SOUNDS)
        assert report.verdict.predicts_the_same == "identical"
        assert loadstone.load(tmp_path / f"{at}.lode").predict(SOUNDS) == expected
    with pytest.raises(UsageError, match="give it with its processor, which holds a feature"):
        loadstone.save((model, processor.feature_extractor), tmp_path / "x.lode", examples=SOUNDS)


def test_a_model_of_whisper_makes_texts_as_the_pipeline_does(tmp_path):
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|notimestamps|>"]
    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocab = {word: at for at, word in enumerate([*letters, *special])}
    own = {"decoder_start_token_id": 257, "eos_token_id": 256, "pad_token_id": 256}
    config = transformers.WhisperConfig(
        **PARTS, **own, d_model=16, vocab_size=len(vocab), max_target_positions=32,
        suppress_tokens=None, begin_suppress_tokens=None, bos_token_id=256,
    )  # fmt: skip
    model = filled(transformers.WhisperForConditionalGeneration(config))
    model.generation_config = transformers.GenerationConfig(max_new_tokens=8, **own)
    folder = tmp_path / "net"
    for held in (
        model,
        transformers.WhisperFeatureExtractor(),
        transformers.WhisperTokenizer(vocab=vocab, merges=[]),
    ):
        held.save_pretrained(folder)
    own = transformers.pipeline("automatic-speech-recognition", model=str(folder))
    expected = [own(sound.copy()) for sound in SOUNDS]
    assert all(item["text"] for item in expected)
    with loadstone.load(folder, env="current") as loaded:
        assert list(loaded.predict(SOUNDS)) == expected
    report = loadstone.save(own, tmp_path / "net.lode", examples=SOUNDS)
    assert "texts by beam search of 5" in report.verdict.predicts_because
    assert loadstone.load(tmp_path / "net.lode").predict(SOUNDS) == expected


def test_labels_that_are_chosen_late(words, tmp_path):
    config = json.loads((FILES / "reviews" / "config.json").read_text())
    names = dict(enumerate(["entailment", "neutral", "contradiction"]))
    told = {"id2label": names, "label2id": {name: at for at, name in names.items()}}
    config = transformers.BertConfig(**{**config, **told, "architectures": None})
    model = filled(transformers.BertForSequenceClassification(config))
    given = {"task": "zero-shot-classification", "model": model, "tokenizer": words}
    choosing = transformers.pipeline(**given, candidate_labels=["film", "day"], multi_label=True)
    loadstone.save(choosing, tmp_path / "net.lode", examples=TEXTS)
    found = loadstone.load(tmp_path / "net.lode").predict(TEXTS)
    assert json.loads(json.dumps(found)) == [choosing(text) for text in TEXTS]
    with pytest.raises(UsageError, match=r"no labels to choose from.*candidate_labels=\["):
        loadstone.save(transformers.pipeline(**given), tmp_path / "x.lode", examples=TEXTS)


def test_what_a_generation_config_says_of_the_choice():
    none = transformers.GenerationConfig()
    assert decoding(none, after={}) == "greedy search"
    assert decoding(none, after={"num_beams": 5}) == "beam search of 5"
    assert decoding(none, {"num_beams": 1}, after={"num_beams": 5}) == "greedy search"
    two = transformers.GenerationConfig(num_beams=2)
    assert decoding(two, after={"num_beams": 5}) == "beam search of 2"
    assert decoding(two, {"do_sample": True}, after={}) == "drawing at random"


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("MT5ForConditionalGeneration", "text2text-generation"),
        ("MarianMTModel", "text2text-generation"),
        ("WhisperForConditionalGeneration", "automatic-speech-recognition"),
        ("HubertForCTC", "automatic-speech-recognition"),
        ("Wav2Vec2ForSequenceClassification", "audio-classification"),
        ("GPT2LMHeadModel", "text-generation"),
        ("BertModel", "feature-extraction"),
    ],
)
def test_the_task_of_an_architecture(name, task):
    assert tasks.task_of(name).name == task


@pytest.mark.parametrize(
    "name",
    ["SpeechEncoderDecoderModel", "BlipForConditionalGeneration", "LlavaForConditionalGeneration"],
)
def test_models_of_pictures_and_texts_are_of_no_task(name):
    assert tasks.task_of(name) is None
