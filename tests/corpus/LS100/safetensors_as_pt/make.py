# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "safetensors"]
# ///
"""Safetensors bytes in a `.pt` file."""

import torch
from net import SimpleNet
from safetensors.torch import save_file

torch.manual_seed(0)
model = SimpleNet()

save_file(model.state_dict(), "model.pt")
