"""What folders of transformers lack, and what their tokenizers ask for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from loadstone.readers import read
from loadstone.readers._hf_tokenizer_kinds import asks

FILES = Path(__file__).parents[1] / "files" / "hf"


def written(**parts):
    held = Tokenizer(parts.pop("model", models.WordLevel({"a": 0}, "a")))
    for name, value in parts.items():
        setattr(held, name, value)
    return json.loads(held.to_str())


@pytest.mark.parametrize(
    ("parts", "since"),
    [
        ({}, None),
        ({"model": models.BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")])}, "0.20.0"),
        ({"normalizer": normalizers.Sequence([normalizers.ByteLevel()])}, "0.20.0"),
        ({"pre_tokenizer": pre_tokenizers.FixedLength(3)}, "0.21.2"),
        ({"pre_tokenizer": pre_tokenizers.Metaspace()}, "0.19.0"),
        ({"decoder": decoders.Metaspace()}, "0.19.0"),
        ({"decoder": decoders.ByteLevel(), "normalizer": normalizers.NFC()}, None),
        ({"post_processor": processors.BertProcessing(("a", 0), ("a", 0))}, None),
        ({"pre_tokenizer": pre_tokenizers.Split(Regex("a"), "isolated")}, None),
    ],
)
def test_the_release_that_a_tokenizer_asks_for_is_told(parts, since):
    assert asks(written(**parts)).get("tokenizer_since") == since


def test_a_part_that_no_release_has_is_told():
    held = written()
    held["model"]["type"] = "FutureModel"
    assert asks(held) == {
        "tokenizer_last_without": "0.23.3",
        "tokenizer_part": "model FutureModel",
    }


@pytest.mark.parametrize(
    "held", [{}, {"model": 3}, {"model": {"merges": [3]}}, {"decoder": {"decoders": [[], 1]}}]
)
def test_what_is_no_tokenizer_asks_for_nothing(held):
    assert asks(held) == {}


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(FILES / "reviews", tmp_path / "model"))


def configured(folder, **told):
    place = folder / "config.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), **told}))
    return read(folder)


def test_weights_without_a_config_are_a_model_of_transformers_that_lacks_it(folder):
    (folder / "config.json").unlink()
    found = read(folder)
    assert (found.format, found.detail["config_missing"], found.tensors) == (
        "transformers",
        True,
        41,
    )
    assert found.damage == ()
    for name in ("tokenizer_config.json", "tokenizer.json"):
        (folder / name).unlink()
    assert read(folder).format == "folder"


def test_a_training_folder_with_a_tokenizer_stays_one(tmp_path):
    folder = Path(shutil.copytree(FILES / "accelerate", tmp_path / "run"))
    shutil.copy(FILES / "reviews" / "tokenizer_config.json", folder)
    assert read(folder).format == read(FILES / "accelerate").format


@pytest.mark.parametrize(
    ("told", "method"),
    [
        ({"quant_method": "gptq", "bits": 4}, "gptq"),
        ({"load_in_4bit": True}, "bitsandbytes"),
        ({"load_in_8bit": True}, "bitsandbytes"),
        ({"load_in_8bit": False}, "unknown"),
        ({}, None),
        ([1], None),
    ],
)
def test_how_weights_are_quantised_is_the_word_of_the_config(folder, told, method):
    assert configured(folder, quantization_config=told).detail.get("quantization") == method


def test_the_number_of_labels_wins_over_their_names(folder):
    assert configured(folder, num_labels=5).detail["labels"] == 5


def test_classes_of_its_own_code_are_looked_for_in_the_folder(folder):
    (folder / "modeling_own.py").touch()
    told = {"AutoModel": "modeling_own.Own", "AutoTokenizer": ["tokens.Fast", None]}
    found = configured(folder, auto_map={**told, "AutoConfig": "a/b--other.Config"})
    assert found.detail["auto_map"] == "modeling_own.Own, tokens.Fast, a/b--other.Config"
    assert found.detail["auto_map_absent"] == "tokens.Fast, a/b--other.Config"
