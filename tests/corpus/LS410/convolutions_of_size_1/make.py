# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The same layers, trained as convolutions of size 1."""

import torch
from net import SimpleNet

torch.manual_seed(0)
state = SimpleNet().state_dict()
torch.save(
    {key: value[:, :, None, None] if value.ndim == 2 else value for key, value in state.items()},
    "model.pth",
)
