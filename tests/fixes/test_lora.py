"""Adapters of LoRA merged into their base, beside what `merge_and_unload` of PEFT 0.21.2 made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import loadstone
from loadstone.cli.main import main
from loadstone.core import MergeAdapter
from loadstone.errors import UsageError
from loadstone.fixes.restore import CannotRestoreError, restore

FILES = Path(__file__).parents[1] / "files" / "peft"
MERGED = ("net", "biases", "lora_bias", "gpt2", "llama")
ULPS = 2**-22  # two roundings of 32 bits, of numbers between 1 and 2


@pytest.fixture
def copy(tmp_path):
    def make(name):
        return Path(shutil.copytree(FILES / name, tmp_path / name))

    return make


def base_of(folder):
    return folder / "base" / "model.safetensors"


@pytest.mark.parametrize("name", MERGED)
def test_the_weights_are_those_that_peft_merges(copy, name):
    folder = copy(name)
    report = loadstone.fix(folder / "adapter", base=base_of(folder))
    assert [item.check.code for item in report.fixed] == ["LS157"]
    (wrote,) = report.wrote
    found, theirs, base = map(load_file, (wrote, folder / "merged.safetensors", base_of(folder)))
    tied = {"lm_head.weight"} if name == "gpt2" else set()
    assert set(theirs) - set(found) == tied
    assert set(found) <= set(theirs)
    changed = 0
    for key, value in found.items():
        assert value.dtype is theirs[key].dtype
        assert torch.allclose(value, theirs[key], rtol=ULPS, atol=ULPS), key
        if torch.equal(theirs[key], base[key]):
            assert torch.equal(value, base[key]), key
        changed += not torch.equal(value, base[key])
    assert changed >= {"gpt2": 8, "llama": 7, "net": 7, "biases": 7, "lora_bias": 4}[name]
    if name == "llama":  # in bfloat16 to the bit
        assert all(torch.equal(value, theirs[key]) for key, value in found.items())


@pytest.mark.parametrize("name", ["dora", "dora_gpt2", "dora_llama"])
def test_rows_get_the_lengths_that_dora_keeps(copy, name):
    folder = copy(name)
    report = loadstone.fix(folder / "adapter", base=base_of(folder))
    found, theirs, base = map(
        load_file, (report.wrote[0], folder / "merged.safetensors", base_of(folder))
    )
    changed = 0
    for key, value in found.items():
        assert value.dtype is theirs[key].dtype
        near = 2**-7 if value.dtype is torch.bfloat16 else 1e-6  # one step of a rounded number
        assert torch.allclose(value, theirs[key], rtol=near, atol=1e-6), key
        changed += not torch.equal(value, base[key])
    assert changed == {"dora": 2, "dora_gpt2": 6, "dora_llama": 4}[name]


def test_a_row_without_a_length_gets_none(copy):
    folder = copy("dora")
    base, path = load_file(base_of(folder)), folder / "adapter" / "adapter_model.safetensors"
    base["fc.weight"][2] = 0
    save_file(base, base_of(folder))
    held = load_file(path)
    held["base_model.model.fc.lora_B.weight"][2] = 0
    save_file(held, path)
    with pytest.raises(CannotRestoreError, match="has none"):
        restore(folder / "adapter", MergeAdapter("m", str(base_of(folder))), folder / "m")
    assert not (folder / "m").exists()


def test_the_base_may_be_a_folder_and_the_command_says_so(copy, capsys):
    folder = copy("gpt2")
    given = ["check", str(folder / "adapter"), "--base", str(folder / "base"), "--fix"]
    assert main(given) == 0
    assert "merge the adapter into 8 weights" in capsys.readouterr().out


def test_shards_and_pickles_are_merged_as_one_file_of_safetensors_is(copy):
    folder = copy("llama")
    held = load_file(base_of(folder))
    names = sorted(held)
    index = {}
    for at, own in enumerate((names[::2], names[1::2]), 1):
        name = f"model-0000{at}-of-00002.safetensors"
        save_file({key: held[key] for key in own}, folder / "base" / name, {"format": "pt"})
        index |= dict.fromkeys(own, name)
    base_of(folder).unlink()
    path = folder / "base" / "model.safetensors.index.json"
    path.write_text(json.dumps({"metadata": {}, "weight_map": index}))
    adapter = folder / "adapter" / "adapter_model.safetensors"
    torch.save(load_file(adapter), adapter.with_suffix(".bin"))
    adapter.unlink()
    (wrote,) = loadstone.fix(folder / "adapter", base=folder / "base").wrote
    found, theirs = load_file(wrote), load_file(folder / "merged.safetensors")
    assert found.keys() == theirs.keys()
    assert all(torch.equal(value, theirs[key]) for key, value in found.items())


def test_the_file_of_an_adapter_is_sent_to_its_folder(copy, capsys):
    folder = copy("llama")
    file = folder / "adapter" / "adapter_model.safetensors"
    assert main(["check", str(file), "--base", str(folder / "base"), "--fix"]) == 2
    assert f"give the folder `{folder / 'adapter'}`" in capsys.readouterr().err


def changed(folder, **settings):
    path = folder / "adapter" / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | settings))


def refused(folder, why, base=None):
    base = base or base_of(folder)
    report = loadstone.fix(folder / "adapter", base=base)
    assert report.wrote == ()
    (found,) = [item.finding for item in report.errors if item.check.code == "LS157"]
    assert why in " ".join(found.notes), found.notes
    output = folder / "out.safetensors"
    with pytest.raises((CannotRestoreError, OSError)):
        restore(folder / "adapter", MergeAdapter(output.name, str(base)), output)
    assert not output.exists()


@pytest.mark.parametrize(
    ("name", "settings", "why"),
    [
        ("dora_conv", {}, "what DoRA does to `conv`, no linear layer"),
        ("dora", {"use_dora": False}, "lora_magnitude_vector` does"),
        ("pissa", {}, "`init_lora_weights=pissa` changed the base"),
        ("net", {"peft_type": "LOHA"}, "LOHA"),
        ("net", {"alora_invocation_tokens": [1]}, "`alora_invocation_tokens`"),
        ("net", {"of_a_later_peft": True}, "`of_a_later_peft`"),
        ("net", {"r": 3}, "rank 3"),
        ("net", {"rank_pattern": {"(a+)+": 2}}, "not plain"),
        ("net", {"rank_pattern": [1]}, "not what PEFT writes"),
        ("net", {"modules_to_save": "head"}, "not what PEFT writes"),
        ("net", {"modules_to_save": None}, "what `base_model.model.head.bias` does"),
        ("net", {"lora_alpha": "8"}, "no number"),
        ("biases", {"bias": "none"}, "what `base_model.model.conv.bias` does"),
        ("gpt2", {"fan_in_fan_out": False}, "is transposed is not told"),
    ],
)
def test_what_is_more_than_two_matrices_is_refused(copy, name, settings, why):
    folder = copy(name)
    changed(folder, **settings)
    refused(folder, why)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda base: base.pop("fc.weight"), "the base holds no `fc.weight`"),
        (lambda base: base.update({"fc.weight": torch.zeros(8, 7)}), "`fc.weight` of the base"),
        (lambda base: base.update({"conv.weight": torch.zeros(5, 3, 1, 1)}), "`conv.weight`"),
        (lambda base: base.update({"head.bias": torch.zeros(4)}), "`head.bias` of the base"),
        (
            lambda base: base.update({"fc.weight": torch.zeros(8, 6, dtype=torch.int8)}),
            "int8, which nothing is added to",
        ),
    ],
)
def test_a_base_that_does_not_fit_is_refused(copy, change, why):
    folder = copy("net")
    base = load_file(base_of(folder))
    change(base)
    save_file(base, base_of(folder))
    refused(folder, why)


def test_a_matrix_without_its_other_is_refused(copy):
    folder = copy("net")
    path = folder / "adapter" / "adapter_model.safetensors"
    held = load_file(path)
    del held["base_model.model.fc.lora_B.weight"]
    save_file(held, path)
    refused(folder, "is not beside")


def test_embeddings_that_are_the_head_too_are_refused(copy):
    folder = copy("llama")
    path = folder / "base" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"tie_word_embeddings": True}))
    report = loadstone.check(folder / "adapter", base=folder / "base")
    (found,) = [item.finding for item in report.errors if item.check.code == "LS157"]
    assert "its head too" in " ".join(found.notes)


@pytest.mark.parametrize("prefix", ["", "model."])
def test_the_base_names_its_modules_one_level_in_or_out(copy, prefix):
    """As GPT-2's files on the hub lack `transformer.`, which the model with a head has."""
    folder = copy("gpt2")
    base = load_file(base_of(folder))
    moved = {prefix + key.removeprefix("transformer."): value for key, value in base.items()}
    save_file(moved, base_of(folder), metadata={"format": "pt"})
    report = loadstone.fix(folder / "adapter", base=base_of(folder))
    if prefix:
        assert report.wrote == ()
        return
    found, theirs = load_file(report.wrote[0]), load_file(folder / "merged.safetensors")
    for key, value in found.items():
        assert torch.allclose(value, theirs[f"transformer.{key}"], rtol=ULPS, atol=ULPS)


@pytest.mark.parametrize("other", [False, True])
def test_a_prefix_is_added_where_all_of_the_base_has_it(copy, other):
    """A layer of that name in one part of a model is not the one that the adapter means."""
    folder = copy("lora_bias")
    base = {f"net.{key}": value for key, value in load_file(base_of(folder)).items()}
    save_file(base | ({"fc9.weight": torch.ones(2)} if other else {}), base_of(folder))
    if other:
        refused(folder, "the base holds no `fc.weight`")
        return
    report = loadstone.fix(folder / "adapter", base=base_of(folder))
    theirs = load_file(folder / "merged.safetensors")
    for key, value in load_file(report.wrote[0]).items():
        assert torch.allclose(value, theirs[key.removeprefix("net.")], rtol=ULPS, atol=ULPS)


def test_only_an_adapter_has_a_base(copy):
    folder = copy("net")
    with pytest.raises(UsageError, match="no adapter of PEFT"):
        loadstone.check(base_of(folder), base=base_of(folder))


def test_a_base_that_is_cut_off_is_not_used(copy):
    folder = copy("net")
    base_of(folder).write_bytes(base_of(folder).read_bytes()[:-40])
    refused(folder, "it is not merged with")


def as_bin(folder):
    """As PEFT wrote adapters before 0.7."""
    path = folder / "adapter" / "adapter_model.safetensors"
    torch.save(load_file(path), path.with_suffix(".bin"))
    path.unlink()
    return path.with_suffix(".bin")


def test_an_adapter_that_is_a_pickle_is_merged_without_running_it(copy):
    folder = copy("llama")
    as_bin(folder)
    report = loadstone.fix(folder / "adapter", base=folder / "base")
    found, theirs = load_file(report.wrote[0]), load_file(folder / "merged.safetensors")
    assert all(torch.equal(value, theirs[key]) for key, value in found.items())


def test_a_pickled_adapter_whose_bytes_were_changed_is_refused(copy):
    folder = copy("net")
    path = as_bin(folder)
    data = bytearray(path.read_bytes())
    at = data.index(
        load_file(FILES / "net" / "adapter" / "adapter_model.safetensors")[
            "base_model.model.fc.lora_A.weight"
        ]
        .numpy()
        .tobytes()
    )
    data[at + 1] ^= 0x40
    path.write_bytes(data)
    output = folder / "out.safetensors"
    with pytest.raises(CannotRestoreError, match="CRC"):
        restore(folder / "adapter", MergeAdapter(output.name, str(base_of(folder))), output)
    assert not output.exists()
