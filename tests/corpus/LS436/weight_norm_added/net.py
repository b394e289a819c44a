"""The usual model, and the same with `weight_norm` on both layers."""

import torch
from torch import nn
from torch.nn.utils import parametrizations


class SimpleNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.fc2 = nn.Linear(5, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc2(torch.relu(self.fc1(x)))


class Normed(SimpleNet):
    def __init__(self) -> None:
        super().__init__()
        parametrizations.weight_norm(self.fc1)
        parametrizations.weight_norm(self.fc2)
