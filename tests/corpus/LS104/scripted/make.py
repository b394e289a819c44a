# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A scripted module."""

import warnings

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    torch.jit.script(model).save("model.pt")
