"""Models that only their own tool predicts with are named with its loader, not asked a class of."""

from pathlib import Path

import pytest

import loadstone
from loadstone.errors import UsageError

FILES = Path(__file__).parent / "files"
LOADERS = {
    "bentoml/1.4.40-created": "bentoml.models.get('mine:",
    "bentoml/1.4.40-service": "bentoml serve",
    "coreml/network.mlmodel": "coremltools.models.MLModel(",
    "coreml_versions/9.0-program.mlpackage": "coremltools.models.MLModel(",
    "fasttext/supervised.bin": "fasttext.load_model(",
    "flax/params.msgpack": "flax.serialization.msgpack_restore(",
    "gensim/vectors.kv": "gensim.models.keyedvectors.KeyedVectors.load(",
    "mlem/0.4.14-function/model.mlem": "mlem.api.load(",
    "mlflow/3.17.2-python": "mlflow.pyfunc.load_model(",
    "mlflow/3.17.2-torch": "mlflow.pyfunc.load_model(",
    "openvino/tiny.xml": "openvino.Core().compile_model(",
    "orbax/0.12.8-ocdbt": "orbax.checkpoint.PyTreeCheckpointer().restore('/",
    "orbax/0.12.8-manager": "0.12.8-manager/2/state')",
    "paddle/paddle2.6.2.pdmodel": "paddle.jit.load(",
    "paddle/paddle3.3.1.json": "paddle.jit.load(",
    "pmml/nyoka.pmml": "pypmml.Model.load(",
    "spacy/3.8.7-ner": "spacy.load(",
    "tensorflow/tfjs-3.18.0/graph": "tf.loadGraphModel",
    "torchserve/0.12.0-eager.mar": "/torchserve --models 0.12.0-eager.mar",
}
INSIDE = {
    "bentoml/1.4.40-sklearn": "saved_model.pkl",
    "mlem/0.4.14-lightgbm/model.mlem": "model/model.lgb",
    "mlflow/1.30.1-pickled": "model.pkl",
    "mlflow/3.17.2-sklearn": "model.skops",
    "mlflow/3.17.2-xgboost": "model.ubj",
}


@pytest.mark.parametrize(("name", "loader"), LOADERS.items())
def test_the_loader_of_its_own_tool_is_named(name, loader):
    with pytest.raises(UsageError) as raised:
        loadstone.load(FILES / name)
    assert "is read here and not predicted with" in str(raised.value)
    assert loader in str(raised.value)


@pytest.mark.parametrize(("name", "inner"), INSIDE.items())
def test_the_file_in_a_container_is_named_where_it_is_predicted_with(name, inner):
    with pytest.raises(UsageError) as raised:
        loadstone.load(FILES / name)
    folder = FILES / name if (FILES / name).is_dir() else (FILES / name).parent
    assert str(raised.value).endswith(f"name the model in it, `{folder / inner}`")
    assert loadstone.inspect(folder / inner).format
