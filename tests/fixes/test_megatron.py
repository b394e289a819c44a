"""What Megatron split over ranks is what it was before, and nothing else is put together.

Megatron-LM needs a GPU: the files here are made as its `ColumnParallelLinear`, `RowParallelLinear`
and `VocabParallelEmbedding` cut a tensor, and as its `checkpointing.py` writes it.
"""

from __future__ import annotations

import argparse
import shutil

import pytest
import torch
from safetensors.torch import load_file

import loadstone
from loadstone import readers
from loadstone.fixes.merge import merge

HIDDEN, HEADS, FFN, WORDS, SEED = 8, 4, 12, 16, 1234
ARGS = {
    "pipeline_model_parallel_size": 1, "hidden_size": HIDDEN, "num_attention_heads": HEADS,
    "kv_channels": HIDDEN // HEADS, "ffn_hidden_size": FFN, "padded_vocab_size": WORDS,
    "group_query_attention": False, "num_query_groups": 1, "num_layers": 2, "seed": SEED,
}  # fmt: skip


def split(name, whole, ranks, *, parts):
    """Return what each rank has of a tensor."""
    if name.endswith(("dense.weight", "4h_to_h.weight", "linear_proj.weight", "fc2.weight")):
        return list(whole.chunk(ranks, 1))
    if "norm" in name or "position" in name or name.endswith(("dense.bias", "4h_to_h.bias")):
        return [whole] * ranks
    count = next((number for ending, number in parts.items() if ending in name), 1)
    cut = [part.chunk(ranks, 0) for part in whole.chunk(count, 0)]
    return [torch.cat([part[rank] for part in cut]) for rank in range(ranks)]


def legacy(*, gated=False):
    """Return the tensors of a model as Megatron's older class names them."""
    torch.manual_seed(0)
    up = FFN * (2 if gated else 1)
    shapes = {
        "language_model.embedding.word_embeddings.weight": (WORDS, HIDDEN),
        "language_model.embedding.position_embeddings.weight": (6, HIDDEN),
        "language_model.encoder.final_layernorm.weight": (HIDDEN,),
    }
    for layer in range(2):
        before = f"language_model.encoder.layers.{layer}."
        shapes |= {
            f"{before}input_layernorm.weight": (HIDDEN,),
            f"{before}self_attention.query_key_value.weight": (3 * HIDDEN, HIDDEN),
            f"{before}self_attention.query_key_value.bias": (3 * HIDDEN,),
            f"{before}self_attention.dense.weight": (HIDDEN, HIDDEN),
            f"{before}self_attention.dense.bias": (HIDDEN,),
            f"{before}mlp.dense_h_to_4h.weight": (up, HIDDEN),
            f"{before}mlp.dense_4h_to_h.weight": (HIDDEN, FFN),
            f"{before}mlp.dense_4h_to_h.bias": (HIDDEN,),
        }
    return {name: torch.randn(shape).half() for name, shape in shapes.items()}


def core(groups):
    """Return the tensors of a model as Megatron Core names them, with grouped queries."""
    torch.manual_seed(0)
    rows = HIDDEN // HEADS * (HEADS + 2 * groups)
    return {
        "embedding.word_embeddings.weight": torch.randn(WORDS, HIDDEN),
        "decoder.layers.0.self_attention.linear_qkv.layer_norm_weight": torch.randn(HIDDEN),
        "decoder.layers.0.self_attention.linear_qkv.weight": torch.randn(rows, HIDDEN),
        "decoder.layers.0.self_attention.linear_proj.weight": torch.randn(HIDDEN, HIDDEN),
        "decoder.layers.0.mlp.linear_fc1.weight": torch.randn(2 * FFN, HIDDEN),
        "decoder.layers.0.mlp.linear_fc2.weight": torch.randn(HIDDEN, FFN),
        "decoder.final_layernorm.weight": torch.randn(HIDDEN),
        "output_layer.weight": torch.randn(WORDS, HIDDEN),
    }


def nested(held):
    """Return a model as the older class keeps it: dictionaries down to its encoder."""
    found = {}
    for name, tensor in held.items():
        parts = name.split(".")
        depth = 2 if "encoder" in parts else len(parts) - 1
        inner = found
        for part in parts[:depth]:
            inner = inner.setdefault(part, {})
        inner[".".join(parts[depth:])] = tensor
    return found


def write(folder, whole, ranks, *, version=3.0, parts=None, seeds=True, **told):
    args = argparse.Namespace(**{**ARGS, "tensor_model_parallel_size": ranks, **told})
    cut = {name: split(name, item, ranks, parts=parts or {}) for name, item in whole.items()}
    for rank in range(ranks):
        place = folder / "iter_0000010" / f"mp_rank_{rank:02d}"
        place.mkdir(parents=True)
        own = {name: items[rank].clone() for name, items in cut.items()}
        model = nested(own) if "language_model.encoder.final_layernorm.weight" in own else own
        args.rank = rank
        held = {"args": args, "iteration": 10, "model": model}
        held |= {} if version is None else {"checkpoint_version": version}
        if seeds:
            state = (SEED + 2718 + rank).to_bytes(8, "little") + bytes(8)
            tracker = {"model-parallel-rng": torch.frombuffer(bytearray(state), dtype=torch.uint8)}
            held["rng_state"] = [{"rng_tracker_states": tracker}]
        torch.save(held, place / "model_optim_rng.pt")
    (folder / "latest_checkpointed_iteration.txt").write_text("10")
    return folder


def fixed(folder, **asked):
    report = loadstone.fix(folder, **asked)
    return load_file(report.wrote[0]) if report.wrote else None


def same(found, whole):
    assert set(found) == set(whole)
    for name, tensor in whole.items():
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name], tensor), name


def refused(folder, why):
    output = folder / "out.safetensors"
    with pytest.raises(readers.NotWhole, match=why):
        merge(folder, "", output)
    assert not output.exists()


@pytest.mark.parametrize("ranks", [2, 4])
@pytest.mark.parametrize(
    ("version", "gated"), [(3.0, False), (3.0, True), (2.0, False), (1.0, False), (0, False)]
)
def test_ranks_together_are_the_model_before_it_was_split(tmp_path, ranks, version, gated):
    whole = legacy(gated=gated)
    parts = {"dense_h_to_4h": 2} if gated else {}
    parts |= {"query_key_value": 3} if version == 0 else {}
    write(tmp_path / "run", whole, ranks, version=version, parts=parts)
    same(fixed(tmp_path / "run"), whole)


def test_without_a_version_it_is_the_oldest(tmp_path):
    write(tmp_path / "run", legacy(), 2, version=None, parts={"query_key_value": 3})
    same(fixed(tmp_path / "run"), legacy())


def test_names_of_core_with_groups_of_queries(tmp_path):
    told = {"group_query_attention": True, "num_query_groups": 2}
    write(tmp_path / "run", core(2), 2, parts={"linear_fc1": 2}, **told)
    same(fixed(tmp_path / "run"), core(2))


def test_without_random_states_the_order_is_told_by_names_alone_and_that_is_unsafe(tmp_path):
    write(tmp_path / "run", legacy(), 2, seeds=False)
    assert fixed(tmp_path / "run") is None
    same(fixed(tmp_path / "run", unsafe=True), legacy())


def swapped(folder):
    """Exchange the files of two ranks."""
    first, second = (folder / "iter_0000010" / f"mp_rank_0{rank}" for rank in range(2))
    shutil.move(first, folder / "other")
    shutil.move(second, first)
    shutil.move(folder / "other", second)
    return folder


def test_ranks_that_were_exchanged_are_told(tmp_path):
    folder = swapped(write(tmp_path / "run", legacy(), 2))
    refused(folder, "random state of rank 00")
    assert fixed(folder, unsafe=True) is None
    copied = tmp_path / "copied"
    write(copied, legacy(), 4)
    place = copied / "iter_0000010"
    shutil.rmtree(place / "mp_rank_02")
    shutil.copytree(place / "mp_rank_01", place / "mp_rank_02")
    refused(copied, "random state of rank 02")


def changed(folder, rank, change):
    path = folder / "iter_0000010" / f"mp_rank_0{rank}" / "model_optim_rng.pt"
    held = torch.load(path, weights_only=False)
    change(held)
    torch.save(held, path)
    return folder


def encoder(held):
    return held["model"]["language_model"]["encoder"]


def of_another_step(held):
    held["iteration"] = 20


def of_another_run(held):
    held["args"].lr = 3.0


def of_another_norm(held):
    encoder(held)["layers.0.input_layernorm.weight"] += 1


def of_another_name(held):
    encoder(held)["layers.2.input_layernorm.weight"] = torch.ones(HIDDEN)


def of_another_shape(held):
    encoder(held)["layers.0.self_attention.dense.weight"] = torch.ones(HIDDEN, 3)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (of_another_step, "are not of one save"),
        (of_another_run, "are not of one save"),
        (of_another_norm, "not the same in all ranks"),
        (of_another_name, "alone"),
        (of_another_shape, "in one rank"),
    ],
)
def test_files_that_do_not_go_together_are_told(tmp_path, change, why):
    folder = changed(write(tmp_path / "run", legacy(), 2), 1, change)
    refused(folder, why)
    report = loadstone.check(folder)
    assert "LS113" in [item.check.code for item in report.found]
    assert fixed(folder, unsafe=True) is None


def adds_experts(held):
    encoder(held)["layers.0.mlp.experts.0.dense_h_to_4h.weight"] = torch.ones(3, HIDDEN)


def adds_a_layer(held):
    encoder(held)["layers.0.own.weight"] = torch.ones(3, HIDDEN)


def adds_a_pooler(held):
    """A layer that is called like one that is split."""
    encoder(held)["own.dense.weight"] = torch.ones(HIDDEN, 4)


@pytest.mark.parametrize("change", [adds_experts, adds_a_layer, adds_a_pooler])
def test_a_layer_of_which_it_is_not_known_is_refused(tmp_path, change):
    folder = write(tmp_path / "run", legacy(), 2)
    for rank in range(2):
        changed(folder, rank, change)
    assert loadstone.check(folder).artifact.detail.get("merges") is None
    assert fixed(folder, unsafe=True) is None


@pytest.mark.parametrize(
    "told",
    [
        {"pipeline_model_parallel_size": 2}, {"num_experts": 4}, {"kv_channels": 3},
        {"hidden_size": 16}, {"ffn_hidden_size": 10}, {"padded_vocab_size": 18},
        {"num_attention_heads": 3}, {"ffn_hidden_size": None}, {"tensor_model_parallel_size": 3},
    ],
)  # fmt: skip
def test_arguments_that_say_otherwise_are_refused(tmp_path, told):
    folder = write(tmp_path / "run", legacy(), 2, **told)
    assert fixed(folder, unsafe=True) is None
    with pytest.raises(readers.NotWhole):
        merge(folder, "", tmp_path / "out.safetensors")


def test_a_rank_that_is_missing_and_a_changed_byte_are_told(tmp_path):
    folder = write(tmp_path / "run", legacy(), 2)
    place = folder / "iter_0000010" / "mp_rank_01" / "model_optim_rng.pt"
    data = bytearray(place.read_bytes())
    at = data.find(legacy()["language_model.encoder.final_layernorm.weight"].numpy().tobytes())
    data[at] ^= 1
    place.write_bytes(data)
    refused(folder, "CRC")
    shutil.rmtree(place.parent)
    refused(folder, "over 2 ranks")
