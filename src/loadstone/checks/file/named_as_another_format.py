"""LS020: the suffix is that of a format that the file is not in."""

from collections.abc import Iterator

from loadstone.checks._common import TORCH_ARCHIVES, here, quoted, suffix
from loadstone.checks.format import booster_suffix, other_format
from loadstone.core import Artifact, Finding, Fix, Row, Target, check

XGBOOST = ("xgboost-json", "xgboost-ubj", "xgboost-binary")
TENSORFLOW = ("tf-graph", "tf-graph-text", "tf-meta-graph", "savedmodel", "onnx")
KERAS = "keras.models.load_model"
READ_BY = {  # the loader that goes with a suffix, and what it reads
    ".onnx": ("onnxruntime.InferenceSession", ("onnx", "ort")),
    ".tflite": ("tf.lite.Interpreter", ("tflite",)),
    ".gguf": ("llama.cpp", ("gguf",)),
    ".h5": (KERAS, ("keras-h5", "hdf5")),
    ".hdf5": (KERAS, ("keras-h5", "hdf5")),
    ".keras": (KERAS, ("keras", "keras-h5")),
    ".npz": ("numpy.load", ("npz", "npy")),
    ".npy": ("numpy.load", ("npy", "npz")),
    ".safetensors": ("safetensors.safe_open", ("safetensors",)),
    ".pt2": ("torch.export.load", ("torch-export",)),
    ".pt": ("torch.load", TORCH_ARCHIVES),
    ".pth": ("torch.load", TORCH_ARCHIVES),
    ".ckpt": ("torch.load", TORCH_ARCHIVES),
    ".pkl": ("pickle.load", ("pickle",)),
    ".pickle": ("pickle.load", ("pickle",)),
    ".joblib": ("joblib.load", ("joblib", "pickle")),
    ".skops": ("skops.io.load", ("skops",)),
    ".cbm": ("CatBoost.load_model", ("catboost",)),
    ".ubj": ("xgboost.Booster", XGBOOST),
    ".msgpack": ("flax.serialization.msgpack_restore", ("flax-msgpack",)),
    ".pmml": ("pypmml.Model.load", ("pmml",)),
    ".mlmodel": ("coremltools.models.MLModel", ("coreml",)),
    ".pb": ("tf.saved_model.load", TENSORFLOW),
}
TORCH = ("a file of `torch.save`", ".pt", "import torch\n\nstate = torch.load({path})\n")
KINDS = {  # what it is, the suffix that says so, the code that loads it
    **dict.fromkeys(TORCH_ARCHIVES, TORCH),
    "safetensors": (
        "a safetensors file",
        ".safetensors",
        "from safetensors.torch import load_file\n\nstate = load_file({path})\n",
    ),
    "skops": (
        "a skops file",
        ".skops",
        (
            "import skops.io\n\nprint(skops.io.get_untrusted_types(file={path}))\n"
            "model = skops.io.load({path}, trusted=[])  # name those that you trust\n"
        ),
    ),
    "tflite": (
        "a TFLite model",
        ".tflite",
        "import tensorflow as tf\n\nmodel = tf.lite.Interpreter({path})\n",
    ),
    "fasttext": (
        "a fastText model",
        ".bin",
        "import fasttext\n\nmodel = fasttext.load_model({path})\n",
    ),
    **{
        word: (kind, right, booster_suffix.LOADERS[word.partition("-")[0]])
        for word, (kind, right) in booster_suffix.KINDS.items()
    },
    **{
        word: (other_format.LOADERS[word][0], right, other_format.LOADERS[word][1])
        for word, right in (
            ("gguf", ".gguf"),
            ("onnx", ".onnx"),
            ("npy", ".npy"),
            ("npz", ".npz"),
            ("flax-msgpack", ".msgpack"),
            ("pmml", ".pmml"),
            ("coreml", ".mlmodel"),
        )
    },
}


@check("LS020", since="0.2", own_loader=True)
def named_as_another_format(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The suffix is that of another format, whose loader does not read the file.

    ## Why it breaks
    Loaders are chosen by name, by people and by programs. The one that goes with the suffix reads
    another format, and says that the file is damaged, or is not there: Keras `file signature not
    found`, ONNX Runtime `Protobuf parsing failed`, `numpy.load` `This file contains pickled
    (object) data`. The file is whole.

    ## Example
    ```python fails=LS020
    artifact("model.onnx", format="gguf", content="model", framework="ggml")
    ```

    ## Fix
    Give it the suffix of what it is, and load it with the loader of that.

    ## See also
    <https://netron.app>
    """
    given = suffix(artifact)
    if given not in READ_BY or artifact.format not in KINDS or artifact.damage:
        return
    loader, formats = READ_BY[given]
    if artifact.format in formats or (target is not None and artifact.format in TORCH_ARCHIVES):
        return  # it is handed to `torch.load`, which does not look at the name
    kind, right, code = KINDS[artifact.format]
    renamed = artifact.path[: -len(given)] + right
    yield Finding(
        f"`{artifact.name}` is {kind}, which `{loader}` does not read",
        at=here(artifact),
        headings=("named", "is"),
        rows=(Row(given, kind.replace("`", "")),),
        severity="warning" if artifact.format in TORCH_ARCHIVES else None,
        notes=("`torch.load` reads it, whatever its name is",)
        if artifact.format in TORCH_ARCHIVES
        else (),
        fix=Fix(
            "give it the name of what it is, and load it as that",
            safety="manual",
            shell=f"mv {quoted(artifact.path)} {quoted(renamed)}",
            python=code.replace("{path}", repr(renamed)),
        ),
    )
