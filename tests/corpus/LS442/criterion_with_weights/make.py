# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The class for training holds its loss as a submodule."""

import torch
from net import SimpleNet
from torch import nn

torch.manual_seed(0)
net = SimpleNet()
net.criterion = nn.CrossEntropyLoss(weight=torch.tensor([0.2, 0.8]))
torch.save(net.state_dict(), "model.pth")
