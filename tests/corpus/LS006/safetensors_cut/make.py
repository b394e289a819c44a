# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "safetensors"]
# ///
"""A safetensors file ends early."""

from pathlib import Path

import torch
from net import SimpleNet
from safetensors.torch import save_file

torch.manual_seed(0)
model = SimpleNet()

save_file(model.state_dict(), "model.safetensors")
whole = Path("model.safetensors").read_bytes()
Path("model.safetensors").write_bytes(whole[:-60])
