"""The pickle machine's opcodes for numbers, text and bytes: https://docs.python.org/3/library/pickletools.html."""

import mmap
import struct
from typing import Any, Callable, Dict, List, Optional, Set, Tuple, Union

from . import pickle_text
from .pickle_values import (
    Blob,
    Call,
    Disagreement,
    Global,
    Items,
    LimitReached,
    Limits,
    Malformed,
    NextBuffer,
    Opaque,
    Stream,
)

Buffer = Union[bytes, bytearray, memoryview, mmap.mmap]
OnBuild = Callable[[Call, int], int]

HIGHEST_PROTOCOL = 5
LONG_TEXT = 1 << 16  # bytes of a text that is looked at before it is made
SMALL = 64  # bytes up to this length are copied, longer ones stay where they are

U16 = struct.Struct("<H").unpack_from
I32 = struct.Struct("<i").unpack_from
U32 = struct.Struct("<I").unpack_from
U64 = struct.Struct("<Q").unpack_from
F64 = struct.Struct(">d").unpack_from


class Scalars:
    """The stack, the memo, what bounds the stream, and the opcodes of numbers, text and bytes."""

    __slots__ = (
        "at",
        "buffer",
        "built",
        "in_frame",
        "limit",
        "limits",
        "memo",
        "metastack",
        "names",
        "on_build",
        "seen",
        "short",
        "short_at",
        "size",
        "stack",
        "start",
        "states",
        "stream",
        "weight",
        "worked",
    )

    def __init__(
        self, buffer: Buffer, start: int, limits: Limits, on_build: Optional[OnBuild]
    ) -> None:
        self.buffer = buffer
        self.states: Set[int] = set()  # ids of dicts that objects were made of or filled from
        self.built = start  # where last an object was filled that is no type of numpy's
        self.size = len(buffer)
        self.limit = self.size  # where the frame ends, or else the buffer
        self.in_frame = False
        self.limits = limits
        self.on_build = on_build
        self.stack: List[Any] = []
        self.metastack: List[List[Any]] = []  # the stacks below each MARK
        self.memo: Dict[int, Any] = {}
        self.names: Dict[Tuple[str, str], Global] = {}
        self.seen = bytearray(256)
        self.short = b""  # the last bytes that were copied, and where they are
        self.short_at = start
        self.start = start
        self.at = start  # of the opcode that is being read
        self.stream = Stream(start)
        self.weight = 0  # of long texts and numbers
        self.worked = 0

    # what bounds the stream

    def next_part(self, pos: int, at: int) -> int:
        """Go on behind the end of a frame, and return where the next part ends."""
        if pos > self.limit:
            raise self.cut(at)
        if pos == self.size:
            raise Malformed("the stream ends without STOP", pos)
        self.limit = self.size
        self.in_frame = False
        return self.size

    def cut(self, at: int) -> Malformed:
        """Return the error for an argument that does not end where it should."""
        if self.in_frame:
            return Malformed("an argument crosses the end of its frame", at)
        return Malformed("the stream ends inside an argument", at)

    def stopped(self, what: str, most: int, at: int) -> LimitReached:
        """Return the error for a limit."""
        return LimitReached(f"stopped at the limit of {most} {what}", at)

    def weigh(self, opcodes: int, slow: int, heavy: int, at: int) -> None:
        """Spend what was worked since the last time; stop where nothing is left."""
        stream = self.stream
        made = len(self.memo) + 15 * len(stream.calls) + 200 * len(self.names)
        work = opcodes + 9 * slow + heavy + made + 10 * len(stream.disagreements) + self.weight
        self.limits.left -= work - self.worked
        self.worked = work
        if self.limits.left < 0:
            raise self.stopped("units of work", self.limits.work, at)

    def disagree(self, kind: str, at: int, text: str) -> None:
        """Record what readers read differently."""
        self.stream.disagreements.append(Disagreement(kind, at, text))

    def take(self, pos: int, length: int) -> int:
        """Return the end of an argument of so many bytes."""
        end = pos + length
        if end > self.limit:
            raise self.cut(self.at)
        return end

    def op_frame(self, pos: int) -> int:
        """Run FRAME."""
        begin = self.take(pos, 8)
        if self.in_frame:
            raise Malformed("a frame inside a frame", self.at)
        end = begin + U64(self.buffer, pos)[0]
        if end > self.size:
            raise Malformed("a frame that is longer than the stream", self.at)
        self.limit = end
        self.in_frame = True
        return begin

    def op_proto(self, pos: int) -> int:
        """Run PROTO."""
        protocol = self.buffer[pos]
        if protocol > HIGHEST_PROTOCOL:
            raise Malformed(f"pickle protocol {protocol}, of which none is known", self.at)
        self.stream.protocol = max(protocol, self.stream.protocol or 0)
        return pos + 1

    # text

    def text(self, pos: int, most: Optional[int] = None) -> Tuple[bytes, int]:
        """Return the line that starts here, without its newline, and where the next one starts."""
        last = self.limit if most is None else min(self.limit, pos + most + 1)
        if isinstance(self.buffer, memoryview):
            end = _find_newline(self.buffer, pos, last)
        else:
            end = self.buffer.find(b"\n", pos, last)
        if end >= 0:
            return bytes(self.buffer[pos:end]), end + 1
        if last < self.limit and most is not None:
            raise self.stopped("bytes in a line", most, self.at)
        raise self.cut(self.at)

    def line(self, pos: int) -> Tuple[bytes, int]:
        """Return a line that holds a name, a number or a persistent id."""
        return self.text(pos, self.limits.line)

    def number(
        self, pos: int, reader: Callable[[bytes], Tuple[Any, bool]], most: Optional[int] = None
    ) -> Tuple[Any, int]:
        """Return the number on this line."""
        line, pos = self.line(pos)
        if most is not None and len(line) > most + 2:  # a sign, an `L`
            raise self.stopped("digits in a number", most, self.at)
        try:
            value, agreed = reader(line)
        except ValueError:
            raise Malformed(f"not a number: `{_shown(line)}`", self.at) from None
        if not agreed:
            self.disagree("number", self.at, f"readers differ over the number `{_shown(line)}`")
        return value, pos

    def op_int(self, pos: int) -> int:
        """Run INT."""
        value, pos = self.number(pos, pickle_text.read_int, self.limits.int_digits)
        self.stack.append(value)
        return pos

    def op_long(self, pos: int) -> int:
        """Run LONG."""
        value, pos = self.number(pos, pickle_text.read_long, self.limits.int_digits)
        self.stack.append(value)
        return pos

    def op_float(self, pos: int) -> int:
        """Run FLOAT."""
        value, pos = self.number(pos, pickle_text.read_float)
        self.stack.append(value)
        return pos

    def op_get(self, pos: int) -> int:
        """Run GET."""
        value, pos = self.number(pos, pickle_text.read_index, self.limits.int_digits)
        self.stack.append(self.memo[value])
        return pos

    def op_put(self, pos: int) -> int:
        """Run PUT."""
        value, pos = self.number(pos, pickle_text.read_index, self.limits.int_digits)
        if value < 0:
            raise Malformed("a negative memo number", self.at)
        self.memo[value] = self.stack[-1]
        if len(self.memo) > self.limits.memo:
            raise self.stopped("memo entries", self.limits.memo, self.at)
        return pos

    def op_string(self, pos: int) -> int:
        """Run STRING."""
        line, pos = self.text(pos, self.limits.text // 8)
        self.weight += len(line) >> 5
        try:
            value = pickle_text.read_string(line)
        except ValueError as error:
            raise Malformed(str(error), self.at) from None
        if isinstance(value, bytes):
            self.stream.has_python2_strings = True
        self.stack.append(value)
        return pos

    def op_unicode(self, pos: int) -> int:
        """Run UNICODE."""
        line, pos = self.text(pos, self.limits.text // 8)
        self.weight += len(line) >> 3
        self.stack.append(line.decode("raw-unicode-escape"))
        return pos

    # bytes

    def op_long1(self, pos: int) -> int:
        """Run LONG1."""
        return self.push_long(pos + 1, self.buffer[pos])

    def op_long4(self, pos: int) -> int:
        """Run LONG4."""
        begin = self.take(pos, 4)
        return self.push_long(begin, I32(self.buffer, pos)[0])

    def push_long(self, pos: int, length: int) -> int:
        """Push an integer of so many bytes."""
        if length < 0:
            raise Malformed("an integer of negative length", self.at)
        end = self.take(pos, length)
        if length > self.limits.int_digits // 2.4 + 2:  # 2.4 digits a byte
            raise self.stopped("digits in a number", self.limits.int_digits, self.at)
        self.stack.append(int.from_bytes(self.buffer[pos:end], "little", signed=True))
        return end

    def push_bytes(self, pos: int, length: int, kind: str = "bytes") -> int:
        """Push bytes, or where they are."""
        end = self.take(pos, length)
        if length <= SMALL and kind != "bytearray":
            self.short = bytes(self.buffer[pos:end])
            self.short_at = pos
            self.stack.append(self.short)
        else:
            self.stack.append(Blob(pos, length, kind))
        return end

    def op_short_binbytes(self, pos: int) -> int:
        """Run SHORT_BINBYTES."""
        return self.push_bytes(pos + 1, self.buffer[pos])

    def op_binbytes(self, pos: int) -> int:
        """Run BINBYTES."""
        begin = self.take(pos, 4)
        return self.push_bytes(begin, U32(self.buffer, pos)[0])

    def op_binbytes8(self, pos: int) -> int:
        """Run BINBYTES8."""
        begin = self.take(pos, 8)
        return self.push_bytes(begin, U64(self.buffer, pos)[0])

    def op_bytearray8(self, pos: int) -> int:
        """Run BYTEARRAY8."""
        begin = self.take(pos, 8)
        return self.push_bytes(begin, U64(self.buffer, pos)[0], "bytearray")

    def op_binunicode8(self, pos: int) -> int:
        """Run BINUNICODE8."""
        begin = self.take(pos, 8)
        end = self.take(begin, U64(self.buffer, pos)[0])
        self.weight += end - begin >> 5
        self.stack.append(self.long_text(begin, end))
        return end

    def long_text(self, begin: int, end: int) -> str:
        """Return text without a second copy of it; what is not ASCII takes up to four times."""
        self.bounded(end - begin, self.limits.text)
        with memoryview(self.buffer)[begin:end] as part:
            try:
                return str(part, "ascii")
            except UnicodeDecodeError:
                self.bounded(end - begin, self.limits.text // 8)
                return str(part, "utf-8", "surrogatepass")

    def bounded(self, length: int, most: int) -> None:
        """Stop at a text that is longer than the limit."""
        if length > most:
            raise self.stopped("bytes in a text", most, self.at)

    def op_short_binstring(self, pos: int) -> int:
        """Run SHORT_BINSTRING."""
        return self.python2_string(pos + 1, self.buffer[pos])

    def op_binstring(self, pos: int) -> int:
        """Run BINSTRING."""
        begin = self.take(pos, 4)
        length = I32(self.buffer, pos)[0]
        if length < 0:
            raise Malformed("a string of negative length", self.at)
        return self.python2_string(begin, length)

    def python2_string(self, pos: int, length: int) -> int:
        """Push text where it is ASCII, and else bytes: only the loader knows its encoding."""
        end = self.take(pos, length)
        self.weight += length >> 5
        try:
            str(self.buffer[pos : min(end, pos + 4096)], "ascii")  # spares a copy of big bytes
            with memoryview(self.buffer)[pos:end] as part:
                value = str(part, "ascii")
            self.bounded(length, self.limits.text)
            self.stack.append(value)
        except UnicodeDecodeError:
            self.stream.has_python2_strings = True
            return self.push_bytes(pos, length, "string")
        return end

    def op_next_buffer(self, pos: int) -> int:
        """Run NEXT_BUFFER."""
        self.stack.append(NextBuffer(self.at))
        return pos

    def op_readonly_buffer(self, pos: int) -> int:
        """Run READONLY_BUFFER."""
        top = self.stack[-1]
        if isinstance(top, Blob):
            if top.kind == "bytearray":
                self.stack[-1] = Blob(top.offset, top.length, "memoryview")
        elif isinstance(top, NextBuffer):
            self.stack[-1] = NextBuffer(top.at, readonly=True)
        elif not isinstance(top, (bytes, Opaque)):
            raise Malformed(f"{kind_of(top)} has no buffer", self.at)
        return pos


def _find_newline(buffer: memoryview, pos: int, last: int) -> int:
    while pos < last:  # a memoryview has no find
        found = bytes(buffer[pos : min(last, pos + 4096)]).find(b"\n")
        if found >= 0:
            return pos + found
        pos += 4096
    return -1


def kind_of(value: Any) -> str:
    """Return a value's kind, for a message."""
    kind = value.kind if isinstance(value, (Items, Blob)) else type(value).__name__
    return f"a `{kind}`" if value is not None else "`None`"


def _shown(line: bytes) -> str:
    text = ascii(line[:24])[2:-1]
    return text if len(line) <= 24 else text + "…"
