# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The target is a function that returns a dictionary."""

import torch

torch.save({"weight": torch.zeros(2, 3)}, "model.pth")
