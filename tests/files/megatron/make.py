# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.13.0", "megatron-core==0.16.1", "safetensors", "numpy"]
# ///
"""Make checkpoints of Megatron's own `GPTModel` without a GPU: ranks of gloo, one process each.

`NAME.safetensors` is the same model on one rank. What each rank keeps of a tensor is told by
`sharded_state_dict`: every tensor is drawn whole, by its name there, and each rank takes its part.
The files are named, and hold, what `megatron/training/checkpointing.py` writes with
`--ckpt-format torch`; that module itself needs a GPU, and so do the random states: they are written
here as `model_parallel_cuda_manual_seed` makes them.
"""

import argparse
import os
import sys
import zlib
from pathlib import Path

import torch
from torch import distributed
from torch.nn.functional import silu

HERE = Path(__file__).parent
SIZES = {
    "hidden_size": 8, "num_attention_heads": 4, "num_query_groups": 2, "ffn_hidden_size": 12,
    "num_layers": 4,
}  # fmt: skip
WORDS, SEED = 16, 1234
# name: ranks of tensors, stages, chunks, ranks of experts; number of experts; tied embeddings
KINDS = {
    "pipeline": ((2, 2, 1, 1), 0, True),
    "chunks": ((1, 2, 2, 1), 0, False),
    "experts": ((2, 2, 1, 2), 4, False),
}
# as `--ckpt-format torch_dist` keeps the models of `pipeline` and of `experts`
DISTRIBUTED = {
    "distributed": ((2, 2, 1, 1), 0, True),
    "distributed_experts": ((1, 1, 1, 2), 4, False),
}


def drawn(key, shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(zlib.crc32(key.encode())))


def model(chunk, split, experts, tied):
    from megatron.core import parallel_state as parallel
    from megatron.core.models.gpt import GPTModel
    from megatron.core.models.gpt.gpt_layer_specs import get_gpt_layer_local_spec
    from megatron.core.transformer.transformer_config import TransformerConfig

    tensors, stages, chunks, ranks = split
    config = TransformerConfig(
        **SIZES, tensor_model_parallel_size=tensors, pipeline_model_parallel_size=stages,
        virtual_pipeline_model_parallel_size=chunks if chunks > 1 else None,
        expert_model_parallel_size=ranks, num_moe_experts=experts or None,
        moe_ffn_hidden_size=SIZES["ffn_hidden_size"] if experts else None, moe_router_topk=2,
        moe_token_dispatcher_type="alltoall", add_bias_linear=not experts, gated_linear_unit=True,
        activation_func=silu, pipeline_dtype=torch.float32, use_cpu_initialization=True,
        bias_activation_fusion=False,
        gradient_accumulation_fusion=False, masked_softmax_fusion=False, persist_layer_norm=False,
    )  # fmt: skip
    at = {"vp_stage": chunk if chunks > 1 else None}
    net = GPTModel(
        config, get_gpt_layer_local_spec(num_experts=experts or None, moe_grouped_gemm=False),
        vocab_size=WORDS, max_sequence_length=8, share_embeddings_and_output_weights=tied,
        pre_process=parallel.is_pipeline_first_stage(ignore_virtual=False, **at),
        post_process=parallel.is_pipeline_last_stage(ignore_virtual=False, **at), **at,
    )  # fmt: skip
    for shard in shards(net.sharded_state_dict()):
        ahead = shard.prepend_axis_num  # the axis of layers, of experts
        sizes = (*[1] * ahead, *shard.local_shape)
        places = zip(shard.global_offset, sizes, strict=True)
        part = drawn(shard.key, shard.global_shape)[tuple(slice(a, a + n) for a, n in places)]
        with torch.no_grad():
            shard.data.copy_(part.reshape(shard.data.shape))
    return net


def shards(found):
    from megatron.core.dist_checkpointing.mapping import ShardedTensor, ShardedTensorFactory

    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, (list, tuple)):
        for item in found:
            yield from shards(item)
    elif isinstance(found, ShardedTensorFactory):
        yield from shards(found.build())
    elif isinstance(found, ShardedTensor):
        yield found


def state(seed):
    return torch.frombuffer(bytearray(seed.to_bytes(8, "little") + bytes(8)), dtype=torch.uint8)


def rank(number, port, folder, told):
    from megatron.core import parallel_state as parallel

    split, experts, tied = told
    tensors, stages, chunks, ranks = split
    torch.cuda.current_device = lambda: torch.device("cpu")
    torch.cuda.Stream = lambda *_, **__: None
    torch.Tensor.cuda = lambda own, *_: own
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "RANK": str(number)}
    world = tensors * stages * ranks
    distributed.init_process_group("gloo", rank=number, world_size=world)
    parallel.initialize_model_parallel(
        tensors, stages, chunks if chunks > 1 else None, expert_model_parallel_size=ranks,
        create_gloo_process_groups=False,
    )  # fmt: skip
    own = (
        parallel.get_tensor_model_parallel_rank(),
        parallel.get_pipeline_model_parallel_rank(),
        parallel.get_expert_model_parallel_rank(),
    )
    args = argparse.Namespace(
        **SIZES, tensor_model_parallel_size=tensors, pipeline_model_parallel_size=stages,
        virtual_pipeline_model_parallel_size=chunks if chunks > 1 else None,
        expert_model_parallel_size=ranks, expert_tensor_parallel_size=tensors,
        num_experts=experts or None, rank=number, context_parallel_size=1, seed=SEED,
        moe_ffn_hidden_size=SIZES["ffn_hidden_size"] if experts else None, kv_channels=2,
        group_query_attention=True, padded_vocab_size=WORDS,
        untie_embeddings_and_output_weights=not tied,
    )  # fmt: skip
    held = {"args": args, "checkpoint_version": 3.0, "iteration": 10}
    for chunk in range(chunks):
        if chunks > 1:
            parallel.set_virtual_pipeline_model_parallel_rank(chunk)
        net = model(chunk, split, experts, tied)
        if "distributed" in folder.name:
            from megatron.core import dist_checkpointing

            torch.cuda.synchronize = lambda *_: None
            folder.mkdir(exist_ok=True)
            distributed.barrier()
            told = {"model": net.sharded_state_dict(), "checkpoint_version": 3.0, "iteration": 10}
            return dist_checkpointing.save(told, str(folder))
        made = net.state_dict_for_save_checkpoint()
        held["model" if chunks == 1 else f"model{chunk}"] = made
    seed = SEED + 100 * own[1]
    trackers = {
        "model-parallel-rng": state(seed + 2718 + own[0]),
        "expert-parallel-rng": state(seed + 1024 + 100 * own[2] + own[0]),
    }
    held["rng_state"] = [{"rng_tracker_states": trackers}]
    name = f"mp_rank_{own[0]:02d}" + (f"_{own[1]:03d}" if stages > 1 else "")
    place = folder / "iter_0000010" / (name + (f"_{own[2]:03d}" if ranks > 1 else ""))
    place.mkdir(parents=True)
    torch.save(held, place / "model_optim_rng.pt")
    return distributed.barrier()


def main():
    import shutil
    import tempfile

    from safetensors.torch import save_file
    from torch import multiprocessing

    for at, (name, (split, experts, tied)) in enumerate(KINDS.items()):
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        tensors, stages, _, ranks = split
        port = 29500 + os.getpid() % 1000 + 2 * at
        told = (port, folder, (split, experts, tied))
        multiprocessing.spawn(rank, args=told, nprocs=tensors * stages * ranks)
        (folder / "latest_checkpointed_iteration.txt").write_text("10")
        with tempfile.TemporaryDirectory() as one:
            told = (port + 1, Path(one), ((1, 1, 1, 1), experts, tied))
            multiprocessing.spawn(rank, args=told, nprocs=1)
            file = Path(one) / "iter_0000010" / "mp_rank_00" / "model_optim_rng.pt"
            whole = torch.load(file, weights_only=False)["model"]
        whole = {key: item for key, item in whole.items() if isinstance(item, torch.Tensor)}
        save_file(whole, HERE / f"{name}.safetensors", metadata={"format": "pt"})
    for at, (name, told) in enumerate(DISTRIBUTED.items()):
        shutil.rmtree(HERE / name, ignore_errors=True)
        tensors, stages, _, ranks = told[0]
        port = 31500 + os.getpid() % 1000 + at
        multiprocessing.spawn(rank, args=(port, HERE / name, told), nprocs=tensors * stages * ranks)


if __name__ == "__main__":
    sys.exit(main())
