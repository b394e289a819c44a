"""What MLflow imports and opens of a model's folder, by what `MLmodel` names.

`mlflow.pyfunc.load_model` imports `loader_module` and calls its `_load_pyfunc`, and puts the folder
of `code` before all else on the path.
https://github.com/mlflow/mlflow/blob/master/mlflow/pyfunc/__init__.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from loadstone.readers import _hf_code
from loadstone.readers._outside import Outside
from loadstone.readers._plain import clean
from loadstone.readers._records import FolderRecords

__all__ = ["outside", "script"]

# modules of MLflow's own, which open the files of the folder as their libraries do
_LOADERS = frozenset(
    f"mlflow.{name}"
    for name in (
        *("sklearn", "xgboost", "lightgbm", "catboost", "pytorch", "keras", "tensorflow", "onnx"),
        *("statsmodels", "pmdarima", "paddle", "prophet", "pyfunc.model", "spacy", "fastai"),
        *("transformers", "sentence_transformers", "pyfunc.loaders.code_model"),
    )
)
_CODE = ("code", "code_path", "code_paths")
_SCRIPT = "model_code_path"  # where it was written from; its last part lies at the top
_PICKLE_MODULE = "pickle_module_info.txt"
_PICKLES = (b"pickle", b"cloudpickle", b"dill", b"mlflow.pytorch.pickle_module")


def script(flavor: Mapping[str, Any]) -> list[str]:
    """Return the file of a model from code, which MLflow runs to make the model."""
    path = flavor.get(_SCRIPT)
    name = path.replace("\\", "/").rpartition("/")[2] if isinstance(path, str) else ""
    return [clean(name, 200)] if name else []


def outside(flavors: Mapping[str, Mapping[str, Any]], records: FolderRecords) -> Iterator[Outside]:
    """Yield what the flavors make MLflow import beside its own loaders."""
    for flavor in flavors.values():
        module = flavor.get("loader_module")
        if module is not None and not (isinstance(module, str) and module in _LOADERS):
            told = clean(module, 200) if isinstance(module, str) else "loader_module"
            yield Outside(told, runs=not told.startswith("mlflow."))
        for key in _CODE:
            if flavor.get(key):
                yield Outside(f"the code in {clean(str(flavor[key]), 200)}", runs=True)
        if flavor.get(_SCRIPT):
            yield Outside(f"the code in {', '.join(script(flavor)) or _SCRIPT}", runs=True)
    if "transformers" in flavors:
        yield from _of_transformers(records)
    for name in records.names:
        if name.rpartition("/")[2] == _PICKLE_MODULE:
            held = records.read(name)[:200].strip()
            if held not in _PICKLES:
                yield Outside(clean(held.decode("utf-8", "replace"), 200), runs=True)


def _of_transformers(records: FolderRecords) -> Iterator[Outside]:
    """Yield the code that lies beside, or that a config names: MLflow trusts it.

    It loads what transformers has no class for with `trust_remote_code=True`.
    https://github.com/mlflow/mlflow/blob/master/mlflow/transformers/model_io.py
    """
    for name in records.names:
        if name.endswith(".py"):
            yield Outside(f"the code in {clean(name, 200)}", runs=True)
    yield from _hf_code.of_folder(records)
