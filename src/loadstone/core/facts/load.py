"""What a file is loaded into, the code and the place that it needs, and how the load went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from loadstone.core.classes import dataclass, field
from loadstone.core.facts.file import TensorFact


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
class Dequantised:
    """The state dict with its quantised tensors made plain, where it is known how."""

    tensors: Mapping[str, TensorFact]
    why: str = ""  # why it is not known, where it is not


@dataclass(frozen=True, slots=True)
class Base:
    """The model that an adapter changes, as the user gave it."""

    path: str
    tensors: Mapping[str, TensorFact]
    entry: str = ""
    tied: bool = False  # its embeddings may be its head too
    why: str = ""  # why it cannot be used, where it cannot


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
class Assignment:
    """How weights of Keras go into the model that is built for them, variable by variable.

    A variable is told as `layer/kernel 4×8`. `moved` and `open` hold a layer of the file, the layer
    of the model that has its place ("" where none has), and the one that has its name.
    """

    reference: str  # as the user gave it: "my_pkg:build(10)", "model.json"
    name: str  # the class that was built
    library: str  # "keras 3.15.0"
    layout: Literal["named", "placed", "objects", "variables"]
    total: int  # variables of the model
    missing: tuple[str, ...] = ()  # of the model, and not of the file
    unexpected: tuple[str, ...] = ()  # of the file, and not of the model
    mismatched: tuple[tuple[str, str], ...] = ()  # of the file and of the model, of other shapes
    moved: tuple[tuple[str, str, str], ...] = ()  # the names are the user's own
    open: tuple[tuple[str, str, str], ...] = ()  # the names are Keras's numbers: either may be
    unnamed: tuple[str, ...] = ()  # layers of equal shapes that their places alone tell apart
    functions: tuple[tuple[str, str, str, str], ...] = ()  # layer, class, argument, Keras's name
    reproduced: str = (
        ""  # what gives the outputs expected of examples: places, names, both, neither
    )
    file: str | None = None
    line: int | None = None

    @property
    def fits(self) -> bool:
        """Whether each variable has its counterpart, whichever way they are told apart."""
        return not (self.missing or self.unexpected or self.mismatched)


@dataclass(frozen=True, slots=True)
class Filling:
    """What a load by the target's own code, which raised nothing, did not do."""

    left: tuple[str, ...] = ()  # tensors of the target that nothing of the file reached
    aside: tuple[str, ...] = ()  # tensors of the file that reached nothing


@dataclass(frozen=True, slots=True)
class Held:
    """Which tensors of a model, loaded by code of the user's, are those of the file."""

    name: str  # of its class
    kept: tuple[str, ...] = ()  # they are
    other: tuple[str, ...] = ()  # the file has another of that name
    absent: tuple[str, ...] = ()  # the file has none of that name, and none that is equal
    infinite: tuple[str, ...] = ()  # numbers of the file are too large for the dtype
    left: tuple[str, ...] = ()  # names in the file that are nowhere in the model
    given: Mapping[str, str] = field(default_factory=dict)  # of `other`: whose numbers they have

    @property
    def wrong(self) -> tuple[str, ...]:
        """The tensors that are not the file's."""
        return (*self.other, *self.absent, *self.infinite)


@dataclass(frozen=True, slots=True)
class Untied:
    """Tensors of the file that hold other bytes, and that the target holds as one parameter."""

    pairs: tuple[tuple[str, str], ...] = ()  # names in the target, each with the first one


@dataclass(frozen=True, slots=True)
class Unfitted:
    """BatchNorms of the file whose running statistics are those that they are built with."""

    modules: tuple[str, ...]
    total: int  # of all that have such statistics


@dataclass(frozen=True, slots=True)
class NotNumbers:
    """Tensors of the model that hold NaN, each with how many of its values are."""

    tensors: Mapping[str, int]
    total: int  # tensors of floating numbers that were read


@dataclass(frozen=True, slots=True)
class AsMade:
    """The vectors of a Keras model that was compiled and took no step: they hold 0 and 1 alone."""

    zeros: tuple[str, ...]  # biases, shifts, means
    ones: tuple[str, ...]  # scales and variances, and biases of which a part is 1


@dataclass(frozen=True, slots=True)
class Trials:
    """Which of the ways in which the file may fit give the outputs expected of the examples.

    `right` are places among `statedict.ways`; two ways that give the same tensors are one. `close`
    is one that differs by more than two runs here do, and by far less than any other.
    """

    examples: int
    tried: int = 0
    right: tuple[int, ...] = ()
    result: Literal["identical", "within tolerance", "close"] = "identical"  # of what is right
    off: float = 0.0  # the largest difference of what is right
    near: tuple[int, ...] = ()  # none is right, and these are as near as rounding may be
    beyond: bool = False  # there are more ways than were tried
    weak: bool = False  # the outputs are no numbers that tell ways apart: nothing was tried


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
    distribution: str = ""  # that has the module, where it is a library's that is not installed
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
class ModelType:
    """Whether the transformers that is installed knows the type of a folder's model."""

    name: str  # "bert"
    installed: str  # the version
    known: bool


@dataclass(frozen=True, slots=True)
class Infinite:
    """Tensors with finite numbers that the dtype of the target makes infinite, by their largest."""

    tensors: Mapping[str, float]
    dtype: str


@dataclass(frozen=True, slots=True)
class Idle:
    """Layers of a LoRA adapter whose second matrix is zero: they add nothing to their base."""

    modules: tuple[str, ...]
    total: int  # of all that it has matrices for


@dataclass(frozen=True, slots=True)
class Applied:
    """How a model that code of the user's loaded stands to an adapter and to its base.

    Each name is one of the base's tensors.
    """

    name: str  # of its class
    added: tuple[str, ...] = ()  # the base's with the adapter: beside it, or merged into it
    bare: tuple[str, ...] = ()  # the base's bits, which the adapter should have changed
    other: tuple[str, ...] = ()  # neither


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
    shadow: str = ""  # the file that is found where the package should be: "models.py"


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
    own: tuple[CodeName, ...] = ()  # all that it would call, where none of it is a library's
    missing: str = ""  # a module that could not be imported
    lines: tuple[str, ...] = ()  # the last words

    @property
    def elsewhere(self) -> bool:
        """Whether what is installed here says nothing of it."""
        return self.where not in ("this process", "this environment")
