"""What to say of a model that Loadstone reads and checks, and that its own tool predicts with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loadstone.core import Artifact

_COREML = ("a Core ML model", "coremltools.models.MLModel({path})` on macOS")
_PADDLE = ("a PaddlePaddle program", "paddle.jit.load({stem})`")
_KINDS = {  # what it is, and the call of its own library, in a backtick that is closed
    "bentoml": ("a model of BentoML", "{bento}"),
    "coreml": _COREML,
    "coreml-package": _COREML,
    "fasttext": ("a model of fastText", "fasttext.load_model({path})`"),
    "flax-msgpack": (
        "flax's msgpack",
        "flax.serialization.msgpack_restore(open({path}, 'rb').read())`",
    ),
    "gensim": ("a model of gensim", "{model}.load({path})`"),
    "mlem": ("a model of MLEM", "mlem.api.load({stem})`"),
    "mlflow": ("a model of MLflow", "mlflow.pyfunc.load_model({path})`"),
    "openvino": ("an OpenVINO model", "openvino.Core().compile_model({path})`"),
    "orbax": ("a checkpoint of orbax", "orbax.checkpoint.PyTreeCheckpointer().restore({whole})`"),
    "paddle": _PADDLE,
    "paddle-json": _PADDLE,
    "paddle-parameters": ("a file of PaddlePaddle's parameters", "paddle.jit.load({stem})`"),
    "pmml": ("a PMML document", "pypmml.Model.load({path})`"),
    "spacy": ("a pipeline of spaCy", "spacy.load({path})`"),
    "tfjs": (
        "a model of TensorFlow.js",
        "tf.loadGraphModel` or `tf.loadLayersModel` in JavaScript",
    ),
    "torchserve": (
        "an archive for TorchServe",
        "torchserve --start --model-store {store} --models {name}`",
    ),
}


def told(artifact: Artifact) -> str:
    """Return what the model is and what predicts with it; empty for what a class may take."""
    from loadstone.runtime.kinds import KINDS

    word = artifact.framework if artifact.framework == "gensim" else artifact.format
    if word not in _KINDS:
        return ""
    kind, call = _KINDS[word]
    root = artifact.modules[0] if artifact.modules else None
    path, inner = artifact.path, str(artifact.detail.get("inner") or "")
    alone = str(artifact.detail.get("inner_format")) in KINDS and artifact.framework != "torch"
    if alone and artifact.opening_runs_code in ("no", "library"):
        folder = path if artifact.is_folder else os.path.dirname(path)  # noqa: PTH120 - paths stay as given
        named = os.path.join(folder, inner)  # noqa: PTH118 - as above
        return f"is {kind}: name the model in it, `{named}`"
    held = artifact.detail
    tag = f"{held.get('name')}:{held.get('version')}"
    stored = f"bentoml.models.get({tag!r})` of its store"
    step = os.path.join(path, _step(artifact))  # noqa: PTH118 - as above
    call = call.format(
        path=repr(path),
        stem=repr(os.path.splitext(path)[0]),  # noqa: PTH122 - as above
        whole=repr(os.path.abspath(step)),  # noqa: PTH100 - as above
        name=artifact.name,
        store=os.path.dirname(path.rstrip("/")) or ".",  # noqa: PTH120 - as above
        model=f"{root.module}.{root.name}" if root else "gensim.utils.SaveLoad",
        bento=f"bentoml serve {path}`" if held.get("service") else stored,
    )
    return f"is {kind}, which is read here and not predicted with: its own loader is `{call}"


def _step(artifact: Artifact) -> str:
    """Return the folder of the last tree of a checkpoint of several steps."""
    paths = [state.path for state in artifact.state_dicts]
    return max(paths, key=_number, default="")


def _number(path: str) -> tuple[int, str]:
    first = path.partition("/")[0]
    return int(first) if first.isdecimal() and len(first) < 19 else -1, path
