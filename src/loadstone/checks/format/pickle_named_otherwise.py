"""LS146: a pickle under the name of a format whose loader does not read pickles."""

from collections.abc import Iterator

from loadstone.checks._common import here, suffix, text
from loadstone.core import Artifact, Finding, Fix, Row, check

LOADERS = {
    ".onnx": ("onnxruntime.InferenceSession", "Protobuf parsing failed", "sklearn/O21"),
    ".skops": ("skops.io.load", "File is not a zip file", "sklearn/S03"),
    ".txt": ("lightgbm.Booster", "Unknown model format or submodel type", "sklearn/G16"),
    ".cbm": ("CatBoost.load_model", "Incorrect model file descriptor", "sklearn/W15"),
    ".json": ("xgboost.Booster", "Check failed: str[0] == '{'", ""),
    ".ubj": ("xgboost.Booster", "Check failed: str[0] == '{'", ""),
    ".h5": ("keras.models.load_model", "file signature not found", ""),
    ".hdf5": ("keras.models.load_model", "file signature not found", ""),
    ".keras": ("keras.models.load_model", "File not found", ""),
    ".npy": ("numpy.load", "allow_pickle=False", ""),
    ".npz": ("numpy.load", "allow_pickle=False", ""),
    ".safetensors": ("safetensors.safe_open", "header too large", ""),
    ".gguf": ("llama.cpp", "invalid magic", ""),
    ".pt2": ("torch.export.load", "", ""),
    ".tflite": ("tf.lite.Interpreter", "", ""),
    ".msgpack": ("flax.serialization.msgpack_restore", "", ""),
    ".pmml": ("pypmml.Model.load", "", ""),
    ".mlmodel": ("coremltools.models.MLModel", "", ""),
    ".pb": ("tf.saved_model.load", "", ""),
}
COVERS = tuple(row for _, _, row in LOADERS.values() if row)


@check("LS146", since="0.2", supersedes=("LS143",), covers=COVERS, own_loader=True)
def pickle_named_otherwise(artifact: Artifact) -> Iterator[Finding]:
    """The file is a pickle, and its name is of a format that is none.

    ## Why it breaks
    The loader that goes with the name reads another format: ONNX Runtime says `Protobuf parsing
    failed`, skops `File is not a zip file`, LightGBM `Unknown model format or submodel type`,
    CatBoost `Incorrect model file descriptor`. The file is whole.

    ## Example
    ```python fails=LS146
    artifact("model.onnx", format="pickle", content="model", framework="sklearn")
    ```

    ## Fix
    Load it as the pickle that it is, if you trust whoever made it, or save the model in the format
    of the name.

    ## See also
    <https://docs.python.org/3/library/pickle.html>
    """
    known = LOADERS.get(suffix(artifact))
    if artifact.format not in ("pickle", "joblib") or known is None or artifact.damage:
        return
    loader, says, row = known
    held = text(artifact.detail, "root")
    module = "joblib" if artifact.format == "joblib" else "pickle"
    path = repr(artifact.path)
    code = (
        f"import joblib\n\nmodel = joblib.load({path})\n"
        if module == "joblib"
        else f"import pickle\n\nwith open({path}, 'rb') as file:\n    model = pickle.load(file)\n"
    )
    yield Finding(
        f"`{artifact.name}` is a file of `{module}.dump`, which `{loader}` does not read",
        at=here(artifact),
        headings=("named", "is"),
        rows=(Row(suffix(artifact), f"{module}, {held}" if held else module),),
        notes=(f"`{loader}` says `{says}`",) if row else (),
        fix=Fix(
            "load it as what it is, if you trust whoever made it", safety="manual", python=code
        ),
        covers=(row,) if row else (),
    )
