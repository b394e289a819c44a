"""What a reader says of a file or a folder."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from loadstone.core import dtypes
from loadstone.core.classes import dataclass, field

RunsCode = Literal["no", "library", "yes", "unknown"]
Content = Literal[
    "state-dict",  # names to tensors, and nothing else
    "checkpoint",  # a dictionary that holds one or more state dicts beside other things
    "module",  # a whole pickled model
    "tensor",  # one tensor, or a plain collection of tensors
    "program",  # a graph that needs no class: TorchScript, torch.export, SavedModel, ONNX
    "model",  # structure and weights in a library's own words: Keras, a booster, a folder
    "architecture",  # the structure alone, without weights
    "object",  # some other pickled object
    "bundle",  # ours
    "container",  # an archive or folder that holds other files
    "none",  # not a model at all
]


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a tensor's bytes lie: a strided view of a storage inside a file."""

    file: str  # path relative to the artifact, "" for the artifact itself
    offset: int  # of the storage's first byte in that file
    nbytes: int  # of the whole storage
    first: int  # element of the storage that the view starts at
    stride: tuple[int, ...]  # in elements
    storage: str  # equal for tensors that share memory
    byteorder: Literal["little", "big"] = "little"
    packed: int | None = None  # bytes that the storage takes deflated; None where it is stored


@dataclass(frozen=True, slots=True)
class TensorFact:
    """A tensor's element type and shape; equal when both are, wherever the bytes lie."""

    dtype: str
    shape: tuple[int, ...]
    device: str | None = field(default=None, compare=False)  # as tagged in the file: "cuda:3"
    extent: Extent | None = field(default=None, compare=False)
    kind: str = field(default="tensor", compare=False)  # tensor, parameter, buffer

    def __post_init__(self) -> None:
        if not dtypes.known(self.dtype):
            raise ValueError(f"`{self.dtype}` is not a canonical dtype")
        if any(not isinstance(size, int) or size < 0 for size in self.shape):
            raise ValueError(f"`{self.shape}` is not a shape")

    @property
    def count(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """The bytes of the elements when packed."""
        return dtypes.nbytes(self.dtype, self.count)

    def __str__(self) -> str:
        """`float32 64×3×7×7`; a scalar is `float32 scalar`."""
        return f"{self.dtype} {'×'.join(map(str, self.shape)) or 'scalar'}"


@dataclass(frozen=True, slots=True)
class StateDict:
    """A dictionary of names to tensors found inside an artifact."""

    path: str  # the keys that lead to it, joined by "."; "" for the root
    tensors: Mapping[str, TensorFact]
    others: Mapping[str, str] = field(default_factory=dict)  # keys with other values, described
    role: Literal["model", "ema", "optimizer", "other"] = "model"


@dataclass(frozen=True, slots=True)
class GlobalFact:
    """A class or function that opening the artifact would look up."""

    module: str
    name: str
    uses: tuple[str, ...] = ()  # reference, call, new, build; config: named by a JSON, not pickled
    at: int | None = None  # byte

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class ModuleFact:
    """One module of a whole pickled model, as its pickle describes it."""

    path: str  # "" for the root, then "layer1.0"
    module: str
    name: str
    attributes: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    unregistered: tuple[str, ...] = ()  # tensors held as plain attributes: in no state dict


@dataclass(frozen=True, slots=True)
class PortFact:
    """One input or output of a model; None is a size that the caller chooses."""

    name: str
    dtype: str | None = None  # canonical, None where the file does not say
    shape: tuple[int | str | None, ...] | None = None  # None where even the rank is open


@dataclass(frozen=True, slots=True)
class SignatureFact:
    """One way in which a model is called."""

    name: str  # "serving_default"; "" where there is only one
    inputs: tuple[PortFact, ...] = ()
    outputs: tuple[PortFact, ...] = ()


@dataclass(frozen=True, slots=True)
class PartFact:
    """One file of a folder or of an archive that is, or belongs to, a model."""

    path: str  # inside the artifact
    format: str
    size: int = 0
    content: Content = "none"
    role: str = ""  # weights, config, tokenizer, code, environment, …


@dataclass(frozen=True, slots=True)
class Damage:
    """What a reader saw wrong with the bytes.

    `kind` is a word that checks decide by: `truncated`, `crc`, `trailing`, `crlf`, `layout`,
    `duplicate-member`, `malformed`, `limit`, …
    """

    kind: str
    why: str
    at: int | None = None
    detail: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


# how calls begin that are none, but work without a measure; the judge of pickles writes them
_WORK = ("what makes ", "what hashes a key whose ", "what fills a table ", "what compiles ")


@dataclass(frozen=True, slots=True)
class Artifact:
    """The file or directory as found, described without running it."""

    path: str
    format: str
    content: Content
    size: int
    framework: str | None = None
    producer: Mapping[str, str | None] = field(default_factory=dict)
    is_folder: bool = False
    state_dicts: tuple[StateDict, ...] = ()
    entries: Mapping[str, str] = field(default_factory=dict)  # of the root dictionary, described
    modules: tuple[ModuleFact, ...] = ()  # or layers, or the steps of a pipeline
    signatures: tuple[SignatureFact, ...] = ()
    ops: Mapping[str, int] = field(default_factory=dict)  # "MatMul", "ai.onnx.ml::Scaler" to uses
    parts: tuple[PartFact, ...] = ()
    requires: Mapping[str, str] = field(default_factory=dict)  # distribution to what the file asks
    globals: tuple[GlobalFact, ...] = ()
    opening_runs_code: RunsCode = "no"
    calls: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()  # tags, in order of first appearance
    protocol: int | None = None  # of the pickle
    damage: tuple[Damage, ...] = ()
    disagreements: tuple[Damage, ...] = ()  # where two readers of this file would differ
    detail: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)

    @property
    def opening_is_work(self) -> bool:
        """Whether opening it runs no other code, and takes more time or memory than it should."""
        told = self.opening_runs_code == "yes" and self.calls
        return bool(told) and all(call.startswith(_WORK) for call in self.calls)

    @property
    def unindexed(self) -> bool:
        """Whether nothing is wrong but that the index of its shards, which are here, is not."""
        return bool(self.damage) and all(item.detail.get("what") == "index" for item in self.damage)

    @property
    def tensors(self) -> int:
        """How many tensors all state dicts hold together."""
        return sum(len(state.tensors) for state in self.state_dicts)

    @property
    def name(self) -> str:
        """The last part of the path; the whole of it for a root."""
        return self.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or self.path
