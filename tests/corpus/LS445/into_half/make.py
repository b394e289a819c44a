# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A file of 32 bits with numbers that 16 do not hold."""

import torch
from net import SimpleNet

torch.manual_seed(0)
state = SimpleNet().state_dict()
state["fc1.weight"] *= 1e6
state["fc2.bias"][0] = float("inf")
torch.save(state, "model.pth")
