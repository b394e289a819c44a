"""The machine reads what CPython's unpicklers read, value for value.

Three readers see each stream: the machine, `pickle._Unpickler` and `pickle.Unpickler`, the latter
two with stand-ins for whatever a stream names. `LOADSTONE_STREAMS` sets how many streams.
"""

# ruff: noqa: PLR0911, PLR0912, PLR0915 one branch for each kind of value or opcode

import collections
import datetime as dt
import decimal
import fractions
import functools
import io
import os
import pickle
import random
import re
import struct
import uuid
import warnings
from collections import Counter
from typing import NamedTuple

import pytest

from loadstone.runtime import pickles
from loadstone.runtime.pickles import (
    Blob,
    Call,
    Extension,
    FrozenSetItems,
    Global,
    ListItems,
    Malformed,
    NextBuffer,
    Opaque,
    Pairs,
    Persistent,
    SetItems,
    TupleItems,
)

STREAMS = int(os.environ.get("LOADSTONE_STREAMS", "32000"))
BATCHES = 8


# stand-ins: real types, as NEWOBJ wants them, whose calls only record


class Stand:
    """An object that a stream would have made; how it was made, and what was done to it."""

    def __new__(cls, *args, **kwargs):
        if isinstance(cls, Stand):  # NEWOBJ on what a call gave, which may be a type
            return Stand("new", cls, args, kwargs)
        return super().__new__(cls)

    def __init__(self, kind, *made_of):
        self.kind = kind
        self.made_of = made_of
        self.done = []

    def __call__(self, *args):
        return Stand("reduce", self, args)

    def __setstate__(self, state):
        self.done.append(("state", state))

    def append(self, item):
        self.done.append(("append", item))

    def extend(self, items):
        self.done += [("append", item) for item in items]

    def add(self, item):
        self.done.append(("add", item))

    def __setitem__(self, key, value):
        self.done.append(("set", key, value))


class Named(type):
    """A type for each global that a stream names."""

    def __call__(cls, *args):
        return Stand("reduce", cls, args)

    def __setstate__(cls, state):
        cls.done.append(("state", state))

    def append(cls, item):
        cls.done.append(("append", item))

    def extend(cls, items):
        cls.done.extend(("append", item) for item in items)

    def add(cls, item):
        cls.done.append(("add", item))

    def __setitem__(cls, key, value):
        cls.done.append(("set", key, value))


def new_type(path):
    def new(cls, *args, **kwargs):
        return Stand("new", cls, args, kwargs)

    return Named("G", (), {"__new__": new, "path": path, "done": [], "__getinitargs__": 1})


class Finds:
    """What both unpicklers are given."""

    def find_class(self, module, name):
        if (module, name) not in self.found:
            self.found[module, name] = new_type((module, name))
        return self.found[module, name]

    def persistent_load(self, pid):
        return Stand("persistent", pid)


class PythonReader(Finds, pickle._Unpickler):
    dispatch = dict(pickle._Unpickler.dispatch)  # noqa: RUF012 as pickle has it

    def __init__(self, data):
        super().__init__(io.BytesIO(data), buffers=iter(lambda: Stand("buffer"), None))
        self.found = {}

    def get_extension(self, code):
        if code <= 0:
            raise ValueError(code)
        self.append(Stand("extension", code))

    def load_bytearray8(self):  # it would allocate what the stream asks for
        (length,) = struct.unpack("<Q", self.read(8))
        if length > 1_000_000:
            raise pickle.UnpicklingError
        self.append(bytearray(self.read(length)))

    dispatch[pickle.BYTEARRAY8[0]] = load_bytearray8

    def load_binbytes8(self):
        (length,) = struct.unpack("<Q", self.read(8))
        self.append(self.read(min(length, 1_000_000)))

    dispatch[pickle.BINBYTES8[0]] = load_binbytes8


class CReader(Finds, pickle.Unpickler):
    def __init__(self, data):
        super().__init__(io.BytesIO(data), buffers=iter(lambda: Stand("buffer"), None))
        self.found = {}


def outcome(reader, data):
    """Return ("value", it) or ("error", it)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # escapes that Python does not know
        try:
            return "value", reader(data).load()
        except RecursionError:
            raise
        except Exception as error:  # noqa: BLE001 whatever bytes make it raise
            return "error", error


# the machine's nodes, made into what the stand-ins would have made


def plain(data, root):
    """Return the machine's value in the stand-ins' terms; TypeError for what cannot be hashed."""
    made = {}
    later = []

    def make(node):
        if not isinstance(node, pickles.Items | Opaque | Blob):
            return node
        if id(node) not in made:
            made[id(node)] = fresh(node)
        return made[id(node)]

    def fresh(node):
        match node:
            case TupleItems():
                return tuple(make(item) for item in node)
            case FrozenSetItems():
                return frozenset(make(item) for item in node)
            case Blob():
                part = data[node.offset : node.offset + node.length]
                return part if node.kind == "bytes" else bytearray(part)
            case Global():
                later.append(node)
                return new_type((node.module, node.name))
            case ListItems():
                shell = []
            case SetItems():
                shell = set()
            case Pairs():
                shell = {}
            case Persistent():
                shell = Stand("persistent", None)
            case Extension():
                shell = Stand("extension", node.code)
            case NextBuffer():
                shell = Stand("buffer")
            case Call():
                shell = Stand("new" if node.how == "new" else "reduce")
        later.append(node)
        return shell

    result = make(root)
    while later:
        node = later.pop()
        shell = made[id(node)]
        if isinstance(node, ListItems):
            shell.extend(make(item) for item in node)
        elif isinstance(node, SetItems):
            shell.update(make(item) for item in node)
        elif isinstance(node, Pairs):
            shell.update((make(key), make(value)) for key, value in node)
        elif isinstance(node, Persistent):
            shell.made_of = (make(node.pid),)
        elif isinstance(node, Call):
            args = tuple(make(node.args))
            kwargs = make(node.kwargs) if node.kwargs is not None else {}
            shell.made_of = (make(node.func), args)
            if node.how == "new":
                shell.made_of = (*shell.made_of, kwargs)
        if isinstance(node, Opaque):
            for state in node.states:
                shell.done.append(("state", make(state)))
            for item in node.appended:
                shell.done.append(("append", make(item)))
            for item in node.added:
                shell.done.append(("add", make(item)))
            for key, value in node.pairs:
                shell.done.append(("set", make(key), make(value)))
    return result


def same(one, other):
    """Tell whether two graphs of values have one shape and equal leaves of one type."""
    paired = {}
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        if isinstance(a, memoryview):
            a = bytearray(a)
        if isinstance(a, Named) and isinstance(b, Named):
            if a.path != b.path:
                return False
            kind = Named
        elif type(a) is not type(b):
            return False
        else:
            kind = type(a)
        if kind in (tuple, list, dict, set, frozenset, Stand, Named):
            if paired.setdefault(id(a), id(b)) != id(b) and kind is not tuple:
                return False
            if (id(a), id(b)) in paired:
                continue
            paired[id(a), id(b)] = (a, b)
        if kind in (tuple, list):
            if len(a) != len(b):
                return False
            waiting += zip(a, b, strict=True)
        elif kind is dict:
            if len(a) != len(b):
                return False
            waiting += zip(a, b, strict=True)
            waiting += zip(a.values(), b.values(), strict=True)
        elif kind in (set, frozenset):
            if sorted(map(described, a)) != sorted(map(described, b)):
                return False
        elif kind in (Stand, Named):
            if kind is Stand:
                if a.kind != b.kind:
                    return False
                waiting.append((a.made_of, b.made_of))
            done = [sorted(x.done, key=lambda step: step[0]) for x in (a, b)]  # stable
            waiting.append(tuple(done))
        elif kind is float:
            if struct.pack("d", a) != struct.pack("d", b):
                return False
        elif a != b:
            return False
    return True


def described(item, depth=6):
    """Return a text that is equal for equal set items."""
    if isinstance(item, Named):
        return f"{item.path}"
    if isinstance(item, Stand):
        inside = [described(part, depth - 1) for part in item.made_of] if depth else ""
        return f"{item.kind} {inside}"
    if isinstance(item, tuple | list):
        return f"{type(item)} {[described(part, depth - 1) for part in item] if depth else ''}"
    if isinstance(item, frozenset):
        return f"{sorted(described(part, depth - 1) for part in item) if depth else ''}"
    return f"{type(item)} {item!r}" if not isinstance(item, dict | set) else "any"


# where the machine is stricter or more lenient on purpose: see the docstring of `pickles`

STRICTER = re.compile("frame|stopped at the limit|a global without a name|`bytearray`")
STRICTER_THAN_C = re.compile(STRICTER.pattern + "|not a number")


def is_heavy(data):
    """Tell whether the C unpickler would allocate gigabytes for this stream."""
    short = re.findall(rb"(?s)[rBTX\x8b](?=(.{4}))", data)
    long = re.findall(rb"(?s)[\x8d\x8e\x95\x96](?=(.{8}))", data)
    asked = [struct.unpack("<I", found)[0] for found in short]
    asked += [struct.unpack("<Q", found)[0] for found in long]
    return max(asked, default=0) > 100_000 or re.search(rb"p[0-9+_ ]{6}", data) is not None


def refused(data, kind, why):
    """Return who else refuses, or raise AssertionError."""
    if kind == "value":
        assert STRICTER.search(why), (why, data)
        return "stricter"
    if STRICTER_THAN_C.search(why):
        return "not asked"  # the C one reads on past a frame's end, and allocates what it finds
    noisy = b"\x96" in data  # of one cut short, the C one prints a SystemError
    if not noisy and not is_heavy(data):
        kind, by_c = outcome(CReader, data)
        assert kind == "error", (why, by_c, data)
    return "both refuse"


UNKNOWABLE = re.compile("unhashable|required, not '(Stand|Named)'")


def compare(data):
    """Return how the readers agreed, or raise AssertionError."""
    kind, expected = outcome(PythonReader, data)
    try:
        stream = pickles.read(data)
    except Malformed as error:
        return refused(data, kind, error.why)
    if stream.has_python2_strings:
        return "python 2 text"  # its encoding is for the loader to say
    if any(found.kind == "arguments" for found in stream.disagreements):
        return "told apart"
    try:
        value = plain(data, stream.value)
    except TypeError:
        assert kind == "error", (expected, data)
        return "cannot be hashed"
    if kind == "value":
        assert same(expected, value), (expected, value, data)
    elif not stream.disagreements:
        assert isinstance(expected, TypeError), (expected, data)
        assert UNKNOWABLE.search(str(expected)), (expected, data)
        return "cannot be hashed"
    if stream.disagreements:
        return "told apart"
    only_types = all(isinstance(call.func, Global) for call in stream.calls if call.how == "new")
    if stream.extensions or is_heavy(data) or not only_types:
        return "agree"  # with the Python one: the C one has its own extensions and types
    kind, by_c = outcome(CReader, data)
    assert kind == "value", (by_c, data)
    assert same(by_c, value), (by_c, value, data)
    return "agree"


# random object graphs


class Thing:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Slotted:
    __slots__ = ("one", "two")


class Stateful(Thing):
    def __getstate__(self):
        return (self.__dict__, 7)

    def __setstate__(self, state):
        self.__dict__.update(state[0])


class Keyword(Thing):
    def __new__(cls, *, size):
        return super().__new__(cls)

    def __init__(self, *, size):
        super().__init__(size=size)

    def __getnewargs_ex__(self):
        return (), {"size": self.size}


class Sub(list):
    pass


class Point(NamedTuple):
    x: object
    y: object


def leaf(rng):
    return rng.choice(
        (
            lambda: None,
            lambda: rng.random() < 0.5,
            lambda: rng.randint(-300, 300),
            lambda: rng.randint(-(2**70), 2**70),
            lambda: rng.randint(-(2**2000), 2**2000),
            lambda: rng.choice((0.0, -0.0, 1e300, float("inf"), float("nan"), rng.random())),
            lambda: "".join(rng.choice("ab\\\n\0é漢🙂\ud800'\"") for _ in range(rng.randint(0, 9))),
            lambda: bytes(rng.randrange(256) for _ in range(rng.randint(0, 90))),
            lambda: bytearray(rng.randrange(256) for _ in range(rng.randint(0, 90))),
            lambda: "x" * rng.randint(200, 300),
            lambda: rng.choice((int, len, Thing, collections.OrderedDict, os.path.join)),
            lambda: complex(1, rng.random()),
            lambda: decimal.Decimal("1.5"),
            lambda: fractions.Fraction(1, 3),
            lambda: dt.datetime(2020, 1, 2),  # noqa: DTZ001
            lambda: uuid.UUID(int=5),
            lambda: range(3),
            lambda: slice(1, None),
        )
    )()


def graph(rng, depth, shared):
    if depth == 0 or rng.random() < 0.2:
        return leaf(rng)
    if shared and rng.random() < 0.15:
        return rng.choice(shared)

    def some():
        return [graph(rng, depth - 1, shared) for _ in range(rng.choice((0, 1, 2, 3, 5)))]

    def keys():
        return [rng.choice(("k", "key", 1, 2.5, None, b"b", (1, "a"))) for _ in range(3)]

    kind = rng.randrange(14)
    if kind == 0:
        made = some()
        shared.append(made)
        if rng.random() < 0.3:
            made.append(made)
    elif kind == 1:
        made = tuple(some())
    elif kind in (2, 3):
        made = dict(zip(keys(), some(), strict=False))
        shared.append(made)
        if rng.random() < 0.3:
            made["self"] = made
    elif kind == 4:
        made = set(keys())
    elif kind == 5:
        made = frozenset(keys())
    elif kind == 6:
        made = Thing(**{f"a{i}": value for i, value in enumerate(some())})
        if rng.random() < 0.3:
            made.me = made
        shared.append(made)
    elif kind == 7:
        made = Slotted()
        made.one = some()
    elif kind == 8:
        made = Stateful(a=some())
    elif kind == 9:
        made = Keyword(size=some())
    elif kind == 10:
        made = Sub(some())
    elif kind == 11:
        made = collections.OrderedDict(zip(keys(), some(), strict=False))
    elif kind == 12:
        made = Point(leaf(rng), some())
    else:
        made = functools.partial(int, base=2)
    return made


class WithIds(pickle.Pickler):
    def persistent_id(self, obj):
        return ("storage", len(obj)) if isinstance(obj, bytearray) else None


def dumped(rng):
    """Return a pickle of a random object graph, by either pickler."""
    value = graph(rng, rng.randint(0, 4), [])
    protocol = rng.randrange(6)
    out = io.BytesIO()
    pickler = rng.choice((pickle.Pickler, pickle._Pickler, WithIds))
    if protocol == 0 and pickler is WithIds:
        protocol = 1
    try:
        pickler(out, protocol).dump(value)
    except TypeError:  # slots, keywords: not in every protocol
        return dumped(rng)
    return out.getvalue()


# random opcodes, mostly such that the stream makes sense


def argument(rng, op):
    def one(good, bad=()):
        return rng.choice(bad if bad and rng.random() < 0.04 else good)

    text = one((b"", b"a", b"it", "é".encode(), b"x" * rng.randint(0, 70)), (b"\xff",))
    raw = one((b"", b"a", b"\xff\x01", b"x" * rng.randint(0, 70)))
    u8 = bytes((rng.choice((0, 1, 2, 3, 7, 200)),))
    match op:
        case b"I" | b"L":
            odd = (b"0x1", b" 7", b"1_0", b"010", b"+1", b"", b"z", b"1\x002")
            return one((b"0", b"1", b"00", b"01", b"-5", b"12L"[: 2 + (op == b"L")]), odd) + b"\n"
        case b"F":
            return one((b"1.5", b"-.5", b"inf", b"nan"), (b"1e999", b"1_0", b" 1", b"z")) + b"\n"
        case b"g" | b"p":
            return one((b"0", b"1", b"2", b"7"), (b"01", b" 1", b"-1", b"1_0", b"z")) + b"\n"
        case b"c" | b"i":
            odd = (b"a b\nc\n", b"\nc\n", b"a\n\n", b"\xff\nc\n", "é\nà\n".encode())
            return one((b"mod\nname\n", b"a.b\nc.d\n"), odd)
        case b"S":
            odd = (b"'\\x4'", b"'\\'", b"'a", b"'", b"", b"'a' ")
            good = (b"''", b'"a"', b"'\\n'", b"'\\x41'", b"'\\101'", b"'\\477'", b"'\\d'")
            return one(good, odd) + b"\n"
        case b"V":
            return one((b"", b"a\\u0041", b"\xff", b"\\ud800"), (b"\\u00", b"\\U00110000")) + b"\n"
        case b"P":
            return one((b"", b"a", b"\\u00"), (b"\xff",)) + b"\n"
        case b"\x80":
            return bytes((one((2, 3, 4, 5), (6, 255)),))
        case b"K" | b"q" | b"h":
            return u8
        case b"\x82":
            return one((b"\x01", b"\xf0"), (b"\0",))
        case b"M" | b"\x83":
            return one((b"\x01\0", b"\xf0\xf0"), (b"\0\0",))
        case b"J" | b"\x84":
            return one((b"\x01\0\0\0", b"\xf0\xf0\0\0"), (b"\xff\xff\xff\xff", b"\0\0\0\0"))
        case b"r" | b"j":
            return u8 + b"\0\0\0"
        case b"G":
            return struct.pack(">d", one((0.0, 1.5, float("inf"))))
        case b"C" | b"U" | b"\x8a":
            return bytes((len(raw),)) + raw
        case b"\x8c":
            return bytes((len(text),)) + text
        case b"B" | b"T" | b"\x8b":
            return struct.pack("<i", one((len(raw),), (-1, 99))) + raw
        case b"X":
            return struct.pack("<i", one((len(text),), (-1, 99))) + text
        case b"\x8d":
            return struct.pack("<Q", len(text)) + text
        case b"\x8e" | b"\x96":
            return struct.pack("<Q", one((len(raw),), (99, 2**40))) + raw
    return b""


PUSH = [b"N", b"K", b"J", b"X", b"\x8c", b"\x88", b"\x89", b")", b"]", b"}", b"\x8f", b"c", b"C"]
RARE = [b"I", b"L", b"F", b"S", b"V", b"P", b"T", b"U", b"B", b"G", b"M", b"\x8a", b"\x8b", b"\x82"]
RARE += [b"\x83", b"\x84", b"\x8d", b"\x8e", b"\x96", b"\x97", b"\x98", b"\x80"]
MOVE = [b"(", b"(", b"(", b"0", b"1", b"2", b"q", b"r", b"p", b"\x94", b"h", b"j", b"g"]
MAKE = [b"t", b"l", b"d", b"\x91", b"e", b"u", b"\x90", b"o", b"i"]
JOIN = [b"\x85", b"\x86", b"\x87", b"a", b"s", b"b", b"R", b"\x81", b"\x92", b"\x93", b"Q"]


def ready(op, stack):
    """Tell whether an opcode makes sense on a stack of kinds."""
    top, below, deep = [" ", " ", " ", *stack][:-4:-1]
    if op == b"R":
        return top == "t" and below in ("g", "o")
    if op == b"\x81":
        return top == "t" and below == "g"
    if op == b"\x92":
        return top == "d" and below == "t" and deep == "g"
    if op == b"\x93":
        return top == "s" and below == "s"
    if op == b"a":
        return below in ("l", "o", "g")
    if op == b"s":
        return deep in ("d", "o", "l")
    if op == b"b":
        return below in ("o", "g")
    if op == b"\x98":
        return top in ("y", "o")
    return True


KINDS = {b"N": "n", b"X": "s", b"\x8c": "s", b"V": "s", b")": "t", b"]": "l", b"}": "d", b"c": "g"}
KINDS |= {b"C": "y", b"\x96": "y", b"\x8e": "y"}
KINDS |= {b"\x8f": "e", b"P": "o", b"\x97": "o", b"\x82": "o", b"\x83": "o", b"\x84": "o"}
MADE = {b"t": "t", b"l": "l", b"d": "d", b"\x91": "f", b"o": "o", b"i": "o"}


def random_stream(rng):
    """Return random opcodes with a model of the stack; now and then one that does not fit."""
    out = b""
    below, stack, memo = [], [], {}
    for _ in range(rng.randint(1, 40)):
        op = rng.choice(rng.choice((PUSH, PUSH, PUSH, MOVE, MAKE, JOIN, JOIN, RARE)))
        if not ready(op, stack) and rng.random() < 0.97:
            continue
        arg = argument(rng, op)
        if op in (b"h", b"j", b"g") and rng.random() < 0.98:
            if not memo:
                continue
            index = rng.choice(list(memo))
            arg = {b"h": b"%c", b"j": b"%c\0\0\0", b"g": b"%d\n"}[op] % abs(index)
        if op in (b"o", b"i") and (op == b"i" or (stack and stack[0] == "g")) and not below:
            continue
        need = {b"0": 1, b"2": 1, b"q": 1, b"r": 1, b"p": 1, b"\x94": 1, b"\x85": 1, b"Q": 1}
        need |= {b"\x86": 2, b"\x87": 3, b"R": 2, b"\x81": 2, b"b": 2, b"a": 2, b"s": 3, b"\x93": 2}
        need |= {b"\x92": 3}
        if len(stack) < need.get(op, 0) and rng.random() < 0.98:
            continue
        if op in [*MAKE, b"1"]:
            if not below and rng.random() < 0.98:
                continue
            fits = {b"e": "log", b"u": "dol", b"\x90": "eo", b"o": "l"}.get(op)
            if fits and op != b"o" and (not below or not below[-1] or below[-1][-1] not in fits):
                continue
            if op == b"o" and (not stack or stack[0] not in "go"):
                continue
            if op in (b"d", b"u") and len(stack) % 2:
                continue
            stack = below.pop() if below else []
            if op in MADE:
                stack.append(MADE[op])
        elif op == b"(":
            below.append(stack)
            stack = []
        elif op in (b"h", b"j", b"g"):
            stack.append(memo.get(arg[0] if op != b"g" else arg[0] - 48, "n"))
        elif op == b"2":
            stack += stack[-1:]
        elif op in (b"q", b"r"):
            memo[arg[0]] = stack[-1] if stack else "n"
        elif op == b"\x94":
            memo[len(memo)] = stack[-1] if stack else "n"
        elif op == b"p":
            memo[arg[0] - 48] = stack[-1] if stack else "n"
        elif op in (b"\x80", b"\x98"):
            pass
        elif op == b"0":
            stack = stack[:-1] if stack else (below.pop() if below else [])
        elif op in need:
            taken = {b"a": 1, b"s": 2, b"b": 1}.get(op)
            if taken:
                stack = stack[:-taken]
            else:
                kind = {b"R": "o", b"\x81": "o", b"\x92": "o", b"\x93": "g", b"Q": "o"}.get(op, "t")
                stack = [*stack[: -need[op]], kind]
        else:
            stack.append(KINDS.get(op, "n"))
        out += op + arg
        if rng.random() < 0.01:
            out += b"\x95" + struct.pack("<Q", rng.choice((0, 3, 9)))
    while not stack and below:
        stack = below.pop()
        out += b"t"
        stack.append("t")
    return out + b"."


def mutated(rng, data):
    """Return a pickle with some of its bytes changed, cut, doubled or moved."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        if not data:
            break
        at = rng.randrange(len(data))
        other = rng.randrange(len(data))
        kind = rng.randrange(5)
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            del data[at : at + rng.randint(1, 6)]
        elif kind == 3:
            data[at:at] = data[other : other + rng.randint(1, 12)]
        else:
            data[at:at] = bytes(
                (rng.choice(b"(.0123IJKLMNQRTUXabdehjlopqrstu)]}\x85\x86\x87\x93\x94"),)
            )
    return bytes(data)


def streams(batch, count):
    rng = random.Random(batch)
    for number in range(count):
        kind = number % 4
        if kind == 0:
            yield "dumped", dumped(rng)
        elif kind == 1:
            yield "mutated", mutated(rng, dumped(rng))
        elif kind == 2:
            yield "random", random_stream(rng)
        else:
            yield "mutated random", mutated(rng, random_stream(rng))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_agrees_with_cpython_on_generated_streams(batch):
    tally = Counter()
    for kind, data in streams(batch, STREAMS // BATCHES):
        tally[kind, compare(data)] += 1
    if os.environ.get("LOADSTONE_STREAMS"):
        print(batch, dict(tally))
    assert tally["dumped", "agree"] > 0.7 * STREAMS / BATCHES / 4
    assert tally["random", "agree"] > 0.3 * STREAMS / BATCHES / 4
