"""Quantised weights made plain, beside what torch and bitsandbytes make of them themselves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import ao, nn

import loadstone
from loadstone import readers
from loadstone.fixes.dequantised import write_plain

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
FILES = Path(__file__).parents[1] / "files" / "quantised"
BITS = ("nf4", "nested", "fp4", "int8")
NAMES = ("dynamic.pth", "half.pth", "static.pth", *(f"{name}.safetensors" for name in BITS))


def mlp():
    return nn.Sequential(nn.Linear(24, 10), nn.ReLU(), nn.Linear(10, 3, bias=False))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(4, 2)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(40, 13)


TARGETS = {"dynamic": mlp, "half": mlp, "static": Net}


def copied(tmp_path, name):
    return Path(shutil.copy(FILES / name, tmp_path / name))


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_are_those_of_the_library_to_the_bit(tmp_path, name):
    path = copied(tmp_path, name)
    target = TARGETS.get(path.stem, Layer)
    report = loadstone.check(path, into=target)
    (found,) = [item for item in report.errors if item.check.code == "LS424"]
    assert found.finding.fix.safety == "unsafe"
    assert loadstone.fix(path, into=target).wrote == ()
    report = loadstone.fix(path, into=target, unsafe=True)
    assert report.verdict.loads == "yes"
    ours, theirs = load_file(report.wrote[0]), load_file(FILES / f"{path.stem}.plain.safetensors")
    assert set(ours) == set(theirs)
    for key, value in theirs.items():
        assert ours[key].dtype is value.dtype
        assert torch.equal(ours[key], value)


def test_another_target_is_not_offered_them(tmp_path):
    path = copied(tmp_path, "dynamic.pth")
    report = loadstone.fix(path, into=Layer, unsafe=True)
    (found,) = [item.finding for item in report.errors if item.check.code == "LS424"]
    assert (found.fix.safety, report.wrote) == ("manual", ())
    assert "would not have the names" in " ".join(found.notes)


def test_under_an_entry_and_with_an_odd_number_of_halves(tmp_path):
    state = torch.load(FILES / "dynamic.pth")
    torch.save({"epoch": 3, "model": state}, tmp_path / "c.pth")
    report = loadstone.fix(tmp_path / "c.pth", into=mlp, unsafe=True)
    theirs = load_file(FILES / "dynamic.plain.safetensors")
    assert all(torch.equal(value, theirs[key]) for key, value in load_file(report.wrote[0]).items())
    held = load_file(FILES / "nf4.safetensors")
    mark = "fc.weight.quant_state.bitsandbytes__nf4"
    told = json.loads(bytes(held[mark].tolist())) | {"shape": [519]}
    held[mark] = torch.tensor(list(json.dumps(told).encode()), dtype=torch.uint8)
    save_file(held, tmp_path / "odd.safetensors")
    write_plain(str(tmp_path / "odd.safetensors"), "", tmp_path / "out")
    whole = load_file(FILES / "nf4.plain.safetensors")["fc.weight"].flatten()
    assert torch.equal(load_file(tmp_path / "out")["fc.weight"], whole[:519])


def refused(path, why):
    with pytest.raises(readers.NotWhole, match=why):
        write_plain(str(path), "", path.with_name("out"))
    assert not path.with_name("out").exists()


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"shape": [13, 41]}, "does not tell"),
        ({"shape": "13"}, "does not tell"),
        ({"blocksize": 32}, "absmax` is"),
        ({"blocksize": 0}, "does not tell"),
        ({"dtype": "int8"}, "does not tell"),
        ({"dtype": None}, "does not tell"),
        ({"nested_offset": None}, "how the largest"),
        ({"nested_dtype": "bfloat16"}, "how the largest"),
        ({"nested_blocksize": 4}, "nested_absmax` is"),
    ],
)
def test_what_says_how_four_bits_are_packed_must_be_right(tmp_path, settings, why):
    held = load_file(FILES / "nested.safetensors")
    mark = "fc.weight.quant_state.bitsandbytes__nf4"
    told = json.loads(bytes(held[mark].tolist())) | settings
    held[mark] = torch.tensor(list(json.dumps(told).encode()), dtype=torch.uint8)
    save_file(held, tmp_path / "m.safetensors")
    refused(tmp_path / "m.safetensors", why)


@pytest.mark.parametrize("lost", ["absmax", "quant_map", "nested_absmax", "nested_quant_map"])
def test_a_part_of_four_bits_that_lacks(tmp_path, lost):
    held = load_file(FILES / "nested.safetensors")
    del held[f"fc.weight.{lost}"]
    save_file(held, tmp_path / "m.safetensors")
    refused(tmp_path / "m.safetensors", "weight")


def test_eight_bits_in_another_order(tmp_path):
    held = load_file(FILES / "int8.safetensors")
    save_file(held | {"fc.weight_format": torch.tensor(1, dtype=torch.uint8)}, tmp_path / "m")
    refused(tmp_path / "m", "another order")


def test_what_is_packed_otherwise_is_refused(tmp_path):
    table = torch.quantize_per_channel(
        torch.randn(4, 6), torch.ones(4), torch.zeros(4), 0, torch.quint8
    )
    path = tmp_path / "m.pth"
    torch.save({"emb.weight": table}, path)
    refused(path, "quantised as per_channel_affine")  # its zeros are no whole numbers
    torch.save({"emb.weight": torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint8)}, path)
    write_plain(str(path), "", tmp_path / "plain")
    recurrent = ao.quantization.quantize_dynamic(nn.Sequential(nn.LSTM(4, 3)), {nn.LSTM})
    torch.save(recurrent.state_dict(), tmp_path / "lstm.pth")
    refused(tmp_path / "lstm.pth", "no state dict")
    odd = {"m._packed_params._packed_params": (torch.ones(2), 3), "b": torch.ones(1)}
    torch.save(odd, tmp_path / "odd.pth")
    refused(tmp_path / "odd.pth", "int 3")


def test_of_gptq_it_is_told_that_it_is_not_undone(tmp_path):
    held = {
        "fc.qweight": torch.zeros(5, 16, dtype=torch.int32),
        "fc.qzeros": torch.zeros(1, 2, dtype=torch.int32),
        "fc.scales": torch.zeros(1, 16, dtype=torch.float16),
    }
    save_file(held, tmp_path / "m.safetensors")
    report = loadstone.fix(tmp_path / "m.safetensors", into=Layer, unsafe=True)
    (found,) = [item.finding for item in report.errors if item.check.code == "LS424"]
    assert (found.fix.safety, report.wrote) == ("manual", ())
    assert "GPTQ and AWQ" in found.notes[-1]
