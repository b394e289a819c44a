"""LS101: a model of another framework is given to torch."""

from collections.abc import Iterator

from loadstone.checks._common import here, is_torch_use
from loadstone.core import Artifact, Finding, Fix, Target, check

LOADERS = {
    "keras": ("a Keras model", "import keras\n\nmodel = keras.models.load_model({path})\n"),
    "keras-h5": (
        "a Keras model in HDF5",
        "import keras\n\nmodel = keras.models.load_model({path})\n",
    ),
    "keras-weights": (
        "a file of Keras weights",
        "model = build()  # by its own code, as it was\nmodel.load_weights({path})\n",
    ),
    "hdf5": (
        "an HDF5 file of arrays",
        "import h5py\n\nfile = h5py.File({path}, 'r')\n",
    ),
    "gguf": ("a GGUF model", "from llama_cpp import Llama\n\nmodel = Llama(model_path={path})\n"),
    "onnx": (
        "an ONNX model",
        "import onnxruntime\n\nsession = onnxruntime.InferenceSession({path})\n",
    ),
    "ort": (
        "a model in ONNX Runtime's own format",
        "import onnxruntime\n\nsession = onnxruntime.InferenceSession({path})\n",
    ),
    "openvino": (
        "an OpenVINO model",
        "import openvino\n\nmodel = openvino.Core().compile_model({path})\n",
    ),
    "coreml": (
        "a Core ML model",
        "import coremltools\n\nmodel = coremltools.models.MLModel({path})  # predicts on macOS\n",
    ),
    "paddle-parameters": (
        "a file of PaddlePaddle's parameters",
        "import os\n\nimport paddle\n\nmodel = paddle.jit.load(os.path.splitext({path})[0])\n",
    ),
    "paddle": (
        "a PaddlePaddle program",
        "import os\n\nimport paddle\n\nmodel = paddle.jit.load(os.path.splitext({path})[0])\n",
    ),
    "paddle-json": (
        "a PaddlePaddle program",
        "import os\n\nimport paddle\n\nmodel = paddle.jit.load(os.path.splitext({path})[0])\n",
    ),
    "flax-msgpack": (
        "flax's msgpack",
        (
            "import flax\n\nwith open({path}, 'rb') as file:\n"
            "    params = flax.serialization.msgpack_restore(file.read())\n"
        ),
    ),
    "pmml": (
        "a PMML document",
        "from pypmml import Model\n\nmodel = Model.load({path})\n",
    ),
    "npy": (
        "a file of one numpy array",
        "import numpy\n\narray = numpy.load({path}, allow_pickle=False)\n",
    ),
    "npz": (
        "a file of numpy arrays",
        "import numpy\n\narrays = numpy.load({path}, allow_pickle=False)\n",
    ),
}
WEIGHTS = ("LS020", "LS400", "LS401", "LS402", "LS403", "LS404", "LS405", "LS406")
ZIPPED = ("keras", "npz")
BOOSTERS = {
    "xgboost": "import xgboost\n\nmodel = xgboost.Booster(model_file={path})\n",
    "lightgbm": "import lightgbm\n\nmodel = lightgbm.Booster(model_file={path})\n",
    "catboost": "import catboost\n\nmodel = catboost.CatBoost()\nmodel.load_model({path})\n",
}
NAMES = {
    "xgboost": "an XGBoost model",
    "lightgbm": "a LightGBM model",
    "catboost": "a CatBoost model",
}


@check("LS101", since="0.1", supersedes=WEIGHTS, covers=("torch/A21", "torch/A22"))
def other_format(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The file is a model of another framework, and torch is asked to load it.

    ## Why it breaks
    `torch.load` reads files of `torch.save`. Of another zip it says `file in archive is not in a
    subdirectory`; of other bytes `Unsupported operand` and a number, `72` for HDF5, `8` for ONNX,
    `0` for GGUF.

    ## Example
    ```python fails=LS101
    artifact("model.pt", format="onnx", content="program", framework="onnx")
    ```

    ## Fix
    Use the loader of the format. Weights alone can be carried over by hand, name by name; not those
    of a GGUF file, where the rows of some layers lie in another order than in transformers, which
    puts them right as it reads the file.

    ## See also
    <https://onnxruntime.ai/docs/get-started/with-python.html>
    """
    framework = artifact.framework or ""
    if framework in BOOSTERS and artifact.content == "model" and target is not None:
        kind, code = NAMES[framework], BOOSTERS[framework]  # by its suffix alone: `.bin` is usual
    elif (known := loader(artifact)) and is_torch_use(artifact, target):
        kind, code = known
    else:
        return
    yield Finding(
        f"`{artifact.name}` is {kind}, which `torch.load` does not read",
        at=here(artifact),
        notes=_notes(artifact),
        fix=Fix(
            "use the loader of its format",
            safety="manual",
            python=code.replace("{path}", repr(artifact.path)),
        ),
        covers=("torch/A21",) if artifact.format in ZIPPED else ("torch/A22",),
    )


def _notes(artifact: Artifact) -> tuple[str, ...]:
    if artifact.format != "gguf":
        return ()
    folder, _, name = artifact.path.rpartition("/")
    call = f"AutoModelForCausalLM.from_pretrained({folder or '.'!r}, gguf_file={name!r})"
    return (f"transformers makes floats of it, with gguf installed: `{call}`",)


def loader(artifact: Artifact) -> tuple[str, str] | None:
    """Return what a file of another framework is, and the code that loads it."""
    weights = artifact.format == "keras-h5" and artifact.content != "model"
    return LOADERS.get("keras-weights" if weights else artifact.format)
