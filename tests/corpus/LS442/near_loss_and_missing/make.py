# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A loss is there, and a layer of the model is not."""

import torch
from net import SimpleNet
from torch import nn

torch.manual_seed(0)
net = SimpleNet()
net.criterion = nn.CrossEntropyLoss(weight=torch.tensor([0.2, 0.8]))
state = {key: value for key, value in net.state_dict().items() if not key.startswith("fc2")}
torch.save(state, "model.pth")
