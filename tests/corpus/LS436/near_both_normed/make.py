# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Both sides have `weight_norm` under its own names."""

import torch
from net import SimpleNet
from torch.nn.utils import parametrizations

torch.manual_seed(0)
net = SimpleNet()
parametrizations.weight_norm(net.fc1)
parametrizations.weight_norm(net.fc2)
torch.save(net.state_dict(), "model.pth")
