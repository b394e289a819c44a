"""Models of MLflow's flavors, made by several MLflows, with what each says after loading them.

Run in an environment of each: Python 3.8 with mlflow 1.30.1, scikit-learn 1.0.2, lightgbm 3.3.5,
xgboost 1.6.2; 3.10 with mlflow-skinny 2.22.1, scikit-learn 1.5.2, lightgbm 4.5.0, xgboost 2.1.4,
torch 1.12.1; 3.11 with mlflow-skinny 3.17.2, scikit-learn 1.7.2, lightgbm 4.7.0, xgboost 3.2.0,
skops 0.16.0, torch 2.13.0, onnx, statsmodels, transformers and keras. Models of what is not
installed are left out.
"""

import importlib.util
import json
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, Ridge

warnings.simplefilter("ignore")
HERE = Path(__file__).resolve().parent
VERSION = tuple(map(int, mlflow.__version__.split(".")[:2]))
FRAME = pd.DataFrame({"age": [1.0, 2.0, 3.0, 4.0], "income: net": [1, 2, 3, 4]})
LABELS = [0, 0, 1, 1]
KINDS = pd.DataFrame(
    {
        "double": [1.0, 2.0],
        "float": np.array([1, 2], np.float32),
        "long": [1, 2],
        "integer": np.array([1, 2], np.int32),
        "boolean": [True, False],
        "string": ["a", "b"],
        "binary": [b"a", b"b"],
        "datetime": pd.to_datetime(["2020-01-01", "2021-01-01"]),
    }
)


class Own(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.words = Path(context.artifacts["words"]).read_text()

    def predict(self, context, model_input, params=None):
        return model_input


def sklearn(folder):
    model = LogisticRegression().fit(FRAME, LABELS)
    told = mlflow.models.infer_signature(FRAME, model.predict(FRAME))
    mlflow.sklearn.save_model(model, folder, signature=told, input_example=FRAME[:2])


def pickled(folder):
    model = Ridge().fit(FRAME.to_numpy(), LABELS)
    told = mlflow.models.infer_signature(KINDS, model.predict(FRAME.to_numpy()))
    mlflow.sklearn.save_model(model, folder, signature=told, serialization_format="pickle")


def skops(folder):
    model = Ridge().fit(FRAME.to_numpy(), LABELS)
    mlflow.sklearn.save_model(model, folder, serialization_format="skops")


def lightgbm(folder):
    import lightgbm

    data = lightgbm.Dataset(np.arange(80.0).reshape(40, 2), [0, 1] * 20)
    told = {"objective": "binary", "num_leaves": 3, "min_data_in_leaf": 5, "verbose": -1}
    mlflow.lightgbm.save_model(lightgbm.train(told, data, 2), folder)


def xgboost(folder):
    import xgboost

    data = xgboost.DMatrix(np.arange(80.0).reshape(40, 2), [0, 1] * 20)
    model = xgboost.train({"objective": "binary:logistic", "max_depth": 2}, data, 2)
    given = np.zeros((1, 2), np.float32)
    told = mlflow.models.infer_signature(given, model.predict(xgboost.DMatrix(given)))
    mlflow.xgboost.save_model(model, folder, signature=told)


def python(folder):
    with tempfile.TemporaryDirectory() as place:
        words = Path(place) / "words.txt"
        words.write_text("a b\n")
        given = {"signature": mlflow.models.infer_signature(FRAME, FRAME["age"])}
        if VERSION >= (2, 6):
            told = {"limit": 3, "names": ["a"]}
            given["signature"] = mlflow.models.infer_signature(FRAME, FRAME["age"], told)
        mlflow.pyfunc.save_model(
            folder, python_model=Own(), artifacts={"words": str(words)}, **given
        )


def source(folder):
    """Models from code, since 2.12: the source is kept, and run by loading."""
    with tempfile.TemporaryDirectory() as place:
        script = Path(place) / "own.py"
        script.write_text(
            "import mlflow\n\n\nclass Own(mlflow.pyfunc.PythonModel):\n"
            "    def predict(self, context, model_input, params=None):\n"
            "        return model_input\n\n\nmlflow.models.set_model(Own())\n"
        )
        mlflow.pyfunc.save_model(folder, python_model=str(script))


def loader(folder):
    """A module of one's own that loads the data: `loader_module` and `code_path`."""
    with tempfile.TemporaryDirectory() as place:
        code, data = Path(place) / "opener.py", Path(place) / "numbers.json"
        code.write_text(
            "import json\n\n\nclass Scale:\n    def __init__(self, by):\n        self.by = by\n\n"
            "    def predict(self, frame):\n        return frame * self.by\n\n\n"
            'def _load_pyfunc(path):\n    return Scale(json.load(open(path))["by"])\n'
        )
        data.write_text('{"by": 2}\n')
        word = "code_path" if VERSION < (2, 8) else "code_paths"
        given = {word: [str(code)]}
        mlflow.pyfunc.save_model(folder, loader_module="opener", data_path=str(data), **given)


def pickled_torch(folder):
    torch(folder, serialization_format="pickle")


def torch(folder, **more):
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    given = np.zeros((4, 2), np.float32)
    told = mlflow.models.infer_signature(given, model(torch.tensor(given)).detach().numpy())
    if VERSION >= (3, 0) and not more:
        more["input_example"] = given  # it is traced
    mlflow.pytorch.save_model(model, folder, signature=told, **more)


def onnx(folder):
    from onnx import TensorProto, helper, numpy_helper

    weight = numpy_helper.from_array(np.ones((2, 3), np.float32), "weight")
    ports = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", size])
        for name, size in (("x", 2), ("y", 3))
    ]
    node = helper.make_node("MatMul", ["x", "weight"], ["y"])
    graph = helper.make_graph([node], "tiny", ports[:1], ports[1:], [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    given = np.zeros((1, 2), np.float32)
    told = mlflow.models.infer_signature({"x": given}, {"y": given @ np.ones((2, 3), np.float32)})
    mlflow.onnx.save_model(model, folder, signature=told)


def statsmodels(folder):
    import statsmodels.api

    rows = statsmodels.api.add_constant(np.arange(10.0).reshape(5, 2) ** 2)
    fitted = statsmodels.api.OLS(np.arange(5.0), rows).fit()
    mlflow.statsmodels.save_model(fitted, folder, remove_data=True)


def transformers(folder):
    import transformers

    words = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "good": 5, "bad": 6}
    with tempfile.TemporaryDirectory() as place:
        vocabulary = Path(place) / "vocab.txt"
        vocabulary.write_text("\n".join(words) + "\n")
        tokenizer = transformers.BertTokenizerFast(str(vocabulary))
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    more = {"intermediate_size": 8, "max_position_embeddings": 16, "vocab_size": len(words)}
    model = transformers.BertForSequenceClassification(transformers.BertConfig(**sizes, **more))
    kept = {"model": model, "tokenizer": tokenizer}
    needed = [f"transformers=={transformers.__version__}", "torch==2.13.0"]
    mlflow.transformers.save_model(
        kept, folder, task="text-classification", pip_requirements=needed
    )


def keras(folder):
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="hidden")])
    given = np.zeros((4, 2), np.float32)
    told = mlflow.models.infer_signature(given, np.zeros((4, 3), np.float32))
    mlflow.keras.save_model(model, str(folder), signature=told)


def nested(folder):
    """Columns of lists and maps, and some that may be left out: since 2.10."""
    frame = pd.DataFrame(
        {
            "tokens": [["a", "b"], ["c"]],
            "point": [{"x": 1.0, "y": 2.0}, {"x": 3.0}],
            "age": [1.0, 2.0],
        }
    )
    told = mlflow.models.infer_signature(frame, {"answer": ["yes"], "score": 0.5})
    mlflow.pyfunc.save_model(folder, python_model=Plain(), signature=told)


class Plain(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input


def ports(schema):
    return [] if schema is None else [port(item) for item in schema.inputs]


def port(item):
    kind = getattr(item, "type", None)
    shape = getattr(item, "shape", None)
    return {
        "name": item.name,
        "type": str(getattr(kind, "name", kind)),
        "shape": list(shape) if shape is not None else None,
        "required": getattr(item, "required", True),
    }


def told(folder):
    held = mlflow.models.Model.load(folder)
    loaded = mlflow.pyfunc.load_model(str(folder))
    signature = loaded.metadata.signature
    impl = loaded._model_impl
    inner = getattr(impl, "sklearn_model", None) or getattr(impl, "python_model", None) or impl
    params = getattr(signature, "params", None)
    return {
        "mlflow_version": held.mlflow_version or mlflow.__version__,
        "noted": held.mlflow_version,
        "flavors": {name: dict(value) for name, value in held.flavors.items()},
        "inputs": ports(getattr(signature, "inputs", None)),
        "outputs": ports(getattr(signature, "outputs", None)),
        "params": [str(item) for item in params.params] if params else [],
        "loaded": f"{type(inner).__module__}.{type(inner).__qualname__}",
        "requirements": (folder / "requirements.txt").read_text().split("\n"),
    }


def main():
    (HERE / "truth").mkdir(exist_ok=True)
    makers = [sklearn, pickled, lightgbm, xgboost, python, loader]
    makers += [source, nested] if VERSION >= (2, 12) else []
    makers += [skops] if VERSION >= (3, 0) else []
    if importlib.util.find_spec("torch"):
        makers += [torch, pickled_torch] if VERSION >= (3, 0) else [torch]
    for name in ("onnx", "statsmodels", "transformers", "keras"):
        if VERSION >= (3, 0) and importlib.util.find_spec(name):
            makers.append(globals()[name])
    for maker in makers:
        if sys.argv[1:] and maker.__name__ not in sys.argv[1:]:
            continue
        name = f"{mlflow.__version__}-{maker.__name__}"
        shutil.rmtree(HERE / name, ignore_errors=True)
        maker(HERE / name)
        text = json.dumps(told(HERE / name), indent=1, default=str)
        (HERE / "truth" / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
