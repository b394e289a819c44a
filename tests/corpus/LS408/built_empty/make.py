# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A model that was built empty, and saved before its weights came."""

import torch
from net import SimpleNet

with torch.device("meta"):
    torch.save(SimpleNet().state_dict(), "model.pth")
