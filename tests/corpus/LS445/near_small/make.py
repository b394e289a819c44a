# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A file of 32 bits with numbers that 16 hold, and one that is infinite."""

import torch
from net import SimpleNet

torch.manual_seed(0)
state = SimpleNet().state_dict()
state["fc1.weight"][0] = 65504.0
state["fc2.bias"][0] = float("inf")
torch.save(state, "model.pth")
