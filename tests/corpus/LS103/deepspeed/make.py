# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The file that DeepSpeed writes for each rank."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(
    {"module": model.state_dict(), "dp_world_size": 1, "ds_version": "0.15.0"},
    "mp_rank_00_model_states.pt",
)
