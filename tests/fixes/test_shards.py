"""Shards of a Hugging Face model without their index are put together, where they are all here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import loadstone
from loadstone.core import MergePieces
from loadstone.fixes.restore import CannotRestoreError, restore

FILES = Path(__file__).parents[1] / "files" / "hf"
KINDS = {"gpt2-shards": "safetensors", "gpt2-bin-shards": "bin"}


@pytest.fixture(params=list(KINDS))
def folder(request, tmp_path):
    path = Path(shutil.copytree(FILES / request.param, tmp_path / "model"))
    (index,) = path.glob("*.index.json")
    path.joinpath("wanted.txt").write_text(index.read_text())
    index.unlink()
    return path


def shards(path):
    return sorted(item for item in path.iterdir() if "-of-0000" in item.name)


def held(path):
    return load_file(path) if path.suffix == ".safetensors" else torch.load(path)


def test_shards_without_their_index_become_one_file(folder):
    report = loadstone.fix(folder)
    assert [item.check.code for item in report.fixed] == ["LS013"]
    found = load_file(report.wrote[0])
    wanted = json.loads((folder / "wanted.txt").read_text())["weight_map"]
    assert set(found) == set(wanted)
    for path in shards(folder):
        for key, value in held(path).items():
            assert torch.equal(found[key], value)


def refused(folder):
    report = loadstone.fix(folder)
    assert report.wrote == ()
    assert report.verdict.loads == "no"
    with pytest.raises(CannotRestoreError):
        restore(folder, MergePieces("m.safetensors"), folder.with_name("m.safetensors"))
    assert not folder.with_name("m.safetensors").exists()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_shard_that_is_missing_too_is_no_small_matter(folder, number):
    shards(folder)[number].unlink()
    refused(folder)


def test_a_name_in_two_shards_is_not_chosen_between(folder):
    one, two, _ = shards(folder)
    both = held(one) | dict(list(held(two).items())[:1])
    if one.suffix == ".safetensors":
        save_file(both, one)
    else:
        torch.save(both, one)
    refused(folder)


def test_a_shard_that_is_cut_off_is_not_put_together(folder):
    cut = shards(folder)[1]
    cut.write_bytes(cut.read_bytes()[:-100])
    refused(folder)


@pytest.mark.parametrize("name", list(KINDS))
def test_the_tensors_of_a_missing_shard_are_told(tmp_path, name):
    path = Path(shutil.copytree(FILES / name, tmp_path / "model"))
    gone = shards(path)[1]
    lost = set(held(gone))
    gone.unlink()
    report = loadstone.check(path)
    (found,) = [item.finding for item in report.errors if item.check.code == "LS013"]
    (row,) = found.rows
    assert row.saved == gone.name
    number, _, names = row.expected.partition(" tensors: ")
    assert int(number) == len(lost)
    assert set(names.removesuffix(", …").split(", ")) <= lost
    assert found.notes == (f"{28 - len(lost)} of 28 tensors are here",)
