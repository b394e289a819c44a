"""Zstandard: frames at several levels, and frames that are changed."""

import contextlib
import hashlib
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadstone.readers._zstd import NotZstd, unpack

FILES = Path(__file__).parents[1] / "files" / "zstd"
TOLD = json.loads((FILES / "truth.json").read_text())
LIMIT = 1 << 20


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_frame_is_what_zstandard_unpacks(name):
    whole = unpack((FILES / f"{name}.zst").read_bytes(), LIMIT)
    assert len(whole) == TOLD[name]["size"]
    assert hashlib.sha256(whole).hexdigest() == TOLD[name]["sha256"]


@pytest.mark.parametrize("name", ["same", "copied", "words"])
def test_the_limit_is_kept(name):
    with pytest.raises(NotZstd, match="limit"):
        unpack((FILES / f"{name}.zst").read_bytes(), TOLD[name]["size"] - 1)


@pytest.mark.parametrize("name", sorted(TOLD))
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_changed_frames_are_refused_or_unpacked(name, data):
    whole = bytearray((FILES / f"{name}.zst").read_bytes()[:3000])
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    before = time.process_time()
    with contextlib.suppress(NotZstd):
        assert len(unpack(bytes(whole), LIMIT)) <= LIMIT
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    "data",
    [b"", b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfd\x00", b"\x28\xb5\x2f\xfd\x03\x00\x01\x00\x00",
     b"\x28\xb5\x2f\xfd\x20\x00\x07\x00\x00", b"\x28\xb5\x2f\xfd\x20\x00\x0d\x00\x00\x00"],
)  # fmt: skip
def test_what_is_no_frame(data):
    with pytest.raises(NotZstd):
        unpack(data, LIMIT)
