"""What is read of Keras's files is what h5py and Keras themselves reported of them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from reader_truth import joined, read

from loadstone.core.facts import StateDict
from loadstone.readers._hdf5 import Hdf5
from loadstone.readers._hdf5_objects import Objects
from loadstone.readers._keras_weights import backend as told
from loadstone.readers._keras_weights import below, text, texts
from loadstone.readers._source import FileSource

FILES = Path(__file__).parents[1] / "files" / "keras"
TRUTH = {
    folder.name: json.loads((folder / "truth.json").read_text("utf-8"))
    for folder in sorted(FILES.iterdir())
    if folder.is_dir()
}
CASES = [(version, name) for version, held in TRUTH.items() for name in held]
HDF5 = [(version, name) for version, name in CASES if name.endswith(".h5")]
MODELS = [(version, name) for version, name in CASES if "weights.h5" not in name]
LAMBDAS = [(version, name) for version, name in CASES if name.startswith("lambda.")]
# the Python that each of the worlds in `make.py` had, as far as its bytecode tells it
PYTHONS = {
    "keras-1.2.2": "3.4 to 3.7",
    "keras-2.2.4": "3.4 to 3.7",
    "tf-1.15.5": "3.4 to 3.7",
    "tf-2.8.4": "3.8 to 3.10",
    "tf-2.13.1": "3.11 or 3.12",
    "tf-2.15.1": "3.11 or 3.12",
    "keras-3.15.0": "3.11 or 3.12",
}


def of(artifact):
    """Every tensor by its path in the HDF5 file."""
    found = {}
    for state in artifact.state_dicts:
        for key, fact in state.tensors.items():
            path = f"{state.path}/{key}" if state.path else key
            assert path not in found
            found[path] = fact
    return found


def test_there_are_files_of_seven_versions():
    assert list(TRUTH) == sorted(PYTHONS)
    assert len(CASES) >= 50


@pytest.mark.parametrize(("version", "name"), CASES)
def test_tensors_are_those_that_h5py_reports(version, name):
    path = FILES / version / name
    artifact, truth = read(path), TRUTH[version][name]
    assert not artifact.damage
    assert not artifact.disagreements
    assert artifact.framework == "keras"
    found = of(artifact)
    assert found.keys() == truth["datasets"].keys()
    for key, (dtype, shape, digest) in truth["datasets"].items():
        fact = found[key]
        assert fact.dtype == ("bfloat16" if dtype == "|V2" else dtype)
        assert list(fact.shape) == shape
        assert hashlib.sha256(joined(path, fact)).hexdigest()[:16] == digest, key


@pytest.mark.parametrize(("version", "name"), HDF5)
def test_attributes_are_those_that_h5py_reports(version, name):
    truth = TRUTH[version][name]["attributes"]
    with FileSource(str(FILES / version / name)) as source:
        objects = Objects(Hdf5(source))
        for place, held in truth.items():
            address = objects.file.root
            for part in filter(None, place.split("/")):
                address = objects.links(address)[part].address
            attributes = objects.attributes(address)
            assert attributes.keys() == held.keys()
            for key, value in held.items():
                if isinstance(value, list):
                    assert texts(attributes, key) == value
                elif isinstance(value, str):
                    said = text(attributes, key)
                    if value.startswith("sha256:"):
                        said = "sha256:" + hashlib.sha256(said.encode()).hexdigest()
                    assert said == value


@pytest.mark.parametrize(("version", "name"), MODELS)
def test_models_are_what_keras_reports(version, name):
    artifact, truth = read(FILES / version / name), TRUTH[version][name]
    assert artifact.format == ("keras" if name.endswith(".keras") else "keras-h5")
    assert artifact.content == "model"
    assert artifact.detail["compiled"] == truth["compiled"]
    assert artifact.producer["keras"] == artifact.detail["keras"]
    assert artifact.detail["keras"].removesuffix("-tf") == truth["keras"].removesuffix("-tf")
    top = [item for item in artifact.modules if item.path and "/" not in item.path]
    layers = [[item.path, item.name] for item in top]
    given = [name for name, kind in truth["layers"] if kind == "InputLayer"]
    held = [item for item in layers if item[1] != "InputLayer" or item[0] in given]
    assert sorted(held) == sorted(truth["layers"])
    model = next(state for state in artifact.state_dicts if state.role == "model")
    shapes = [list(fact.shape) for fact in model.tensors.values()]
    assert sorted(shapes) == sorted(shape for _, shape in truth["weights"])
    if "inputs" in truth:
        (signature,) = artifact.signatures
        assert [list(port.shape) for port in signature.inputs] == truth["inputs"]
        assert len(signature.outputs) == len(truth["outputs"])


@pytest.mark.parametrize(("version", "name"), [c for c in CASES if "weights.h5" in c[1]])
def test_weights_alone_are_told_from_models(version, name):
    artifact = read(FILES / version / name)
    assert (artifact.format, artifact.content) == ("keras-h5", "state-dict")
    assert artifact.detail["holds"] == "weights"
    numbered = name != "weights.h5"
    assert artifact.detail["layout"].startswith("numbered" if numbered else "named")
    assert artifact.opening_runs_code == "no"


@pytest.mark.parametrize(("version", "name"), CASES)
def test_only_what_holds_bytecode_runs_code(version, name):
    artifact = read(FILES / version / name)
    expected = "yes" if (version, name) in LAMBDAS else "no"
    assert artifact.opening_runs_code == expected
    assert bool(artifact.calls) == (expected == "yes")


@pytest.mark.parametrize(("version", "name"), LAMBDAS)
def test_bytecode_tells_its_python_and_its_names(version, name):
    detail = read(FILES / version / name).detail
    assert detail["lambdas"] == 1
    assert detail["lambda_paths"] == "double"
    assert detail["bytecode_of"] == PYTHONS[version]
    assert detail["lambda_names"] == "SHIFT"


@pytest.mark.parametrize(("version", "name"), [c for c in CASES if c[1].startswith("custom.")])
def test_classes_that_keras_does_not_have_are_named(version, name):
    artifact = read(FILES / version / name)
    named = {(item.module, item.name) for item in artifact.globals}
    assert ("custom_objects", "Scale") in named
    layers = [item.name for item in artifact.modules]
    assert (("my_pkg", "Shift") in named) == ("Shift" in layers)
    assert "own_loss" in artifact.detail["custom_training"]
    assert all(item.uses == ("config",) for item in artifact.globals)


@pytest.mark.parametrize(("version", "name"), [c for c in CASES if not c[1].startswith("custom.")])
def test_what_keras_has_itself_is_not_taken_for_custom(version, name):
    assert not read(FILES / version / name).globals


@pytest.mark.parametrize("version", list(TRUTH))
def test_architectures_alone(version):
    whole = read(FILES / version / "functional.h5")
    artifact = read(FILES / version / "functional.json")
    assert (artifact.format, artifact.content) == ("keras-json", "architecture")
    assert not artifact.tensors
    assert [(item.path, item.name) for item in artifact.modules] == [
        (item.path, item.name) for item in whole.modules
    ]
    assert artifact.signatures == whole.signatures


@pytest.mark.parametrize("version", ["keras-1.2.2", "keras-2.2.4", "tf-1.15.5"])
def test_architectures_as_yaml_say_what_the_model_says(version):
    whole, artifact = (read(FILES / version / f"functional.{end}") for end in ("h5", "yaml"))
    assert (artifact.format, artifact.content) == ("keras-yaml", "architecture")
    assert (artifact.damage, artifact.opening_runs_code) == ((), "no")
    assert artifact.producer == whole.producer
    assert [(item.path, item.module, item.name) for item in artifact.modules] == [
        (item.path, item.module, item.name) for item in whole.modules
    ]
    assert artifact.signatures == whole.signatures


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!own", "*other"])
def test_a_tag_in_an_architecture_is_not_followed(tmp_path, tag):
    text_ = (FILES / "tf-1.15.5" / "functional.yaml").read_text()
    path = tmp_path / "model.yaml"
    path.write_text(text_.replace("!!python/tuple", tag, 1))
    artifact = read(path)
    assert (artifact.format, artifact.opening_runs_code) == ("keras-yaml", "unknown")
    assert artifact.detail["class"] == "Model"
    assert [item.kind for item in artifact.damage] == ["limit"]


def test_a_user_block_before_the_signature(tmp_path):
    path = tmp_path / "model.h5"
    data = (FILES / "tf-2.8.4" / "sequential.h5").read_bytes()
    path.write_bytes(b"\x01" * 512 + data)
    artifact = read(path)
    plain = read(FILES / "tf-2.8.4" / "sequential.h5")
    assert artifact.detail["user_block"] == 512
    assert of(artifact) == of(plain)


def test_hdf5_of_another_library_is_a_container(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "data.h5"
    with h5py.File(path, "w") as file:
        file["a/b"] = [1.0, 2.0]
        file["away"] = h5py.ExternalLink("/etc/passwd", "/x")
        file["soft"] = h5py.SoftLink("/a/b")
    artifact = read(path)
    assert (artifact.format, artifact.content, artifact.framework) == ("hdf5", "container", None)
    assert list(of(artifact)) == ["a/b"]
    assert "`away` is a link into another file, to `/etc/passwd:/x`" in artifact.detail["links"]


@pytest.mark.parametrize("suffix", [".pt", ".safetensors", ".json"])
def test_content_decides_and_not_the_suffix(tmp_path, suffix):
    for name, word in (("sequential.keras", "keras"), ("sequential.h5", "keras-h5")):
        path = tmp_path / f"model{suffix}"
        path.write_bytes((FILES / "keras-3.15.0" / name).read_bytes())
        assert (read(path).format, read(path).content) == (word, "model")


def test_an_archive_of_keras_without_its_weights_is_malformed(tmp_path):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text_ in (("config.json", "{}"), ("metadata.json", "{}")):
            archive.writestr(name, text_)
        archive.writestr("model.weights.h5", "x")
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("keras", "container")
    (damage,) = artifact.damage
    assert (damage.kind, damage.why) == ("malformed", "`model.weights.h5` is no HDF5")
    assert artifact.opening_runs_code == "unknown"


@pytest.mark.parametrize("suffix", [".pt", ".safetensors", ".json"])
def test_a_signature_alone_is_hdf5_that_cannot_be_read(tmp_path, suffix):
    path = tmp_path / f"model{suffix}"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 99)
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("hdf5", "container")
    assert [item.kind for item in artifact.damage] == ["malformed"]
    assert artifact.opening_runs_code == "unknown"


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_many_names_and_many_attributes(tmp_path, libver):
    """Large groups lie in trees and heaps, in each of the two layouts."""
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "many.h5"
    with h5py.File(path, "w", libver=libver) as file:
        group = file.create_group("group")
        for number in range(600):
            group[f"name_{number}"] = [number]
        for number in range(100):
            group.attrs[f"attribute_{number}"] = f"value {number}"
    with FileSource(str(path)) as source:
        objects = Objects(Hdf5(source))
        held = below(objects, objects.file.root)
        assert held.error is None
        assert len(held.tensors) == 600
        attributes = objects.attributes(objects.links(objects.file.root)["group"].address)
        assert {key: text(attributes, key) for key in attributes} == {
            f"attribute_{number}": f"value {number}" for number in range(100)
        }


@pytest.mark.parametrize(
    ("name", "runs"),
    [("2.15.0-tensorflow", "library"), ("3.8.0-torch", "yes"), ("3.15.0-tensorflow", "yes")],
)
def test_weights_in_an_npz(name, runs, tmp_path):
    """Arrays of Keras 2, variables of Keras 3: by layer and number, as the archive has them."""
    path = FILES.parent / "keras_npz" / f"{name}.keras"
    shapes = {"dense/0": (3, 4), "dense/1": (4,), "dense_1/0": (4, 2), "dense_1/1": (2,)}
    shapes |= {f"batch_normalization/{number}": (4,) for number in range(4)}
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
        with zipfile.ZipFile(tmp_path / "packed.keras", "w", zipfile.ZIP_DEFLATED) as packed:
            for item in archive.namelist():
                packed.writestr(item, archive.read(item))
    for copy in (path, tmp_path / "folder", tmp_path / "packed.keras"):
        artifact = read(copy)
        assert (artifact.format, artifact.damage, artifact.content) == ("keras", (), "model")
        assert (artifact.opening_runs_code, artifact.detail["weights"]) == (runs, "npz")
        model, optimizer = artifact.state_dicts
        assert (model.role, optimizer.role) == ("model", "optimizer")
        found = {key: fact.shape for key, fact in model.tensors.items()}
        assert found == {f"layers/{key}": shape for key, shape in shapes.items()}
        assert {fact.dtype for fact in model.tensors.values()} == {"float32"}


@pytest.mark.parametrize("name", ["1.2.2-theano", "1.2.2-tensorflow", "2.2.4-theano"])
def test_the_backend_is_told_by_names_where_keras_1_does_not_say_it(name):
    artifact = read(FILES.parent / "keras_kernels" / f"{name}.h5")
    version, _, backend = name.partition("-")
    assert artifact.producer == {"keras": version}
    assert artifact.detail["backend"] == backend


def test_names_that_agree_on_no_backend_tell_none():
    def states(*names):
        return [StateDict("model_weights", dict.fromkeys(names), {}, "model")]

    assert told(states("a/a_W", "a/a_b"), "1.2.2") == "theano"
    assert told(states("a/a_W:0", "a/a_b:0"), "1.2.2") == "tensorflow"
    assert told(states("a/a_W:0", "a/a_b"), "1.2.2") == ""
    assert told(states(), "1.2.2") == ""
    assert told(states("a/a_W"), "2.2.4") == ""
