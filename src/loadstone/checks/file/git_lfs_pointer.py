"""LS001: a git-LFS pointer in the place of the model."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, number, quoted, suffix, text
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import count, listed, size

ROWS = {  # by suffix: which loader was meant
    ".safetensors": "torch/A15",
    ".json": "torch/K12",
    ".pkl": "sklearn/A01",
    ".pickle": "sklearn/A01",
    ".sav": "sklearn/A01",
    ".joblib": "sklearn/A39",
    ".onnx": "sklearn/O07",
    ".ubj": "sklearn/X31",
    ".h5": "tensorflow/a17",
    ".hdf5": "tensorflow/a17",
    ".keras": "tensorflow/a17",
}
COVERS = ("torch/A01", *dict.fromkeys(ROWS.values()))


@check("LS001", since="0.1", supersedes=("LS014",), covers=COVERS)
def git_lfs_pointer(artifact: Artifact) -> Iterator[Finding]:
    """The file is a git-LFS pointer: the model itself was never downloaded.

    ## Why it breaks
    A repository cloned without git-LFS holds a text of about 130 bytes for every large file.
    torch reads its first letter as a pickle opcode: `Unsupported operand 118` (the `v` of
    `version`), or `invalid load key, 'v'`. No argument of `torch.load` helps.

    ## Example
    ```python fails=LS001
    artifact(format="git-lfs-pointer", content="none", size=130, detail={"size": 44_700_000})
    ```

    ## Fix
    Fetch the file that the pointer names. Its digest is in the pointer, so a download from
    elsewhere can be compared with it.

    ## See also
    <https://git-lfs.com>
    """
    inside = damage(artifact, "lfs-pointer")
    if inside:
        yield _members(artifact, [text(item.detail, "member") for item in inside])
    if artifact.format != "git-lfs-pointer":
        return
    whole, digest = number(artifact.detail, "size"), text(artifact.detail, "oid")
    notes = [f"the pointer names sha256 `{digest.removeprefix('sha256:')}`"] if digest else []
    folder, _, name = artifact.path.replace("\\", "/").rpartition("/")
    place = f"-C {quoted(folder)} " if folder else ""
    yield Finding(
        f"`{artifact.name}` is a git-LFS pointer, not the model",
        at=here(artifact),
        headings=("here", "in LFS storage"),
        rows=() if whole is None else (Row(size(artifact.size), size(whole)),),
        notes=tuple(notes),
        fix=Fix(
            "fetch the file that the pointer names",
            safety="manual",
            shell=f"git lfs install && git {place}lfs pull --include={quoted(name)}",
        ),
        covers=_rows(suffix(artifact)),
    )


def _members(artifact: Artifact, names: list[str]) -> Finding:
    """Files of a folder whose content stayed in LFS storage."""
    one = len(names) == 1
    covers = {row: None for name in names for row in _rows(f".{name.rpartition('.')[2]}")}
    folder = artifact.path if artifact.is_folder else artifact.path.rpartition("/")[0] or "."
    return Finding(
        f"{count(len(names), 'file')} of `{artifact.name}` {'is a' if one else 'are'} git-LFS "
        f"{'pointer' if one else 'pointers'}: {listed(names)}",
        at=here(artifact, names[0]),
        fix=Fix(
            "fetch the files that the pointers name",
            safety="manual",
            shell=f"git lfs install && git -C {quoted(folder)} lfs pull",
        ),
        covers=tuple(covers),
    )


def _rows(ending: str) -> tuple[str, ...]:
    row = ROWS.get(ending, "torch/A01")
    return (row, "sklearn/X31") if ending == ".json" else (row,)
