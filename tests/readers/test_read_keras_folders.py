"""What Keras 3 writes as several files: sharded weights, and a model that is not zipped."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
import torch
from reader_truth import joined, read
from safetensors.torch import save_file

FILES = Path(__file__).parents[1] / "files" / "keras"
LOADED = json.loads((FILES / "keras-3.15.0" / "folders.json").read_text())


def of(artifact):
    """Every tensor by its path in the HDF5 file."""
    return {
        f"{state.path}/{key}".lstrip("/"): fact
        for state in artifact.state_dicts
        for key, fact in state.tensors.items()
    }


def told(datasets):
    return {name: (dtype, tuple(shape)) for name, (dtype, shape, _) in datasets.items()}


def held(artifact):
    return {name: (fact.dtype, fact.shape) for name, fact in of(artifact).items()}


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def test_a_model_that_is_not_zipped():
    folder = FILES / "keras-3.15.0" / "folder"
    artifact = read(folder)
    assert (artifact.format, artifact.content, artifact.damage) == ("keras", "model", ())
    assert (artifact.is_folder, artifact.opening_runs_code) == (True, "no")
    assert held(artifact) == told(LOADED["folder"])
    for name, fact in of(artifact).items():
        assert digest(joined(folder, fact)) == LOADED["folder"][name][2]
    assert [[item.path, item.name] for item in artifact.modules][1:] == LOADED["layers"]
    assert artifact.modules[0].name == LOADED["class"]
    assert artifact.producer == {"keras": LOADED["keras"]}


@pytest.mark.parametrize("given", ["shards", "shards/small.weights.json"])
def test_sharded_weights(given):
    path = FILES / "keras-3.15.0" / given
    artifact = read(path)
    assert (artifact.format, artifact.content, artifact.damage) == (
        "keras-shards", "state-dict", (),
    )  # fmt: skip
    assert held(artifact) == told(LOADED["folder"])
    for name, fact in of(artifact).items():
        file = fact.extent.file
        assert (
            digest(joined(FILES / "keras-3.15.0" / "shards", fact))
            == (LOADED["shards"][file][name][2])
        )
    assert artifact.detail["shards"] == len(LOADED["shards"])


def test_a_shard_of_keras_that_is_missing_is_named(tmp_path):
    folder = Path(shutil.copytree(FILES / "keras-3.15.0" / "shards", tmp_path / "shards"))
    name = sorted(LOADED["shards"])[1]
    (folder / name).unlink()
    artifact = read(folder / "small.weights.json")
    assert [(item.kind, item.detail["member"]) for item in artifact.damage] == [
        ("missing-member", name)
    ]
    assert set(held(artifact)) == set().union(
        *(set(LOADED["shards"][other]) for other in LOADED["shards"] if other != name)
    )
    (folder / name).symlink_to(FILES / "keras-3.15.0" / "shards" / name)
    assert [item.kind for item in read(folder).damage] == ["link-outside"]


@pytest.mark.parametrize(
    "weight_map",
    [{}, [], 3, {"/a": "../x.weights.h5"}, {"/a": ["/etc/x.weights.h5", 3]}, {"/a": {"b": 1}},
     {"/a": "x.weights.h5", "/b": ["x.weights.h5", "x.weights.h5"]}],
)  # fmt: skip
def test_indexes_of_any_content(tmp_path, weight_map):
    path = tmp_path / "x.weights.json"
    path.write_text(json.dumps({"weight_map": weight_map, "metadata": {"total_size": "x"}}))
    shutil.copy(FILES / "keras-3.15.0" / "model.weights.h5", tmp_path / "x.weights.h5")
    artifact = read(path)
    json.dumps(artifact.detail, allow_nan=False)
    assert all(".." not in str(item.detail.get("member")) for item in artifact.damage)


def test_an_index_beside_other_models_is_one_of_several(tmp_path):
    """A folder is taken for one model only where all that is in it belongs to that model."""
    for name in ("a", "b"):
        save_file({name: torch.ones(2)}, tmp_path / f"model-{name}.safetensors")
    index = {"weight_map": {name: f"model-{name}.safetensors" for name in ("a", "b")}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    assert (read(tmp_path).format, read(tmp_path).tensors) == ("safetensors-index", 2)
    torch.save({"w": torch.ones(2)}, tmp_path / "other.pt")
    artifact = read(tmp_path)
    assert (artifact.format, artifact.content) == ("folder", "container")
    assert {"model-a.safetensors", "other.pt"} <= {part.path for part in artifact.parts}
    (tmp_path / "other.pt").unlink()
    shutil.copytree(FILES / "keras-3.15.0" / "shards", tmp_path, dirs_exist_ok=True)
    assert read(tmp_path).format == "folder"
