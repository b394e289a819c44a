# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Saved from a wrapper, and loaded by a function of one's own."""

import torch
from net import SimpleNet

torch.manual_seed(0)
torch.save(torch.nn.DataParallel(SimpleNet()).state_dict(), "model.pth")
