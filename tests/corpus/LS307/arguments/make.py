# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The parsed arguments of the training script."""

import argparse

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save({"model": model.state_dict(), "args": argparse.Namespace(lr=0.1)}, "checkpoint.pth")
