# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The file of the form for training, and the class of the form for inference."""

import torch
from net import build

torch.manual_seed(0)
net = build()
net(torch.randn(4, 3, 8, 8))
torch.save(net.state_dict(), "model.pth")
