"""Pickles, read without running them: https://docs.python.org/3/library/pickletools.html.

The machine keeps the stack and the memo as an unpickler does, in time and memory linear in the
stream, and never hashes, compares, calls or imports what the stream names. It takes what
CPython's unpicklers take and refuses what they refuse, but for these.

It refuses: an argument that crosses the end of its frame, a frame inside a frame, a frame longer
than the stream (formats differ in how readers take these); whatever is over `Limits`; an empty
name in GLOBAL or INST; numbers that only C reads (`010`, text after a NUL); items put into a
`bytearray`.

It takes: keys and set items that cannot be hashed; persistent ids, extension codes and out-of-band
buffers, whose objects only the loader has; names that no module has; and whatever a made object
is used for, since only making it would show whether it can be called, or is a buffer.

What one CPython unpickler takes and the other refuses, or reads differently, is taken and told in
`Stream.disagreements`.
"""

import contextlib
import gc
from typing import Any, Optional

from . import (
    pickle_arrow,
    pickle_blocks,
    pickle_boosters,
    pickle_native,
    pickle_patterns,
    pickle_trees,
)
from .pickle_objects import CREATES, HANDLERS, Objects
from .pickle_scalars import F64, I32, LONG_TEXT, U16, U32, Buffer, OnBuild, kind_of
from .pickle_values import (
    FEW,
    PLAIN_KEYS,
    Blob,
    Call,
    Disagreement,
    Extension,
    FrozenSetItems,
    Global,
    Items,
    LimitReached,
    Limits,
    ListItems,
    Malformed,
    NextBuffer,
    Opaque,
    Pairs,
    Persistent,
    SetItems,
    Stream,
    TupleItems,
    walk,
)

__all__ = [
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
    "read",
    "until_failure",
    "walk",
]

# functions that unpickle an argument: which
_NESTED = {("spacy.vocab", "unpickle_vocab"): 4, ("spacy.tokens.doc", "unpickle_doc"): 1}
_DEPTH = 5
_PROTOCOL_0 = b"(.0FILNRSVabcdgilpst2P"
_PROTOCOL_3 = b"BC"


def read(
    buffer: Buffer,
    start: int = 0,
    *,
    limits: Optional[Limits] = None,
    on_build: Optional[OnBuild] = None,
    depth: int = 0,
) -> Stream:
    """Read the pickle that starts at a byte; raise Malformed for anything that is none.

    `on_build(call, position)` is called after each BUILD on a call; it returns the position to go
    on from, behind bytes that are not the pickle's (joblib puts arrays there).
    """
    if isinstance(buffer, memoryview) and (buffer.format != "B" or buffer.ndim != 1):
        buffer = buffer.cast("B")
    if not 0 <= start <= len(buffer):
        raise Malformed("a start outside of the bytes", start)
    limits = limits or Limits()
    machine = _Machine(buffer, start, limits, on_build)
    pausing = gc.isenabled()
    gc.disable()  # nothing here becomes garbage, and looking for it takes up to half of the time
    try:
        at = machine.run()
    finally:
        if pausing:
            gc.enable()
    stream = machine.stream
    stream.max_opcode_protocol = max(
        _protocol_of(opcode) for opcode in range(256) if machine.seen[opcode]
    )
    for found in stream.globals:
        found.uses = found.uses or {"reference"}
    if machine.in_frame and stream.end < machine.limit:
        machine.disagree("frame", at, "the stream stops before the end of its frame")
    _read_nested(stream, buffer, limits, depth)
    pickle_trees.follow(stream, buffer, limits)
    pickle_blocks.follow(stream, buffer)
    pickle_arrow.follow(stream, buffer, limits)
    pickle_boosters.follow(stream, buffer)
    pickle_native.follow(stream, buffer)
    pickle_patterns.follow(stream, buffer)
    return stream


def until_failure(buffer: Buffer, limits: Optional[Limits] = None) -> Stream:
    """Return what a pickle does up to where reading it fails, where no bytes are stepped over."""
    machine = _Machine(buffer, 0, limits or Limits(), None)
    with contextlib.suppress(Malformed):
        machine.run()
    for found in machine.stream.globals:
        found.uses = found.uses or {"reference"}
    return machine.stream


def _read_nested(stream: Stream, buffer: Buffer, limits: Limits, depth: int) -> None:
    """Read the pickles that a function unpickles, each of which is an argument of a call."""
    if depth > _DEPTH or not any((item.module, item.name) in _NESTED for item in stream.globals):
        return
    for call in stream.calls:
        func = call.func
        place = _NESTED.get((func.module, func.name), -1) if type(func) is Global else -1
        args = call.args if isinstance(call.args, list) else []
        held = args[place] if 0 <= place < len(args) else None
        found = None  # a call of another function may have the payload that joblib read
        if type(held) is Blob:
            inner = memoryview(buffer)[: held.offset + held.length]
            found = _inner(inner, held.offset, limits, depth)
        elif type(held) is bytes or type(held) is Call:
            found = _inner(_encoded(held), 0, limits, depth)
        if found is not None:
            call.payload = found
            stream.nested.append(found)


def _encoded(held: Any) -> bytes:
    """Return bytes, also those of a text, as protocols 0 to 2 write them; else nothing."""
    if type(held) is bytes:
        return held
    args = list(held.args) if isinstance(held.args, TupleItems) else []
    plain = held.path == "_codecs.encode" and len(args) == 2 and args[1] == "latin1"
    if not plain or type(args[0]) is not str:
        return b""
    try:
        return args[0].encode("latin1")
    except UnicodeEncodeError:  # as the loader does
        return b""


def _inner(buffer: Buffer, start: int, limits: Limits, depth: int) -> Optional[Stream]:
    try:
        return read(buffer, start, limits=limits, depth=depth + 1)
    except Malformed:
        return None


def _protocol_of(opcode: int) -> int:
    if opcode >= 0x96:
        return 5
    if opcode >= 0x8C:
        return 4
    if opcode >= 0x80:
        return 2
    if opcode in _PROTOCOL_3:
        return 3
    return 0 if opcode in _PROTOCOL_0 else 1


_OFTEN = 0x3FFF  # the work is weighed whenever so many opcodes were read
_ONE_BYTE = b"qKhUC\x80\x82\x8a\x8c"  # opcodes whose argument starts with a byte read unchecked


class _Machine(Objects):
    """The loop, with the opcodes that streams are full of."""

    __slots__ = ()

    def run(self) -> int:  # noqa: PLR0912, PLR0915 a call for each opcode would double the time
        """Run to STOP, and return the byte at which it stands."""
        buffer, memo, metastack, seen = self.buffer, self.memo, self.metastack, self.seen
        calls, limit, handlers = self.stream.calls, self.limit, HANDLERS
        most, states = self.limits.memo, self.states
        stack = self.stack
        op, pos, at = 0, self.start, self.start
        slow = heavy = 0  # opcodes that take long, and what is made of 40 bytes
        try:
            for count in range(self.limits.opcodes):
                if not count & _OFTEN:
                    self.weigh(count, slow, heavy, at)
                if pos >= limit:
                    limit = self.next_part(pos, at)
                at = pos
                op = buffer[pos]
                pos += 1
                seen[op] = 1
                if op < 0x80:
                    if op == 0x71:  # BINPUT
                        memo[buffer[pos]] = stack[-1]
                        pos += 1
                    elif op == 0x4B:  # BININT1
                        stack.append(buffer[pos])
                        pos += 1
                    elif op == 0x28:  # MARK
                        metastack.append(stack)
                        stack = []
                        heavy += 1
                    elif op == 0x74:  # TUPLE
                        items = stack
                        stack = metastack.pop()
                        stack.append(TupleItems(items))
                        heavy += 1
                    elif op == 0x68:  # BINGET
                        stack.append(memo[buffer[pos]])
                        pos += 1
                    elif op == 0x72:  # LONG_BINPUT
                        pos += 4
                        if pos > limit:
                            raise self.cut(at)
                        memo[U32(buffer, pos - 4)[0]] = stack[-1]
                        if len(memo) > most:
                            raise self.stopped("memo entries", most, at)
                    elif op == 0x58:  # BINUNICODE
                        begin = pos + 4
                        if begin > limit:
                            raise self.cut(at)
                        pos = begin + U32(buffer, pos)[0]
                        if pos > limit:
                            raise self.cut(at)
                        heavy += 1 + (pos - begin >> 5)
                        if pos - begin > LONG_TEXT:
                            stack.append(self.long_text(begin, pos))
                        else:
                            stack.append(str(buffer[begin:pos], "utf-8", "surrogatepass"))
                    elif op == 0x4E:  # NONE
                        stack.append(None)
                    elif op == 0x6A:  # LONG_BINGET
                        pos += 4
                        if pos > limit:
                            raise self.cut(at)
                        stack.append(memo[U32(buffer, pos - 4)[0]])
                    elif op == 0x4A:  # BININT
                        pos += 4
                        if pos > limit:
                            raise self.cut(at)
                        stack.append(I32(buffer, pos - 4)[0])
                    elif op == 0x4D:  # BININT2
                        pos += 2
                        if pos > limit:
                            raise self.cut(at)
                        stack.append(U16(buffer, pos - 2)[0])
                    elif op == 0x47:  # BINFLOAT
                        pos += 8
                        if pos > limit:
                            raise self.cut(at)
                        stack.append(F64(buffer, pos - 8)[0])
                    elif op == 0x52:  # REDUCE
                        args = stack.pop()
                        func = stack[-1]
                        if type(func) is Global:
                            func.uses.add("call")
                            if func.name == CREATES:
                                self.at = at
                                self.create_array(args)
                        elif not isinstance(func, Opaque):
                            raise Malformed(f"{kind_of(func)} is called", at)
                        if type(args) is not TupleItems:
                            self.odd_arguments(args, at)
                        elif Pairs in map(type, args):
                            self.used(args)
                        call = Call(func, args, "reduce", at)
                        calls.append(call)
                        stack[-1] = call
                    elif op == 0x29:  # EMPTY_TUPLE
                        stack.append(TupleItems())
                        heavy += 1
                    elif op == 0x7D:  # EMPTY_DICT
                        stack.append(Pairs())
                        heavy += 1
                    elif op == 0x5D:  # EMPTY_LIST
                        stack.append(ListItems())
                        heavy += 1
                    elif (  # SETITEMS
                        op == 0x75
                        and metastack
                        and type(metastack[-1][-1]) is Pairs
                        and id(metastack[-1][-1]) not in states
                    ):
                        if len(stack) % 2:
                            raise Malformed("a key without a value", at)
                        heavy += len(stack)
                        if not PLAIN_KEYS.issuperset(map(type, stack[::2])):
                            self.hash(stack[::2])
                        values = iter(stack)
                        stack = metastack.pop()
                        stack[-1].extend(zip(values, values))  # noqa: B905 `strict` came with 3.10
                        if len(stack[-1]) > FEW:
                            self.table(stack[-1])
                    elif op == 0x73 and type(stack[-3]) is Pairs and id(stack[-3]) not in states:
                        heavy += 2
                        value = stack.pop()
                        if type(stack[-1]) not in PLAIN_KEYS:
                            self.hash(stack[-1:])
                        stack[-2].append((stack.pop(), value))
                        if len(stack[-1]) == FEW + 1:
                            self.table(stack[-1])
                    elif op == 0x61 and type(stack[-2]) is ListItems:  # APPEND
                        value = stack.pop()
                        stack[-1].append(value)
                    elif op == 0x2E:  # STOP
                        self.stream.value = stack.pop()
                        self.stream.opcodes = count + 1
                        self.stream.end = pos
                        self.weigh(count, slow, heavy, at)
                        return at
                    else:
                        slow += 1
                        self.stack, self.at = stack, at
                        pos = handlers[op](self, pos)
                        stack, limit = self.stack, self.limit
                elif op == 0x94:  # MEMOIZE
                    memo[len(memo)] = stack[-1]
                    if len(memo) > most:
                        raise self.stopped("memo entries", most, at)
                elif op == 0x8C:  # SHORT_BINUNICODE
                    begin = pos + 1
                    pos = begin + buffer[pos]
                    if pos > limit:
                        raise self.cut(at)
                    heavy += 1 + (pos - begin >> 5)
                    stack.append(str(buffer[begin:pos], "utf-8", "surrogatepass"))
                elif op == 0x86:  # TUPLE2
                    value = stack.pop()
                    stack[-1] = TupleItems((stack[-1], value))
                    heavy += 1
                elif op == 0x85:  # TUPLE1
                    stack[-1] = TupleItems((stack[-1],))
                    heavy += 1
                elif op == 0x87:  # TUPLE3
                    stack[-3:] = (TupleItems((stack[-3], stack[-2], stack[-1])),)
                    heavy += 1
                elif op == 0x89:  # NEWFALSE
                    stack.append(False)
                elif op == 0x88:  # NEWTRUE
                    stack.append(True)
                else:
                    slow += 1
                    self.stack, self.at = stack, at
                    pos = handlers[op](self, pos)
                    stack, limit = self.stack, self.limit
        except IndexError:
            if pos >= self.size and op in _ONE_BYTE:
                raise self.cut(at) from None
            raise Malformed("the stack holds too little for this opcode", at) from None
        except KeyError:
            raise Malformed("nothing was memoized under this number", at) from None
        except UnicodeDecodeError as error:
            raise Malformed(f"text that is not {error.encoding}", at) from None
        raise self.stopped("opcodes", self.limits.opcodes, pos)
