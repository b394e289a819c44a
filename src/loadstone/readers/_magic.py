"""What the first bytes say: the words for files that are told apart by a signature.

One table; https://github.com/lutzroeder/netron/blob/main/source/view.js keeps the longest one.
"""

from __future__ import annotations

from collections.abc import Callable

TEXT_STARTS = b"(cilLdSVINFgp]})"  # of pickles of protocol 0
LENGTHS = b"XTU"  # a text by its length, at protocol 1

LEGACY = bytes.fromhex("8a0a6cfc9c46f9206aa85019")  # torch's magic number, as LONG1 writes it
LEGACY_TEXT = b"L119547037146038801333356L"
LEGACY_CRLF = LEGACY.replace(b"\n", b"\r\n")
_HDF5 = b"\x89HDF\r\n\x1a\n"


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def legacy(head: bytes) -> bool:
    """Return whether it is a torch file of before 1.6 (`_use_new_zipfile_serialization=False`)."""
    return LEGACY in head[:32] or LEGACY_CRLF in head[:32] or head.startswith(LEGACY_TEXT)


def _hdf5(head: bytes) -> bool:
    return any(head[at : at + 8] == _HDF5 for at in (0, 512, 1024, 2048))


def tar(head: bytes) -> bool:
    """Return whether it is a tar header, by signature or by checksum (tars of before 1988)."""
    if len(head) < 512:
        return False
    if head[257:262] == b"ustar":
        return True
    field = head[148:156].strip(b"\0 ")
    if not head[0] or not field or field.strip(b"01234567"):
        return False
    return int(field, 8) == sum(head[:148]) + 8 * 32 + sum(head[156:512])


def safetensors(head: bytes) -> bool:
    """Return whether a plausible length stands before the opening brace of a header."""
    if len(head) < 9 or head[8:9] != b"{":
        return False
    return int.from_bytes(head[:8], "little") < 1 << 40 and head[9:64].lstrip()[:1] in b'"}'


TABLE: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("zip", _starts(b"PK\x03\x04", b"PK\x05\x06")),
    ("torch-legacy", legacy),
    ("hdf5", _hdf5),
    ("gguf", _starts(b"GGUF", b"FUGG")),
    ("npy", _starts(b"\x93NUMPY")),
    ("gzip", _starts(b"\x1f\x8b")),
    ("bzip2", lambda head: head[:3] == b"BZh" and head[4:10] == b"1AY&SY"),
    ("xz", _starts(b"\xfd7zXZ\0")),
    ("zstd", _starts(b"\x28\xb5\x2f\xfd")),
    ("7z", _starts(b"7z\xbc\xaf\x27\x1c")),
    ("rar", _starts(b"Rar!\x1a\x07")),
    ("tar", tar),
    ("safetensors", safetensors),
)


def word(head: bytes) -> str | None:
    """Return the word for the signature at the start of `head`."""
    for name, test in TABLE:
        if test(head):
            return name
    return None


def pickled(head: bytes) -> bool:
    """Return whether it starts with the PROTO opcode of a protocol that exists."""
    return head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5")


def guess(head: bytes) -> str:
    """Return what the first bytes inside an archive are, as far as they tell."""
    found = word(head)
    if found is None and pickled(head):
        found = "pickle"
    return found or "unknown"
