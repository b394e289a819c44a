"""gensim's models and the arrays that it keeps beside them are what gensim loads again."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files" / "gensim"
TOLD = json.loads((FILES / "truth.json").read_text("utf-8"))


@pytest.mark.parametrize("name", TOLD)
def test_facts_are_what_gensim_loads(name):
    found = read(FILES / name)
    assert (found.framework, found.damage, found.opening_runs_code) == ("gensim", (), "library")
    assert found.modules[0].name == TOLD[name]["class"]
    tensors = {key: fact for state in found.state_dicts for key, fact in state.tensors.items()}
    told = {key: tuple(value) for key, value in TOLD[name]["arrays"].items()}
    placed = 0
    for key, (dtype, shape, digest) in told.items():
        if key == "cum_table":  # made again when it is loaded
            continue
        assert (tensors[key].dtype, list(tensors[key].shape)) == (dtype, shape), key
        extent = tensors[key].extent
        if extent is not None:
            data = joined(FILES / name, tensors[key])
            assert hashlib.sha256(data).hexdigest() == digest
            placed += 1
    assert placed >= 1 or name == "saved_then_pickled.pkl"  # whose arrays are too short for places


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(FILES, tmp_path / "models"))


@pytest.mark.parametrize(
    ("name", "lost", "of"),
    [("word2vec.model", "word2vec.model.wv.vectors.npy", 2),
     ("vectors.kv", "vectors.kv.vectors.npy", 1), ("lda.model", "lda.model.state", 2)],
)  # fmt: skip
def test_a_companion_that_is_missing_is_named(folder, name, lost, of):
    (folder / lost).unlink()
    (damage,) = read(folder / name).damage
    assert damage.kind == "missing-member"
    assert (damage.detail["member"], damage.detail["members"], damage.detail["of"]) == (lost, 1, of)
    assert read(folder / "whole.model").damage == ()


def test_a_model_that_was_renamed_names_its_old_files(folder):
    (folder / "word2vec.model").rename(folder / "final.bin")
    (damage,) = read(folder / "final.bin").damage
    assert damage.detail["member"] == "final.bin.syn1neg.npy"
    assert damage.detail["renamed"] == "word2vec.model.syn1neg.npy"


def test_a_companion_that_calls_other_code_is_told(folder):
    import pickle

    class Odd:
        def __reduce__(self):
            return os.getcwd, ()

    (folder / "lda.model.state").write_bytes(pickle.dumps(Odd()))
    found = read(folder / "lda.model")
    assert found.opening_runs_code == "yes"
    assert found.calls == (f"{os.name}.getcwd",)


def test_a_companion_out_of_the_folder_is_not_followed(folder, tmp_path):
    shutil.move(folder / "vectors.kv.vectors.npy", tmp_path / "out.npy")
    (folder / "vectors.kv.vectors.npy").symlink_to(tmp_path / "out.npy")
    assert [item.kind for item in read(folder / "vectors.kv").damage] == ["link-outside"]
