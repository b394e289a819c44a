"""LS101: a model of another framework is given to torch."""

from collections.abc import Iterator

from loadstone.checks._common import here, is_torch_use
from loadstone.core import Artifact, Finding, Fix, Target, check

LOADERS = {
    "keras": ("a Keras model", "import keras\n\nmodel = keras.models.load_model({path})\n"),
    "hdf5": (
        "an HDF5 file, as Keras writes it",
        "import keras\n\nmodel = keras.models.load_model({path})\n",
    ),
    "gguf": ("a GGUF model", "from llama_cpp import Llama\n\nmodel = Llama(model_path={path})\n"),
    "onnx": (
        "an ONNX model",
        "import onnxruntime\n\nsession = onnxruntime.InferenceSession({path})\n",
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
ZIPPED = ("keras", "npz")


@check("LS101", since="0.1", covers=("torch/A21", "torch/A22"))
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
    Use the loader of the format. Weights alone can be carried over by hand, name by name.

    ## See also
    <https://onnxruntime.ai/docs/get-started/with-python.html>
    """
    if artifact.format not in LOADERS or not is_torch_use(artifact, target):
        return
    kind, code = LOADERS[artifact.format]
    yield Finding(
        f"`{artifact.name}` is {kind}, which `torch.load` does not read",
        at=here(artifact),
        fix=Fix(
            "use the loader of its format",
            safety="manual",
            python=code.replace("{path}", repr(artifact.path)),
        ),
        covers=("torch/A21",) if artifact.format in ZIPPED else ("torch/A22",),
    )
