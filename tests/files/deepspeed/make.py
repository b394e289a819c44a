# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.13.0", "deepspeed==0.19.8", "numpy"]
# ///
"""Make DeepSpeed's checkpoints without a GPU: of stages 0 to 3, of experts, of a pipeline.

Stages 1 to 3 are of two ranks, with a tied, two frozen parameters and two buffers; `groups2` and
`groups3` are stages 2 and 3 of three ranks, with two groups of parameters. `truth.json` and
`NAME.safetensors` hold what DeepSpeed itself puts together of each (`zero_to_fp32`). The two
scripts that it copies beside a checkpoint are left out.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RANKS = {"stage0": 1, "stage1": 2, "stage2": 2, "stage3": 2, "experts": 1, "pipeline": 1}
RANKS |= {"groups2": 3, "groups3": 3}


def network(kind):
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(7, 4)
            self.frozen = nn.Linear(4, 4).requires_grad_(requires_grad=False)
            self.register_buffer("mean", torch.zeros(4))
            self.register_buffer("seen", torch.tensor(0))
            self.body = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 4))
            self.head = nn.Linear(4, 7, bias=False)
            self.head.weight = self.emb.weight
            if kind.startswith("groups"):
                self.scale = nn.Parameter(torch.tensor([1.5]))

        def forward(self, ids):
            x = self.frozen(self.emb(ids))
            return self.head(self.body(x - self.mean.to(x.dtype)))

    class Experts(nn.Module):
        def __init__(self):
            from deepspeed.moe.layer import MoE

            super().__init__()
            self.a = nn.Linear(4, 4)
            self.moe = MoE(4, nn.Linear(4, 4), num_experts=2, k=1)
            self.b = nn.Linear(4, 2)

    if kind == "experts":
        return Experts()
    if kind == "pipeline":
        from deepspeed.pipe import LayerSpec, PipelineModule

        layers = [LayerSpec(nn.Linear, 4, 3), nn.ReLU(), LayerSpec(nn.Linear, 3, 2)]
        return PipelineModule(layers, num_stages=1, loss_fn=nn.functional.mse_loss)
    return Net()


def train(kind, folder):
    import deepspeed
    import torch
    from deepspeed.moe.utils import split_params_into_different_moe_groups_for_optimizer as groups

    deepspeed.init_distributed("gloo")
    torch.manual_seed(0)
    net = network(kind)
    stage = int(kind[-1]) if kind[-1].isdigit() else 0
    config = {
        "train_batch_size": 2,
        "optimizer": {"type": "Adam", "params": {"lr": 1e-3, "torch_adam": True}},
        "zero_optimization": {"stage": stage},
        "bf16": {"enabled": stage > 0},
    }
    parameters = [item for item in net.parameters() if item.requires_grad]
    if kind == "experts":
        parameters = groups({"params": parameters, "name": "all"})
    if kind == "groups2":  # the accelerator of a CPU says that it has no float16; its kernels have
        deepspeed.accelerator.get_accelerator().is_fp16_supported = lambda: True
        config |= {"bf16": {"enabled": False}, "fp16": {"enabled": True, "initial_scale_power": 4}}
        config["zero_optimization"]["round_robin_gradients"] = True
    if kind == "groups3":
        config["zero_optimization"]["sub_group_size"] = 20
    if kind.startswith("groups"):
        config["train_batch_size"] = 3
        flat = [item for item in parameters if item.ndim < 2]
        rest = [item for item in parameters if item.ndim > 1]
        parameters = [{"params": flat, "weight_decay": 0.0}, {"params": rest}]
    engine, *_ = deepspeed.initialize(model=net, model_parameters=parameters, config=config)
    if kind[-1].isdigit():
        ids = torch.arange(config["train_batch_size"] // RANKS[kind])
        loss = engine(ids).float().pow(2).mean()
        engine.backward(loss)
        engine.step()
    engine.save_checkpoint(folder, tag="global_step1")
    if not stage:
        (HERE / f"{kind}.json").write_text(json.dumps(described(net.state_dict())))


def described(state):
    return {name: [str(item.dtype)[6:], list(item.shape)] for name, item in state.items()}


def launch(kind, folder):
    shutil.rmtree(folder, ignore_errors=True)
    ranks = RANKS[kind]
    running = [
        subprocess.Popen(
            [sys.executable, __file__, kind, str(folder)],
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


def told(kind, folder):
    from deepspeed.utils.zero_to_fp32 import get_fp32_state_dict_from_zero_checkpoint
    from safetensors.torch import save_file

    told = HERE / f"{kind}.json"
    if told.exists():
        state = json.loads(told.read_text())
        told.unlink()
        return state
    state = get_fp32_state_dict_from_zero_checkpoint(str(folder))
    state = {name: item.contiguous().clone() for name, item in state.items()}
    save_file(state, HERE / f"{kind}.safetensors")
    return described(state)


def main():
    truth = {}
    for kind in RANKS:
        launch(kind, HERE / kind)
        truth[kind] = told(kind, HERE / kind)
    (HERE / "truth.json").write_text(json.dumps(truth) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        train(sys.argv[1], sys.argv[2])
    else:
        main()
