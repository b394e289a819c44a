# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Loaded by a function that goes by the order of layers, which the class changed."""

import torch
from net import Twins

torch.manual_seed(0)
torch.save(Twins().state_dict(), "model.pth")
