"""Edits are data; what is written reads back equal, and nothing is ever written over."""

from __future__ import annotations

import errno
import json
import os

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from loadstone import readers
from loadstone.core import (
    Concatenate,
    CopyKeys,
    DecodeText,
    Dequantise,
    DropArguments,
    DropKeys,
    DropOperator,
    FillKeys,
    ForgetConfiguration,
    MergeAdapter,
    MergePieces,
    PackFolder,
    RenameGlobals,
    RenameGroups,
    RenameKeys,
    Reshape,
    ResizeRows,
    Salvage,
    SelectEntry,
    Split,
    TensorFact,
    Transpose,
    UndoLineEndings,
    Unwrap,
    Weights,
)
from loadstone.core.edits import edit_from_json, edit_to_json
from loadstone.core.facts import Extent
from loadstone.fixes import recipe
from loadstone.fixes.apply import CannotApplyError, apply
from loadstone.fixes.write import CannotWriteError, NotProvedError, _Reader, write

DATA = {
    "a.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3),
    "b": torch.tensor(7, dtype=torch.int64),
    "h": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
    "none": torch.zeros(0, 3),
}
FACTS = {
    key: TensorFact(str(value.dtype).removeprefix("torch."), tuple(value.shape))
    for key, value in DATA.items()
}
WEIGHTS = Weights("m.pth", FACTS, entry="model")


def reader(_, fact):
    key = next(name for name, other in FACTS.items() if other is fact)
    data = DATA[key].contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    for start in range(0, len(data), 5):
        yield memoryview(data[start : start + 5])


def test_what_is_written_is_what_safetensors_reads(tmp_path):
    path = tmp_path / "m.safetensors"
    total = write(path, FACTS, reader, metadata={"format": "pt"})
    assert total == sum(value.numel() * value.element_size() for value in DATA.values())
    loaded = load_file(path)
    assert loaded.keys() == DATA.keys()
    assert all(torch.equal(loaded[key], DATA[key]) for key in DATA)
    assert [item.name for item in tmp_path.iterdir()] == ["m.safetensors"]


def test_nothing_is_written_over(tmp_path):
    path = tmp_path / "m.safetensors"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match="nothing is written over"):
        write(path, FACTS, reader, metadata={})
    assert path.read_text() == "mine"


def test_a_failing_read_leaves_nothing_behind(tmp_path):
    def failing(_, fact):
        yield memoryview(b"\0" * 4)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "m.safetensors", FACTS, failing, metadata={})
    assert list(tmp_path.iterdir()) == []


def test_a_short_tensor_is_not_proved(tmp_path):
    with pytest.raises(NotProvedError, match="gave 4 of 24 bytes"):
        write(tmp_path / "m", FACTS, lambda _, fact: iter([memoryview(b"\0" * 4)]), metadata={})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("left", "told"), [(1 << 20, "otherwise than"), (50, "cut short")])
def test_what_the_disk_changed_is_not_proved(left, told, tmp_path, monkeypatch):
    expect = _Reader.expect

    def changed(self, key, start, length, checksum):
        (path,) = tmp_path.iterdir()
        with path.open("r+b") as file:
            file.truncate(min(left, path.stat().st_size))
            file.seek(start)
            file.write(b"\xff" if left > start else b"")
        expect(self, key, start, length, checksum)

    monkeypatch.setattr(_Reader, "expect", changed)
    with pytest.raises(NotProvedError, match=told):
        write(tmp_path / "m", FACTS, reader, metadata={})
    assert list(tmp_path.iterdir()) == []


def lying(folder, length):
    """A file with one tensor at byte 64, as its reader tells of it."""
    path = folder / "source"
    path.write_bytes(bytes(64) + bytes(range(256)) * (length // 256))
    fact = TensorFact("uint8", (length,), extent=Extent("", 64, length, 0, (1,), "s"))
    return path, fact, readers.streamed(path, fact)


def test_what_lies_in_one_place_is_copied(tmp_path):
    source, fact, sent = lying(tmp_path, (3 << 20) + 256)
    assert isinstance(sent, readers.Stretch)
    counts = []
    copy = tmp_path / "copy.safetensors"
    write(copy, {"w": fact}, lambda *_: sent, metadata={}, progress=counts.append)
    assert load_file(copy)["w"].numpy().tobytes() == source.read_bytes()[64:]
    assert sum(counts) == fact.nbytes


@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("error", [errno.EXDEV, errno.ENOSPC, None])
def test_what_the_system_cannot_copy_goes_through_memory(error, after, tmp_path, monkeypatch):
    source, fact, sent = lying(tmp_path, (17 << 20) + 256)
    real, calls = getattr(os, "copy_file_range", None), []

    def refusing(*given):
        calls.append(given)
        if len(calls) > after and error:
            raise OSError(error, os.strerror(error))
        return real(*given) if real and len(calls) <= after else 0

    monkeypatch.setattr(os, "copy_file_range", refusing, raising=False)
    copy = tmp_path / "copy.safetensors"
    if error == errno.ENOSPC:
        with pytest.raises(OSError, match="No space left"):
            write(copy, {"w": fact}, lambda *_: sent, metadata={})
        assert list(tmp_path.iterdir()) == [source]
        return
    write(copy, {"w": fact}, lambda *_: sent, metadata={})
    assert load_file(copy)["w"].numpy().tobytes() == source.read_bytes()[64:]


@pytest.mark.parametrize("at", [64, 64 + (1 << 20), 64 + (3 << 20)])
def test_what_is_no_longer_in_the_source_is_not_proved(at, tmp_path, monkeypatch):
    source, fact, sent = lying(tmp_path, (3 << 20) + 256)
    expect = _Reader.expect

    def changed(self, *told):
        with source.open("r+b") as file:
            file.seek(at)
            file.write(b"\xff")
        expect(self, *told)

    monkeypatch.setattr(_Reader, "expect", changed)
    with pytest.raises(NotProvedError, match="otherwise than"):
        write(tmp_path / "m", {"w": fact}, lambda *_: sent, metadata={})
    assert list(tmp_path.iterdir()) == [source]


def test_a_source_that_ends_inside_a_tensor_leaves_nothing_behind(tmp_path):
    source, fact, sent = lying(tmp_path, 2 << 20)
    with source.open("r+b") as file:
        file.truncate(1 << 20)
    with pytest.raises(OSError, match="ends at byte 1048576, inside a tensor"):
        write(tmp_path / "m", {"w": fact}, lambda *_: sent, metadata={})
    assert list(tmp_path.iterdir()) == [source]


def test_a_dtype_that_safetensors_lacks_is_named(tmp_path):
    with pytest.raises(CannotWriteError, match="`q` is qint8"):
        write(tmp_path / "m", {"q": TensorFact("qint8", (2,))}, reader, metadata={})


EDITS = [
    SelectEntry("model"),
    RenameKeys(strip_segments=("module", "_orig_mod")),
    RenameKeys(strip="net.", add="model."),
    RenameKeys(names={"a": "b"}),
    DropKeys(("x",)),
    Transpose(("a",)),
    Reshape({"a": (2, 3, 1, 1)}),
    Split("qkv", {"q": 2, "k": 2}),
    Concatenate(("q", "k"), "qk"),
    CopyKeys({"head": "embed"}),
    FillKeys({"count": ()}, "int64", "zeros"),
    ResizeRows({"embed": 3}),
    Dequantise("m.safetensors", "model"),
    MergeAdapter("m.safetensors", "base"),
    Salvage(("a",), ("b", "c")),
    Unwrap("weights.pth", "v1/weights.pth"),
    UndoLineEndings("model.fixed.pth"),
    DecodeText("model.pkl", "base64"),
    DropOperator("model.fixed", "DisableCopyOnRead"),
    ForgetConfiguration("model.fixed"),
    DropArguments("model.fixed.h5", ("time_major", "groups")),
    PackFolder("model.packed.keras"),
    MergePieces("ckpt.merged.safetensors", "model"),
    RenameGlobals("model.fixed.pkl"),
    RenameGroups("model.fixed.keras"),
]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_survives_json(edit):
    assert edit_from_json(json.loads(json.dumps(edit_to_json(edit)))) == edit


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"op": "explode"}, "`explode` is not an edit"),
        ({"op": "drop-keys", "key": []}, "has no `key`"),
        ({"op": "drop-keys"}, "keys"),
        ({"op": "drop-keys", "keys": 3}, "expected"),
        ("x", "not an edit"),
    ],
)
def test_what_is_no_edit_is_refused(value, why):
    with pytest.raises(ValueError, match=why):
        edit_from_json(value)


KEYS = st.lists(
    st.lists(st.sampled_from(["module", "fc", "a", "0"]), min_size=1, max_size=4).map(".".join),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(KEYS)
def test_renaming_keeps_every_tensor_or_refuses(keys):
    weights = Weights("m", {key: TensorFact("float32", (n,)) for n, key in enumerate(keys)})
    try:
        after = apply(weights, [RenameKeys(strip_segments=("module",))])
    except CannotApplyError:
        stripped = [RenameKeys(strip_segments=("module",))(key) for key in keys]
        assert len(set(stripped)) < len(keys)
        return
    assert [fact.shape for fact in after.tensors.values()] == [(n,) for n in range(len(keys))]


def test_a_recipe_fits_only_the_tensors_it_was_made_for(tmp_path):
    path = tmp_path / "m.fix.json"
    edits = (SelectEntry("model"), RenameKeys(names={"b": "c"}))
    path.write_text(recipe.dumps(WEIGHTS, edits, ["LS404"]))
    assert recipe.read(path, WEIGHTS) == edits
    other = Weights("n.pth", {"b": TensorFact("float32", (2,))}, entry="model")
    with pytest.raises(CannotApplyError, match="made for a file with other tensors"):
        recipe.read(path, other)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "x/1"}'])
def test_what_is_no_recipe_is_refused(text):
    with pytest.raises(CannotApplyError, match="not a fix recipe"):
        recipe.loads(text, "m.fix.json")


def test_edits_of_another_entry_are_refused():
    with pytest.raises(CannotApplyError, match="no such state dict"):
        apply(WEIGHTS, [SelectEntry("ema")])
    with pytest.raises(CannotApplyError, match="to drop"):
        apply(WEIGHTS, [DropKeys(("zzz",))])
    with pytest.raises(CannotApplyError, match="to salvage"):
        apply(WEIGHTS, [Salvage(("zzz",))])
    with pytest.raises(CannotApplyError, match="done to the file"):
        apply(WEIGHTS, [Unwrap("weights.pth")])
    with pytest.raises(CannotApplyError, match="to rename"):
        apply(WEIGHTS, [RenameKeys(names={"zzz": "y"})])


def test_what_has_no_room_is_not_begun(tmp_path):
    fact = TensorFact("float32", (1 << 40,))
    with pytest.raises(CannotWriteError, match=r"takes 4.4 TB, and .* are free"):
        write(tmp_path / "x.safetensors", {"w": fact}, lambda *_: iter(()), metadata={})
    assert not list(tmp_path.iterdir())
