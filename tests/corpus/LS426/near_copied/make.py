# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The best state is kept, training goes on, and both are saved."""

import copy

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()
best = copy.deepcopy(model.state_dict())
with torch.no_grad():
    model.fc1.weight += 1
torch.save({"model": model.state_dict(), "best": best, "epoch": 3}, "model.pth")
