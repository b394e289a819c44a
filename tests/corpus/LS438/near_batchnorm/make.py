# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A file of torch before 0.4.1, whose BatchNorm counts no batches."""

import torch
from net import ConvNet

torch.manual_seed(0)
net = ConvNet()
net(torch.randn(4, 3, 8, 8))
state = {key: value for key, value in net.state_dict().items() if "batches" not in key}
torch.save(state, "model.pth")
