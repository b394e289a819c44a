"""LS006: the file ends before its content does."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, number, suffix
from loadstone.core import (
    Artifact,
    Finding,
    Fix,
    Row,
    Salvage,
    TensorFact,
    Weights,
    check,
    dtypes,
)
from loadstone.core.facts import Damage
from loadstone.core.words import count, listed

ROWS_OF = {
    "torch-zip": "torch/A04",
    "zip": "torch/A04",
    "torch-legacy": "torch/A05",
    "safetensors": "torch/A16",
}
ROWS = {
    **{key: (row,) for key, row in ROWS_OF.items()},
    "pickle": ("sklearn/A10",),
    "onnx": ("sklearn/O08",),
    "xgboost-ubj": ("sklearn/X30",),
    "keras-h5": ("tensorflow/a18",),
    "hdf5": ("tensorflow/a18",),
}
KERAS = "tensorflow/a19"  # of an archive that is cut off, the name alone tells whose it was
JOBLIB = {"arrays": "sklearn/A11", "compressed": "sklearn/A12", "opcodes": "sklearn/A43"}
HELD = frozenset(dtypes.SAFETENSORS.values())  # what a salvage can write
COVERS = (*(row for rows in ROWS.values() for row in rows), *JOBLIB.values(), KERAS)
AT_LEAST = ("torch-zip", "zip", "keras")  # what comes after the tensors is not known
SALVAGED = (*ROWS_OF, "npz", "npy", "hdf5", "keras-h5", "gguf")  # a prefix of each is what it was
UNKNOWN = ("npz", "hdf5", "keras-h5")  # nothing before the cut tells all that came after it
SUPERSEDES = ("LS007", "LS014", "LS400", "LS401", "LS406", "LS710")


@check("LS006", since="0.1", supersedes=SUPERSEDES, covers=COVERS)
def truncated(artifact: Artifact, weights: Weights | None) -> Iterator[Finding]:
    """The file ends before its content does.

    ## Why it breaks
    The download or the copy was interrupted, or the disk was full while saving. A zip archive has
    its directory at the very end, so torch cannot find it (`failed finding central directory`; for
    some sizes `Invalid argument`). The legacy format says `unexpected EOF`, safetensors
    `incomplete metadata, file not fully covered`.

    ## Example
    ```python fails=LS006
    artifact(damage=[damage("truncated", have=3_000, need=5_000, whole=2, of=6)])
    ```

    ## Fix
    Copy or download it again, and compare the size. Unsafe: the tensors that lie wholly before the
    cut are taken as they are, and the report and the recipe say which are whole and which are
    lost. Checksums stand at the end of an archive, so nothing says that these bytes are the ones
    that were saved; those of an npz stand before each array, and are compared. A model with some
    of its tensors is not that model.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    for item in damage(artifact, "truncated")[:1]:
        have, need = number(item.detail, "have"), number(item.detail, "need")
        whole, of = number(item.detail, "whole"), number(item.detail, "of")
        notes = [item.why]
        if whole is not None and of is not None:
            notes.append(f"{whole:,} of {count(of, 'tensor')} lie wholly before the cut")
        if artifact.format in UNKNOWN and artifact.tensors:
            notes.append("which tensors came after the cut, the rest of the file does not tell")
        short = ""
        rows: tuple[Row, ...] = ()
        if have is not None and need is not None:
            least = "at least " if artifact.format in AT_LEAST else ""
            verb = "is" if need - have == 1 else "are"
            short = f": {least}{count(need - have, 'byte')} {verb} missing"
            rows = (Row(count(have, "byte"), f"{least}{count(need, 'byte')}"),)
        whole_ones, lost = _split(artifact, weights)
        salvage = _salvage(artifact, weights, whole_ones, lost)
        if whole_ones and salvage is None and artifact.format in SALVAGED:
            notes.append(f"whole: {listed(whole_ones)}")
        yield Finding(
            f"`{artifact.name}` is cut off{short}",
            at=here(artifact, offset=item.at),
            headings=("here", "needed"),
            rows=rows,
            notes=tuple(notes),
            fix=_fix(artifact, salvage)
            if salvage is not None
            else Fix("copy or download it again, and compare the size", safety="manual"),
            covers=_rows(artifact, item),
        )


Keys = tuple[str, ...]


def _split(artifact: Artifact, weights: Weights | None) -> tuple[Keys, Keys]:
    """Return the keys of the tensors that are whole, and of the others."""
    if weights is None:
        return (), ()
    wrong = {str(item.detail.get("member")) for item in damage(artifact, "crc")}
    whole = {
        key: None
        for key, fact in weights.items()
        if _is_whole(fact, artifact.size) and f"{key}.npy" not in wrong
    }
    return tuple(whole), tuple(key for key in weights if key not in whole)


def _salvage(
    artifact: Artifact, weights: Weights | None, whole: Keys, lost: Keys
) -> Salvage | None:
    """Return which tensors are kept, where there are some and nothing else is wrong."""
    known = ("truncated", "crc") if artifact.format == "npz" else ("truncated",)
    other = [item for item in artifact.damage if item.kind not in known]
    if weights is None or artifact.format not in SALVAGED or artifact.disagreements or other:
        return None
    if not whole or any(weights[key].dtype not in HELD for key in whole):
        return None
    return Salvage(whole, lost)


def _is_whole(fact: TensorFact, size: int) -> bool:
    extent = fact.extent
    if extent is None or extent.file:
        return False
    held = extent.nbytes if extent.packed is None else extent.packed
    return extent.offset + held <= size


def _fix(artifact: Artifact, salvage: Salvage) -> Fix:
    title = f"write the {count(len(salvage.whole), 'tensor')} before the cut"
    after = "what came after the cut" if artifact.format in UNKNOWN else ""
    lost = " and ".join(filter(None, (listed(salvage.lost) if salvage.lost else "", after)))
    if lost:
        title += f", {listed(salvage.whole)}; lost: {lost}"
    proof = "each lies wholly in the file with its exact size"
    summed = all(item.detail.get("summed") for item in damage(artifact, "truncated"))
    return Fix(
        title,
        (salvage,),
        safety="unsafe",
        proof=proof + (" and the checksum before it" if summed else "; checksums are cut off"),
    )


def _rows(artifact: Artifact, item: Damage) -> tuple[str, ...]:
    """Return the rows: joblib is cut in its container, inside an array, or between opcodes."""
    if artifact.format == "joblib" or suffix(artifact) == ".joblib":
        packed = artifact.detail.get("compression")
        where = "compressed" if packed else "arrays" if "array" in item.why else "opcodes"
        return (JOBLIB[where],)
    if artifact.format == "zip" and suffix(artifact) == ".keras":
        return (KERAS,)
    return ROWS.get(artifact.format, ())
