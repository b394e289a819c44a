"""LS135: Keras reads by the suffix, and this suffix is of another of its formats."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import TORCH_SUFFIXES, here, suffix, text
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

WEIGHTS = ".weights.h5"
NAMES = {
    "model": "a model in HDF5",
    "named": "weights in the layout of Keras 1 and 2",
    "numbered": "weights in the layout of Keras 3",
    "zip": "a model in Keras's zip",
}
READ = {
    "model": "tf.keras up to 2.15 reads it under this name too",
    "named": "tf.keras up to 2.11 reads it under this name too",
}
ROWS = {
    ("model", ".keras"): "tensorflow/a13",
    ("model", ""): "tensorflow/a16",
    ("named", ""): "tensorflow/a43",
    ("numbered", ""): "tensorflow/a44",
}
SUFFIXES = (2, 12)  # since then Keras 2 goes by that of weights
COVERS = ("tensorflow/a13", "tensorflow/a16", "tensorflow/a43", "tensorflow/a44")


@check("LS135", since="0.2", supersedes=("LS134",), covers=COVERS)
def keras_suffix(artifact: Artifact, environment: Environment | None) -> Iterator[Finding]:
    """The suffix is of another of Keras's formats, and Keras goes by the suffix.

    ## Why it breaks
    Keras 3 chooses the reader by the name, and so does tf.keras since 2.12 for weights. Before
    2.12, `.keras` was one more name for HDF5, of which Keras 3 says `File not found … accessible
    .keras zip file`; without a suffix `File format not supported`. Weights that `.weights.h5`
    says are of the new layout and are of the old: `A total of 2 objects could not be loaded`; the
    other way round: `Layer count mismatch`.

    ## Example
    ```python fails=LS135
    artifact(
        "model.keras",
        format="keras-h5",
        content="model",
        framework="keras",
        detail={"holds": "model", "layout": "named"},
    )
    ```

    ## Fix
    Copy it to a name of its format; the bytes stay as they are. Nothing is told where the
    Keras here is one that reads it all the same.

    ## See also
    <https://keras.io/guides/serialization_and_saving/>
    """
    kind = _kind(artifact)
    if not kind or artifact.damage or artifact.is_folder or _fits(kind, artifact.name):
        return
    ending = suffix(artifact)
    if ending in TORCH_SUFFIXES:  # LS101 tells that it is not torch's
        return
    if _goes_by_content(kind, _keras.here(environment, "keras")):
        return
    name = _name(kind, artifact.path)
    row = ROWS.get((kind, ".keras" if ending == ".keras" else ""))
    yield Finding(
        f"`{artifact.name}` is {NAMES[kind]}, and its name says otherwise",
        at=here(artifact),
        headings=("the content", "the name it needs"),
        rows=(Row(NAMES[kind], _ending(kind)),),
        notes=(READ[kind],) if kind in READ else (),
        fix=Fix(
            "copy it to a name of its format",
            safety="manual",
            python="import shutil\n\n"
            f"with open({artifact.path!r}, 'rb') as old, open({name!r}, 'xb') as new:\n"
            "    shutil.copyfileobj(old, new)\n",
        ),
        covers=(row,) if row else COVERS[:1],
    )


def _kind(artifact: Artifact) -> str:
    if artifact.format == "keras":
        return "zip"
    holds, layout = text(artifact.detail, "holds"), text(artifact.detail, "layout")
    if artifact.format != "keras-h5" or holds not in ("model", "weights"):
        return ""
    if holds == "model":
        return "model"
    return layout.partition(",")[0] if layout.startswith(("named", "numbered")) else ""


def _goes_by_content(kind: str, installed: tuple[int, ...]) -> bool:
    """Whether the Keras here reads it all the same, whatever its name is."""
    if kind == "model":
        return () < installed < (3,)
    return kind == "named" and () < installed < SUFFIXES


def _ending(kind: str) -> str:
    return {"zip": ".keras", "numbered": WEIGHTS}.get(kind, ".h5")


def _fits(kind: str, name: str) -> bool:
    name = name.lower()
    if kind == "zip":
        return name.endswith(".keras")
    if kind == "numbered":
        return name.endswith(WEIGHTS)
    return name.endswith((".h5", ".hdf5")) and not (kind == "named" and name.endswith(WEIGHTS))


def _name(kind: str, path: str) -> str:
    for known in (WEIGHTS, ".keras", ".h5", ".hdf5"):
        if path.lower().endswith(known):
            return f"{path[: -len(known)]}{_ending(kind)}"
    return f"{path}{_ending(kind)}"
