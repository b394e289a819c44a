# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.13.0", "deepspeed==0.19.8", "numpy"]
# ///
"""Make DeepSpeed's checkpoints without a GPU: of stage 0 on one rank, of stages 2 and 3 on two.

`truth.json` holds what DeepSpeed itself puts together of each (`zero_to_fp32`). The two scripts
that it copies beside a checkpoint are left out.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RANKS = {0: 1, 2: 2, 3: 2}


def train(stage, folder):
    import deepspeed
    import torch

    deepspeed.init_distributed("gloo")
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
    config = {
        "train_batch_size": 2,
        "optimizer": {"type": "Adam", "params": {"lr": 1e-3, "torch_adam": True}},
        "zero_optimization": {"stage": stage},
        "bf16": {"enabled": stage > 0},
    }
    engine, *_ = deepspeed.initialize(model=net, model_parameters=net.parameters(), config=config)
    rows = torch.ones(1, 4, dtype=torch.bfloat16 if stage else torch.float32)
    loss = engine(rows).float().pow(2).mean()
    engine.backward(loss)
    engine.step()
    engine.save_checkpoint(folder, tag="global_step1")


def launch(stage, folder):
    shutil.rmtree(folder, ignore_errors=True)
    ranks = RANKS[stage]
    running = [
        subprocess.Popen(
            [sys.executable, __file__, str(stage), str(folder)],
            env=os.environ
            | {
                "RANK": str(rank),
                "LOCAL_RANK": str(rank),
                "WORLD_SIZE": str(ranks),
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": "29513",
                "DS_ACCELERATOR": "cpu",
            },
        )
        for rank in range(ranks)
    ]
    assert [item.wait(300) for item in running] == [0] * ranks
    for path in folder.glob("*.py"):
        path.unlink()


def told(stage, folder):
    import torch
    from deepspeed.utils.zero_to_fp32 import get_fp32_state_dict_from_zero_checkpoint

    if stage:
        state = get_fp32_state_dict_from_zero_checkpoint(str(folder))
    else:
        (path,) = folder.rglob("*_model_states.pt")
        state = torch.load(path)["module"]
    return {name: list(tensor.shape) for name, tensor in state.items()}


def main():
    truth = {}
    for stage in RANKS:
        folder = HERE / f"stage{stage}"
        launch(stage, folder)
        truth[folder.name] = told(stage, folder)
    (HERE / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        train(int(sys.argv[1]), sys.argv[2])
    else:
        main()
