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
COVERS = (*(row for rows in ROWS.values() for row in rows), *JOBLIB.values(), KERAS)
AT_LEAST = ("torch-zip", "zip", "keras")  # what comes after the tensors is not known
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
    that were saved. A model with some of its tensors is not that model.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    for item in damage(artifact, "truncated")[:1]:
        have, need = number(item.detail, "have"), number(item.detail, "need")
        whole, of = number(item.detail, "whole"), number(item.detail, "of")
        notes = [item.why]
        if whole is not None and of is not None:
            notes.append(f"{whole:,} of {count(of, 'tensor')} lie wholly before the cut")
        short = ""
        rows: tuple[Row, ...] = ()
        if have is not None and need is not None:
            least = "at least " if artifact.format in AT_LEAST else ""
            verb = "is" if need - have == 1 else "are"
            short = f": {least}{count(need - have, 'byte')} {verb} missing"
            rows = (Row(count(have, "byte"), f"{least}{count(need, 'byte')}"),)
        salvage = _salvage(artifact, weights)
        yield Finding(
            f"`{artifact.name}` is cut off{short}",
            at=here(artifact, offset=item.at),
            headings=("here", "needed"),
            rows=rows,
            notes=tuple(notes),
            fix=_fix(salvage)
            if salvage is not None
            else Fix("copy or download it again, and compare the size", safety="manual"),
            covers=_rows(artifact, item),
        )


def _salvage(artifact: Artifact, weights: Weights | None) -> Salvage | None:
    """Return which tensors are whole, where there are some and nothing else is wrong."""
    other = [item for item in artifact.damage if item.kind != "truncated"]
    if weights is None or artifact.format not in ROWS_OF or artifact.disagreements or other:
        return None
    whole = tuple(key for key, fact in weights.items() if _is_whole(fact, artifact.size))
    if not whole:
        return None
    return Salvage(whole, tuple(key for key in weights if key not in set(whole)))


def _is_whole(fact: TensorFact, size: int) -> bool:
    extent = fact.extent
    if extent is None or extent.file:
        return False
    held = extent.nbytes if extent.packed is None else extent.packed
    return extent.offset + held <= size


def _fix(salvage: Salvage) -> Fix:
    title = f"write the {count(len(salvage.whole), 'tensor')} before the cut"
    if salvage.lost:
        title += f", {listed(salvage.whole)}; lost: {listed(salvage.lost)}"
    return Fix(
        title,
        (salvage,),
        safety="unsafe",
        proof="each lies wholly in the file with its exact size; checksums are cut off",
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
