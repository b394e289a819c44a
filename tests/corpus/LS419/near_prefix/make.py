# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A training module with the model alone."""

import torch
from net import SimpleNet

torch.manual_seed(0)
torch.save({f"model.{key}": value for key, value in SimpleNet().state_dict().items()}, "model.pth")
