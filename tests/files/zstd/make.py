# /// script
# requires-python = "==3.11.*"
# dependencies = ["zstandard==0.25.0"]
# ///
"""Frames of Zstandard at several levels, and what zstandard itself unpacks them to."""

import hashlib
import json
import random
from pathlib import Path

import zstandard

HERE = Path(__file__).resolve().parent
DRAW = random.Random(0)


def words(count):
    parts = [b"params.", b"kernel", b"/.zarray", b'{"shape":[3,4]}', b"Dense_%d" % (count % 97)]
    return b"".join(DRAW.choice(parts) for _ in range(count))


def skewed(count):
    return bytes(DRAW.choices(range(256), [1 / (n + 1) for n in range(256)], k=count))


def copied(count):
    data = bytearray(DRAW.randbytes(200))
    while len(data) < count:
        at = DRAW.randrange(len(data))
        data += data[at : at + DRAW.randrange(3, 3000)] + DRAW.randbytes(DRAW.randrange(2))
    return bytes(data)


CASES = {
    "empty": (b"", 3, {}),
    "one": (b"x", 3, {}),
    "raw": (DRAW.randbytes(300), 3, {}),
    "same": (b"a" * 200_000, 3, {}),
    "words-fast": (words(2_000), -5, {}),
    "words": (words(20_000), 3, {"write_checksum": True}),
    "words-small": (words(20_000), 19, {"write_content_size": False}),
    "skewed": (skewed(6_000), 1, {}),
    "skewed-small": (skewed(300), 9, {}),
    "copied": (copied(300_000), 3, {}),
    "copied-small": (copied(400_000), 22, {}),
    "few": (bytes(DRAW.choices(b"abcd", k=9_000)), 5, {}),
}


def main():
    told = {}
    for name, (data, level, options) in CASES.items():
        given = zstandard.ZstdCompressionParameters.from_level(level, **options)
        packed = zstandard.ZstdCompressor(compression_params=given).compress(data)
        (HERE / f"{name}.zst").write_bytes(packed)
        whole = zstandard.ZstdDecompressor().decompress(packed, max_output_size=1 << 20)
        told[name] = {"size": len(whole), "sha256": hashlib.sha256(whole).hexdigest()}
    (HERE / "truth.json").write_text(json.dumps(told, indent=1) + "\n")


main()
