"""Frames between two processes: a length, a JSON object, and the `.npy` files that it refers to."""

import json
import struct
from typing import Any, BinaryIO, Dict, List, Tuple

from .values import npy_array, npy_bytes

LIMIT = 1 << 40  # bytes of one part


def write(stream: BinaryIO, message: Dict[str, Any], arrays: List[Any]) -> None:
    """Write one frame; `arrays` follow the JSON object."""
    blobs = [npy_bytes(array) for array in arrays]
    head = {"message": message, "arrays": [len(blob) for blob in blobs]}
    text = json.dumps(head).encode("ascii")
    stream.write(struct.pack("<Q", len(text)) + text)
    stream.writelines(blobs)
    stream.flush()


def read(stream: BinaryIO) -> Tuple[Dict[str, Any], List[Any]]:
    """Read one frame; raises `EOFError` where the other side has gone."""
    (length,) = struct.unpack("<Q", _exactly(stream, 8))
    head = json.loads(_exactly(stream, length).decode("ascii"))
    return head["message"], [npy_array(_exactly(stream, size)) for size in head["arrays"]]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    if not 0 <= size < LIMIT:
        raise EOFError("the frame is malformed")
    data = stream.read(size) if size else b""
    if len(data) != size:
        raise EOFError("the other process has gone")
    return data
