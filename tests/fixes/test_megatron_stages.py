"""Stages, chunks and experts that Megatron's own `GPTModel` made are the model of one rank."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import loadstone
from loadstone import readers
from loadstone.fixes.merge import merge

FILES = Path(__file__).parents[1] / "files" / "megatron"
KINDS = ("pipeline", "chunks", "experts")


@pytest.fixture
def copy(tmp_path):
    def copied(name):
        return Path(shutil.copytree(FILES / name, tmp_path / name))

    return copied


def place(folder, rank):
    return folder / "iter_0000010" / f"mp_rank_{rank}" / "model_optim_rng.pt"


def changed(folder, change, *ranks):
    """Change what the files of these ranks, or of all, hold."""
    for path in [place(folder, rank) for rank in ranks] or sorted(folder.glob("*/*/*.pt")):
        held = torch.load(path, weights_only=False)
        change(held)
        torch.save(held, path)
    return folder


def told(**arguments):
    def change(held):
        vars(held["args"]).update(arguments)

    return change


def same(found, name):
    whole = load_file(FILES / f"{name}.safetensors")
    assert set(found) == set(whole)
    for key, tensor in whole.items():
        assert torch.equal(found[key], tensor), key


def refused(folder, why):
    output = folder / "out.safetensors"
    with pytest.raises(readers.NotWhole, match=why):
        merge(folder, "", output)
    assert not output.exists()
    assert not loadstone.fix(folder, unsafe=True).wrote


@pytest.mark.parametrize("name", KINDS)
def test_together_they_are_what_one_rank_holds(copy, name):
    folder = copy(name)
    found = next(item for item in loadstone.check(folder).found if item.check.code == "LS153")
    same(load_file(loadstone.fix(folder).wrote[0]), name)
    assert found.finding.fix.safety == "safe"
    assert "2 stages" in found.finding.fix.proof
    assert ("experts" in found.finding.fix.proof) == (name == "experts")
    assert ("axis" in found.finding.fix.proof) == (name != "chunks")


def test_without_random_states_of_experts_the_order_is_told_by_names_alone(copy):
    def change(held):
        del held["rng_state"][0]["rng_tracker_states"]["expert-parallel-rng"]

    folder = changed(copy("experts"), change)
    assert not loadstone.fix(folder).wrote
    same(load_file(loadstone.fix(folder, unsafe=True).wrote[0]), "experts")


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("pipeline", "00_000", "00_001"),
        ("pipeline", "00_001", "01_001"),
        ("chunks", "00_000", "00_001"),
        ("experts", "00_000_000", "00_000_001"),
        ("experts", "01_000_001", "01_001_001"),
    ],
)
def test_files_that_were_exchanged_are_told(copy, name, one, other):
    folder = copy(name)
    first, second = place(folder, one), place(folder, other)
    held = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(held)
    refused(folder, "random state of rank|in two stages|not tell|alone")


def exchanges_chunks(held):
    held["model0"], held["model1"] = held["model1"], held["model0"]


def drops_a_layer(held):
    for key in [key for key in held["model"] if "layers.1." in key]:
        del held["model"][key]


def drops_an_expert(held):
    for key in [key for key in held["model"] if "local_experts.1." in key]:
        del held["model"][key]


def adds_one_of_another_kind(held):
    held["model"]["mtp.layers.0.norm.weight"] = torch.ones(8)


def changes_the_router(held):
    key = next(key for key in held["model"] if key.endswith("router.weight"))
    held["model"][key] += 1


def changes_the_copy(held):
    held["model"]["output_layer.weight"] += 1


def keeps_experts_in_one_tensor(held):
    model = held["model"]
    for key in [key for key in model if "local_experts" in key]:
        del model[key]
    model["decoder.layers.0.mlp.experts.weight1"] = torch.ones(8, 24)


@pytest.mark.parametrize(
    ("name", "change", "ranks", "why"),
    [
        ("chunks", exchanges_chunks, (), "should not lie in stage"),
        ("chunks", told(num_layers=5), (), "hold 4 layers"),
        ("chunks", told(virtual_pipeline_model_parallel_size=None), (), "holds `model0`"),
        ("chunks", told(standalone_embedding_stage=True), (), "stage of its own"),
        ("pipeline", drops_a_layer, ("00_001", "01_001"), "hold 3 layers"),
        ("pipeline", adds_one_of_another_kind, ("00_001", "01_001"), "how the stages share"),
        ("pipeline", changes_the_copy, ("01_001",), "not the same in all ranks"),
        ("experts", drops_an_expert, (), "should hold 2 experts"),
        ("experts", changes_the_router, ("01_001_001",), "not the same in all ranks"),
        ("experts", told(expert_tensor_parallel_size=1), (), "over other ranks"),
        ("experts", told(num_experts=5), (), "do not lie on 2 ranks"),
        ("experts", told(moe_ffn_hidden_size=10), (), "its training"),
        ("experts", keeps_experts_in_one_tensor, (), "is not known"),
    ],
)
def test_what_is_not_told_or_not_whole_is_refused(copy, name, change, ranks, why):
    refused(changed(copy(name), change, *ranks), why)


def test_different_numbers_of_layers_need_an_argument_that_says_so(tmp_path, copy):
    """The last layer of the first of two stages goes to the second."""
    folder = copy("pipeline")
    moved = {}

    def gives(held):
        for key in [key for key in held["model"] if "layers.1." in key]:
            moved[key.replace("layers.1.", "layers.0.")] = held["model"].pop(key)

    def takes(held):
        model = held["model"]
        for at in (2, 1):
            for key in [key for key in model if f"layers.{at - 1}." in key]:
                model[key.replace(f"layers.{at - 1}.", f"layers.{at}.")] = model.pop(key)
        model.update(moved)

    for rank in ("00", "01"):
        moved.clear()
        changed(folder, gives, f"{rank}_000")
        changed(folder, takes, f"{rank}_001")
    refused(folder, "different numbers of layers")
    changed(folder, told(decoder_first_pipeline_num_layers=1))
    same(load_file(loadstone.fix(folder).wrote[0]), "pipeline")


@pytest.mark.parametrize("name", KINDS)
def test_a_file_that_is_missing_is_told(copy, name):
    folder = copy(name)
    gone = max(folder.glob("*/mp_rank_*"))
    shutil.rmtree(gone)
    report = loadstone.check(folder)
    assert "LS013" in [item.check.code for item in report.found]
    refused(folder, "split over|here")


@pytest.mark.parametrize(
    ("name", "truth"), [("distributed", "pipeline"), ("distributed_experts", "experts")]
)
def test_layers_of_a_distributed_checkpoint_are_taken_apart(copy, name, truth):
    """It calls norms as Transformer Engine does, which holds each in the layer behind it."""
    folder = copy(name)
    found = load_file(loadstone.fix(folder, unsafe=True).wrote[0])
    same({_local(key): tensor for key, tensor in found.items()}, truth)
    (folder / "metadata.json").unlink()
    stacked = loadstone.inspect(folder)
    assert any(".layers.mlp." in key for key in stacked.state_dicts[0].tensors)


def _local(key):
    for told, local in (
        ("self_attention.linear_qkv.layer_norm_", "input_layernorm."),
        ("mlp.linear_fc1.layer_norm_", "pre_mlp_layernorm."),
    ):
        key = key.replace(told, local)
    return key


LARGE = """
import json, resource, sys
from pathlib import Path
import loadstone.readers as readers
from loadstone.fixes.merge import merge
readers.splits(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
merge(sys.argv[1], "", Path(sys.argv[2]))
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is counted in other units there")
def test_it_needs_the_memory_of_one_tensor(tmp_path, copy):
    """80 layers of 4 MB on two stages are merged in far less than they weigh."""
    folder = copy("pipeline")
    wide = torch.randn(1024, 1024)

    def grows(held):
        held["model"] = {f"decoder.layers.{at}.own.weight": wide + at for at in range(40)}

    changed(folder, grows)
    changed(folder, told(tensor_model_parallel_size=1, num_layers=80))
    for rank in ("01_000", "01_001"):
        shutil.rmtree(place(folder, rank).parent)
    for rank in ("0", "1"):
        place(folder, f"00_00{rank}").parent.rename(
            folder / "iter_0000010" / f"mp_rank_00_00{rank}"
        )
    output = tmp_path / "whole.safetensors"
    run = [sys.executable, "-c", LARGE, str(folder), str(output)]
    grown = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
    assert output.stat().st_size > 320_000_000
    assert grown < 48_000  # KB
