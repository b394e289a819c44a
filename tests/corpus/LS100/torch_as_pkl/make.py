# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A file of `torch.save` in a `.pkl` file."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "model.pkl")
