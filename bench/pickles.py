"""The pickle machine, beside CPython's readers and a scanner, in one process."""

from __future__ import annotations

import contextlib
import importlib
import io
import pickle
import pickletools
import struct
from collections.abc import Callable, Iterator
from functools import partial

from bench._measure import Table, calls

from loadstone.runtime import pickles
from loadstone.runtime.pickle_values import Limits, Stream

OPCODES = 1_000_000
OURS = "loadstone"


class Stand:
    """A stand-in that takes anything and does nothing."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        """Take any arguments."""

    def __setstate__(self, _state: object) -> None:
        """Drop the state."""


def plain(count: int) -> bytes:
    """Return rows of plain values, as a protocol 4 pickle holds them."""
    row = b"}\x94(\x8c\x02id\x94K\x07\x8c\x01x\x94M\x01\x02\x8c\x02ok\x94\x88\x8c\x01y\x94Nu"
    return b"\x80\x04](" + row * (count // 15) + b"e."


def objects(count: int) -> bytes:
    """Return instances with a state, as a protocol 4 pickle holds them."""
    head = b"\x80\x04\x8c\x03net\x94\x8c\x05Layer\x94\x93\x94]("
    one = b"h\x02)\x81\x94}\x94(\x8c\x01w\x94K\x05\x8c\x01b\x94K\x02ub"
    return head + one * (count // 15) + b"e."


def tensors(count: int) -> bytes:
    """Return a state dict, as `torch.save` writes its `data.pkl`."""

    def one(index: int) -> Iterator[bytes]:
        key = b"layers.%d.weight" % index
        yield b"X" + struct.pack("<I", len(key)) + key + b"q\x09h\x01((h\x02h\x03"
        yield b"X" + struct.pack("<I", len(str(index))) + str(index).encode() + b"q\x0ah\x04"
        yield b"M\x00\x10tq\x0bQK\x00K@K@\x86q\x0cK@K\x01\x86q\x0d\x89ccollections\nOrderedDict\n"
        yield b")Rq\x0etq\x0fRq\x10"

    head = b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\nq\x010X\x07\x00\x00\x00storageq\x020"
    head += b"ctorch\nFloatStorage\nq\x030X\x03\x00\x00\x00cpuq\x040}("
    return head + b"".join(part for index in range(count) for part in one(index)) + b"u."


def machine(data: bytes) -> Stream:
    """Read it all: a file is stopped at a limit, which a million opcodes of objects pass."""
    return pickles.read(data, limits=Limits(work=1_000_000_000))


def genops(data: bytes) -> None:
    for _ in pickletools.genops(data):
        pass


def unpickler(base: type) -> Callable[[bytes], None]:
    """Return a run of one of CPython's unpicklers, with stand-ins."""

    class Inert(base):  # type: ignore[misc]
        """Finds a stand-in for every name."""

        def find_class(self, _module: str, _name: str) -> type:
            return Stand

        def persistent_load(self, _pid: object) -> Stand:
            return Stand()

    return lambda data: Inert(io.BytesIO(data)).load()


def picklescan() -> Callable[[bytes], None]:
    """Return a run of picklescan, where it is installed."""
    scanner = importlib.import_module("picklescan.scanner")
    return lambda data: scanner.scan_pickle_bytes(io.BytesIO(data), "bench")


def peers() -> dict[str, Callable[[bytes], object]]:
    """Return what is timed."""
    found: dict[str, Callable[[bytes], object]] = {
        OURS: machine,
        "pickletools.genops": genops,
        "Python unpickler, stand-ins": unpickler(pickle._Unpickler),  # noqa: SLF001 the peer
        "C unpickler, stand-ins": unpickler(pickle.Unpickler),
    }
    with contextlib.suppress(ImportError):  # a peer that is not installed is left out
        found["picklescan"] = picklescan()
    return found


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield a table for plain values, for objects with a state, and for a state dict."""
    count = 1000 if quick else OPCODES
    for name, data in (
        ("plain values", plain(count)),
        ("objects", objects(count)),
        ("a state dict of 5,000 tensors", tensors(5 if quick else 5000)),
    ):
        opcodes = machine(data).opcodes
        runs = {peer: partial(run, data) for peer, run in peers().items()}
        title = f"pickles, {name}: {opcodes:,} opcodes, {len(data) / 1e6:.1f} MB"
        yield Table(title, calls(runs, 1 if quick else 5), OURS)
