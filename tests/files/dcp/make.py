# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "safetensors"]
# ///
"""Distributed checkpoints as two processes write them, and the same tensors whole."""

import os
import shutil
import sys
import warnings
from pathlib import Path

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from safetensors.torch import save_file
from torch import nn
from torch.distributed.checkpoint.state_dict import get_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import Replicate, Shard, distribute_tensor

HERE = Path(__file__).parent


def sharded(mesh):
    """Rows, columns and copies; sizes that two do not divide; an optimizer beside the model."""
    torch.manual_seed(0)
    whole = {
        "rows.weight": torch.randn(5, 3),
        "columns.weight": torch.randn(4, 7).to(torch.bfloat16),
        "middle": torch.randn(2, 3, 4),
        "copied.bias": torch.randn(6),
        "count": torch.tensor(7),
        "turned": torch.arange(12.0).reshape(3, 4).t(),
        "one_row": torch.randn(1, 2),
    }
    places = {"rows.weight": Shard(0), "columns.weight": Shard(1), "middle": Shard(1),
              "one_row": Shard(0)}  # fmt: skip
    held = dict(whole)
    for key in sorted(whole.keys() - {"count", "turned"}):
        held[key] = distribute_tensor(whole[key], mesh, [places.get(key, Replicate())])
    ema = {key: value + 1 for key, value in held.items()}
    dcp.save({"model": held, "ema": ema, "epoch": 3}, checkpoint_id="sharded")
    return whole


def trained(mesh):
    """A model of FSDP with its optimizer, as torch's own recipe saves it."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
    whole = {key: value.clone() for key, value in model.state_dict().items()}
    fully_shard(model, mesh=mesh)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0)
    model(torch.ones(2, 4)).sum().backward()
    optimizer.step()
    state, optim = get_state_dict(model, optimizer)
    dcp.save({"app": {"model": state, "optim": optim}}, checkpoint_id="fsdp")
    return whole


def main(rank):
    os.chdir(HERE)  # the metadata holds the path
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29533")
    dist.init_process_group("gloo", rank=rank, world_size=2)
    mesh = init_device_mesh("cpu", (2,))
    warnings.simplefilter("ignore")
    for make in (sharded, trained):
        whole = make(mesh)
        if rank == 0:
            whole = {key: value.contiguous() for key, value in whole.items()}
            save_file(whole, HERE / f"{'fsdp' if make is trained else 'sharded'}.safetensors")
    dist.destroy_process_group()


if __name__ == "__main__":
    for name in ("sharded", "fsdp"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    torch.multiprocessing.spawn(main, nprocs=2)
    sys.exit(0)
