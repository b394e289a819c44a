"""Files that are no models and that people hand over as one, told by their first bytes.

https://en.wikipedia.org/wiki/List_of_file_signatures
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PAR1", "a Parquet table"),
    (b"ARROW1\0\0", "an Arrow table"),
    (b"Obj\x01", "an Avro table"),
    (b"ORC", "an ORC table"),
    (b"<stata_dta>", "a table of Stata"),
    (b"r\x02\x01\0", "a table of Stata"),
    (b"s\x02\x01\0", "a table of Stata"),
    (b"SIMPLE  =", "a FITS image"),
    (b"CDF\x01", "a NetCDF file"),
    (b"CDF\x02", "a NetCDF file"),
    (b"______LightGBM_Binary_File_Token______\n", "data of LightGBM (`Dataset`)"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    (b"RDX3\n", "an R workspace"),
    (b"RDX2\n", "an R workspace"),
    (b"\0\0\0\x01Bud1", "a folder view of macOS (`.DS_Store`)"),
    (b"\0\x05\x16\x07", "a resource fork of macOS (`._` file)"),
    (b"bplist00", "a property list of macOS"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"ID3", "an MP3 recording"),
    (b"\x01\xab\xff\xffversion:", "data of XGBoost (`DMatrix`)"),
)
_PROGRAMS: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "a program or library of Linux"),
    (b"\xcf\xfa\xed\xfe", "a program or library of macOS"),
    (b"\0asm\x01\0\0\0", "a WebAssembly module"),
    (b"\xed\xab\xee\xdb", "an RPM package"),
    (b"!<arch>\n", "a static library or Debian package"),
)
VECTORS = "word vectors in the binary format of word2vec"
_COUNTS = re.compile(rb"\d{1,10} \d{1,5}\n[^\0\n]{1,200} ")
# https://github.com/facebookresearch/faiss/blob/main/faiss/impl/index_write.cpp
_FAISS = re.compile(rb"I(?:x[FMPRSTL]|w[FPQSHI]|v[PQSF]|H[Nf])[\w2]", re.ASCII)
_SENTENCEPIECE = re.compile(rb"\x0a.\x0a.[^\0]{1,64}\x15.{4}(?:\x18.)?\x0a", re.DOTALL)
_PIPELINE = re.compile(rb"[\x83-\x8f]\xa5vocab(?:\xc5..|\xc6.{4})[\x81-\x89]\xa7strings", re.DOTALL)
_HNSW = struct.Struct("<6Qii3QdQ")
_LOST = "\N{REPLACEMENT CHARACTER}".encode()
_PICKLE = b"\xc2\x80"  # U+0080, as UTF-8 writes the first byte of a pickle
_STEP = b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22"  # a record of 24 bytes, and the CRC of that length


def kind(head: bytes) -> str | None:
    """Return what the file is in words, or nothing where its first bytes do not tell."""
    return _data(head) or _other(head)


def is_data(head: bytes) -> bool:
    """Whether the file is data that its loaders only read: a table, a picture, vectors."""
    return _data(head) is not None


def _data(head: bytes) -> str | None:
    for start, words in _STARTS:
        if head.startswith(start):
            return words
    for test, words in _TESTS:
        if test(head):
            return words
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP", b"AVI "):
        return {b"WAVE": "a WAV recording", b"WEBP": "a WebP image"}.get(head[8:12], "an AVI film")
    if head[4:8] == b"ftyp":
        return "an MP4 film"
    if head.startswith(_STEP):
        return "a log of TensorBoard"
    return None


def _is_faiss(head: bytes) -> bool:
    return _FAISS.match(head) is not None and int.from_bytes(head[4:8], "little") < 1 << 20


def _is_sentencepiece(head: bytes) -> bool:
    return b"<unk>" in head[:64] and _SENTENCEPIECE.match(head) is not None


def _is_of_documents(head: bytes) -> bool:
    """Whether it is what zlib made of a map of msgpack with the names that spaCy writes."""
    if head[:1] != b"x":
        return False
    import zlib

    try:
        first = zlib.decompressobj().decompress(head, 64)
    except zlib.error:
        return False
    return first[:1] in b"\x86\x87\x88\x89\x8a" and b"\xa7version" in first


def _is_hnsw(head: bytes) -> bool:
    """Whether the sizes at the start are those of an index, each of which follows from others.

    https://github.com/nmslib/hnswlib/blob/master/hnswlib/hnswalg.h (`saveIndex`)
    """
    if len(head) < _HNSW.size:
        return False
    found = _HNSW.unpack_from(head)
    first, most, count, size, label, data, level, _, links, lowest, own, scale, *_ = found
    placed = first == 0 and count <= most and size == label + 8 and label > data
    linked = own >= 2 and links == own and lowest == 2 * own and data == 4 * lowest + 4
    if not (placed and linked and 0 <= level < 64):
        return False
    return math.isclose(scale * math.log(own), 1, rel_tol=1e-6)


_TESTS: tuple[tuple[Callable[[bytes], object], str], ...] = (
    (_COUNTS.match, VECTORS),
    (_is_faiss, "an index of FAISS"),
    (_is_sentencepiece, "a tokenizer of SentencePiece"),
    (_is_of_documents, "documents of spaCy (`DocBin`)"),
    (_PIPELINE.match, "a pipeline of spaCy (`Language.to_bytes`)"),
    (_is_hnsw, "an index of hnswlib"),
)


def _other(head: bytes) -> str | None:
    for start, words in _PROGRAMS:
        if head.startswith(start):
            return words
    if head[:2] == b"MZ" and b"This program" in head[:256]:
        return "a program of Windows"
    return _recoded(head)


def _recoded(head: bytes) -> str | None:
    """Tell bytes that went through text: as UTF-8 of Latin-1, or with a mark for what was lost."""
    sample = head[:4096]
    text = sample.decode("utf-8", "ignore")
    if len(text.encode()) < len(sample) - 3:  # a character may be cut at the end
        return None
    if sample.count(_LOST) >= 2 and any(ord(letter) < 9 for letter in text):
        return "binary data that was read and written as text, with bytes lost for good"
    if sample.startswith(_PICKLE) and text[1:2] in "\2\3\4\5" and all(ord(c) < 256 for c in text):
        return "a pickle that was written as text, Latin-1 as UTF-8"
    return None
