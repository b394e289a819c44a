# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Linear layers quantised dynamically, loaded into the same."""

import torch
from net import quantised

torch.manual_seed(0)
torch.save(quantised().state_dict(), "model.pth")
