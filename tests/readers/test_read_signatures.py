"""What is no model, told by its first bytes, and what lies inside a compressed file."""

import base64
import bz2
import gzip
import io
import lzma
import math
import pickle
import pickletools
import struct
import tarfile
import zipfile
import zlib

import pytest
from reader_truth import read

PICKLE = pickle.dumps({"weights": list(range(300)), "name": "linear\nmodel"}, protocol=4)
KINDS = {
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "a PNG image": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "a JPEG image": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "a Parquet table": b"PAR1\x15\4\x15\x10" + bytes(20) + b"PAR1",
    "an Arrow table": b"ARROW1\0\0\xff\xff\xff\xff",
    "an SQLite database": b"SQLite format 3\0\x10\0\1\1\0",
    "a program or library of Linux": b"\x7fELF\2\1\1" + bytes(57),
    # as faiss 1.x, sentencepiece 0.2, gensim 4.0, spaCy 3 and XGBoost 2 begin their files
    "an index of FAISS": b"IxF2\x08\0\0\0<" + bytes(9) + b"\x10" + bytes(7) + b"\x10" + bytes(9),
    "a tokenizer of SentencePiece": (
        b"\n\x0e\n\x05<unk>\x15\0\0\0\0\x18\x02\n\x0c\n\x03<s>\x15\0\0\0\0\x18\x03\n\r\n\x04</s>\x15"
    ),
    "word vectors in the binary format of word2vec": b"107 20\nthe 0-:\xbby\xd5\x86:\xa9Z\xd4<rd:",
    "documents of spaCy (`DocBin`)": zlib.compress(b"\x89\xa7version\xa30.1\xa5attrs\x9dACIJKL"),
    "a pipeline of spaCy (`Language.to_bytes`)": b"\x85\xa5vocab\xc5(\xca\x83\xa7strings\xda(J[",
    "an index of hnswlib": struct.pack(
        "<6Qii3QdQ", 0, 100, 60, 172, 164, 132, 1, 11, 16, 32, 16, 1 / math.log(16), 200
    ),
    "data of XGBoost (`DMatrix`)": b"\x01\xab\xff\xffversion:\x01\0\0\0\x07\0\0\0\x06\0\0\0",
    "a log of TensorBoard": b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22" + bytes(24),
    "a folder view of macOS (`.DS_Store`)": b"\0\0\0\1Bud1\0\0",
    "a pickle that was written as text, Latin-1 as UTF-8": PICKLE.decode("latin-1").encode(),
    "binary data that was read and written as text, with bytes lost for good": PICKLE.decode(
        "utf-8", "replace"
    ).encode(),
}
CODED = {
    "hexadecimal text of a pickle": PICKLE.hex().encode(),
    "base64 text of a pickle": base64.encodebytes(PICKLE),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_model_is_named(tmp_path, kind):
    path = tmp_path / "model.pt"
    path.write_bytes(KINDS[kind])
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("unknown", "none")
    assert artifact.detail["kind"] == kind
    runs = {word in kind for word in ("program", "pickle", "lost")}
    assert artifact.opening_runs_code == ("unknown" if True in runs else "no")


def test_data_that_is_a_pickle_too_is_not_said_to_run_nothing(tmp_path):
    call = b"cos\nsystem\n(S'true'\ntR."
    for start in (b"I1\n0", b"(0"):  # what pickle reads over
        path = tmp_path / "model.pkl"
        path.write_bytes(start + call)
        assert read(path).opening_runs_code == "yes"


@pytest.mark.parametrize("kind", CODED)
def test_bytes_written_as_letters_are_named(tmp_path, kind):
    path = tmp_path / "model.pkl"
    path.write_bytes(CODED[kind])
    assert read(path).detail["kind"] == kind


@pytest.mark.parametrize("start", [b"", b"data:application/octet-stream;base64,"])
def test_base64_as_a_web_service_writes_it(tmp_path, start):
    path = tmp_path / "model.txt"
    path.write_bytes(start + base64.urlsafe_b64encode(PICKLE))
    assert read(path).detail["kind"] == "base64 text of a pickle"


@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * 64,
        b"x\x9c" + bytes(9),
        b"IxQQ" + bytes(9),
        struct.pack("<6Qii3QdQ", 0, 100, 60, 172, 164, 132, 1, 11, 16, 33, 16, 0.36, 200),
        b"deadbeef" * 20,
        b"Obj",
        b"RIFF1234ABCD",
        "é\x01ü".encode() * 9,
    ],
)
def test_near_ones_are_not_named(tmp_path, data):
    path = tmp_path / "model.pt"
    path.write_bytes(data)
    assert "kind" not in read(path).detail


RUN = b"cpickletools\n_Example\n)\x81."
PICTURE = b"GIF89a\x10\0\x100"  # `G` takes eight bytes, `0` drops the number


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"I0x1\n0",
        b"L0x1L\n0",
        b"F1.0\0and more\n0",
        b"B" + (400_000).to_bytes(4, "little") + bytes(400_000) + b"0",
        b"V" + b"x" * 400_000 + b"\n0",
    ],
)
def test_a_picture_that_is_a_pickle_too_is_not_said_to_run_nothing(tmp_path, before):
    path = tmp_path / "model.gif"
    path.write_bytes(PICTURE + before + RUN)
    assert isinstance(pickle.loads(path.read_bytes()), pickletools._Example)
    assert read(path).opening_runs_code == "unknown"
    path.write_bytes(PICTURE + before + b"?" + RUN)
    assert read(path).opening_runs_code == ("unknown" if before[:1] == b"V" else "no")


def test_what_calls_before_it_looks_a_name_up_calls_nothing(tmp_path):
    """Models of CatBoost begin with `C`, and numbers behind that look like opcodes."""
    path = tmp_path / "model.gif"
    for call in (b"K\1)R", b"}}b", b"))\x81", b"(K\1o"):
        path.write_bytes(PICTURE + call)
        with pytest.raises(Exception, match=r"."):
            pickle.loads(path.read_bytes() + b".")
        assert read(path).opening_runs_code == "no"
    for call in (b"(iposix\ngetpid\n", b"K\1" + RUN):
        path.write_bytes(PICTURE + call)
        assert read(path).opening_runs_code == "unknown"


def test_a_picture_or_a_text_that_ends_as_an_archive_is_not_said_to_run_nothing(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("config.json", "{}")
    path = tmp_path / "model.keras"
    for start in (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"%PDF-1.7\n", b"a,b\n1,2\n" * 20_000):
        path.write_bytes(start)
        assert read(path).opening_runs_code == "no"
        path.write_bytes(start + held.getvalue())
        assert zipfile.ZipFile(path).namelist() == ["config.json"]
        assert read(path).opening_runs_code == "unknown"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_the_files_of_a_compressed_tar_are_named(tmp_path, pack):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name in ("model.pth", "code/inference.py"):
            info = tarfile.TarInfo(name)
            info.size = 4
            archive.addfile(info, io.BytesIO(b"data"))
    path = tmp_path / "model.tar.gz"
    path.write_bytes(pack(held.getvalue()))
    detail = read(path).detail
    assert (detail["inner"], detail["count"]) == ("tar", 2)
    assert detail["members"] == "model.pth, code/inference.py"


def test_a_compressed_error_page_is_one(tmp_path):
    path = tmp_path / "model.pt"
    path.write_bytes(gzip.compress(b"<!doctype html><html><head><title>404</title></head></html>"))
    assert read(path).detail["inner"] == "html"


@pytest.mark.parametrize(
    ("word", "start"), [("7z", b"7z\xbc\xaf\x27\x1c\0\4"), ("rar", b"Rar!\x1a\7\1\0")]
)
def test_archives_that_are_not_read_are_named(tmp_path, word, start):
    path = tmp_path / "model.pt"
    path.write_bytes(start + bytes(24))
    assert (read(path).format, read(path).content) == (word, "container")


def test_a_pickle_that_is_cut_or_converted_says_so(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(PICKLE[: len(PICKLE) // 2])
    assert [item.kind for item in read(path).damage] == ["truncated"]
    lines = pickle.dumps([f"a\nb{n}" for n in range(9)], protocol=4)
    path.write_bytes(lines.replace(b"\n", b"\r\n"))
    (damage,) = read(path).damage
    assert (damage.kind, damage.detail["recovers"]) == ("crlf", None)
