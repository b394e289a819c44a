"""The table of captured values: every object once, by number, with how each was reached."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from .capture_atoms import atom
from .capture_modules import home_of
from .capture_source import NoSource, Slice, Sources

Node = dict[str, Any]
Ref = Any  # JSON: an atom as it is, or a list of a kind and its value
Encoder = Callable[["Graph", int, Any], Node | None]


@dataclass(frozen=True)
class Problem:
    """What could not be captured: `name` is where it was reached, `supply` the way to give it."""

    name: str
    why: str
    supply: str


@dataclass
class Module:
    """One generated module: its statements, and what its global names stand for."""

    key: str
    name: str
    space: dict[str, Any]
    package: bool
    statements: list[str] = field(default_factory=list)
    names: dict[str, Ref] = field(default_factory=dict)
    owners: list[Node] = field(default_factory=list)  # the nodes that count its statements
    flags: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)  # calls of libraries that may read a file
    by_code: dict[int, tuple[int, Slice, CodeType]] = field(default_factory=dict)
    project: int | None = None  # the node that stands for the module object


class Graph:
    """What is captured so far; `ref` adds an object, `run` encodes all that was added."""

    def __init__(self, encoders: list[Encoder]) -> None:
        self.encoders = encoders
        self.nodes: list[Node] = []
        self.problems: list[Problem] = []
        self.modules: dict[int, Module] = {}
        self.third_party: set[str] = set()
        self.stdlib: set[str] = set()
        self.arrays: dict[int, Any] = {}
        self.opened: set[str] = set()  # names of files that code opens, and that are kept
        self.sources = Sources()
        self._memo: dict[tuple[int, str], int] = {}
        self._queue: deque[tuple[int, Any]] = deque()
        self._keep: list[Any] = []
        self._from: list[tuple[int | None, str]] = []

    def ref(self, value: Any, parent: int | None, label: str) -> Ref:
        """Return what stands for `value` in JSON, adding it to the table where it is no atom."""
        small = atom(value)
        if small is not None:
            return small[0]
        key = (id(value), "")
        if key not in self._memo:
            self._memo[key] = self.add(parent, label)
            self._keep.append(value)
            self._queue.append((self._memo[key], value))
        return ["r", self._memo[key]]

    def add(self, parent: int | None, label: str, node: Node | None = None) -> int:
        """Reserve a number, reached from `parent`; `node` may be given later."""
        self.nodes.append(node if node is not None else {})
        self._from.append((parent, label))
        return len(self.nodes) - 1

    def once(self, value: Any, kind: str, parent: int, label: str) -> tuple[int, bool]:
        """Return the number for `value` seen as `kind`, and whether it is new."""
        key = (id(value), kind)
        new = key not in self._memo
        if new:
            self._memo[key] = self.add(parent, label)
            self._keep.append(value)
        return self._memo[key], new

    def run(self) -> None:
        """Encode everything that was added, and what that reaches."""
        while self._queue:
            nid, value = self._queue.popleft()
            self.nodes[nid] = self._encode(nid, value)

    def _encode(self, nid: int, value: Any) -> Node:
        try:
            for encoder in self.encoders:
                node = encoder(self, nid, value)
                if node is not None:
                    return node
            why, supply = f"a `{type(value).__qualname__}` cannot be captured", "leave it out"
        except NoSource as error:
            why, supply = error.why, error.supply
        self.problem(nid, why, supply)
        return {"t": "missing", "name": self.path(nid), "why": why}

    def problem(self, nid: int, why: str, supply: str) -> None:
        """Report that what node `nid` stands for, or what it needs, cannot be captured."""
        found = Problem(self.path(nid), why, supply)
        if found not in self.problems:
            self.problems.append(found)

    def path(self, nid: int | None) -> str:
        """How `nid` was reached, from the root on."""
        parts: list[str] = []
        while nid is not None:
            nid, label = self._from[nid]
            parts.insert(0, label)
        if len(parts) > 6:
            parts[3:-2] = ["…"]
        return " → ".join(parts)

    def hint(self, nid: int) -> str:
        """Return the last name under which `nid` was reached."""
        return self._from[nid][1].rpartition(" ")[2].strip("`.[]'")

    def uses(self, name: str) -> None:
        """Note that the module `name`, not the project's, is needed."""
        top = name.partition(".")[0]
        (self.stdlib if home_of(name) == "stdlib" else self.third_party).add(top)

    def module(self, space: dict[str, Any]) -> Module:
        """Return the generated module for a namespace of the project."""
        if id(space) not in self.modules:
            name = str(space.get("__name__", "nameless"))
            self._keep.append(space)
            self.modules[id(space)] = Module(
                self._key(name), name, space, package="__path__" in space
            )
        return self.modules[id(space)]

    def _key(self, name: str) -> str:
        wanted = "main_" if name == "__main__" else name
        parts = ["".join(c if c.isalnum() else "_" for c in p) or "_" for p in wanted.split(".")]
        key = ".".join("_" + p if p[0].isdigit() else p for p in parts)
        taken = {module.key.lower() for module in self.modules.values()}
        count = 2
        while key.lower() in taken:  # file systems may not tell upper from lower case
            key = f"{key.rstrip('0123456789')}{count}"
            count += 1
        return key
