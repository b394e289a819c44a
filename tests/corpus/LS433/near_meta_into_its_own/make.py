# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A file with the names of Meta's own code, for a class with the same names, one level in."""

import torch
from net import SimpleNet

torch.manual_seed(0)
state = {f"model.{key}": tensor for key, tensor in SimpleNet().state_dict().items()}
torch.save(state, "model.pth")
