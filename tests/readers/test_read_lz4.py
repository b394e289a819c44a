"""LZ4 frames, as joblib and lz4 itself write them, hold what lz4 unpacks."""

import bz2
import contextlib
import gzip
import hashlib
import lzma
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_truth import read

from loadstone.readers._inflate import inflate
from loadstone.readers._source import MemorySource
from loadstone.runtime import held
from loadstone.runtime.held import RefusedError, inflated
from loadstone.runtime.lz4 import Decompressor, Frame, NotLz4

FILES = Path(__file__).parents[1] / "files" / "pickles" / "lz4"
UNPACKED = "f9d0fc23242897320ec2643b0546109b4fd520422c6c1d6e0727ffb06f65f997"  # by lz4.frame
NAMES = ("alone", "joblib", "linked", "sums", "unsized")
HEADER = bytes.fromhex("04224d18 64 40 a7")


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_are_those_that_lz4_unpacks(name):
    found = inflate(MemorySource((FILES / f"{name}.lz4").read_bytes()), "lz4")
    assert (found.why, found.cut) == ("", False)
    assert hashlib.sha256(found.data).hexdigest() == UNPACKED


@pytest.mark.parametrize("name", NAMES)
def test_what_joblib_wrote_is_read(name):
    found = read(FILES / f"{name}.lz4")
    assert (found.format, found.detail["compression"]) == ("joblib", "lz4")
    assert (found.damage, found.opening_runs_code) == ((), "library")
    assert "sklearn.ensemble._forest.RandomForestClassifier" in map(str, found.globals)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_loaded_are_the_bytes_that_lz4_unpacks(name):
    data = (FILES / f"{name}.lz4").read_bytes()
    assert hashlib.sha256(inflated(data)).hexdigest() == UNPACKED
    assert inflated(data * 2) == inflated(data) * 2
    pieces = Decompressor()
    out = b"".join(pieces.decompress(data[at : at + 997]) for at in range(0, len(data), 997))
    assert (hashlib.sha256(out).hexdigest(), pieces.eof, pieces.unused_data) == (
        UNPACKED,
        True,
        b"",
    )


@pytest.mark.parametrize("length", [4, 7, 40, 5000, -1])
def test_what_is_cut_is_not_loaded(length):
    with pytest.raises(RefusedError, match="end too early"):
        inflated((FILES / "linked.lz4").read_bytes()[:length])


@pytest.mark.parametrize("packed", [bz2.compress, gzip.compress, lzma.compress, zlib.compress])
def test_what_is_damaged_is_not_loaded(packed):
    data = bytearray(packed(bytes(range(256)) * 9))
    data[-9] ^= 255
    with pytest.raises(RefusedError, match=r"cannot be inflated|end too early"):
        inflated(bytes(data))


def test_what_holds_too_much_is_not_loaded(monkeypatch):
    monkeypatch.setattr(held, "LIMIT", 100_000)
    with pytest.raises(RefusedError, match="holds more than 100000 bytes"):
        inflated((FILES / "linked.lz4").read_bytes())


def test_a_frame_that_is_cut_is_truncated(tmp_path):
    data = (FILES / "linked.lz4").read_bytes()
    for length in (7, 40, len(data) // 2, len(data) - 1):
        path = tmp_path / "model.joblib"
        path.write_bytes(data[:length])
        found = read(path)
        assert found.opening_runs_code == "unknown" or length < 40
        assert inflate(MemorySource(data[:length]), "lz4").cut


def test_bytes_behind_a_frame_are_no_part_of_it():
    data = (FILES / "alone.lz4").read_bytes()
    found = inflate(MemorySource(data + b"behind" * 40), "lz4")
    assert hashlib.sha256(found.data).hexdigest() == UNPACKED


LONG = b"\xff" * 20_000 + b"\0"


@pytest.mark.parametrize(
    "block",
    [
        b"\x10a\x05\0",
        b"\x10a\0\0",
        b"\xf0" + b"\xff" * 300,
        b"\x1fa\x01\0" + LONG,
        b"\x20a",
        b"\x10a\x01",
    ],
)
def test_blocks_that_lead_elsewhere_are_refused(block):
    frame = Frame()
    with pytest.raises(NotLz4):
        frame.step(HEADER + len(block).to_bytes(4, "little") + block + b"\0" * 4)


def test_a_bomb_is_not_inflated_to_its_end():
    block = b"\x1fa\x01\x00" + b"\xff" * 250 + b"\0" + b"\x10a"
    bomb = HEADER + (len(block).to_bytes(4, "little") + block) * 20_000 + b"\0" * 4
    before = time.process_time()
    assert len(inflate(MemorySource(bomb), "lz4", 1 << 20).data) == 1 << 20
    assert time.process_time() - before < 5


@settings(deadline=None, max_examples=300)
@given(
    at=st.integers(0, 2000),
    value=st.binary(min_size=1, max_size=6),
    pieces=st.integers(1, 5000),
)
def test_any_bytes_are_unpacked_or_refused(at, value, pieces):
    data = bytearray((FILES / "linked.lz4").read_bytes())
    data[at : at + len(value)] = value
    frame, out = Frame(), 0
    with contextlib.suppress(NotLz4):
        for start in range(0, len(data), pieces):
            chunk, left, ended = frame.step(bytes(data[start : start + pieces]))
            while left and not ended:
                out += len(chunk)
                chunk, left, ended = frame.step(left)
            out += len(chunk)
            if ended:
                break
    assert out <= 8 << 20
