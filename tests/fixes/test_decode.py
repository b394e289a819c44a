"""Text that stands for bytes: decoded only where coding the bytes gives the same text again."""

from __future__ import annotations

import base64
import pickle

import pytest

import loadstone
from loadstone.core import DecodeText
from loadstone.fixes.restore import CannotRestoreError, decode, restore

DATA = pickle.dumps({"vocabulary": ["good", "bad"], "weights": list(range(300))}, protocol=4)


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        ("model.pkl", base64.b64encode(DATA), "model.decoded.pkl"),
        ("model.pkl.b64", base64.encodebytes(DATA), "model.pkl"),
        ("secret.txt", base64.b64encode(DATA) + b"\r\n", "secret.decoded"),
        ("model.pkl", base64.urlsafe_b64encode(DATA), "model.decoded.pkl"),
        ("model.pkl", base64.urlsafe_b64encode(DATA).rstrip(b"="), "model.decoded.pkl"),
        ("model.pkl", DATA.hex().encode(), "model.decoded.pkl"),
        ("model.pkl", repr(DATA).encode(), "model.decoded.pkl"),
    ],
)
def test_the_bytes_are_written_beside_the_text(tmp_path, name, text, written):
    (tmp_path / name).write_bytes(text)
    report = loadstone.fix(tmp_path / name)
    assert [item.check.code for item in report.fixed] == ["LS144"]
    assert (tmp_path / written).read_bytes() == DATA
    assert (tmp_path / name).read_bytes() == text


@pytest.mark.parametrize(
    ("text", "coding", "why"),
    [
        (b"gASVCgAAAA$$", "base64", "base64 data"),
        (base64.b64encode(DATA)[:-2], "base64", "padding"),
        (b"gASVCgAAAAAAAAB9", "repr", "malformed"),
        (repr(DATA).encode()[:-1], "repr", "cut off"),
        (repr(DATA).encode() + b".decode()", "repr", "not|malformed"),
        (b'__import__("os").system("true")', "repr", "malformed"),
        (b"b'a' b'b'", "repr", "not what Python prints"),
    ],
)
def test_other_text_is_refused(text, coding, why):
    with pytest.raises(ValueError, match=why):
        decode(text, coding)


def test_bytes_that_are_not_whole_leave_nothing_behind(tmp_path):
    (tmp_path / "m.pkl").write_bytes(base64.b64encode(DATA[:-40]))
    with pytest.raises(CannotRestoreError, match="would not be whole"):
        restore(tmp_path / "m.pkl", DecodeText("out.pkl", "base64"), tmp_path / "out.pkl")
    assert [item.name for item in tmp_path.iterdir()] == ["m.pkl"]
