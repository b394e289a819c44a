"""CRC-32C (Castagnoli), with the mask that LevelDB and TensorFlow store it under.

https://github.com/google/leveldb/blob/main/util/crc32c.h
"""

from __future__ import annotations

_POLYNOMIAL = 0x82F63B78
_DELTA = 0xA282EAD8


def _table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)  # noqa: PLW2901 - bit by bit
        table.append(value)
    return tuple(table)


_BYTES = _table()


def crc32c(data: bytes, crc: int = 0) -> int:
    """Return the checksum of `data`, going on from `crc`."""
    table = _BYTES
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def masked(crc: int) -> int:
    """Return the checksum as it is stored: turned and moved, so that it may cover itself."""
    return ((crc >> 15 | crc << 17) + _DELTA) & 0xFFFFFFFF
