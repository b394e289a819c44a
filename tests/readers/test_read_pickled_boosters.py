"""The version and the writing of an XGBoost model are read from inside its pickle."""

import pickle
import struct
import sys
import types

import pytest

from loadstone import inspect


class Booster:
    def __init__(self, handle):
        self.state = {"feature_names": None, "handle": bytearray(handle)}

    def __reduce__(self):
        return Made, (), self.state


class Made:
    pass


Made.__module__, Made.__qualname__ = "xgboost.core", "Booster"


def ubjson(*version):
    long = struct.pack(">q", 7)
    numbers = b"".join(b"i" + bytes([part]) for part in version)
    return b"{L" + long + b"version[#L" + struct.pack(">q", 3) + numbers + b"}}"


@pytest.fixture
def xgboost(monkeypatch):
    core = types.ModuleType("xgboost.core")
    core.Booster = Made
    monkeypatch.setitem(sys.modules, "xgboost", types.ModuleType("xgboost"))
    monkeypatch.setitem(sys.modules, "xgboost.core", core)


@pytest.mark.usefixtures("xgboost")
@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    ("handle", "written", "version"),
    [
        (ubjson(1, 7, 6), "ubjson", "1.7.6"),
        (b"{" + b"x" * 100_000 + ubjson(2, 0, 3), "json", "2.0.3"),
        (b'CONFIG-offset:\x10\0binary{"version":[1,4,2]}', "config", "1.4.2"),
        (struct.pack("<fI", 0.5, 5) + bytes(128), "binary", None),
        (b"{}", "json", None),
    ],
)
def test_what_the_pickle_holds(handle, written, version, protocol, tmp_path):
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(Booster(handle), protocol))
    artifact = inspect(tmp_path / "m.pkl")
    assert artifact.detail["booster"] == written
    assert artifact.producer.get("xgboost") == version
    assert artifact.framework == "xgboost"


@pytest.mark.parametrize(("key", "version"), [("_handle", "v4"), ("handle", "v3")])
def test_lightgbm_keeps_its_text(key, version, tmp_path, monkeypatch):
    basic = types.ModuleType("lightgbm.basic")
    made = type("Booster", (), {"__module__": "lightgbm.basic"})
    basic.Booster = made
    monkeypatch.setitem(sys.modules, "lightgbm", types.ModuleType("lightgbm"))
    monkeypatch.setitem(sys.modules, "lightgbm.basic", basic)
    booster = made()
    vars(booster)[key] = f"tree\nversion={version}\nnum_class=1\n"
    (tmp_path / "m.pkl").write_bytes(pickle.dumps({"model": booster}))
    assert inspect(tmp_path / "m.pkl").detail["booster"] == version


def test_a_pickle_without_a_booster_says_nothing(tmp_path):
    (tmp_path / "m.pkl").write_bytes(pickle.dumps({"handle": bytearray(b"{}")}))
    assert "booster" not in inspect(tmp_path / "m.pkl").detail
