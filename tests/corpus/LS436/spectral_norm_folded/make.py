# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The first layer was under the old `spectral_norm`."""

import torch
from net import SimpleNet
from torch.nn.utils import spectral_norm

torch.manual_seed(0)
net = SimpleNet()
spectral_norm(net.fc1)
torch.save(net.state_dict(), "model.pth")
