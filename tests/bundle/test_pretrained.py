"""Pipelines of transformers, and folders, kept as a folder: with their options, proved."""

import json
import shutil
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loadstone
from loadstone.environment import rebuild
from loadstone.errors import LoadError, SaveError, SaveWarning, UsageError
from loadstone.runtime.files import Files

transformers = pytest.importorskip("transformers")
torch = pytest.importorskip("torch")
image = pytest.importorskip("PIL.Image")
FILES = Path(__file__).parents[1] / "files" / "hf"
TEXTS = ["a lovely film", "what a dreadful day"]


@pytest.fixture(scope="module")
def tokenizer():
    return transformers.AutoTokenizer.from_pretrained(FILES / "reviews")


@pytest.fixture(scope="module")
def bert():
    told = json.loads((FILES / "reviews" / "config.json").read_text())
    names = {0: "O", 1: "PER"}
    return transformers.BertConfig(**{**told, "architectures": None, "id2label": names})


@pytest.fixture(scope="module")
def people(bert, tokenizer):
    """Return a pipeline that joins the tokens of a word, which is no default."""
    torch.manual_seed(0)
    model = transformers.BertForTokenClassification(bert).eval()
    return transformers.pipeline(
        "token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="simple"
    )


@pytest.fixture(scope="module")
def kept(people, tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "people.lode"
    report = loadstone.save(people, path, examples=TEXTS)
    assert report.verdict.predicts_the_same == "identical"
    return path


def as_json(value):
    return json.loads(json.dumps(value, default=float))


def test_a_pipeline_predicts_elsewhere_as_it_did(kept, people, python):
    script = "import json, loadstone\nprint(json.dumps(loadstone.load(PATH).predict(TEXTS)))"
    printed = python(f"TEXTS = {TEXTS!r}\n" + script, PATH=kept)
    assert json.loads(printed) == as_json([people(text) for text in TEXTS])
    model = loadstone.load(kept)
    others = ["a film of rome", "hello"]
    assert as_json(model.predict(others)) == as_json([people(text) for text in others])
    assert as_json(model.predict(others[0])) == as_json(people(others[0]))
    frame = pd.DataFrame({"text": others})
    assert as_json(model.predict(frame)) == as_json(model.predict(others))


def test_the_folder_is_data_with_what_it_needs(kept):
    manifest = Files(str(kept)).manifest
    (form,) = manifest["forms"]
    assert form["kind"] == "pretrained"
    assert form["options"]["aggregation_strategy"] == "simple"
    assert manifest["framework"] == "transformers"
    assert {"torch", "transformers"} <= set(manifest["environment"]["needs"])
    assert "loadstone" not in manifest["environment"]["needs"]
    assert not any(name.endswith((".py", ".pkl", ".bin")) for name in form["files"])


def test_another_tokenizer_in_the_bundle_is_told(people, tmp_path):
    loadstone.save(people, tmp_path / "net", examples=TEXTS)
    held = tmp_path / "net/forms/pretrained/tokenizer.json"
    held.write_text(held.read_text().replace('"lowercase": true', '"lowercase": false'))
    with pytest.raises(LoadError, match=r"tokenizer\.json"):
        loadstone.load(tmp_path / "net")


def test_code_that_lies_in_the_folder_is_not_run(people, tmp_path):
    loadstone.save(people, tmp_path / "net", examples=TEXTS)
    folder = tmp_path / "net/forms/pretrained"
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForTokenClassification": "net.Net"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "net.py").write_text("raise SystemExit('ran')")
    with pytest.raises(LoadError):
        loadstone.load(tmp_path / "net")


def test_it_predicts_in_a_process_of_its_own(kept, people, monkeypatch):
    built = types.SimpleNamespace(python=sys.executable)
    monkeypatch.setattr(rebuild, "isolated", lambda *_, **__: built)
    with loadstone.load(kept, env="isolated") as model:
        assert model.report.verdict.predicts_the_same == "identical"
        assert as_json(model.predict(TEXTS)) == as_json([people(text) for text in TEXTS])


def test_texts_are_generated_with_the_options_of_the_pipeline(tokenizer, tmp_path):
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer), n_embd=8, n_layer=1, n_head=2, n_positions=32
    )
    config.pad_token_id = config.eos_token_id = tokenizer.pad_token_id
    config.bos_token_id = None
    model = transformers.GPT2LMHeadModel(config).eval()
    given = {"model": model, "tokenizer": tokenizer, "max_new_tokens": 4}
    greedy = transformers.pipeline(
        "text-generation", **given, do_sample=False, return_full_text=False
    )
    loadstone.save(greedy, tmp_path / "greedy.lode", examples=TEXTS)
    found = loadstone.load(tmp_path / "greedy.lode").predict(TEXTS)
    assert as_json(found) == [greedy(text) for text in TEXTS]
    assert not found[0][0]["generated_text"].startswith("a lovely")
    drawn = transformers.pipeline("text-generation", **given)
    with pytest.raises(SaveError, match="two runs on the same inputs differ"):
        loadstone.save(drawn, tmp_path / "drawn.lode", examples=TEXTS)
    report = loadstone.save(drawn, tmp_path / "drawn.lode", examples=TEXTS, seed=0)
    assert report.verdict.predicts_the_same == "identical"


def test_pictures_of_files_are_kept_with_the_witnesses(tmp_path):
    torch.manual_seed(0)
    sizes = {"image_size": 16, "patch_size": 8, "hidden_size": 8, "intermediate_size": 8}
    config = transformers.ViTConfig(**sizes, num_hidden_layers=1, num_attention_heads=2)
    given = transformers.pipeline(
        "image-classification",
        model=transformers.ViTForImageClassification(config).eval(),
        image_processor=transformers.ViTImageProcessor(size={"height": 16, "width": 16}),
        top_k=1,
    )
    rng = np.random.default_rng(0)
    files = [tmp_path / f"{at}.png" for at in range(2)]
    for file in files:
        image.fromarray(rng.integers(0, 255, (20, 24, 3), dtype=np.uint8)).save(file)
    loadstone.save(given, tmp_path / "net.lode", examples=files)
    expected = given([str(file) for file in files])
    files[0].unlink()
    model = loadstone.load(tmp_path / "net.lode")
    assert model.report.verdict.predicts_the_same == "identical"
    assert as_json(model.predict([str(files[1])])) == as_json(expected[1:])


def test_what_is_not_kept_is_told(bert, tokenizer, people, tmp_path):
    masked = transformers.BertForMaskedLM(bert)
    given = transformers.pipeline("fill-mask", model=masked, tokenizer=tokenizer)
    masked.train()
    with pytest.raises(UsageError, match=r"call `pipeline\.model\.eval\(\)`"):
        loadstone.save(given, tmp_path / "net.lode", examples=["a [MASK] film"])
    with pytest.raises(UsageError, match="the steps are those of the tokenizer"):
        loadstone.save(people, tmp_path / "net.lode", preprocess=len, examples=TEXTS)

    class Own(transformers.BertForTokenClassification):
        pass

    own = transformers.pipeline("token-classification", model=Own(bert).eval(), tokenizer=tokenizer)
    with pytest.raises(UsageError, match="of other code"):
        loadstone.save(own, tmp_path / "net.lode", examples=TEXTS)
    assert not list(tmp_path.iterdir())


def test_a_tokenizer_of_another_model_is_not_saved_with_it(people, tmp_path):
    more = transformers.AutoTokenizer.from_pretrained(FILES / "reviews")
    more.add_tokens(["zz"])
    with pytest.warns(SaveWarning, match="LS505: the tokenizer numbers 145 tokens"):
        loadstone.save((people.model, more), tmp_path / "more.lode", examples=TEXTS)
    (tmp_path / "more.lode").unlink()
    words = {word: at for at, word in enumerate(["[UNK]", "[PAD]", *map(str, range(900))])}
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    other = transformers.PreTrainedTokenizerFast(tokenizer_object=made, unk_token="[UNK]")
    with pytest.raises(SaveError, match="the tokenizer numbers 902 tokens"):
        loadstone.save((people.model, other), tmp_path / "net.lode", examples=["1", "2"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["answers", "sentences"])
def test_a_folder_is_kept(name, tmp_path):
    folder = Path(shutil.copytree(FILES / name, tmp_path / name))
    rows = TEXTS
    if name == "answers":
        rows = [{"question": "what film?", "context": text} for text in TEXTS]
    with loadstone.load(folder, env="current") as model:
        expected = model.predict(rows)
    path = tmp_path / "kept.lode"
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    line = [sys.executable, "-m", "loadstone", "save", folder, "-o", path]
    done = subprocess.run(
        [*line, "--examples", tmp_path / "rows.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(folder)
    found = loadstone.load(path)
    assert found.report.verdict.predicts_the_same == "identical"
    if name == "answers":
        assert as_json(found.predict(rows)) == as_json(list(expected))
    else:
        np.testing.assert_array_equal(found.predict(rows), expected)


def test_a_folder_with_an_error_is_not_kept(tmp_path):
    folder = Path(shutil.copytree(FILES / "reviews", tmp_path / "reviews"))
    tokens = json.loads((folder / "tokenizer.json").read_text())
    tokens["model"]["vocab"]["zz"] = 5_000
    (folder / "tokenizer.json").write_text(json.dumps(tokens))
    with pytest.raises(LoadError, match="LS505"):
        loadstone.save(folder, tmp_path / "kept.lode", examples=TEXTS)
    with pytest.raises(UsageError, match="is kept with what is here"):
        loadstone.save(FILES / "reviews", tmp_path / "kept.lode", examples=TEXTS, trust=True)


def test_a_pair_of_model_and_image_processor(tmp_path):
    torch.manual_seed(0)
    sizes = {"image_size": 16, "patch_size": 8, "hidden_size": 8, "intermediate_size": 8}
    config = transformers.ViTConfig(**sizes, num_hidden_layers=1, num_attention_heads=2)
    net = transformers.ViTForImageClassification(config).eval()
    processor = transformers.ViTImageProcessor(size={"height": 16, "width": 16})
    rng = np.random.default_rng(0)
    rows = [rng.integers(0, 255, (20, 24, 3), dtype=np.uint8) for _ in range(3)]
    loadstone.save((net, processor), tmp_path / "net.lode", examples=rows)
    with torch.inference_mode():
        found = [net(**processor(row, return_tensors="pt")).logits.argmax().item() for row in rows]
    model = loadstone.load(tmp_path / "net.lode")
    assert list(model.predict(rows)) == [net.config.id2label[at] for at in found]
    with pytest.raises(UsageError, match="`ViTModel` is of no task for pictures or sounds"):
        loadstone.save((net.vit, processor), tmp_path / "base.lode", examples=rows)
    net.train()
    with pytest.raises(UsageError, match=r"call `model\.eval\(\)`"):
        loadstone.save((net, processor), tmp_path / "other.lode", examples=rows)


@pytest.mark.parametrize("kind", ["GPT2", "T5"])
def test_caches_are_no_predictions(kind, tmp_path):
    """`generate` goes on from them; they have no rows, and another class in each generation."""
    rows = {"input_ids": torch.arange(3, 24).reshape(3, 7)}
    if kind == "T5":
        sizes = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 2, "num_heads": 2}
        config = transformers.T5Config(vocab_size=60, decoder_start_token_id=0, **sizes)
        model = transformers.T5ForConditionalGeneration(config)
        rows["decoder_input_ids"] = rows["input_ids"][:, :3]
    else:
        sizes = {"n_positions": 16, "n_embd": 16, "n_layer": 2, "n_head": 2}
        config = transformers.GPT2Config(vocab_size=60, bos_token_id=1, eos_token_id=2, **sizes)
        model = transformers.GPT2LMHeadModel(config)
    with torch.inference_mode():
        before = model.eval()(**rows)
    assert {"past_key_values", "cache"} & set(before)
    loadstone.save(model, tmp_path / "it.lode", examples=rows)
    found = loadstone.load(tmp_path / "it.lode")
    assert found.report.verdict.predicts_the_same == "identical"
    now = found.predict(rows)
    assert type(now) is type(before)
    assert set(now) == set(before) - {"past_key_values", "cache"}
    assert torch.equal(torch.as_tensor(now.logits), before.logits)
