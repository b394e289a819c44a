"""Small files that attack a reader, each with what it tries; `python make.py` writes them here.

The bytes come from the standard library alone, so that they are the same everywhere.
"""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

TIME = (1980, 1, 1, 0, 0, 0)
MAGIC = bytes.fromhex("80028a0a6cfc9c46f9206aa85019 2e")
STATE = b"\x80\x02}."
TENSOR = (
    b"ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\n"
    b"X\x01\0\0\0%bX\x03\0\0\0cpu%btQ%b%b%b\x89}tR"
)


def integer(value: int) -> bytes:
    return b"\x8a\x08" + value.to_bytes(8, "little", signed=True)


def shape(*sizes: int) -> bytes:
    return b"(" + b"".join(map(integer, sizes)) + b"t"


def tensor(numel: int, sizes: bytes, stride: bytes, first: int = 0) -> bytes:
    parts = TENSOR % (b"0", integer(numel), integer(first), sizes, stride)
    return b"\x80\x02}X\x01\0\0\0w" + parts + b"s."


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, body in members:
            out.writestr(zipfile.ZipInfo(name, TIME), body, method)
    return buffer.getvalue()


def torch(data: bytes, *more: tuple[str, bytes]) -> bytes:
    return archive(("m/data.pkl", data), ("m/version", b"3\n"), *more)


def header(text: bytes, length: int | None = None) -> bytes:
    return (len(text) if length is None else length).to_bytes(8, "little") + text


def moved(data: bytes, at: int, offset: int) -> bytes:
    """Write another offset at a byte of an archive."""
    at %= len(data)
    return data[:at] + struct.pack("<I", offset) + data[at + 4 :]


def modules(depth: int) -> bytes:
    """Each module holds the next one twice: 2 to the `depth` paths in a few bytes each."""
    made = b"\x80\x02" + b"}" + b"q\0"
    for level in range(depth):
        below = b"" if level == 0 else b"X\1\0\0\0ah\2X\1\0\0\0bh\2"
        made += (
            b"cnet\nNet\n)\x81}(X\x0b\0\0\0_parameters}X\x08\0\0\0_buffers}"
            b"X\x08\0\0\0_modules}(" + below + b"uubq\2"
        )
        made += b"0" if level < depth - 1 else b""
    return made + b"."


def laughs(depth: int) -> bytes:
    made = b"\x80\x02}q\0X\1\0\0\0xK\1s0"
    for level in range(depth):
        made += b"}(X\1\0\0\0ah" + bytes([level]) + b"X\1\0\0\0bh" + bytes([level])
        made += b"uq" + bytes([level + 1]) + b"0"
    return made + b"h" + bytes([depth]) + b"."


FILES: dict[str, bytes] = {
    "shape_of_2_to_the_62": torch(tensor(1, shape(1 << 62), shape(1)), ("m/data/0", b"\0" * 4)),
    "storage_of_2_to_the_59": torch(tensor(1 << 59, shape(4), shape(1)), ("m/data/0", b"\0" * 4)),
    "view_outside_its_storage": torch(
        tensor(4, shape(2, 2), shape(1000, 1)), ("m/data/0", b"\0" * 16)
    ),
    "stride_that_is_negative": torch(tensor(4, shape(2), shape(-1), 1), ("m/data/0", b"\0" * 16)),
    "first_element_that_is_negative": torch(
        tensor(4, shape(2), shape(1), -2), ("m/data/0", b"\0" * 16)
    ),
    "expanded_to_2_to_the_60": torch(
        tensor(1, shape(1 << 30, 1 << 30), shape(0, 0)), ("m/data/0", b"\0" * 4)
    ),
    "seventy_dimensions": torch(tensor(1, shape(*[1] * 70), shape(*[1] * 70)), ("m/data/0", b"")),
    "modules_2_to_the_60": torch(modules(60)),
    "dictionaries_2_to_the_60": torch(laughs(60)),
    "dictionary_in_itself": torch(b"\x80\x02}q\0X\1\0\0\0ah\0s."),
    "list_in_itself": torch(b"\x80\x02]q\0h\0a."),
    "surrogates_in_a_key": torch(b"\x80\x02}X\3\0\0\0\xed\xa0\x80K\1s."),
    "names_that_climb": archive(("../../m/data.pkl", STATE), ("../../m/version", b"3\n")),
    "no_name": archive(("", b"x"), ("m/data.pkl", STATE)),
    "directory_far_away": moved(torch(STATE), -6, 0x7FFFFFFF),
    "member_far_away": moved(torch(STATE), torch(STATE).rindex(b"PK\1\2") + 42, 0x7FFFFFFF),
    "two_pickles_of_one_name": archive(("m/data.pkl", STATE), ("m/DATA.PKL", STATE)),
    "header_of_2_to_the_63": header(b'{"a":', 1 << 39),
    "header_nested_deeply": header(b'{"a":' + b"[" * 100_000),
    "header_of_digits": header(b'{"a":' + b"9" * 10_000 + b"}"),
    "header_of_nan": header(b'{"a":NaN}'),
    "offsets_that_overlap": header(
        b'{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},'
        b'"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}'
    )
    + b"\0" * 6,
    "shape_that_overflows": header(
        b'{"a":{"dtype":"F64","shape":[9223372036854775807,9223372036854775807],'
        b'"data_offsets":[0,0]}}'
    ),
    "legacy_storage_of_2_to_the_63": MAGIC
    + b"\x80\x02M\xe9\x03."
    + b"\x80\x02}."
    + tensor(4, shape(2), shape(1)).replace(b"tQ", b"NtQ")
    + b"\x80\x02]X\1\0\0\x000a."
    + b"\xff" * 8,
    "tar_of_a_size_of_2_to_the_60": (
        b"storages".ljust(124, b"\0") + b"\x80" + (1 << 60).to_bytes(11, "big")
    ).ljust(257, b"\0")
    + b"ustar".ljust(255, b"\0"),
    "module_that_calls": b"cposix\nsystem\n(S'true'\ntR.",
    "blob_of_2_to_the_62": b"\x80\x04\x8e" + (1 << 62).to_bytes(8, "little") + b"x.",
    "loads_itself": b"\x80\x04ctorch.storage\n_load_from_bytes\nC"
    b"\x60" + MAGIC.ljust(96, b"\0") + b"\x85R.",
    "joblib_array_of_2_to_the_60": (
        b"\x80\x04cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(X\5\0\0\0shape"
        + shape(1 << 60)
        + b"X\5\0\0\0dtypecnumpy\ndtype\n(X\2\0\0\0f8\x89\x88tRub."
    ),
    # the array has bytes, and what is named beside it unpickles an argument
    "joblib_array_beside_a_vocabulary": (
        b"\x80\x04]cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}("
        b"X\x08\0\0\0subclasscnumpy\nndarray\nX\5\0\0\0shapeK\1\x85X\5\0\0\0orderX\1\0\0\0C"
        b"X\5\0\0\0dtypecnumpy\ndtype\n(X\2\0\0\0f8\x89\x88tRX\n\0\0\0allow_mmap\x89ub"
        + bytes(8)
        + b"acspacy.vocab\nunpickle_vocab\na."
    ),
}


def main() -> None:
    here = Path(__file__).parent
    for name, data in FILES.items():
        (here / f"{name}.bin").write_bytes(data)


if __name__ == "__main__":
    main()
