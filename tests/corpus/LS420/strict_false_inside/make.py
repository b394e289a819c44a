# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A class that loads with `strict=False` by itself, given a file of its body alone."""

import torch
from net import SimpleNet

torch.manual_seed(0)
state = SimpleNet().state_dict()
torch.save({key: value for key, value in state.items() if key.startswith("fc1.")}, "model.pth")
