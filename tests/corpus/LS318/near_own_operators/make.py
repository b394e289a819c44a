# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A program of torch's own operators."""

import torch
from net import SimpleNet

torch.manual_seed(0)
torch.jit.script(SimpleNet().eval()).save("model.pt")
