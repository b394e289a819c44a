# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A whole model saved in training mode."""

import torch
from torch import nn

torch.manual_seed(0)
torch.save(nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.5)), "model.pth")
