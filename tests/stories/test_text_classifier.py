"""Story 2: a text classifier with its tokenizer and vocabulary is one unit."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest


def predict(shell, *words, expect=0):
    out = shell("loadstone", "predict", *words, "--output-format", "json", "-o", "-", expect=expect)
    return json.loads(out)


def test_it_answers_with_the_training_script_gone(classifier):
    answer = predict(classifier, "review.lode", "hello world", "i hate this film")
    assert answer["predictions"] == ["positive", "negative"]


def test_an_unknown_word_is_told(classifier):
    answer = predict(classifier, "review.lode", "hello universe")
    assert answer["predictions"] == ["positive"]
    assert "`universe`" in classifier.stderr
    assert "`vocab_map`" in classifier.stderr
    assert "1 of 2" in classifier.stderr


def test_it_predicts_what_it_predicted(classifier):
    out = classifier("loadstone", "check", "review.lode", "--output-format", "json")
    verdict = json.loads(out)["verdict"]
    assert (verdict["loads"], verdict["predicts_the_same"]) == ("yes", "identical")


@pytest.fixture
def unpacked(classifier, tmp_path):
    folder = tmp_path / "review"
    with zipfile.ZipFile(classifier.folder / "review.lode") as archive:
        archive.extractall(folder)
    shutil.copytree(folder, tmp_path / "kept")
    return folder


def findings(shell, *words):
    out = shell("loadstone", "check", *words, "--output-format", "json", expect=1)
    return {item["code"]: item for item in json.loads(out)["findings"]}


def replace_in(folder, pattern, old, new):
    changed = 0
    for path in folder.rglob(pattern):
        text = path.read_text()
        if old in text:
            path.write_text(text.replace(old, new))
            changed += 1
    assert changed


@pytest.mark.parametrize(
    ("pattern", "old", "new"),
    [("*.py", "line = line.lower()", "line = line.upper()"), ("*.json", "hello", "hallo")],
    ids=["tokenizer", "vocabulary"],
)
def test_a_changed_step_inside_is_the_preprocessing_and_not_the_weights(
    classifier, unpacked, pattern, old, new
):
    replace_in(unpacked / "code", pattern, old, new)
    found = findings(classifier, str(unpacked))
    assert found.keys() == {"LS500"}
    message = json.dumps(found["LS500"])
    assert "preprocessing" in message
    assert "not the weights" in message


def test_another_tokenizer_is_found_out(classifier):
    (classifier.folder / "other.py").write_text(
        "import torch\ndef split(text):\n    return torch.tensor([len(w) for w in text.split()])\n"
    )
    found = findings(classifier, "review.lode", "--preprocess", "other:split")
    assert found.keys() == {"LS500"}


def test_the_load_itself_refuses_a_changed_tokenizer(classifier):
    script = """
import loadstone
try:
    loadstone.load("review.lode", preprocess=lambda text: __import__("torch").tensor([1, 2]))
except loadstone.LoadError as error:
    print([item.check.code for item in error.report.found])
"""
    assert "LS500" in classifier("python", "-c", script)
