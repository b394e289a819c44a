# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""One bias of a network of torch that is NaN."""

import torch
from net import SimpleNet

torch.manual_seed(0)
net = SimpleNet()
with torch.no_grad():
    net.fc2.bias[0] = float("nan")
torch.save(net.state_dict(), "model.pth")
