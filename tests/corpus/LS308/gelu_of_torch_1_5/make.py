# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A whole model of a torch whose GELU had no attributes."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 2), nn.GELU())
del model[1].__dict__["approximate"]
torch.save(model.eval(), "model.pth")
