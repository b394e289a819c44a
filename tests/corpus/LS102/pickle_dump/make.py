# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The state dict was written by `pickle.dump`."""

import pickle
from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

with Path("model.pt").open("wb") as file:
    pickle.dump(model.state_dict(), file)
