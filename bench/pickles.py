"""Time the pickle machine beside its peers: `python bench/pickles.py [RUNS]`; best of RUNS."""

import gc
import importlib
import io
import pickle
import pickletools
import struct
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from loadstone.runtime import pickles

if TYPE_CHECKING:
    from typing import Self

OPCODES = 1_000_000


class Stand:
    """A stand-in that takes anything and does nothing."""

    def __new__(cls, *_args: object, **_kwargs: object) -> "Self":
        """Take any arguments."""
        return object.__new__(cls)

    def __setstate__(self, _state: object) -> None:
        """Drop the state."""


def plain() -> bytes:
    """Return rows of plain values, as a protocol 4 pickle holds them."""
    row = b"}\x94(\x8c\x02id\x94K\x07\x8c\x01x\x94M\x01\x02\x8c\x02ok\x94\x88\x8c\x01y\x94Nu"
    return b"\x80\x04](" + row * (OPCODES // 15) + b"e."


def objects() -> bytes:
    """Return instances with a state, as a protocol 4 pickle holds them."""
    head = b"\x80\x04\x8c\x03net\x94\x8c\x05Layer\x94\x93\x94]("
    one = b"h\x02)\x81\x94}\x94(\x8c\x01w\x94K\x05\x8c\x01b\x94K\x02ub"
    return head + one * (OPCODES // 15) + b"e."


def tensors(count: int = 5000) -> bytes:
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


def machine(data: bytes) -> None:
    pickles.read(data)


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


def peers() -> dict[str, Callable[[bytes], None]]:
    """Return what is timed."""
    found = {
        "loadstone": machine,
        "pickletools.genops": genops,
        "Python unpickler, stand-ins": unpickler(pickle._Unpickler),  # noqa: SLF001 the peer
        "C unpickler, stand-ins": unpickler(pickle.Unpickler),
    }
    try:
        found["picklescan"] = picklescan()
    except ImportError:
        print("picklescan is not installed: left out")
    return found


def best(run: Callable[[bytes], None], data: bytes, runs: int) -> float:
    """Return the shortest of some runs, in seconds."""
    times = []
    for _ in range(runs):
        gc.collect()
        begin = time.perf_counter()
        run(data)
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for name, data in (("plain", plain()), ("objects", objects()), ("tensors", tensors())):
        opcodes = pickles.read(data).opcodes
        print(f"\n{name}: {opcodes:,} opcodes, {len(data):,} bytes, best of {runs}")
        own = None
        for peer, run in peers().items():
            took = best(run, data, runs)
            own = own or took
            print(f"  {peer:28} {took:7.3f} s  {took / own:6.2f} ×")


if __name__ == "__main__":
    main()
