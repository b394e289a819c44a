# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A full state dict."""

import torch
from net import SimpleNet

torch.manual_seed(0)
torch.save(SimpleNet().state_dict(), "model.pth")
