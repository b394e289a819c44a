"""What readers, adapters, bundles and the environment report: frozen, checked, JSON-able."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Literal

from loadstone.core import dtypes
from loadstone.core.classes import dataclass, field
from loadstone.core.verdict import Predicts, worst

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
    def tensors(self) -> int:
        """How many tensors all state dicts hold together."""
        return sum(len(state.tensors) for state in self.state_dicts)

    @property
    def name(self) -> str:
        """The last part of the path; the whole of it for a root."""
        return self.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or self.path


@dataclass(frozen=True, slots=True)
class Weights(Mapping[str, TensorFact]):
    """The state dict that a load would use: names to tensors."""

    path: str  # of the artifact
    tensors: Mapping[str, TensorFact]
    entry: str = ""  # the keys inside the artifact that lead to it
    others: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> TensorFact:
        return self.tensors[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tensors)

    def __len__(self) -> int:
        return len(self.tensors)


@dataclass(frozen=True, slots=True)
class Target(Mapping[str, TensorFact]):
    """The code that the model is loaded into, and the tensors that it expects."""

    name: str  # "my_pkg.Net"
    tensors: Mapping[str, TensorFact]
    reference: str = ""  # as the user gave it: "my_pkg:Net(10)"
    file: str | None = None
    line: int | None = None
    class_name: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)  # tied: name to the first name
    extras: tuple[str, ...] = ()  # keys that are no tensors: "fc._extra_state"
    modules: Mapping[str, str] = field(default_factory=dict)  # module path to class name
    framework: str = ""  # "torch 2.13.0"
    accepts: bool | None = None  # what the framework's own strict load said to these names
    refusal: str = ""  # its words

    def __getitem__(self, key: str) -> TensorFact:
        return self.tensors[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tensors)

    def __len__(self) -> int:
        return len(self.tensors)


@dataclass(frozen=True, slots=True)
class Unasked:
    """A target that was named and not built: the artifact holds nothing to load into it."""

    reference: str


@dataclass(frozen=True, slots=True)
class TargetProblem:
    """Why the target could not be built.

    `kind`: `module-missing`, `module-raised`, `name-missing`, `arguments-missing`,
    `constructor-raised`, `not-a-model`, `framework-missing`.
    """

    reference: str
    kind: str
    why: str
    nearest: tuple[str, ...] = ()  # names close to the one asked for, or arguments that lack
    accepting: tuple[str, ...] = ()  # targets in the same module that accept the file strictly
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """Where the load would happen."""

    python: str
    distributions: Mapping[str, str] = field(default_factory=dict)  # name to version
    platform: str = ""
    devices: tuple[str, ...] = ("cpu",)  # that the framework could use
    variables: Mapping[str, str] = field(default_factory=dict)  # those that change a load


@dataclass(frozen=True, slots=True)
class Code:
    """Which of the names that an artifact needs are here.

    `state` is `present`, `module-missing`, `name-missing` or `main` (the name belongs to a
    `__main__` that is gone); `found` are places in the current folder that define the name.
    """

    names: tuple[CodeName, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeName:
    """One name that the artifact needs, and whether it is here."""

    module: str
    name: str
    state: Literal["present", "module-missing", "name-missing", "main"]
    distribution: str | None = None
    found: tuple[str, ...] = ()  # "net:SimpleNet"
    library_here: bool = False  # the top-level package is, whatever it lacks
    moved_to: str | None = None  # where the library that is here has it
    versions: str = ""  # of the library that have the name, where that is known: "<=0.23.2"


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of a bundle that is not as its manifest says."""

    name: str
    kind: Literal["changed", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle's manifest says, and where the files beside it do not agree."""

    path: str
    schema: str
    created: str = ""
    framework: str = ""
    forms: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    witnesses: int = 0
    changes: tuple[FileChange, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)  # versions at save
    unproven: tuple[str, ...] = ()  # what the save could not prove, in words
    replaced: tuple[str, ...] = ()  # steps that the caller replaced for this load
    code: tuple[str, ...] = ()  # classes and functions held as source


@dataclass(frozen=True, slots=True)
class StageReplay:
    """One stage of the witnesses, predicted again and compared with what was recorded."""

    stage: Literal["preprocess", "model", "postprocess"]
    result: Predicts
    difference: float | None = None  # largest absolute difference, where it is a number
    tolerance: float | None = None  # measured at save
    moved: int = 0  # witnesses that differ
    example: str = ""  # the first that differs: what was recorded and what came now
    error: str = ""  # where the stage raised instead


@dataclass(frozen=True, slots=True)
class Replay:
    """The witnesses, predicted again; each stage is fed what was *recorded* before it."""

    witnesses: int
    stages: tuple[StageReplay, ...]
    form: str = ""
    whole: Predicts = "unproven"  # inputs to final outputs, end to end
    repeatable: bool | None = None  # two runs agree
    where: str = "this process"
    unloaded: Literal["", "code", "model"] = ""  # what did not load, so that nothing was predicted


@dataclass(frozen=True, slots=True)
class Lookups:
    """How often a vocabulary or a table of categories was asked for what it does not hold."""

    name: str  # of the table: "vocab_map"
    looked_up: int
    unknown: int
    examples: tuple[str, ...] = ()  # the first unknown keys
    rate_at_save: float | None = None  # share of unknown look-ups over the examples of the save


@dataclass(frozen=True, slots=True)
class Coverage:
    """What preprocessing met in the inputs of one call that it did not know."""

    lookups: tuple[Lookups, ...] = ()


@dataclass(frozen=True, slots=True)
class SaveFacts:
    """What was measured while a model was saved."""

    name: str  # the class of the model
    training: tuple[str, ...] = ()  # modules left in training mode that then behave otherwise
    differs_in_training: float | None = None  # largest difference, as given against eval mode
    repeatable: bool = True  # two runs in eval mode agree
    first_unrepeatable: str = ""  # stage, or module path, where two runs first disagree
    difference: float | None = None  # the largest between two runs
    uncaptured: tuple[Uncaptured, ...] = ()
    expected_reproduced: Predicts = "unproven"  # where the user gave expected outputs
    expected_difference: float | None = None
    untrained: tuple[str, ...] = ()  # tensors that are no part of any state dict


@dataclass(frozen=True, slots=True)
class Uncaptured:
    """Something that a bundle could not hold, and the way to supply it."""

    name: str
    why: str
    supply: str


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """A plain attribute of a module that is not as it was when the bundle was saved."""

    module: str  # path, "" for the root
    name: str  # of the attribute, or "class"
    saved: str
    now: str


@dataclass(frozen=True, slots=True)
class Construction:
    """How the target of a bundle is built, against how the saved model was; shapes may agree."""

    changes: tuple[AttributeChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """A load that predictions were asked of: whether code may run for it, and how it went.

    `error` is `unaudited`, `unread`, `changed`, `old`, `companion`, `missing`, `library-missing`,
    `object`, `process-died` or `raised`; "" where it has not failed.
    """

    trusted: bool = False  # the user trusts whoever wrote the file
    where: str = "this process"  # "this environment" in a process of its own; or the interpreter
    loaded: bool = False
    error: str = ""
    why: str = ""  # in a line
    names: tuple[str, ...] = ()  # what it would call
    missing: str = ""  # a module that could not be imported
    lines: tuple[str, ...] = ()  # the last words

    @property
    def elsewhere(self) -> bool:
        """Whether what is installed here says nothing of it."""
        return self.where not in ("this process", "this environment")


@dataclass(frozen=True, slots=True)
class Ran:
    """A model in one environment: what was there, and why it did not predict, where it did not."""

    where: str  # "this environment", or the interpreter
    python: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)  # of the libraries it imported
    error: str = ""  # in a line


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One row whose output is another, in words."""

    row: int  # from 0
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class OutputDrift:
    """One output of all rows, in two environments."""

    name: str  # "predictions", "probabilities"
    result: Predicts
    difference: float | None = None  # the largest absolute one, where it is of numbers
    largest_at: int | None = None  # the row of that
    tolerance: float | None = None  # up to which a row counts as the same
    moved: tuple[int, ...] = ()  # rows beyond it
    examples: tuple[MovedRow, ...] = ()  # the first of them


@dataclass(frozen=True, slots=True)
class Drift:
    """The same rows, predicted in the environment that a file was made in and in another."""

    rows: int
    library: str  # the distribution whose model it is
    before: Ran
    now: Ran
    outputs: tuple[OutputDrift, ...] = ()

    @property
    def same(self) -> bool:
        """Whether both predicted, and every output is the same."""
        return self.result in ("identical", "within tolerance")

    @property
    def result(self) -> Predicts:
        """The verdict on all outputs; `unproven` where one of the two did not predict."""
        return worst([item.result for item in self.outputs])

    @property
    def moved(self) -> tuple[int, ...]:
        """The rows of which any output is another."""
        return tuple(sorted({row for item in self.outputs for row in item.moved}))

    @property
    def largest(self) -> OutputDrift | None:
        """The output with the largest difference, where there is one."""
        found = [item for item in self.outputs if item.difference]
        return max(found, key=lambda item: item.difference or 0.0, default=None)

    @property
    def changed(self) -> dict[str, tuple[str, str]]:
        """Libraries whose version differs, the model's own first: before and now."""
        pairs = {
            name: (version, self.now.versions[name])
            for name, version in self.before.versions.items()
            if self.now.versions.get(name, version) != version
        }
        return dict(sorted(pairs.items(), key=lambda item: item[0] != self.library))

    @property
    def versions(self) -> str:
        """Such as `scikit-learn 1.2.1 → 1.9.1`."""
        wrote = self.before.versions.get(self.library)
        if wrote and self.library not in self.now.versions:
            return f"{self.library} {wrote} → not installed"
        for name, (before, now) in self.changed.items():
            return f"{name} {before} → {now}"
        if self.before.python != self.now.python:
            return f"Python {self.before.python} → {self.now.python}"
        same = self.before.versions.get(self.library)
        return f"{self.library} {same} in both" if same else f"Python {self.now.python} in both"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A pickled model as the libraries at hand pickle it, beside the rebuilt original."""

    name: str  # of the file that it would be
    done: tuple[str, ...] = ()  # what was brought to these versions, a line each
    given: int = 0  # rows of the user's, which come first
    made: Mapping[str, int] = field(default_factory=dict)  # rows made for it, by what they are
    drift: Drift | None = None  # what it then predicts, against where it was made
    error: str = ""  # why there is none
    raised: Mapping[str, str] = field(default_factory=dict)  # methods that raised in both

    @property
    def proved(self) -> bool:
        """Whether every output of every row is the same."""
        return not self.error and self.drift is not None and self.drift.same
