"""Fixes as data: what to do to the tensors of an artifact, in order, or to its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from loadstone.core.classes import dataclass, field, names
from loadstone.core.jsonable import Json, from_json, to_json


@dataclass(frozen=True, slots=True)
class SelectEntry:
    """Keep the state dict that lies under `entry` of a checkpoint."""

    op: ClassVar[str] = "select-entry"
    entry: str


@dataclass(frozen=True, slots=True)
class ExtractTensors:
    """Take the tensors out of their container (a whole model, a broken or unpacked archive)."""

    op: ClassVar[str] = "extract-tensors"
    source: str  # "module", "folder", "archive"


@dataclass(frozen=True, slots=True)
class RenameKeys:
    """Rename keys: remove whole segments anywhere, then map what remains."""

    op: ClassVar[str] = "rename-keys"
    strip_segments: tuple[str, ...] = ()  # "module", "_orig_mod"
    strip: str = ""  # a prefix
    add: str = ""  # a prefix
    names: Mapping[str, str] = field(default_factory=dict)  # exact keys, after the above

    def __call__(self, key: str) -> str:
        """Return the new name of `key`."""
        if self.strip_segments:
            kept = [part for part in key.split(".") if part not in self.strip_segments]
            key = ".".join(kept)
        if self.strip:
            key = key.removeprefix(self.strip)
        key = self.add + key
        return self.names.get(key, key)


@dataclass(frozen=True, slots=True)
class DropKeys:
    """Leave out keys that the target does not have and that hold no trained value."""

    op: ClassVar[str] = "drop-keys"
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transpose:
    """Turn matrices round: rows become columns."""

    op: ClassVar[str] = "transpose"
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reshape:
    """Add or remove axes of size 1: `8×4×1×1` and `8×4` hold the same numbers in the same order."""

    op: ClassVar[str] = "reshape"
    shapes: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Split:
    """Cut a tensor along its first axis."""

    op: ClassVar[str] = "split"
    key: str
    into: Mapping[str, int]  # name to number of rows, in order


@dataclass(frozen=True, slots=True)
class Concatenate:
    """Put tensors together along their first axis."""

    op: ClassVar[str] = "concatenate"
    keys: tuple[str, ...]
    into: str


@dataclass(frozen=True, slots=True)
class ResizeRows:
    """Keep the first rows of tensors, or put rows of zeros after those that are there."""

    op: ClassVar[str] = "resize-rows"
    rows: Mapping[str, int]  # name to the number of rows afterwards


@dataclass(frozen=True, slots=True)
class CopyKeys:
    """Give a tensor a second name, for a parameter that the target ties to it."""

    op: ClassVar[str] = "copy-keys"
    names: Mapping[str, str]  # the new name to the one that is there


@dataclass(frozen=True, slots=True)
class FillKeys:
    """Add buffers whose values are known: counters at zero, positions in order."""

    op: ClassVar[str] = "fill-keys"
    shapes: Mapping[str, tuple[int, ...]]
    dtype: str
    value: Literal["zeros", "arange"]  # the last counts along the last axis


@dataclass(frozen=True, slots=True)
class FoldNorm:
    """Compute weights as torch does before each forward: `g·v/‖v‖`, `w/σ`."""

    op: ClassVar[str] = "fold-norm"
    norm: Literal["weight", "spectral"]
    keys: Mapping[str, tuple[str, ...]]  # the weight to its g and v; to its w, u and v
    axis: int = 0  # whose slices have a length of their own: the spectral norm of what it counts


@dataclass(frozen=True, slots=True)
class PartNorm:
    """Part weights into their lengths and themselves, of which `weight_norm` makes them again."""

    op: ClassVar[str] = "part-norm"
    keys: Mapping[str, tuple[str, ...]]  # the weight to its g and v
    shapes: Mapping[str, tuple[int, ...]]  # of each g


@dataclass(frozen=True, slots=True)
class RetagDevice:
    """Store the tensors without the device that they were on."""

    op: ClassVar[str] = "retag-device"
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class Salvage:
    """Keep the tensors that lie whole in a file that is cut off."""

    op: ClassVar[str] = "salvage"
    whole: tuple[str, ...]
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unwrap:
    """Write the one model file of an archive, or of a compressed file, beside it."""

    op: ClassVar[str] = "unwrap"
    name: str  # of the file that is written
    member: str = ""  # inside the archive; "" where the whole file is one compressed stream


@dataclass(frozen=True, slots=True)
class UndoLineEndings:
    """Write the file beside it with a line feed for each carriage return and line feed."""

    op: ClassVar[str] = "undo-line-endings"
    name: str  # of the file that is written


@dataclass(frozen=True, slots=True)
class DecodeText:
    """Write beside the file the bytes that it holds as text."""

    op: ClassVar[str] = "decode-text"
    name: str  # of the file that is written
    coding: str  # "base64", "base64url", "hex"; "repr", as Python prints bytes


@dataclass(frozen=True, slots=True)
class DropOperator:
    """Write the SavedModel's folder beside it, without an operator that serves saving only."""

    op: ClassVar[str] = "drop-operator"
    name: str  # of the folder that is written
    operator: str


@dataclass(frozen=True, slots=True)
class ForgetConfiguration:
    """Write the SavedModel's folder beside it, without the empty configuration of its class."""

    op: ClassVar[str] = "forget-configuration"
    name: str  # of the folder that is written


@dataclass(frozen=True, slots=True)
class DropArguments:
    """Write the Keras model beside it, without arguments of layers that Keras 3 does not have."""

    op: ClassVar[str] = "drop-arguments"
    name: str  # of the file that is written
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RenameGroups:
    """Write Keras weights beside it in the groups of 2.14, which 2.12 and 2.13 named otherwise."""

    op: ClassVar[str] = "rename-groups"
    name: str  # of the file that is written


@dataclass(frozen=True, slots=True)
class RetagProgram:
    """Write the program of torch beside it for the CPU; its tensors stay byte for byte."""

    op: ClassVar[str] = "retag-program"
    name: str  # of the file that is written


@dataclass(frozen=True, slots=True)
class CutModel:
    """Write beside the pickle the XGBoost model that is whole inside it."""

    op: ClassVar[str] = "cut-model"
    name: str  # of the file that is written


@dataclass(frozen=True, slots=True)
class RenameGlobals:
    """Write the pickle beside it with the names that numpy 1 has for those of numpy 2."""

    op: ClassVar[str] = "rename-globals"
    name: str  # of the file that is written


@dataclass(frozen=True, slots=True)
class DropParameters:
    """Write the LightGBM text beside it, without the parameters that it was trained with."""

    op: ClassVar[str] = "drop-parameters"
    name: str  # of the file that is written


@dataclass(frozen=True, slots=True)
class RewriteState:
    """Write the model beside it as the libraries at hand pickle it."""

    op: ClassVar[str] = "rewrite-state"
    name: str  # of the file that is written
    done: tuple[str, ...]  # what is brought to their versions


@dataclass(frozen=True, slots=True)
class ArchiveModel:
    """Write the model of Keras 2 beside it as the archive of the Keras 3 at hand."""

    op: ClassVar[str] = "archive-model"
    name: str  # of the file that is written


@dataclass(frozen=True, slots=True)
class PlaceWeights:
    """Write weights beside them in the places of the model that they are for, by their names."""

    op: ClassVar[str] = "place-weights"
    name: str  # of the file that is written
    done: tuple[str, ...]  # what goes elsewhere than its place says


@dataclass(frozen=True, slots=True)
class PackFolder:
    """Write the files of a folder beside it as a zip archive, without compressing them."""

    op: ClassVar[str] = "pack-folder"
    name: str  # of the file that is written


@dataclass(frozen=True, slots=True)
class MergePieces:
    """Write the tensors of a distributed checkpoint beside it, as one safetensors file."""

    op: ClassVar[str] = "merge-pieces"
    name: str  # of the file that is written
    entry: str = ""  # the keys that lead to the state dict


@dataclass(frozen=True, slots=True)
class MergeAdapter:
    """Write the weights of a base, with those of an adapter merged into them."""

    op: ClassVar[str] = "merge-adapter"
    name: str  # of the file that is written
    base: str  # where the base lies
    entry: str = ""  # the state dict meant there


@dataclass(frozen=True, slots=True)
class Dequantise:
    """Write the tensors with the quantised ones made plain: what they stand for, in floats."""

    op: ClassVar[str] = "dequantise"
    name: str  # of the file that is written
    entry: str = ""  # the keys that lead to the state dict


# made on disk, before anything is done to tensors
FileEdit = (
    Unwrap
    | UndoLineEndings
    | DecodeText
    | PackFolder
    | MergePieces
    | MergeAdapter
    | Dequantise
    | DropOperator
    | ForgetConfiguration
    | DropArguments
    | RetagProgram
    | RewriteState
    | ArchiveModel
    | PlaceWeights
    | CutModel
    | RenameGlobals
    | RenameGroups
    | DropParameters
)
# done to the tensors, whatever file holds them
TensorEdit = (
    RenameKeys
    | DropKeys
    | Transpose
    | Reshape
    | Split
    | Concatenate
    | ResizeRows
    | CopyKeys
    | FillKeys
    | FoldNorm
    | PartNorm
    | RetagDevice
    | Salvage
)
Edit = SelectEntry | ExtractTensors | TensorEdit | FileEdit
_KINDS: dict[str, type[Any]] = {
    kind.op: kind
    for kind in (
        SelectEntry,
        ExtractTensors,
        RenameKeys,
        DropKeys,
        Transpose,
        Reshape,
        Split,
        Concatenate,
        ResizeRows,
        CopyKeys,
        FillKeys,
        FoldNorm,
        PartNorm,
        RetagDevice,
        Salvage,
        Unwrap,
        UndoLineEndings,
        DecodeText,
        DropOperator,
        ForgetConfiguration,
        DropArguments,
        RetagProgram,
        RewriteState,
        ArchiveModel,
        PlaceWeights,
        CutModel,
        RenameGlobals,
        RenameGroups,
        DropParameters,
        PackFolder,
        MergePieces,
        MergeAdapter,
        Dequantise,
    )
}


def edit_to_json(edit: Edit) -> Json:
    """Return the edit as a JSON object; fields that say nothing are left out."""
    values = {name: value for name, value in to_json(edit).items() if value not in ("", [], {})}
    return {"op": edit.op, **values}


def edit_from_json(value: Json) -> Edit:
    """Return the edit that `edit_to_json` wrote.

    Raises `ValueError` for an unknown `op` or for fields that do not fit.
    """
    if not isinstance(value, dict) or value.get("op") not in _KINDS:
        given = value.get("op") if isinstance(value, dict) else value
        raise ValueError(f"`{given}` is not an edit; edits are {', '.join(_KINDS)}")
    kind = _KINDS[value["op"]]
    known = names(kind) or ()
    given = {name: item for name, item in value.items() if name != "op"}
    unknown = sorted(set(given).difference(known))
    if unknown:
        raise ValueError(f"`{kind.op}` has no `{unknown[0]}`")
    edit: Edit = from_json(kind, given)
    return edit
