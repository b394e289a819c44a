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


def linear():
    net = nn.Module()
    net.fc = nn.Linear(64, 32)
    return net


def folder(tmp_path, name, **told):
    """Return a copied folder, with other words in its `quantization_config`."""
    path = Path(shutil.copytree(FILES / name, tmp_path / name))
    config = json.loads((path / "config.json").read_text())
    config["quantization_config"] |= told
    (path / "config.json").write_text(json.dumps(config))
    return path


def changed(path, **tensors):
    place = path / "model.safetensors"
    held = {**load_file(place), **tensors}
    save_file({key: value for key, value in held.items() if value is not None}, place)
    return path


@pytest.mark.parametrize("name", ["gptq2", "gptq3", "gptq4", "gptq4act", "gptq8", "awq"])
def test_gptq_and_awq_are_to_the_bit_what_their_libraries_multiply_with(tmp_path, name):
    path = folder(tmp_path, name)
    assert loadstone.fix(path, into=linear).wrote == ()
    report = loadstone.fix(path, into=linear, unsafe=True)
    assert report.verdict.loads == "yes"
    ours, theirs = load_file(report.wrote[0]), load_file(FILES / f"{name}.plain.safetensors")
    assert set(ours) == set(theirs)
    for key, value in theirs.items():
        assert (ours[key].dtype, ours[key].shape) == (value.dtype, value.shape)
        assert torch.equal(ours[key].view(torch.int16), value.view(torch.int16)), key


def test_the_second_format_of_gptq_holds_its_zeros_as_they_are(tmp_path):
    held = load_file(FILES / "gptq4" / "model.safetensors")["fc.qzeros"]
    path = folder(tmp_path, "gptq4", checkpoint_format="gptq_v2")
    changed(path, **{"fc.qzeros": held + 0x11111111})
    write_plain(str(path), "", tmp_path / "plain")
    theirs = load_file(FILES / "gptq4.plain.safetensors")
    assert torch.equal(load_file(tmp_path / "plain")["fc.weight"], theirs["fc.weight"])


def test_without_an_index_the_groups_follow_each_other(tmp_path):
    path = changed(folder(tmp_path, "gptq8"), **{"fc.g_idx": None})
    write_plain(str(path), "", tmp_path / "plain")
    theirs = load_file(FILES / "gptq8.plain.safetensors")
    assert torch.equal(load_file(tmp_path / "plain")["fc.weight"], theirs["fc.weight"])


@pytest.mark.parametrize(
    ("name", "told", "why"),
    [
        ("gptq4", {"bits": 5}, "of 5 bits"),
        ("gptq4", {"bits": 8}, "not as gptq in 8 bits"),
        ("gptq4", {"bits": None}, "of None bits"),
        ("gptq4", {"dynamic": {"-:.*": {}}}, "of other bits in some layers"),
        ("gptq4", {"checkpoint_format": "marlin"}, "written as `marlin`"),
        ("gptq4", {"is_marlin_format": True}, "not known"),
        ("gptq4", {"quant_method": "bitblas"}, "told by the config"),
        ("gptq4", {"quant_method": "awq"}, "not as awq in 4 bits"),
        ("awq", {"quant_method": "gptq"}, "not as gptq in 4 bits"),
        ("awq", {"version": "gemv"}, "the version `gemv`"),
        ("awq", {"zero_point": False}, "without zero points"),
        ("awq", {"group_size": 16}, "not of 16 inputs"),
    ],
)
def test_what_the_config_tells_otherwise_is_refused(tmp_path, name, told, why):
    refused(folder(tmp_path, name, **told), why)


@pytest.mark.parametrize(
    ("name", "key", "value", "why"),
    [
        ("gptq4", "g_idx", torch.full((64,), 2, dtype=torch.int32), "names not one of 2 groups"),
        ("gptq4", "g_idx", torch.full((64,), -1, dtype=torch.int32), "names not one of 2 groups"),
        ("gptq4", "g_idx", torch.zeros(32, dtype=torch.int32), "names not one of 2 groups"),
        ("gptq4", "qzeros", torch.full((2, 4), 0xF, dtype=torch.int32), "the highest number"),
        ("gptq3", "qzeros", torch.full((2, 3), 0xE00, dtype=torch.int32), "the highest number"),
        ("gptq4", "qzeros", None, "not there"),
        ("gptq4", "scales", torch.zeros(2, 32, dtype=torch.int32), "packs it"),
        ("gptq4", "qweight", torch.zeros(8, 32), "packs it"),
        ("awq", "g_idx", torch.zeros(64, dtype=torch.int32), "not known"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(tmp_path, name, key, value, why):
    refused(changed(folder(tmp_path, name), **{f"fc.{key}": value}), why)


def test_three_bits_that_end_in_one_word_and_begin_in_the_next_are_no_highest_number(tmp_path):
    zeros = torch.tensor([[0b11100, 0, 0]] * 2, dtype=torch.int32)  # 4 and 3
    write_plain(str(changed(folder(tmp_path, "gptq3"), **{"fc.qzeros": zeros})), "", tmp_path / "p")


def test_of_a_file_without_its_config_it_is_told_that_it_is_not_undone(tmp_path):
    path = Path(shutil.copy(FILES / "gptq4" / "model.safetensors", tmp_path))
    report = loadstone.fix(path, into=linear, unsafe=True)
    (found,) = [item.finding for item in report.errors if item.check.code == "LS424"]
    assert (found.fix.safety, report.wrote) == ("manual", ())
    assert "give the folder that holds it" in found.notes[-1]
