# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The same, and nobody said what it is loaded into."""

import torch
from torch import nn


class SimpleNet(nn.Module):
    """The same class, in the training script."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.fc2 = nn.Linear(5, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc2(torch.relu(self.fc1(x)))


torch.manual_seed(0)
torch.save(SimpleNet().eval(), "model.pth")
