# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Trained in training mode."""

import torch
from net import ConvNet

torch.manual_seed(0)
net = ConvNet()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    net(torch.randn(4, 3, 8, 8)).square().mean().backward()
    optimizer.step()
torch.save(net.state_dict(), "model.pth")
