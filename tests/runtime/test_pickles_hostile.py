"""Small bad pickles, each of which crashes, hangs or fools another reader."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from loadstone.runtime import audited, pickles
from loadstone.runtime.pickles import LimitReached, Limits, Malformed

HOSTILE = Path(__file__).parents[1] / "hostile" / "pickles"

spec = importlib.util.spec_from_file_location("make_hostile_pickles", HOSTILE / "make.py")
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)


def read(name):
    return pickles.read((HOSTILE / f"{name}.pkl").read_bytes())


def test_files_are_what_make_makes():
    assert {path.stem for path in HOSTILE.glob("*.pkl")} == set(make.SMALL)
    for name, data in make.SMALL.items():
        assert (HOSTILE / f"{name}.pkl").read_bytes() == data, name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("huge_binbytes8", "the stream ends inside an argument"),
        ("huge_bytearray8", "the stream ends inside an argument"),
        ("huge_frame", "a frame that is longer than the stream"),
        ("frame_straddle", "an argument crosses the end of its frame"),
        ("frame_in_frame", "a frame inside a frame"),
    ],
)
def test_is_refused(name, why):
    with pytest.raises(Malformed, match=why):
        read(name)


@pytest.mark.parametrize(
    "name",
    ["list_as_key", "frozenset_of_list", "list_in_itself", "tuple_in_itself", "dict_in_itself"],
)
def test_is_inert_data(name):
    stream = read(name)
    assert audited.verdict(stream) == ("no", [])
    assert 1 <= len(list(pickles.walk(stream.value))) <= 2


def test_shared_tuples_as_key_are_not_hashed():
    stream = read("shared_tuples_as_key")
    assert len(list(pickles.walk(stream.value))) == 42


def test_laughs_are_walked_once():
    assert len(list(pickles.walk(read("laughs").value))) == 61


def test_huge_memo_number_takes_one_entry():
    assert read("huge_memo_number").value is None


LARGE = """
import runpy, sys, time
from loadstone.runtime import pickles
data = runpy.run_path(sys.argv[1])["LARGE"][sys.argv[2]]()
begin = time.process_time()
stream = pickles.read(data)
count = sum(1 for _ in pickles.walk(stream.value))
print(count, time.process_time() - begin)
del stream  # a million nested values are freed without recursion
"""


@pytest.mark.parametrize("name", sorted(make.LARGE))
def test_large_one_takes_linear_time(name):
    command = [sys.executable, "-c", LARGE, str(HOSTILE / "make.py"), name]
    quiet = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=quiet)
    count, took = told.stdout.split()
    assert int(count)
    assert float(took) < 5  # quadratic would be minutes


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("extension", ["copyreg extension 1"]),
        ("computed_global", ["os.system"]),
        ("call_then_pop", ["os.system"]),
        ("obj_then_pop", ["os.system"]),
        ("patched_function", ["numpy.size"]),
        ("global_with_space", ["os.path join"]),
    ],
)
def test_runs_other_code(name, other):
    assert audited.verdict(read(name)) == ("yes", other)


@pytest.mark.parametrize("name", ["hex_int", "hex_long"])
def test_readers_disagree(name):
    stream = read(name)
    assert [found.kind for found in stream.disagreements] == ["number"]
    assert audited.verdict(stream) == ("unknown", [])


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (b"N" * 30 + b".", Limits(opcodes=20)),
        (b"N" + b"\x94" * 30 + b".", Limits(memo=20)),
        (b"N" + b"".join(b"r%c\0\0\0" % i for i in range(30)) + b".", Limits(memo=20)),
        (b"N" + b"".join(b"p%d\n" % i for i in range(30)) + b".", Limits(memo=20)),
        (b"c" + b"m" * 5000 + b"\nn\n.", Limits()),
        (b"P" + b"m" * 5000, Limits()),
        (b"I" + b"9" * 700 + b"\n.", Limits()),
        (b"L" + b"9" * 700 + b"L\n.", Limits()),
        (b"\x8b\x00\x02\x00\x00" + b"\x7f" * 512 + b".", Limits()),
    ],
)
def test_limit_is_told(data, limits):
    with pytest.raises(LimitReached, match="stopped at the limit of"):
        pickles.read(data, limits=limits)


def test_million_dicts_stop_at_the_limit_of_opcodes():
    with pytest.raises(LimitReached, match="opcodes"):
        pickles.read(b"}" * 200_000 + b".", limits=Limits(opcodes=100_000))
