"""A name that ends as another format's does is told, whatever the two formats are."""

import shutil
from pathlib import Path

import pytest
from safetensors.numpy import save_file

import loadstone
from loadstone.checks.file.named_as_another_format import READ_BY

FILES = Path(__file__).parents[1] / "files"
MODELS = {  # a file, and the suffixes whose loaders read it
    "keras/tf-2.15.1/sequential.h5": (".h5", ".hdf5"),
    "keras/keras-3.15.0/sequential.keras": (".keras",),
    "gguf/aligned.gguf": (".gguf",),
    "tensorflow/tf-2.15.1/tflite/float.tflite": (".tflite",),
    "skops/*.skops": (".skops",),
    "catboost/1.2.7-regressor.cbm": (".cbm",),
    "xgboost/*.ubj": (".ubj",),
    "lightgbm/4.7.0-three.txt": (),
    "flax/*.msgpack": (".msgpack",),
    "pmml/*.pmml": (".pmml",),
    "coreml/*.mlmodel": (".mlmodel",),
    "fasttext/supervised.bin": (),
    "onnx/graph_onnx1.17.0.onnx": (".onnx", ".pb"),
    "pickles/sklearn-1.9/forest.pkl": (".pkl", ".pickle", ".joblib"),
    "deepspeed/stage0/global_step1/mp_rank_00_model_states.pt": (".pt", ".pth", ".ckpt"),
}


def codes(path):
    return [item.check.code for item in loadstone.check(path).found]


@pytest.mark.parametrize("pattern", MODELS)
def test_a_suffix_of_another_format_is_told(pattern, tmp_path):
    model = min(FILES.glob(pattern))
    before = set(codes(model)) - {"LS131"}  # which names the loader, whatever the suffix is
    for suffix in READ_BY:
        path = tmp_path / f"model{suffix}"
        shutil.copy(model, path)
        told = set(codes(path)) - before
        if suffix in MODELS[pattern]:
            assert not told - {"LS131"}, suffix
        else:
            assert told, suffix


def test_tensors_alone_may_be_any(tmp_path):
    save_file({}, tmp_path / "model.safetensors")
    assert codes(tmp_path / "model.safetensors") == []
    (tmp_path / "model.safetensors").rename(tmp_path / "model.h5")
    assert codes(tmp_path / "model.h5") == ["LS020"]
