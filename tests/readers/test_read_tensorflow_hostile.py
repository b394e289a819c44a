"""TensorFlow's formats on bytes that nobody wrote: facts or damage, in time, within memory."""

from __future__ import annotations

import contextlib
import json
import resource
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_truth import read, untraced
from test_protobuf import field, varint

from loadstone import readers
from loadstone.core.jsonable import to_json
from loadstone.readers._crc32c import crc32c, masked
from loadstone.readers._snappy import NotSnappy, inflate
from loadstone.readers._source import MemorySource
from loadstone.readers._tf_table import MAGIC, Table

FILES = Path(__file__).parents[1] / "files" / "tensorflow"
# `version` is a changed head that is another format's: `FUGG` is a GGUF file with bytes swapped.
WORDS = {"truncated", "malformed", "limit", "missing-member", "crc", "version"}
ANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def looked_at(path):
    before = time.process_time()
    with untraced():
        artifact = read(path)
    assert time.process_time() - before < 10
    json.dumps(to_json(artifact), allow_nan=False)
    assert {item.kind for item in artifact.damage} <= WORDS | {"crlf", "trailing"}
    if path.exists():
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


SEEDS = [
    ("tf-2.15.1/keras", "saved_model.pb"),
    ("tf-2.15.1/keras", "keras_metadata.pb"),
    ("tf-2.15.1/keras", "variables/variables.index"),
    ("tf-2.15.1/keras", "variables/variables.data-00000-of-00001"),
    ("tf-1.15.5/simple", "saved_model.pb"),
    ("tf-1.15.5/saver", "model-12.index"),
    ("tf-1.15.5/saver", "model-12.meta"),
    ("tf-1.15.5/saver", "checkpoint"),
    ("tf-1.15.5/v1", "old.ckpt"),
    ("tf-2.15.1/frozen", "frozen.pb"),
    ("tf-2.15.1/frozen", "frozen.pbtxt"),
    ("tf-2.15.1/tflite", "int8.tflite"),
    ("tf-2.15.1/tflite", "flex.tflite"),
    ("tfjs-3.18.0/graph", "model.json"),
    ("tfjs-3.18.0/layers", "model.json"),
]


@st.composite
def mutations(draw, data):
    data = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["flip", "cut", "splice", "number"]))
        at = draw(st.integers(0, max(0, len(data) - 1)))
        if kind == "flip" and data:
            data[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del data[at:]
        elif kind == "splice":
            data[at : at + draw(st.integers(0, 8))] = draw(st.binary(max_size=12))
        else:
            data[at : at + 4] = draw(
                st.sampled_from(
                    [b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\0\0\0"]
                )
            )
    return bytes(data)


@pytest.mark.parametrize(("folder", "name"), SEEDS, ids=lambda item: item.replace("/", "-"))
@ANY
@given(data=st.data())
def test_changed_files(tmp_path, folder, name, data):
    source = FILES / folder
    path = tmp_path / "model"
    if not path.exists():
        shutil.copytree(source, path)
    (path / name).write_bytes(data.draw(mutations((source / name).read_bytes())))
    looked_at(path)
    looked_at(path / name)


@ANY
@given(data=st.binary(max_size=400), head=st.sampled_from([
    b"", b"\x08\x01\x12", b"\x0a", b"\0\0\0\0TFL3", b'{"modelTopology":',
]))  # fmt: skip
def test_any_bytes(tmp_path, data, head):
    path = tmp_path / "saved_model.pb"
    path.write_bytes(head + data)
    looked_at(path)
    looked_at(tmp_path)


def block(entries, *, restarts=2, kind=0, pack=None):
    """Return a block of a table, every key after the first sharing what it can."""
    out, places, before = b"", [], b""
    for number, (key, value) in enumerate(entries):
        shared = 0
        if number % restarts == 0:
            places.append(len(out))
        else:
            while shared < min(len(key), len(before)) and key[shared] == before[shared]:
                shared += 1
        out += varint(shared) + varint(len(key) - shared) + varint(len(value))
        out += key[shared:] + value
        before = key
    for place in places:
        out += place.to_bytes(4, "little")
    out += len(places).to_bytes(4, "little")
    if pack:
        kind, out = 1, pack(out)
    out += bytes([kind])
    return out + masked(crc32c(out)).to_bytes(4, "little")


def table(blocks, pack=None):
    """Return a whole table of blocks of entries."""
    out, handles = b"", []
    for entries in blocks:
        made = block(entries, pack=pack)
        handles.append((entries[-1][0], varint(len(out)) + varint(len(made) - 5)))
        out += made
    index = block(handles)
    at = len(out)
    out += index
    footer = varint(0) + varint(0) + varint(at) + varint(len(index) - 5)
    return out + footer.ljust(40, b"\0") + MAGIC


def snappy(data):
    """Return a snappy stream: literals, and copies of what was there before."""
    out, at = varint(len(data)), 0
    while at < len(data):
        back = data.rfind(data[at : at + 5], 0, at) if at + 5 <= len(data) else -1
        if back >= 0 and at - back < 1 << 16:
            out += bytes([(5 - 1) << 2 | 2]) + (at - back).to_bytes(2, "little")
            at += 5
        else:
            out += bytes([0]) + data[at : at + 1]
            at += 1
    return out


KEYS = st.lists(st.binary(max_size=20), min_size=1, max_size=40, unique=True).map(sorted)


@given(KEYS, st.booleans(), st.integers(1, 7))
def test_tables_come_back(keys, packed, size):
    entries = [(key, key[::-1] * 3) for key in keys]
    blocks = [entries[at : at + size] for at in range(0, len(entries), size)]
    read_back = Table(MemorySource(table(blocks, snappy if packed else None)))
    assert list(read_back.entries()) == entries
    assert not read_back.damage


@given(st.binary(max_size=300))
def test_snappy_comes_back(data):
    assert inflate(snappy(data), 300) == data


@given(st.binary(max_size=100))
def test_any_bytes_are_snappy_or_not(data):
    with contextlib.suppress(NotSnappy):
        assert len(inflate(data, 1000)) <= 1000


def test_the_checksum_is_castagnolis():
    assert crc32c(b"123456789") == 0xE3069283  # RFC 3720, B.4
    assert crc32c(bytes(32)) == 0x8A9136AA


def deep(levels):
    value = field(33, field(1, b"x"))
    for _ in range(levels):
        value = field(51, field(1, value))
    return value


def savedmodel(meta):
    return field(1, 1) + field(2, field(1, field(5, b"2.15.1")) + meta)


HOSTILE = {
    "nested structures": savedmodel(field(7, field(2, field(2, field(3, deep(3000)))))),
    "children in a ring": savedmodel(
        field(7, field(1, field(1, field(1, 0) + field(2, b"a"))) * 20_000)
    ),
    "children everywhere": savedmodel(
        field(7, field(1, field(1, field(1, 1) + field(2, b"a" * 400)) * 2000) * 20)
    ),
    "a chain of objects": savedmodel(
        field(7, b"".join(
            field(1, field(1, field(1, n + 1) + field(2, b"a" * 400))) for n in range(4000)
        ))
    ),
    "many nodes": savedmodel(field(2, field(1, field(2, b"X")) * 400_000)),
    "many ops": savedmodel(
        field(2, b"".join(field(1, field(2, b"Op%d" % n)) for n in range(30_000)))
    ),
    "many tags": savedmodel(field(1, field(4, b"t") * 200_000)),
    "many signatures": savedmodel(field(5, field(1, b"s")) * 100_000),
    "a shape of many sizes": savedmodel(
        field(5, field(2, field(1, field(2, field(3, field(2, b"") * 200_000)))))
    ),
    "many graphs": field(1, 1) + field(2, field(1, field(5, b"1.0"))) * 50_000,
    "an endless number": b"\x08\x01\x12" + b"\xff" * 9 + b"\x01" + b"\x0a\x02\x2a\x00",
    "a tflite of tables in a ring": (
        (8).to_bytes(4, "little") + b"TFL3" + (4).to_bytes(4, "little") + bytes(40)
    ),
    "an index that points at itself": bytes(60) + varint(0) * 2 + varint(0) + varint(50)
    + bytes(36) + MAGIC,
    "many entries": table([[(b"k%07d" % n, b"") for n in range(100_000)]]),
    "large shapes": table([[
        (b"", field(1, 1)),
        (b"w", field(1, 1) + field(2, field(2, field(1, 1 << 62)) * 60) + field(5, 4)),
    ]]),
    "a million shards": table([[(b"", field(1, 1 << 40)), (b"w", field(3, 1 << 31))]]),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes(tmp_path, name):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in (
        tmp_path / "saved_model.pb",
        tmp_path / "model.index",
        tmp_path / "variables" / "variables.index",
    ):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(HOSTILE[name])
        looked_at(path)
        looked_at(path.parent)
        path.unlink()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 200 << 10


def tflite_of(count):
    """Return a model whose vector of operator codes says that it has `count` of them."""
    out = bytearray(64)
    out[0:4] = (24).to_bytes(4, "little")
    out[4:8] = b"TFL3"
    out[8:14] = b"".join(n.to_bytes(2, "little") for n in (8, 8, 0)) + b""
    out[14:16] = (4).to_bytes(2, "little")
    out[24:28] = (16).to_bytes(4, "little")
    out[28:32] = (4).to_bytes(4, "little")
    out[32:36] = count.to_bytes(4, "little")
    return bytes(out)


def test_a_vector_that_lies_about_its_length(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(tflite_of(0xFFFFFFFF).ljust(1 << 16, b"\0"))
    artifact = looked_at(path)
    assert artifact.format == "tflite"
    assert artifact.damage


def test_names_do_not_lead_out_of_the_folder(tmp_path):
    (tmp_path / "secret").write_bytes(b"x" * 100)
    folder = tmp_path / "model"
    folder.mkdir()
    asset = field(6, field(2, b"../../secret"))
    (folder / "saved_model.pb").write_bytes(savedmodel(asset))
    kinds = [(item.kind, item.detail.get("member")) for item in looked_at(folder).damage]
    assert kinds == [("malformed", "assets/../../secret")]
    (folder / "saved_model.pb").unlink()
    manifest = [{"paths": ["../secret"], "weights": []}]
    (folder / "model.json").write_text(json.dumps({"weightsManifest": manifest}))
    artifact = looked_at(folder / "model.json")
    assert [item.kind for item in artifact.damage] == ["missing-member"]
    assert not artifact.parts
