# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The class has `weight_norm`, and the file is older than that."""

import torch
from net import SimpleNet

torch.manual_seed(0)
net = SimpleNet()

torch.save(net.state_dict(), "model.pth")
