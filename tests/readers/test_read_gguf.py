"""GGUF: what the `gguf` package's own reader reported of the committed files."""

import hashlib
import json
import struct
from pathlib import Path

import pytest
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files" / "gguf"
TRUTH = json.loads((FILES / "truth.json").read_text())
WORDS = {"F32": "float32", "F16": "float16", "Q8_0": "q8_0", "Q4_0": "q4_0"}


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_facts_are_what_gguf_reported(name):
    path = FILES / name
    artifact = read(path)
    (state,) = artifact.state_dicts
    assert not artifact.damage
    assert list(state.tensors) == list(TRUTH[name])
    for key, told in TRUTH[name].items():
        fact = state.tensors[key]
        assert (fact.dtype, list(fact.shape)) == (WORDS[told["type"]], told["shape"])
        assert (fact.extent.offset, fact.nbytes) == (told["offset"], told["nbytes"])
        if name != "big.gguf":  # its reader does not turn the bytes round, ours does
            assert hashlib.sha256(joined(path, fact)).hexdigest() == told["sha256"]


def test_the_pairs_are_told():
    detail = read(FILES / "aligned.gguf").detail
    assert detail["general.architecture"] == "llama"
    assert detail["tiny.ratio"] == 0.5
    assert detail["tokenizer.ggml.tokens"] == "string 4"
    assert detail["general.alignment"] == 64


def test_big_endian_elements_come_out_little(tmp_path):
    fact = read(FILES / "big.gguf").state_dicts[0].tensors["blk.0.norm.weight"]
    assert struct.unpack("<5e", joined(FILES / "big.gguf", fact)) == (0, 1, 2, 3, 4)
    little = read(FILES / "tiny.gguf").state_dicts[0].tensors["blk.0.attn.weight"]
    big = read(FILES / "big.gguf").state_dicts[0].tensors["blk.0.attn.weight"]
    assert joined(FILES / "big.gguf", big) == joined(FILES / "tiny.gguf", little)


def text(value, width):
    return len(value).to_bytes(width, "little") + value


def version(number, data=bytes(8)):
    """One tensor of two floats, in the layout of a version."""
    width = 4 if number == 1 else 8
    size = lambda value: value.to_bytes(width, "little")  # noqa: E731 - a word of this layout
    head = b"GGUF" + struct.pack("<I", number) + size(1) + size(1)
    head += text(b"general.name", width) + struct.pack("<I", 8) + text(b"tiny", width)
    head += text(b"w", width) + struct.pack("<I", 1) + size(2) + struct.pack("<IQ", 0, 0)
    return head + bytes(-len(head) % 32) + data


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_version_is_read(tmp_path, number):
    path = tmp_path / "m.gguf"
    path.write_bytes(version(number))
    artifact = read(path)
    assert artifact.detail["general.name"] == "tiny"
    assert str(artifact.state_dicts[0].tensors["w"]) == "float32 2"
    assert not artifact.damage


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (version(3)[:-1], "truncated"),
        (version(3)[:40], "truncated"),
        (version(9), "version"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 40, 0), "limit"),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text(b"a", 8) + struct.pack("<I", 77),
            "malformed",
        ),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text(b"a", 8)
            + struct.pack("<IIQ", 9, 8, 1 << 60) + bytes(64),
            "limit",
        ),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text(b"a", 8)
            + struct.pack("<IIQ", 9, 8, 2_000_000) + bytes(64),
            "truncated",
        ),
    ],
)  # fmt: skip
def test_damage(tmp_path, data, kind):
    path = tmp_path / "m.gguf"
    path.write_bytes(data)
    assert [item.kind for item in read(path).damage] == [kind]


def test_a_missing_shard_is_damage(tmp_path):
    name = "tiny-00001-of-00002.gguf"
    path = tmp_path / name
    path.write_bytes((FILES / "sharded" / name).read_bytes())
    (damage,) = read(path).damage
    assert (damage.kind, damage.detail["member"]) == (
        "missing-member",
        "tiny-00002-of-00002.gguf",
    )


@pytest.mark.parametrize("magic", [b"lmgg", b"fmgg", b"tjgg", b"algg"])
def test_what_came_before_gguf_is_recognised(tmp_path, magic):
    path = tmp_path / "ggml.bin"
    path.write_bytes(magic + struct.pack("<8I", 3, *range(7)))
    artifact = read(path)
    assert (artifact.format, artifact.detail["magic"]) == ("ggml", magic[::-1].decode())
