"""Models of transformers with their tokenizers: folders, pipelines, pairs; equal to its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone import bare_file
from loadstone.errors import LoadError, UsageError
from loadstone.runtime import transformers_steps
from loadstone.runtime.files import Files

transformers = pytest.importorskip("transformers")
torch = pytest.importorskip("torch")
REVIEWS = Path(__file__).parents[1] / "files" / "hf" / "reviews"
TEXTS = ["A lovely film", "what a DREADFUL day, truly boring", "hello"]
LONG = "boring and far too long " * 12


@pytest.fixture(scope="module")
def pipeline():
    return transformers.pipeline("text-classification", model=str(REVIEWS))


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(REVIEWS, tmp_path / "reviews"))


def change(folder, name, **values):
    path = folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def same(found, own):
    assert [item["label"] for item in found] == [item["label"] for item in own]
    scores = [[item["score"] for item in side] for side in (found, own)]
    np.testing.assert_allclose(*scores, rtol=0, atol=1e-6)


def test_a_folder_predicts_as_the_pipeline_of_transformers(pipeline):
    model = loadstone.load(REVIEWS, env="current")
    found = model.predict(TEXTS, probabilities=True)
    own = pipeline(TEXTS, top_k=None)
    assert list(found) == [item[0]["label"] for item in own]
    assert list(model.classes) == ["negative", "positive"]
    by_name = [{item["label"]: item["score"] for item in row} for row in own]
    expected = [[row[name] for name in model.classes] for row in by_name]
    np.testing.assert_allclose(model.probabilities, expected, rtol=0, atol=1e-6)
    assert model.predict(TEXTS[0]) == found[0]
    assert model.report.verdict.loads == "yes"


def test_a_folder_in_a_process_of_its_own():
    done = subprocess.run(
        [sys.executable, "-m", "loadstone", "predict", REVIEWS, *TEXTS, "--env", "current"],
        capture_output=True,
        text=True,
        check=True,
    )
    model = loadstone.load(REVIEWS, env="current")
    assert done.stdout.split() == [
        json.dumps(str(item)).strip('"') for item in model.predict(TEXTS)
    ]


def test_texts_that_are_cut_are_told(pipeline):
    model = loadstone.load(REVIEWS, env="current")
    found = model.predict([LONG, "hello"])
    assert model.notes[-1] == "1 of 2 texts were cut at 24 tokens"
    own = pipeline([LONG, "hello"], truncation=True)
    assert list(found) == [item["label"] for item in own]
    model.notes.clear()
    model.predict("hello")
    assert not model.notes


def test_a_model_without_padding_is_asked_one_by_one(folder):
    change(folder, "config.json", pad_token_id=None)
    tokenizer = transformers.AutoTokenizer.from_pretrained(REVIEWS)
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer), n_positions=24, n_embd=8, n_layer=1, n_head=2, num_labels=2
    )
    gpt = folder.with_name("gpt")
    transformers.GPT2ForSequenceClassification(config).eval().save_pretrained(gpt)
    tokenizer.pad_token = None
    tokenizer.save_pretrained(gpt)
    model = loadstone.load(gpt, env="current")
    own = transformers.pipeline("text-classification", model=str(gpt), batch_size=1)
    assert list(model.predict(TEXTS)) == [item["label"] for item in own(TEXTS)]


def test_a_regression_gives_its_number(folder):
    change(folder, "config.json", problem_type="regression")
    model = loadstone.load(folder, env="current")
    assert np.asarray(model.predict(TEXTS)).shape == (3, 2)


def test_several_labels_of_a_text(folder):
    change(folder, "config.json", problem_type="multi_label_classification")
    model = loadstone.load(folder, env="current")
    found = model.predict(TEXTS, probabilities=True)
    names = model.classes.tolist()
    for row, scores in zip(found, model.probabilities, strict=True):
        assert list(row) == [names[at] for at in range(2) if scores[at] >= 0.5]
    assert [list(model.predict(text)) for text in TEXTS] == [list(row) for row in found]


def test_a_head_that_is_not_there_is_no_model(folder):
    safetensors = pytest.importorskip("safetensors.numpy")
    weights = safetensors.load_file(folder / "model.safetensors")
    base = {key: value for key, value in weights.items() if key.startswith("bert.")}
    safetensors.save_file(base, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(loadstone.LoadError, match=r"LS417.*|classifier\.bias"):
        loadstone.load(folder, env="current")
    assert "LS417" in [item.check.code for item in loadstone.check(folder).errors]


def test_a_folder_with_code_of_its_own_is_not_run(folder):
    change(folder, "config.json", auto_map={"AutoModelForSequenceClassification": "net.Net"})
    (folder / "net.py").write_text("raise SystemExit('ran')")
    with pytest.raises(UsageError):
        loadstone.load(folder, env="current")
    shutil.copy(REVIEWS / "config.json", folder)
    change(folder, "tokenizer_config.json", auto_map={"AutoTokenizer": ["net.T", None]})
    with pytest.raises(UsageError):
        loadstone.load(folder, env="current")


@pytest.fixture(scope="module")
def saved(pipeline, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "reviews.lode"
    loadstone.save(pipeline, path, examples=TEXTS)
    return path


def test_a_pipeline_is_saved_and_predicts_as_it_did(saved, pipeline):
    report = loadstone.check(saved)
    assert report.verdict.predicts_the_same == "identical"
    model = loadstone.load(saved)
    others = ["Rome, a delight", "nothing in the plot", "hello world hello world"]
    same(model.predict(others), pipeline(others))
    same([model.predict(others[0])], pipeline(others[0]))


def test_a_pipeline_in_another_process_and_place(saved, pipeline, python, tmp_path):
    moved = shutil.copy(saved, tmp_path / "moved.lode")
    script = (
        "import json, loadstone\nprint(json.dumps(loadstone.load(PATH).predict('A lovely film')))"
    )
    same([json.loads(python(script, PATH=moved))], pipeline("A lovely film"))


def test_the_steps_are_data_and_not_code(saved):
    manifest = Files(str(saved)).manifest
    assert manifest["steps"]["preprocess"]["kind"] == "tokenizer"
    assert manifest["steps"]["postprocess"]["labels"] == ["negative", "positive"]
    assert "preprocess" not in manifest["code"]["names"]
    assert not any(name.endswith(".py") for name in manifest["steps"]["preprocess"]["files"])


def test_unknown_tokens_are_told(saved):
    model = loadstone.load(saved)
    with pytest.warns(loadstone.predictor.UnknownInput, match="`☃☃` .* `tokenizer`: 1 of 3"):
        model.predict("lovely ☃☃ film")
    (found,) = model.coverage.lookups
    assert (found.name, found.looked_up, found.unknown) == ("tokenizer", 3, 1)
    assert found.unknown_at_save == 0


def test_another_tokenizer_in_the_bundle_is_told(pipeline, tmp_path):
    path = tmp_path / "net"
    loadstone.save(pipeline, path, examples=TEXTS, forms=["native"])
    held = path / "steps/tokenizer/tokenizer.json"
    tokenizer = json.loads(held.read_text())
    tokenizer["normalizer"]["lowercase"] = False
    held.write_text(json.dumps(tokenizer))
    report = loadstone.check(path)
    assert [item.check.code for item in report.errors] == ["LS500"]
    notes = [note for item in report.errors for note in item.finding.notes]
    assert any("tokenizer.json" in note for note in notes)
    assert report.replay.first is None


def test_a_pair_of_model_and_tokenizer(pipeline, tmp_path):
    pair = (pipeline.model, pipeline.tokenizer)
    loadstone.save(pair, tmp_path / "pair.lode", examples=TEXTS, forms=["native"])
    same(loadstone.load(tmp_path / "pair.lode").predict(TEXTS), pipeline(TEXTS))


@pytest.mark.parametrize("around", ["pair", "pipeline"])
def test_a_layer_that_was_dropped_of_a_live_model_is_told(around, tmp_path):
    tokenizer = transformers.AutoTokenizer.from_pretrained(REVIEWS)
    net = transformers.AutoModelForSequenceClassification.from_pretrained(REVIEWS)
    del net.bert.encoder.layer[0]
    given = (net, tokenizer)
    if around == "pipeline":
        given = transformers.pipeline("text-classification", model=net, tokenizer=tokenizer)
    with pytest.raises(loadstone.SaveError) as raised:
        loadstone.save(given, tmp_path / "net.lode", examples=TEXTS)
    (error,) = raised.value.report.errors
    assert error.check.code == "LS417"
    assert "bert.encoder.layer.1" in error.finding.message
    net.config.num_hidden_layers = 1  # on purpose
    report = loadstone.save(given, tmp_path / "net.lode", examples=TEXTS)
    assert report.verdict.predicts_the_same == "identical"


def test_a_base_model_gives_its_hidden_states(pipeline, tmp_path):
    pair = (pipeline.model.bert, pipeline.tokenizer)
    loadstone.save(pair, tmp_path / "base.lode", examples=TEXTS, forms=["native"])
    found = loadstone.load(tmp_path / "base.lode").predict(["A lovely film"])
    own = pipeline.model.bert(**pipeline.tokenizer(["A lovely film"], return_tensors="pt"))
    assert found["last_hidden_state"].equal(own.last_hidden_state)


def test_options_of_a_pipeline_are_kept_or_refused(tmp_path):
    cuts = transformers.pipeline(
        "text-classification", model=str(REVIEWS), truncation=True, max_length=8
    )
    loadstone.save(cuts, tmp_path / "cuts.lode", examples=TEXTS, forms=["native"])
    same(loadstone.load(tmp_path / "cuts.lode").predict([LONG]), cuts([LONG]))
    plain = transformers.pipeline(
        "text-classification", model=str(REVIEWS), function_to_apply="sigmoid"
    )
    loadstone.save(plain, tmp_path / "plain.lode", examples=TEXTS, forms=["native"])
    same(loadstone.load(tmp_path / "plain.lode").predict(TEXTS), plain(TEXTS))
    padded = transformers.pipeline(
        "text-classification", model=str(REVIEWS), padding="max_length", max_length=24
    )
    with pytest.raises(UsageError, match="option `padding='max_length'`"):
        loadstone.save(padded, tmp_path / "padded.lode", examples=TEXTS)
    for asked in (2, None):  # None asks for every label
        many = transformers.pipeline("text-classification", model=str(REVIEWS), top_k=asked)
        with pytest.raises(UsageError, match="option `top_k`"):
            loadstone.save(many, tmp_path / "many.lode", examples=TEXTS)
    same_as_none = transformers.pipeline(
        "text-classification", model=str(REVIEWS), function_to_apply=None
    )
    loadstone.save(same_as_none, tmp_path / "none.lode", examples=TEXTS, forms=["native"])
    same(loadstone.load(tmp_path / "none.lode").predict(TEXTS), same_as_none(TEXTS))


def test_what_is_not_taken_is_told(pipeline, tmp_path):
    with pytest.raises(UsageError, match="the steps are those of the tokenizer"):
        loadstone.save(pipeline, tmp_path / "net.lode", preprocess=len, examples=TEXTS)
    assert not list(tmp_path.iterdir())


def test_nothing_is_asked_of_a_hub_and_the_environment_stays(saved):
    before = dict(os.environ)
    loadstone.load(REVIEWS, env="current").predict("hello")
    loadstone.load(saved).predict("hello")
    assert dict(os.environ) == before


@pytest.mark.parametrize("name", ["vocab.pkl", "vocab.bin", "inner/state.pickle"])
def test_a_pickle_that_a_tokenizer_may_load_is_refused(name, folder):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
    with pytest.raises(loadstone.LoadError, match="is a pickle"):
        loadstone.load(folder, env="current")


@pytest.mark.parametrize(
    "given", [{"vocab_file": "{}"}, {"init_inputs": ["{}"]}, {"sp_model_kwargs": {"a": "{}"}}]
)
def test_a_tokenizer_that_names_another_file_is_refused(given, folder, tmp_path):
    other = tmp_path / "words.dat"
    other.write_text("[PAD]\n")
    change(
        folder, "tokenizer_config.json", **json.loads(json.dumps(given).replace("{}", str(other)))
    )
    with pytest.raises(loadstone.LoadError, match="names the file"):
        loadstone.load(folder, env="current")
    config = (folder / "tokenizer_config.json").read_bytes()
    with pytest.raises(ValueError, match="names the file"):
        transformers_steps.tokenizer({"tokenizer_config.json": config})


def test_paths_of_where_it_was_made_are_passed_over(folder, tmp_path):
    change(folder, "tokenizer_config.json", name_or_path="/gone/it", vocab_file=None)
    (tmp_path / "special_tokens_map.json").write_text("{}")
    change(
        folder, "tokenizer_config.json",
        special_tokens_map_file=str(tmp_path / "special_tokens_map.json"),
    )  # fmt: skip
    assert loadstone.load(folder, env="current").predict(TEXTS[0])


def test_an_adapter_beside_the_model_is_refused(folder):
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "/other"}')
    with pytest.raises(loadstone.LoadError, match="an adapter"):
        loadstone.load(folder, env="current")


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    """A classifier that looks for the last token by the number of padding, which differs."""
    folder = tmp_path_factory.mktemp("generator")
    words = transformers.AutoTokenizer.from_pretrained(REVIEWS)
    words.save_pretrained(folder)
    config = transformers.GPT2Config(
        vocab_size=len(words), n_positions=32, n_embd=8, n_layer=1, n_head=2, num_labels=3,
        pad_token_id=words.unk_token_id, use_cache=False,
    )  # fmt: skip
    torch.manual_seed(0)
    model = transformers.GPT2ForSequenceClassification(config)
    for weights in model.parameters():
        torch.nn.init.normal_(weights)
    model.save_pretrained(folder)
    return folder


def test_texts_are_one_by_one_where_a_model_does_not_know_their_padding(generator):
    model = loadstone.load(generator, env="current")
    model.predict(TEXTS, probabilities=True)
    together = model.probabilities
    for text, row in zip(TEXTS, together, strict=True):
        model.predict([text], probabilities=True)
        np.testing.assert_allclose(row, model.probabilities[0], rtol=0, atol=1e-6)


def test_a_model_that_does_not_know_the_padding_is_not_saved(generator, tmp_path):
    given = transformers.pipeline("text-classification", model=str(generator))
    with pytest.raises(UsageError, match="pads with the token"):
        loadstone.save(given, tmp_path / "net.lode", examples=TEXTS)


def test_what_is_doubtful_of_the_tokenizer_is_told_with_predictions(folder):
    assert not loadstone.load(folder, env="current").notes
    change(folder, "tokenizer_config.json", do_lower_case=False)
    model = loadstone.load(folder, env="current")
    assert [note.partition(":")[0] for note in model.notes] == ["LS508"]


def test_what_is_an_error_of_the_tokenizer_is_one_of_the_load(folder):
    tokens = json.loads((folder / "tokenizer.json").read_text())
    tokens["model"]["vocab"]["zz"] = 5_000
    (folder / "tokenizer.json").write_text(json.dumps(tokens))
    with pytest.raises(LoadError) as caught:
        loadstone.load(folder, env="current")
    assert [item.check.code for item in caught.value.report.errors] == ["LS505"]
    accepted = loadstone.load(folder, env="current", accept={"LS505": "it is not used"})
    assert accepted.notes[0].startswith("LS505: ")


def test_layers_that_the_config_has_no_place_for(tmp_path):
    shutil.copytree(REVIEWS, tmp_path / "net")
    config = json.loads((REVIEWS / "config.json").read_text())
    more = transformers.BertConfig(**{**config, "num_hidden_layers": 3})
    transformers.BertForSequenceClassification(more).save_pretrained(tmp_path / "more")
    shutil.copy(tmp_path / "more" / "model.safetensors", tmp_path / "net")
    with pytest.raises(LoadError, match=r"place\s+for:\s+bert\.encoder\.layer\.\d"):
        loadstone.load(tmp_path / "net", env="current")


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    """Write folders of small models of other tasks, with the tokenizer of the reviews."""
    place = tmp_path_factory.mktemp("tasks")
    tokenizer = transformers.AutoTokenizer.from_pretrained(REVIEWS)
    labels = {0: "O", 1: "PER", 2: "LOC"}
    bert = json.loads((REVIEWS / "config.json").read_text())
    bert = transformers.BertConfig(**{**bert, "id2label": labels, "architectures": None})
    gpt = transformers.GPT2Config(
        vocab_size=bert.vocab_size, n_embd=8, n_layer=1, n_head=2, n_positions=32
    )
    gpt.pad_token_id = gpt.eos_token_id = tokenizer.pad_token_id
    torch.manual_seed(0)
    for name, model in (
        ("token-classification", transformers.BertForTokenClassification(bert)),
        ("fill-mask", transformers.BertForMaskedLM(bert)),
        ("text-generation", transformers.GPT2LMHeadModel(gpt)),
    ):
        model.save_pretrained(place / name)
        tokenizer.save_pretrained(place / name)
    return place


@pytest.mark.parametrize("task", ["token-classification", "fill-mask", "text-generation"])
def test_other_tasks_predict_as_their_pipelines(tasks, task):
    rows = ["a lovely [MASK] film", "what a [MASK] day"]
    with loadstone.load(tasks / task, env="current") as model:
        found = model.predict(rows)
        single = model.predict(rows[1])
    with bare_file.load(tasks / task, python=sys.executable) as model:
        assert json.dumps(list(model.predict(rows))) == json.dumps(list(found))
    own = transformers.pipeline(task, model=str(tasks / task))
    options = [{}, {}]
    if task == "text-generation":  # it has 32 places; the pipeline asks for 256 more, and draws
        sizes = [len(own.tokenizer(row)["input_ids"]) for row in rows]
        options = [{"max_new_tokens": 32 - size, "do_sample": False} for size in sizes]
    expected = [own(row, **more) for row, more in zip(rows, options, strict=True)]
    assert json.loads(json.dumps(list(found))) == json.loads(json.dumps(expected, default=float))
    assert single == found[1]


def test_a_task_that_is_not_known_is_told(tasks, tmp_path):
    bare = Path(shutil.copytree(tasks / "fill-mask", tmp_path / "bare"))
    (bare / "tokenizer.json").unlink()
    with pytest.raises(UsageError, match="holds no tokenizer, and `BertForMaskedLM` takes texts"):
        loadstone.load(bare, env="current")
    for name in (
        "BertForMultipleChoice",
        "VisionEncoderDecoderModel",
        "LlavaForConditionalGeneration",
    ):
        change(bare, "config.json", architectures=[name])
        with pytest.raises(UsageError, match=f"is a folder of `{name}`, and folders for"):
            loadstone.load(bare, env="current")


def test_that_texts_are_not_drawn_is_told(tasks):
    with loadstone.load(tasks / "text-generation", env="current") as model:
        (told,) = model.notes
        assert told.startswith("the likeliest token is taken each time, since the folder asks")


def test_code_that_would_generate_is_refused(tasks, tmp_path):
    folder = Path(shutil.copytree(tasks / "text-generation", tmp_path / "gen"))
    (folder / "custom_generate").mkdir()
    (folder / "custom_generate" / "generate.py").write_text("raise SystemExit\n")
    with pytest.raises(loadstone.LoadError, match="code that would generate"):
        loadstone.load(folder, env="current")
