"""Folders of other tasks: questions, pictures, sounds, embeddings; equal to what libraries give."""

import json
import logging
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone import bare_file
from loadstone.errors import LoadError, UsageError

transformers = pytest.importorskip("transformers")
torch = pytest.importorskip("torch")
image = pytest.importorskip("PIL.Image")
FILES = Path(__file__).parents[1] / "files" / "hf"
PICTURES = {"image_size": 16, "patch_size": 8, "hidden_size": 8, "intermediate_size": 8}
SOUNDS = {"conv_dim": (4, 4), "conv_stride": (5, 2), "conv_kernel": (10, 3)}
SMALL = {"num_hidden_layers": 1, "num_attention_heads": 2}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Write folders of small models, with pictures and sounds beside them."""
    folder = tmp_path_factory.mktemp("tasks")
    torch.manual_seed(0)
    vit = transformers.ViTConfig(**PICTURES, **SMALL, id2label=dict(enumerate(["cat", "dog", "b"])))
    hear = transformers.Wav2Vec2Config(
        **SOUNDS,
        **SMALL,
        hidden_size=8,
        intermediate_size=8,
        num_feat_extract_layers=2,
        num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2,
        classifier_proj_size=4,
        id2label={0: "yes", 1: "no"},
    )
    square = {"height": 16, "width": 16}
    for name, model, before in (
        (
            "pictures",
            transformers.ViTForImageClassification(vit),
            transformers.ViTImageProcessor(size=square),
        ),
        (
            "sounds",
            transformers.Wav2Vec2ForSequenceClassification(hear),
            transformers.Wav2Vec2FeatureExtractor(),
        ),
    ):
        for weights in model.parameters():
            torch.nn.init.normal_(weights, std=0.4)
        model.save_pretrained(folder / name)
        before.save_pretrained(folder / name)
    rng = np.random.default_rng(0)
    for at in range(2):
        held = rng.integers(0, 255, (20, 24 + at, 3), dtype=np.uint8)
        image.fromarray(held).save(folder / f"{at}.png")
        with wave.open(str(folder / f"{at}.wav"), "wb") as file:
            file.setparams((2 - at, 2, 16_000, 0, "NONE", ""))
            file.writeframes((rng.normal(size=3_000) * 3_000).astype("<i2").tobytes())
    return folder


def scores(found):
    """Return what a pipeline of transformers gives for one input, by label."""
    return {item["label"]: item["score"] for item in found}


def alike(model, own):
    """Compare the scores of the last call with those of a pipeline."""
    for row, expected in zip(model.probabilities, own, strict=True):
        by_name = scores(expected)
        np.testing.assert_allclose(row, [by_name[name] for name in model.classes], atol=1e-6)


def test_questions_are_answered_as_transformers_4_did():
    truth = json.loads((FILES / "answers" / "truth.json").read_text())
    rows = [{"question": item["question"], "context": item["context"]} for item in truth]
    model = loadstone.load(FILES / "answers", env="current")
    for found, item in zip(model.predict(rows), truth, strict=True):
        assert (found["answer"], found["start"], found["end"]) == tuple(
            item[key] for key in ("answer", "start", "end")
        )
        assert found["score"] == pytest.approx(item["score"], rel=1e-4)
    assert model.predict(rows[0])["answer"] == truth[0]["answer"]
    with pytest.raises(UsageError, match="records of `question` and `context`"):
        model.predict("what?")
    with pytest.raises(UsageError, match="row 1 has no question"):
        model.predict({"question": " ", "context": "a film"})


def test_pictures_are_classified_as_by_the_pipeline(place):
    files = [str(place / f"{at}.png") for at in range(2)]
    model = loadstone.load(place / "pictures", env="current")
    found = model.predict(files, probabilities=True)
    own = transformers.pipeline("image-classification", model=str(place / "pictures"))(files)
    assert list(found) == [item[0]["label"] for item in own]
    alike(model, own)
    arrays = []
    for file in files:
        with image.open(file) as held:
            arrays.append(np.asarray(held))
    for one in (files[1], Path(files[1]), image.fromarray(arrays[1]), arrays[1]):
        assert model.predict(one) == found[1]
        assert list(model.predict([one])) == [found[1]]
    assert list(model.predict(np.stack([arrays[0], arrays[0]]))) == [found[0]] * 2
    with bare_file.load(place / "pictures", python=sys.executable) as other:
        assert list(other.predict(files)) == list(found)


def test_a_picture_of_a_turned_camera_is_turned_as_by_the_pipeline(place, tmp_path):
    with image.open(place / "1.png") as held:
        marks = image.Exif()
        marks[0x0112] = 6  # a quarter turn
        held.save(tmp_path / "turned.png", exif=marks)
    model = loadstone.load(place / "pictures", env="current")
    model.predict([str(tmp_path / "turned.png")], probabilities=True)
    own = transformers.pipeline("image-classification", model=str(place / "pictures"))
    alike(model, [own(str(tmp_path / "turned.png"))])
    plain = model.probabilities
    model.predict([str(place / "1.png")], probabilities=True)
    assert np.abs(plain - model.probabilities).max() > 1e-6


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (np.zeros((3, 16, 16), np.uint8), r"height×width×3; uint8 3×16×16 given"),
        (np.zeros((16, 16, 3), np.float32), r"float32 16×16×3 given"),
        (np.full((16, 16, 3), 300), r"of 300 to 300 given"),
        ("https://example.org/cat.png", "names no file here"),
        ("no.png", "names no file here"),
    ],
)
def test_what_is_no_picture_is_told(place, row, why):
    model = loadstone.load(place / "pictures", env="current")
    with pytest.raises(UsageError, match=why):
        model.predict([row])


def test_sounds_are_classified_as_by_the_pipeline(place):
    files = [str(place / f"{at}.wav") for at in range(2)]
    model = loadstone.load(place / "sounds", env="current")
    found = model.predict(files, probabilities=True)
    own = transformers.pipeline("audio-classification", model=str(place / "sounds"))
    arrays = []
    for file in files:
        with wave.open(file) as held:
            samples = np.frombuffer(held.readframes(held.getnframes()), "<i2")
            samples = samples.reshape(-1, held.getnchannels()).mean(axis=1)
        arrays.append((samples / 32_768).astype(np.float32))
    expected = own(arrays)
    assert list(found) == [item[0]["label"] for item in expected]
    alike(model, expected)
    for one in (files[0], arrays[0], {"array": arrays[0], "sampling_rate": 16_000}):
        assert model.predict(one) == found[0]
    with pytest.raises(UsageError, match=r"8,000 samples a second, and the model takes 16,000"):
        model.predict([{"array": arrays[0], "sampling_rate": 8_000}])
    with pytest.raises(UsageError, match="of -1 to 1, and these reach"):
        model.predict([arrays[0] * 32_768])
    (place / "no.wav").write_bytes(b"RIFFxxxxWAVE")
    with pytest.raises(UsageError, match="is no WAV of plain samples"):
        model.predict([str(place / "no.wav")])


def test_embeddings_of_sentences():
    model = loadstone.load(FILES / "sentences", env="current")
    rows = ["hello world", "  a b c  ", "d " * 40]
    found = model.predict(rows)
    assert model.notes[-1] == "1 of 3 texts were cut at 16 tokens"
    tokenizer = transformers.AutoTokenizer.from_pretrained(FILES / "sentences")
    bert = transformers.AutoModel.from_pretrained(FILES / "sentences")
    for row, vector in zip(rows, found, strict=True):
        tokens = bert(**tokenizer(row, truncation=True, return_tensors="pt")).last_hidden_state[0]
        mean = tokens.detach().numpy().mean(axis=0)
        np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-6)
    assert model.predict(rows[0]).shape == (8,)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"pooling_mode": "lasttoken"}, "its pooling is lasttoken"),
        ({"pooling_mode": None}, r"its pooling is \[\]"),
    ],
)
def test_a_pooling_that_is_not_known_is_refused(tmp_path, told, why):
    folder = Path(shutil.copytree(FILES / "sentences", tmp_path / "sentences"))
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(told))
    with pytest.raises(LoadError, match=why):
        loadstone.load(folder, env="current")


def test_a_tokenizer_of_another_model_is_an_error_of_sentences_too(tmp_path):
    folder = Path(shutil.copytree(FILES / "sentences", tmp_path / "sentences"))
    tokens = json.loads((folder / "tokenizer.json").read_text())
    tokens["model"]["vocab"]["zz"] = 5_000
    (folder / "tokenizer.json").write_text(json.dumps(tokens))
    with pytest.raises(LoadError, match="LS505"):
        loadstone.load(folder, env="current")


def test_modules_of_ones_own_are_not_run(tmp_path):
    folder = Path(shutil.copytree(FILES / "sentences", tmp_path / "sentences"))
    modules = json.loads((folder / "modules.json").read_text())
    modules[1]["type"] = "own.Pooling"
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(UsageError, match="has `auto_map`"):
        loadstone.load(folder, env="current")


def test_hidden_states_as_the_pipeline_gives_them(tmp_path):
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(FILES / "sentences" / name, tmp_path)
    found = loadstone.load(tmp_path, env="current").predict(["hello world", "a"])
    own = transformers.pipeline("feature-extraction", model=str(tmp_path))
    assert json.dumps(list(found)) == json.dumps([own("hello world"), own("a")])


def test_what_lies_beside_a_model_is_asked_for_by_name(place, tmp_path):
    folder = Path(shutil.copytree(place / "pictures", tmp_path / "pictures"))
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(UsageError, match="holds no image processor, and `ViTForImage"):
        loadstone.load(folder, env="current")


def test_a_folder_of_pictures_on_the_command_line(place):
    line = [sys.executable, "-m", "loadstone", "predict", place / "pictures", place / "0.png"]
    done = subprocess.run([*line, "--env", "current"], capture_output=True, text=True, check=True)
    model = loadstone.load(place / "pictures", env="current")
    assert done.stdout.strip() == model.predict(str(place / "0.png"))
    assert "\x1b" not in done.stderr


def test_a_report_of_a_load_is_not_printed(tmp_path, caplog, capfd):
    reviews = FILES / "reviews"
    config = transformers.BertConfig.from_pretrained(reviews)
    masked = transformers.BertForMaskedLM(config)
    masked.save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json", "config.json"):
        shutil.copy(reviews / name, tmp_path)
    capfd.readouterr()
    with pytest.raises(LoadError), caplog.at_level(logging.WARNING):
        loadstone.load(tmp_path, env="current", accept={"LS417": "to see the load"})
    said = capfd.readouterr()
    assert "REPORT" not in said.err + said.out + caplog.text
