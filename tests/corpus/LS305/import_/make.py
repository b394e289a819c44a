# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The module raises while it is imported."""

import torch

torch.save({"weight": torch.zeros(2, 3)}, "model.pth")
