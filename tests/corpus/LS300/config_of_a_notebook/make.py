# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A config class of a notebook beside the weights."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()


class Config:
    """Of the notebook."""

    rate = 0.1


torch.save({"model": model.state_dict(), "config": Config()}, "checkpoint.pth")
