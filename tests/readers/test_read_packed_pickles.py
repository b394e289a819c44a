"""Pickles in archives that loaders unpickle there: the archive runs what its members run."""

import bz2
import gzip
import io
import lzma
import pickle
import tarfile
import zipfile

import pytest

from loadstone import readers


class Runs:
    def __reduce__(self):
        return (print, ("run",))


def _zip(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def _tar(path, members, packed=bytes):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            told = tarfile.TarInfo(name)
            told.size = len(data)
            archive.addfile(told, io.BytesIO(data))
    path.write_bytes(packed(out.getvalue()))


FORMS = {
    "zip": _zip,
    "stored": lambda path, members: _zip(path, members, zipfile.ZIP_STORED),
    "tar": _tar,
    "tar.gz": lambda path, members: _tar(path, members, gzip.compress),
    "tar.bz2": lambda path, members: _tar(path, members, bz2.compress),
    "tar.xz": lambda path, members: _tar(path, members, lzma.compress),
}


def _verdict(path):
    return readers.read(path).opening_runs_code


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_an_archive_runs_what_its_pickle_runs(form, protocol, tmp_path):
    path = tmp_path / "a.bin"
    FORMS[form](path, {"a.pkl": pickle.dumps(Runs(), protocol)})
    found = readers.read(path)
    assert found.opening_runs_code == "yes"
    assert [name.rpartition(".")[2] for name in found.calls] == ["print"]


@pytest.mark.parametrize("form", FORMS)
def test_a_later_member_counts_too(form, tmp_path):
    path = tmp_path / "a.bin"
    FORMS[form](path, {"_metadata": pickle.dumps({"a": 1}), "_obj": pickle.dumps(Runs())})
    assert _verdict(path) == "yes"


@pytest.mark.parametrize("form", FORMS)
def test_what_runs_nothing_is_no_alarm(form, tmp_path):
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "a.bin"
    FORMS[form](path, {"readme.txt": b"(see the notes)\n", "a.pkl": pickle.dumps({"a": [1.5]})})
    assert _verdict(path) == "no"
    FORMS[form](path, {"a.pkl": pickle.dumps(pandas.DataFrame({"a": [1, 2]}))})
    assert _verdict(path) == "library"
    FORMS[form](path, {"weights.bin": bytes(5000), "readme.txt": b"nothing\n"})
    assert _verdict(path) == "no"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_is_packed_otherwise_is_unknown(method, tmp_path):
    _zip(tmp_path / "a.zip", {"a.pkl": pickle.dumps(Runs())}, method)
    assert _verdict(tmp_path / "a.zip") == "unknown"


def test_a_pickle_that_is_not_read_to_its_end_is_unknown(tmp_path):
    whole = pickle.dumps([bytes(1 << 20) for _ in range(70)])
    _zip(tmp_path / "a.zip", {"a.pkl": whole})
    assert _verdict(tmp_path / "a.zip") == "unknown"
    _tar(tmp_path / "a.tgz", {"a.pkl": whole}, gzip.compress)
    assert _verdict(tmp_path / "a.tgz") == "unknown"


def test_zstandard_is_not_read(tmp_path):
    (tmp_path / "a.pkl.zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))
    assert _verdict(tmp_path / "a.pkl.zst") == "unknown"
