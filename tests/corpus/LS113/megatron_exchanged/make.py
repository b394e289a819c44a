# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A model that Megatron split over two ranks, whose folders were exchanged."""

import argparse
from pathlib import Path

import torch

torch.manual_seed(0)
args = argparse.Namespace(
    tensor_model_parallel_size=2,
    pipeline_model_parallel_size=1,
    hidden_size=4,
    num_attention_heads=2,
    ffn_hidden_size=6,
    padded_vocab_size=8,
    seed=1234,
)
words, norm = torch.randn(8, 4), torch.randn(4)
for rank in range(2):
    place = Path(f"run/iter_0000010/mp_rank_0{1 - rank}")
    place.mkdir(parents=True)
    seed = (args.seed + 2718 + rank).to_bytes(8, "little") + bytes(8)
    tracker = {"model-parallel-rng": torch.frombuffer(bytearray(seed), dtype=torch.uint8)}
    held = {
        "args": args,
        "checkpoint_version": 3.0,
        "iteration": 10,
        "model": {
            "embedding.word_embeddings.weight": words.chunk(2)[rank].clone(),
            "decoder.layers.0.mlp.linear_fc1.weight": torch.randn(3, 4),
            "decoder.layers.0.mlp.linear_fc2.weight": torch.randn(4, 3),
            "decoder.final_layernorm.weight": norm,
        },
        "rng_state": [{"rng_tracker_states": tracker}],
    }
    torch.save(held, place / "model_optim_rng.pt")
