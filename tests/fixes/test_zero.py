"""What the ranks of DeepSpeed's ZeRO hold is put together as DeepSpeed does it, or refused."""

from __future__ import annotations

import pickle
import shutil
import struct
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import loadstone
from loadstone import readers
from loadstone.core import MergePieces
from loadstone.fixes import rounded
from loadstone.fixes.restore import CannotRestoreError, restore

FILES = Path(__file__).parents[1] / "files" / "deepspeed"
STEP = "global_step1"
OF_STAGE_1 = {"frozen.weight", "frozen.bias"}  # DeepSpeed leaves them out


@pytest.fixture
def copy(tmp_path):
    def make(name):
        return Path(shutil.copytree(FILES / name, tmp_path / name))

    return make


@pytest.mark.parametrize("name", ["stage1", "stage2", "stage3", "groups2", "groups3"])
@pytest.mark.parametrize("below", ["", STEP])
def test_the_numbers_are_those_that_deepspeed_puts_together(copy, name, below):
    path = copy(name) / below
    report = loadstone.fix(path)
    assert [item.check.code for item in report.fixed] == ["LS153"]
    (wrote,) = report.wrote
    found, theirs = load_file(wrote), load_file(FILES / f"{name}.safetensors")
    assert set(found) - set(theirs) == (OF_STAGE_1 if name == "stage1" else set())
    for key, value in theirs.items():
        assert found[key].dtype is value.dtype
        assert torch.equal(found[key], value)
    if name == "stage1":
        held = load_file(FILES / "stage2.safetensors")  # from the same seed
        assert all(torch.equal(found[key], held[key]) for key in OF_STAGE_1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(7, 4)
        self.frozen = nn.Linear(4, 4)
        self.register_buffer("mean", torch.zeros(4))
        self.register_buffer("seen", torch.tensor(0))
        self.body = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 4))
        self.head = nn.Linear(4, 7, bias=False)
        self.head.weight = self.emb.weight


def test_what_is_put_together_loads_into_the_class(copy):
    report = loadstone.fix(copy("stage3"), into=Net)
    assert report.verdict.loads == "yes"
    loaded = loadstone.load(report.wrote[0], into=Net).model
    assert torch.equal(loaded.head.weight, load_file(FILES / "stage3.safetensors")["emb.weight"])


def test_layers_and_experts_are_put_together_where_the_target_says_that_they_are_all(copy):
    path = copy("pipeline")
    assert loadstone.fix(path).wrote == ()  # a layer's file may be missing

    def make():
        return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))

    report = loadstone.fix(path, into=make)
    assert report.verdict.loads == "yes"
    theirs = torch.load(path / STEP / "layer_02-model_states.pt")
    assert torch.equal(load_file(report.wrote[0])["2.weight"], theirs["weight"])
    (path / STEP / "layer_02-model_states.pt").unlink()
    Path(report.wrote[0]).unlink()
    assert loadstone.fix(path, into=make).wrote == ()
    assert len(loadstone.fix(copy("experts"), unsafe=True).wrote) == 1


def refused(path, code, *words):
    """Nothing is written, by the fix or by the edit itself, and the reason is told."""
    report = loadstone.fix(path)
    assert report.wrote == ()
    assert report.verdict.loads == "no"
    (found,) = [item for item in report.errors if item.check.code == code]
    assert all(word in found.finding.message for word in words), found.finding.message
    output = path.with_name("merged.safetensors")
    with pytest.raises((CannotRestoreError, OSError)):
        restore(path, MergePieces(output.name), output)
    assert not output.exists()


def file(path, *, rank, of="optim"):
    (found,) = path.glob(f"{STEP}/*zero_pp_rank_{rank}_*{of}_states.pt")
    return found


def change(path, edit):
    """Write a file of torch again, with other bytes in its records; its checksums match them."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in held.items():
            archive.writestr(name, edit(name, data))


@pytest.mark.parametrize("name", ["stage1", "stage2", "stage3", "groups2", "groups3"])
def test_a_rank_that_is_missing_is_named(copy, name):
    path = copy(name)
    gone = file(path, rank=1)
    gone.unlink()
    refused(path, "LS013", gone.name)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_a_rank_whose_states_of_the_model_are_missing_is_named(copy, rank):
    path = copy("groups3")
    gone = file(path, rank=rank, of="model")
    gone.unlink()
    refused(path, "LS013", gone.name)


@pytest.mark.parametrize("name", ["stage2", "stage3"])
def test_files_of_ranks_that_have_each_others_names(copy, name):
    path = copy(name)
    one, two = (file(path, rank=rank) for rank in (0, 1))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    refused(path, "LS113", "was saved as")


def test_ranks_of_two_runs_do_not_hold_what_the_model_holds(copy):
    """As a file of torch 1.12 may be, which does not know its own name."""
    path = copy("stage2")

    def other(name, data):
        if len(data) != 160 or name.endswith(".pkl"):
            return data
        numbers = struct.unpack("<40f", data)
        return struct.pack("<40f", *(number * 1.01 for number in numbers))

    change(file(path, rank=1), other)
    refused(path, "LS113", "not what the model itself holds")


def test_the_models_own_numbers_are_others(copy):
    path = copy("stage1")
    model = path / STEP / "mp_rank_00_model_states.pt"
    change(model, lambda name, data: data[::-1] if name.endswith("data/2") else data)
    refused(path, "LS113", "not what the model itself holds")


@pytest.mark.parametrize("name", ["stage2", "stage3", "groups3"])
def test_a_rank_of_an_older_save(copy, name):
    path = copy(name)
    two = struct.pack("<f", 2.0)
    change(
        file(path, rank=1),
        lambda _, data: two if data == struct.pack("<f", 1.0) else data,
    )
    refused(path, "LS113", "`step` differs")


def test_the_file_of_a_rank_that_the_others_do_not_know(copy):
    path = copy("stage3")
    for of in ("optim", "model"):
        one = file(path, rank=1, of=of)
        stem = one.name.replace("rank_1", "rank_2")
        with zipfile.ZipFile(one) as given, zipfile.ZipFile(one.with_name(stem), "w") as made:
            for item in given.namelist():
                made.writestr(item.replace("rank_1", "rank_2"), given.read(item))
    refused(path, "LS113", "say 2 of their parts, 3 are here")


def test_ranks_that_tell_other_shapes(copy):
    path = copy("stage3")

    def renamed(name, data):
        return data.replace(b"body.0.weight", b"body.9.weight") if name.endswith(".pkl") else data

    change(file(path, rank=1, of="model"), renamed)
    refused(path, "LS113", "`param_shapes` differs")


@pytest.mark.parametrize("name", ["stage2", "groups3"])
def test_every_byte_that_is_read_is_under_its_checksum(copy, name):
    path = copy(name)
    for place in sorted(path.glob(f"{STEP}/*_states.pt")):
        whole = place.read_bytes()
        with zipfile.ZipFile(place) as archive:
            members = [item for item in archive.infolist() if item.file_size > 60]
        for item in members:
            if "/data/" not in item.filename:
                continue
            at = (
                item.header_offset
                + 30
                + int.from_bytes(whole[item.header_offset + 26 : item.header_offset + 28], "little")
                + int.from_bytes(whole[item.header_offset + 28 : item.header_offset + 30], "little")
            )
            changed = bytearray(whole)
            changed[at + 5] ^= 0x40
            place.write_bytes(changed)
            kinds = {found.kind for found in loadstone.check(path).artifact.damage}
            # the moments of the optimizer are not read
            assert kinds in ({"crc"}, set()), item.filename
            if not kinds:
                assert "optim" in place.name
            else:
                refused(path, "LS007")
            place.write_bytes(whole)


class Bomb:
    def __reduce__(self):
        return exec, ("open('fired', 'w')",)


def test_a_rank_that_would_run_code_is_not_run(copy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = copy("stage3")

    def armed(name, data):
        return pickle.dumps(Bomb()) if name.endswith(".pkl") else data

    change(file(path, rank=1), armed)
    refused(path, "LS113")
    assert not (tmp_path / "fired").exists()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_numbers_are_rounded_as_torch_rounds_them(dtype):
    kind = getattr(torch, dtype)
    bits = torch.arange(1 << 16).to(torch.int32)
    rest = torch.tensor([0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF], dtype=torch.int32)
    wide = ((bits[:, None] << 16) | rest).flatten().view(torch.float32)
    theirs = memoryview(wide.to(kind).view(torch.int16).numpy().tobytes())
    ours = rounded.to(dtype, memoryview(wide.numpy().tobytes()), "float32")
    assert rounded.equal(dtype, ours, theirs)
    back = rounded.to("float32", theirs, dtype)
    widened = wide.to(kind).float()
    mine = torch.frombuffer(bytearray(back), dtype=torch.float32)
    assert torch.equal(mine.nan_to_num(7), widened.nan_to_num(7))
    assert not rounded.equal(dtype, ours, bytes(len(theirs)))


def test_another_pair_of_types_is_refused():
    with pytest.raises(ValueError, match="float64 is not made"):
        rounded.to("float32", memoryview(bytes(8)), "float64")


def test_a_parameter_that_is_no_tensor_in_the_model_is_not_left_out(copy):
    path = copy("stage2")
    names = (b"_rebuild_tensor_v2", b"_rebuild_tensor_v9")
    change(path / STEP / "mp_rank_00_model_states.pt", lambda _, data: data.replace(*names))
    with pytest.raises(readers.NotWhole, match="is no tensor in"):
        readers.ranks(str(path))


def test_a_layout_that_is_not_known_is_left_to_deepspeed(copy):
    path = copy("stage3")
    names = (b"fp32_flat_groups", b"fp32_flat_others")
    for rank in range(2):
        change(file(path, rank=rank), lambda _, data: data.replace(*names))
    report = loadstone.check(path)
    assert report.artifact.damage == ()
    (found,) = [item for item in report.errors if item.check.code == "LS153"]
    assert "zero_to_fp32" in found.finding.fix.shell
    with pytest.raises(readers.NotWhole, match="another way"):
        readers.ranks(str(path))
