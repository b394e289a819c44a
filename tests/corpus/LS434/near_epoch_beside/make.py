# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The epoch lies beside the state dict."""

import torch
from net import SimpleNet

torch.manual_seed(0)
torch.save({"model": SimpleNet().state_dict(), "epoch": 3}, "model.pth")
