# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Layers in a plain list: no state dict has them."""

import torch
from net import ListNet

torch.manual_seed(0)
torch.save(ListNet().eval(), "model.pth")
