"""Any bytes give well-typed facts: no exception, no long wait, no memory beyond bounds."""

import importlib.util
import io
import json
import pickle
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_truth import read
from safetensors.torch import save_file

from loadstone import readers
from loadstone.core.jsonable import to_json

HERE = Path(__file__).parent
FILES = HERE.parent / "hostile" / "files"
WORDS = {
    "truncated", "crc", "crlf", "layout-flat", "layout-nested", "missing-member", "trailing",
    "encrypted", "malformed", "limit", "empty-member", "version", "outside", "short-member",
}  # fmt: skip


def made():
    spec = importlib.util.spec_from_file_location("hostile_files", FILES / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FILES


def looked_at(path):
    """Everything a user of the facts does with a file."""
    artifact = read(path)
    json.dumps(to_json(artifact), allow_nan=False).encode()
    assert {item.kind for item in artifact.damage} <= WORDS
    readers.verify(path, artifact)
    for state in artifact.state_dicts:
        for fact in list(state.tensors.values())[:3]:
            if fact.extent is not None and not artifact.damage:
                try:
                    for chunk, _ in zip(readers.tensor_bytes(path, fact), range(3), strict=False):
                        assert len(chunk) <= 32 << 20
                except OSError:
                    pass
    return artifact


def test_the_committed_files_are_what_their_maker_makes():
    assert {path.stem: path.read_bytes() for path in FILES.glob("*.bin")} == made()


@pytest.mark.parametrize("name", sorted(made()))
def test_hostile_files(tmp_path, name):
    path = tmp_path / "model.pt"
    path.write_bytes(made()[name])
    before = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    artifact = looked_at(path)
    assert time.process_time() - before < 20  # its own: the machine may be busy
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 200 << 10
    if name == "module_that_calls":
        assert artifact.opening_runs_code == "yes"


def seeds():
    found = [data for name, data in made().items() if len(data) < 6000]
    module = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    for held in (module, module.state_dict(), {"model": module.state_dict(), "epoch": 1}):
        for options in ({}, {"_use_new_zipfile_serialization": False}, {"pickle_protocol": 4}):
            buffer = io.BytesIO()
            torch.save(held, buffer, **options)
            found.append(buffer.getvalue())
        found += [pickle.dumps(held, protocol=protocol) for protocol in (0, 2, 4, 5)]
    found.append(safetensors.torch.save(module.state_dict()))
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.trace(module.eval(), torch.ones(3, 2)), buffer)
    found.append(buffer.getvalue())
    return found


SEEDS = None


@st.composite
def mutated(draw):
    global SEEDS  # noqa: PLW0603 - made once, and not while collecting
    SEEDS = SEEDS or seeds()
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            del data[at:]
        elif kind == 1 and at < len(data):
            data[at] = draw(st.integers(0, 255))
        elif kind == 2:
            data[at:at] = draw(st.binary(max_size=8))
        elif kind == 3:
            del data[at : at + draw(st.integers(1, 40))]
        elif at + 4 <= len(data):
            data[at : at + 4] = draw(st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f"]))
    return bytes(data)


PROPERTY = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.filterwarnings("ignore")
@settings(PROPERTY, max_examples=400)
@given(data=mutated())
def test_mutated_files_never_raise(tmp_path, data):
    path = tmp_path / "model.pt"
    path.write_bytes(data)
    looked_at(path)


HEADS = [
    b"", b"PK\x03\x04", b"PK\x05\x06", b"\x80\x02", b"\x80\x05", b"\x1f\x8b\x08", b"GGUF", b"(",
    b"c", b"\x93NUMPY\1\0", b"\x08\x08\x12", b"\x89HDF\r\n\x1a\n", b"<html>", b"{",
    b"\x10\0\0\0\0\0\0\0{",
    bytes.fromhex("80028a0a6cfc9c46f9206aa850192e"), b"BZh9", b"\x28\xb5\x2f\xfd",
    b"storages".ljust(257, b"\0") + b"ustar",
]  # fmt: skip


@settings(PROPERTY, max_examples=300)
@given(head=st.sampled_from(HEADS), data=st.binary(max_size=600))
def test_random_bytes_never_raise(tmp_path, head, data):
    path = tmp_path / "model.pt"
    path.write_bytes(head + data)
    looked_at(path)


def test_reading_imports_nothing_heavy(tmp_path):
    path = tmp_path / "w.pt"
    torch.save({"a": torch.ones(2)}, path)
    code = (
        "import sys; from loadstone.readers import read; light = set(sys.modules)\n"
        f"assert read({str(path)!r}).tensors == 1\n"
        "heavy = {'torch', 'numpy', 'safetensors', 'zipfile', 'tarfile', 'pickle', 'rich'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert not {'json', 'zlib', 'html'} & light, light\n"
    )
    subprocess.run([sys.executable, "-I", "-c", code], check=True)


def test_what_holds_no_pickle_is_read_without_its_machine(tmp_path):
    """The machine, and the table that judges what it finds, are a tenth of the time of a look."""
    path = tmp_path / "w.safetensors"
    save_file({"a": torch.ones(2)}, path)
    code = (
        "import sys; from loadstone.readers import read\n"
        f"assert read({str(path)!r}).format == 'safetensors'\n"
        "names = ('pickles', 'audited', 'audited_table', 'pickle_objects')\n"
        "print([name for name in names if 'loadstone.runtime.' + name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_a_large_file_is_read_in_few_steps(tmp_path, monkeypatch):
    from loadstone.readers._source import FileSource

    path = tmp_path / "w.pt"
    torch.save({f"layer.{i}": torch.ones(100, 100) for i in range(500)}, path)
    reads = []
    original = FileSource.pread

    def counted(self, offset, length):
        data = original(self, offset, length)
        reads.append(len(data))
        return data

    monkeypatch.setattr(FileSource, "pread", counted)
    assert readers.read(path).tensors == 500
    assert len(reads) < 25
    assert sum(reads) < 400_000


@pytest.mark.parametrize(("count", "kinds"), [(60_000, []), (300_000, ["limit"])])
def test_very_many_tensors_are_read_or_are_a_limit(tmp_path, count, kinds):
    one = '"layers.%06d.weight":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'
    header = ("{" + ",".join(one % n for n in range(count)) + "}").encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    artifact = readers.read(path)
    assert [item.kind for item in artifact.damage] == kinds
    assert artifact.tensors == (0 if kinds else count)
    assert all("is not read" in item.why for item in artifact.damage)
