"""Files that are no models and that people hand over as one, told by their first bytes.

https://en.wikipedia.org/wiki/List_of_file_signatures
"""

from __future__ import annotations

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PAR1", "a Parquet table"),
    (b"ARROW1\0\0", "an Arrow table"),
    (b"Obj\x01", "an Avro table"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    (b"RDX3\n", "an R workspace"),
    (b"RDX2\n", "an R workspace"),
    (b"\x7fELF", "a program or library of Linux"),
    (b"\xcf\xfa\xed\xfe", "a program or library of macOS"),
    (b"\0asm\x01\0\0\0", "a WebAssembly module"),
    (b"\0\0\0\x01Bud1", "a folder view of macOS (`.DS_Store`)"),
    (b"\0\x05\x16\x07", "a resource fork of macOS (`._` file)"),
    (b"\xed\xab\xee\xdb", "an RPM package"),
    (b"!<arch>\n", "a static library or Debian package"),
    (b"bplist00", "a property list of macOS"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"ID3", "an MP3 recording"),
)
_LOST = "\N{REPLACEMENT CHARACTER}".encode()
_PICKLE = b"\xc2\x80"  # U+0080, as UTF-8 writes the first byte of a pickle
_STEP = b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22"  # a record of 24 bytes, and the CRC of that length


def kind(head: bytes) -> str | None:
    """Return what the file is in words, or nothing where its first bytes do not tell."""
    for start, words in _STARTS:
        if head.startswith(start):
            return words
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP", b"AVI "):
        return {b"WAVE": "a WAV recording", b"WEBP": "a WebP image"}.get(head[8:12], "an AVI film")
    if head[4:8] == b"ftyp":
        return "an MP4 film"
    if head.startswith(_STEP):
        return "a log of TensorBoard"
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
