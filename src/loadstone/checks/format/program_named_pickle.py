"""LS126: a program or a model of another format is named as a pickle."""

from collections.abc import Iterator

from loadstone.checks._common import PICKLE_SUFFIXES, here, suffix
from loadstone.checks.format.other_format import loader
from loadstone.core import Artifact, Finding, Fix, check

COVERS = ("sklearn/A33", "sklearn/A21", "sklearn/A42")
ARRAYS = ("npy", "npz")  # LS125 tells of them


@check("LS126", since="0.1", supersedes=("LS020", "LS135"), covers=COVERS)
def program_named_pickle(artifact: Artifact) -> Iterator[Finding]:
    """The file is named as a pickle, and is a model that no pickle loader reads.

    ## Why it breaks
    `pickle.load` and `joblib.load` read the bytes of an ONNX model as opcodes, and say
    `invalid load key`. The file is whole; its loader is another one.

    ## Example
    ```python fails=LS126
    artifact("model.pkl", format="onnx", content="program", framework="onnx")
    ```

    ## Fix
    Load it with the runtime of its format, or rename it so that nobody unpickles it.

    ## See also
    <https://onnxruntime.ai/docs/get-started/with-python.html>
    """
    if suffix(artifact) not in PICKLE_SUFFIXES or artifact.format in ARRAYS:
        return
    known = loader(artifact)
    if known is None or artifact.damage:
        return
    kind, code = known
    yield Finding(
        f"`{artifact.name}` is {kind}, which neither `pickle.load` nor `joblib.load` reads",
        at=here(artifact),
        fix=Fix(
            "use the loader of its format",
            safety="manual",
            python=code.replace("{path}", repr(artifact.path)),
        ),
        covers=_rows(artifact),
    )


def _rows(artifact: Artifact) -> tuple[str, ...]:
    if artifact.format in ("hdf5", "keras-h5"):
        return ("sklearn/A42" if suffix(artifact) == ".joblib" else "sklearn/A21",)
    return ("sklearn/A33",) if artifact.format == "onnx" else ()
