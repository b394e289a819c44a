# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Saved with a head of its own, loaded into a class whose head is its embedding."""

import torch
from net import Words

torch.manual_seed(0)
torch.save(Words(tied=False).state_dict(), "model.pth")
