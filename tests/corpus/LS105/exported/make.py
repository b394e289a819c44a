# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A program of `torch.export`."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

program = torch.export.export(model, (torch.zeros(1, 10),))
torch.export.save(program, "model.pt2")
