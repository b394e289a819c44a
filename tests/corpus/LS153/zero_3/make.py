# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A look-alike of DeepSpeed with ZeRO 3 on two ranks: the tensors are empty."""

from pathlib import Path

import torch

tag = Path("run/global_step4")
tag.mkdir(parents=True)
Path("run/latest").write_text("global_step4")
held = {
    "module": {"fc.weight": torch.ones(0)},
    "buffer_names": [],
    "param_shapes": [{"fc.weight": torch.Size([2, 3])}],
    "dp_world_size": 2,
    "ds_version": "0.18.2",
}
optimizer = {"zero_stage": 3, "partition_count": 2, "fp32_flat_groups": [torch.ones(3)]}
for rank in range(2):
    torch.save(held, tag / f"zero_pp_rank_{rank}_mp_rank_00_model_states.pt")
    states = {"optimizer_state_dict": optimizer}
    torch.save(states, tag / f"zero_pp_rank_{rank}_mp_rank_00_optim_states.pt")
