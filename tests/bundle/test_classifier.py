"""A text classifier with its tokenizer: saved from a script that is then gone, loaded elsewhere."""

import json
import shutil
import subprocess
import sys

import pytest
import torch

import loadstone
from loadstone.inputs.coverage import UnknownInput
from loadstone.predictor import UnknownInputError


@pytest.fixture(scope="module")
def saved(tmp_path_factory, classifier):
    """Return a folder bundle that a script saved from its `__main__`; the script is gone."""
    folder = tmp_path_factory.mktemp("training")
    script = folder / "train.py"
    script.write_text(f"PATH = {str(folder / 'review')!r}\n{classifier}")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.stdout == "identical\n", done.stderr
    script.unlink()
    return folder / "review"


@pytest.fixture
def bundle(saved, tmp_path):
    """Return a copy of the bundle that a test may change."""
    return shutil.copytree(saved, tmp_path / "review")


def edit(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def stages(error):
    return {stage.stage: stage.result for stage in error.value.report.replay.stages}


def test_predicts_elsewhere_and_names_unknown_words(bundle):
    predictor = loadstone.load(bundle)
    assert predictor.report.verdict.predicts_the_same == "identical"
    assert predictor.predict(["hello world", "a day"]) == [
        predictor.predict("hello world"),
        predictor.predict("a day"),
    ]
    with pytest.warns(UnknownInput, match="universe"):
        answer = predictor.predict("hello universe")
    assert answer in {"negative", "positive"}
    (found,) = predictor.coverage.lookups
    assert (found.name, found.looked_up, found.unknown) == ("vocab_map", 2, 1)
    assert found.examples == ("universe",)
    assert found.unknown_at_save == 0


def test_unknown_words_can_be_refused_or_ignored(bundle):
    with pytest.raises(UnknownInputError, match="universe"):
        loadstone.load(bundle, on_unknown="error").predict("hello universe")
    loadstone.load(bundle, on_unknown="ignore").predict("hello universe")


def test_changed_tokenizer_is_blamed_on_preprocessing(bundle):
    (module,) = bundle.glob("code/*.py")
    edit(module, "line.lower()", "line.upper()")
    with pytest.raises(loadstone.LoadError) as error:
        loadstone.load(bundle)
    assert stages(error) == {
        "preprocess": "differs",
        "model": "identical",
        "postprocess": "identical",
    }
    assert [change.name for change in error.value.report.bundle.changes] == ["code/main_.py"]
    assert "preprocess" in str(error.value)


def test_changed_vocabulary_is_blamed_on_preprocessing(bundle):
    edit(bundle / "code/data/values.json", '"hello"', '"hullo"')
    with pytest.raises(loadstone.LoadError) as error:
        loadstone.load(bundle)
    assert stages(error)["preprocess"] == "differs"
    assert stages(error)["model"] == "identical"


def test_changed_weights_are_blamed_on_the_model(bundle):
    file = bundle / "forms/model.safetensors"
    data = bytearray(file.read_bytes())
    data[-3] ^= 0x41
    file.write_bytes(data)
    with pytest.raises(loadstone.LoadError) as error:
        loadstone.load(bundle)
    assert stages(error)["preprocess"] == "identical"
    assert stages(error)["model"] == "differs"


def test_replaced_preprocessing_is_judged_by_the_witnesses(bundle):
    with pytest.raises(loadstone.LoadError) as error:
        loadstone.load(bundle, preprocess=lambda text: torch.tensor([len(text) % 6]))
    assert stages(error)["preprocess"] == "differs"
    assert error.value.report.bundle.replaced == ("preprocess",)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("code/index.json", "the code no longer loads"),
        ("code/data/values.json", "the code no longer loads"),
        ("code/main_.py", "the code no longer loads"),
        ("forms/structure.json", "the model no longer loads"),
        ("forms/model.safetensors", "the model no longer loads"),
    ],
)
def test_a_damaged_file_is_named_and_not_what_follows(bundle, name, part):
    file = bundle / name
    file.write_bytes(b"(" + file.read_bytes()[1:])
    with pytest.raises(loadstone.LoadError) as error:
        loadstone.load(bundle)
    (found,) = error.value.report.found
    assert found.check.code == "LS800"
    assert name in found.finding.message
    assert found.finding.notes[0].startswith(part)


def test_a_file_that_is_no_model_is_told_without_a_class(tmp_path):
    (tmp_path / "review.lode").touch()
    with pytest.raises(loadstone.LoadError, match="LS004"):
        loadstone.load(tmp_path / "review.lode")
    torch.save({"weight": torch.ones(2)}, tmp_path / "net.pth")
    with pytest.raises(loadstone.UsageError, match="into=Net"):
        loadstone.load(tmp_path / "net.pth")


def test_missing_and_extra_files_are_told(bundle):
    (bundle / "README.md").unlink()
    (bundle / "notes.txt").write_text("hello")
    with pytest.raises(loadstone.LoadError) as error:
        loadstone.load(bundle)
    changes = {change.name: change.kind for change in error.value.report.bundle.changes}
    assert changes == {"README.md": "missing", "notes.txt": "extra"}


def test_two_bundles_with_the_same_helpers_side_by_side(bundle, tmp_path, python, classifier):
    other = tmp_path / "other.lode"
    source = classifier.replace("line.lower()", "line.upper().lower()[::-1]")
    python(source, PATH=other)
    first, second = loadstone.load(bundle), loadstone.load(other)
    first._on_unknown = second._on_unknown = "ignore"
    first.predict("hello world")
    assert first.coverage.lookups[0].unknown == 0
    second.predict("hello world")
    assert second.coverage.lookups[0].unknown == 2


def test_unreadable_bundles_are_refused(bundle, tmp_path):
    manifest = bundle / "loadstone.json"
    content = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**content, "schema": "loadstone.bundle/9"}))
    with pytest.raises(loadstone.LoadError):
        loadstone.load(bundle)
    manifest.write_text("{")
    with pytest.raises(loadstone.LoadError):
        loadstone.load(bundle)
    with pytest.raises(FileNotFoundError):
        loadstone.load(tmp_path / "absent.lode")


def test_a_function_of_the_batch_that_returns_a_list_needs_no_word(tmp_path):
    labels = ["sad", "glad", "mad"]

    def names(outputs):
        return [labels[index] for index in outputs.argmax(1)]

    torch.manual_seed(0)
    net, rows = torch.nn.Linear(3, 3).eval(), torch.rand(6, 3)
    loadstone.save(net, tmp_path / "net", postprocess=names, examples=rows)
    loaded = loadstone.load(tmp_path / "net")
    wanted = names(net(rows))
    assert loaded.predict(rows) == wanted
    assert [loaded.predict(row) for row in rows] == wanted
