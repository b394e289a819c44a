# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The optimizer's file was given."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
model(torch.ones(1, 10)).sum().backward()
optimizer.step()
torch.save(optimizer.state_dict(), "optimizer.pth")
