"""What a pickle says, as inert nodes: https://docs.python.org/3/library/pickletools.html.

A node compares and hashes by identity and has a short `repr`, so that no use of it, by accident
or on purpose, costs more than the node itself. Plain values are Python's own: `None`, `bool`,
`int`, `float`, `str`, and `bytes` of up to 64 bytes.
"""

from typing import TYPE_CHECKING, Any, Iterator, List, Optional, Sequence, Set, Tuple

if TYPE_CHECKING:
    _Base = List[Any]
else:
    _Base = list  # a subclass of typing.List is slow to make on Python 3.6

__all__ = [
    "FEW",
    "PLAIN_KEYS",
    "Blob",
    "Call",
    "Disagreement",
    "Extension",
    "FrozenSetItems",
    "Global",
    "Items",
    "LimitReached",
    "Limits",
    "ListItems",
    "Malformed",
    "NextBuffer",
    "Opaque",
    "Pairs",
    "Persistent",
    "SetItems",
    "Stream",
    "TupleItems",
    "as_partial",
    "walk",
]


_PARTIALS = ("dill._dill._create_ftype", "dill.dill._create_ftype")
_TYPES_OF_DILL = ("dill._dill._load_type", "dill.dill._load_type")


class Malformed(Exception):  # noqa: N818 the name says what the bytes are, as in the readers
    """These bytes are not what their format asks for: `why`, and `at` which byte."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__(why, at)
        self.why = why
        self.at = at

    def __str__(self) -> str:
        return f"{self.why} (at byte {self.at})"


class LimitReached(Malformed):
    """Reading stopped at a limit: the rest was not looked at."""


class Limits:
    """How much of a stream is read; beyond it, `LimitReached`.

    What is `left` of the work is spent: streams that share one `Limits` share it.
    """

    __slots__ = ("int_digits", "left", "line", "memo", "opcodes", "text", "work")

    def __init__(
        self,
        *,
        opcodes: int = 5_000_000,
        memo: int = 5_000_000,
        line: int = 4096,
        int_digits: int = 640,
        text: int = 64 << 20,
        work: int = 4_000_000,
    ) -> None:
        self.opcodes = opcodes
        self.memo = memo  # entries; their numbers may be any
        self.line = line  # bytes of a name, a number or a persistent id that ends with a newline
        self.int_digits = int_digits  # 640 is the least that `sys.set_int_max_str_digits` takes
        self.text = text  # bytes of one text that is ASCII; an eighth of it for others
        self.work = work  # a unit is a plain opcode: 0.3 µs and 40 bytes, as was measured
        self.left = work


FEW = 256  # keys that any table may hold: wherever they lead, to fill it takes no time
# what is hashed and compared without running anything of a library
PLAIN_KEYS = frozenset((str, int, float, bool, type(None), bytes))


class Items(_Base):
    """Values in the order they were put in; the subclass says which container they make."""

    __slots__ = ()
    kind = ""
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{self.kind} of {len(self)}>"


class TupleItems(Items):
    """A `tuple`."""

    __slots__ = ()
    kind = "tuple"


class ListItems(Items):
    """A `list`."""

    __slots__ = ()
    kind = "list"


class SetItems(Items):
    """A `set`; equal items are not merged."""

    __slots__ = ()
    kind = "set"


class FrozenSetItems(Items):
    """A `frozenset`; equal items are not merged."""

    __slots__ = ()
    kind = "frozenset"


class Pairs(Items):
    """A `dict`, as its `(key, value)` pairs; of two pairs with one key, Python keeps the last."""

    __slots__ = ()
    kind = "dict"

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value under a `str` key."""
        for name, value in reversed(self):
            if type(name) is str and name == key:
                return value
        return default


class Blob:
    """Bytes that stay where they are: `kind` is `bytes`, `bytearray`, `memoryview` or `string`.

    `string` is a Python 2 `str` that holds more than ASCII.
    """

    __slots__ = ("kind", "length", "offset")

    def __init__(self, offset: int, length: int, kind: str) -> None:
        self.offset = offset
        self.length = length
        self.kind = kind

    def __repr__(self) -> str:
        return f"<{self.kind} of {self.length} bytes at byte {self.offset}>"


class Opaque:
    """An object that only running the pickle would make, and what the pickle then does to it."""

    __slots__ = ("added", "appended", "at", "pairs", "states")

    def __init__(self, at: int) -> None:
        self.at = at
        self.states: Sequence[Any] = ()  # BUILD: the argument of `__setstate__`
        self.appended: Sequence[Any] = ()  # APPEND, APPENDS
        self.added: Sequence[Any] = ()  # ADDITEMS
        self.pairs: Sequence[Tuple[Any, Any]] = ()  # SETITEM, SETITEMS


class Global(Opaque):
    """What `from module import name` gives; one node for each pair of names.

    `uses` holds `call` (REDUCE, OBJ, INST), `new` (NEWOBJ: `__init__` does not run), `build`
    (BUILD on what it made), `items` (items put into what it made), `patch` (BUILD or items put
    onto the thing itself), or only `reference`.
    """

    __slots__ = ("module", "name", "uses")

    def __init__(self, module: str, name: str, at: int) -> None:
        super().__init__(at)
        self.module = module
        self.name = name
        self.uses: Set[str] = set()

    @property
    def path(self) -> str:
        """Its dotted path."""
        return f"{self.module}.{self.name}"

    def __repr__(self) -> str:
        return f"<global {self.path}>"


class Call(Opaque):
    """`func(*args)`, not called; `how` is `reduce`, `new`, `obj` or `inst`.

    `payload` is for whoever reads bytes that follow the call in the stream (joblib's arrays), or
    the pickle that is one of its arguments; of a small array it is where its bytes are.
    """

    __slots__ = ("args", "func", "how", "kwargs", "payload")

    # four positional parameters: one call of this for each object of the pickle
    def __init__(self, func: Any, args: Any, how: str, at: int) -> None:
        self.at = at
        self.states = self.appended = self.added = self.pairs = ()
        self.func = func
        self.args = args
        self.how = how
        self.kwargs: Any = None
        self.payload: Any = None

    @property
    def path(self) -> Optional[str]:
        """The dotted path of what is called, if that is a global."""
        return self.func.path if type(self.func) is Global else None

    def __repr__(self) -> str:
        return f"<{self.how} of {self.path or 'what another call gives'}>"


class Persistent(Opaque):
    """What the loader gives for a persistent id."""

    __slots__ = ("pid",)

    def __init__(self, pid: Any, at: int) -> None:
        super().__init__(at)
        self.pid = pid

    def __repr__(self) -> str:
        return f"<persistent object at byte {self.at}>"


class Extension(Opaque):
    """What `copyreg.add_extension` registered under a number."""

    __slots__ = ("code",)

    def __init__(self, code: int, at: int) -> None:
        super().__init__(at)
        self.code = code

    def __repr__(self) -> str:
        return f"<extension {self.code}>"


class NextBuffer(Opaque):
    """The next of the buffers that travel beside the stream."""

    __slots__ = ("readonly",)

    def __init__(self, at: int, *, readonly: bool = False) -> None:
        super().__init__(at)
        self.readonly = readonly

    def __repr__(self) -> str:
        return f"<out-of-band buffer at byte {self.at}>"


class Disagreement:
    """Something that two readers of one stream read differently."""

    __slots__ = ("at", "kind", "text")

    def __init__(self, kind: str, at: int, text: str) -> None:
        self.kind = kind
        self.at = at
        self.text = text

    def __repr__(self) -> str:
        return f"<{self.kind} at byte {self.at}: {self.text}>"


class Stream:
    """One pickle, from its first opcode to its STOP."""

    __slots__ = (
        "calls",
        "changed",
        "disagreements",
        "end",
        "extensions",
        "globals",
        "has_python2_strings",
        "hashed",
        "max_opcode_protocol",
        "nested",
        "opcodes",
        "persistent",
        "protocol",
        "start",
        "tables",
        "value",
    )

    def __init__(self, start: int) -> None:
        self.value: Any = None
        self.start = start
        self.end = start  # the byte after STOP
        self.protocol: Optional[int] = None  # the highest that a PROTO names
        self.max_opcode_protocol = 0  # the lowest that has every opcode of the stream
        self.globals: List[Global] = []  # by first appearance
        self.calls: List[Call] = []  # all of them, also those whose result is dropped
        self.changed: Optional[int] = None  # where first a container was, after it was used
        self.persistent: List[Persistent] = []
        self.extensions: List[Extension] = []
        self.hashed: List[Any] = []  # keys and set items that are no plain values
        self.tables: List[Any] = []  # what has more than `FEW` keys or set items; some twice
        self.nested: List["Stream"] = []  # that a function unpickles from what it is given
        self.opcodes = 0
        self.has_python2_strings = False
        self.disagreements: List[Disagreement] = []

    def __repr__(self) -> str:
        return f"<pickle of {self.opcodes} opcodes, bytes {self.start} to {self.end}>"


def as_partial(func: Any) -> Any:
    """Return a partial that dill up to 0.3.4 makes as one that is made and filled; else itself."""
    own = isinstance(func, Call) and func.path in _PARTIALS and isinstance(func.args, TupleItems)
    if not own or len(func.args) != 4 or func.states or func.pairs or func.kwargs:
        return func
    kind = func.args[0]
    named = kind.path if isinstance(kind, Global) else ""
    if isinstance(kind, Call) and kind.path in _TYPES_OF_DILL and not kind.states:
        named = "functools.partial" if list(kind.args) == ["PartialType"] else ""
    if named != "functools.partial":
        return func
    made = Call(
        Global("functools", "partial", func.at), TupleItems(func.args[1:2]), "reduce", func.at
    )
    made.states = (TupleItems([*func.args[1:], None]),)
    return made


def walk(value: Any) -> Iterator[Any]:
    """Yield every node that can be reached from a value, each once, the outer before the inner."""
    seen = set()
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, (Items, Opaque, Blob)) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        waiting.extend(reversed(_inside(node)))


def _inside(node: Any) -> Sequence[Any]:
    if isinstance(node, Pairs):
        return [part for pair in node for part in pair]
    if isinstance(node, Items):
        return node
    inside: List[Any] = []
    if isinstance(node, Call):
        inside += (node.func, node.args, node.kwargs)
    elif isinstance(node, Persistent):
        inside.append(node.pid)
    if isinstance(node, Opaque):
        inside += node.states
        inside += node.appended
        inside += node.added
        inside += [part for pair in node.pairs for part in pair]
    return inside
