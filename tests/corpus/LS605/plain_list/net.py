"""A model that keeps a layer's weight where no state dict finds it."""

import torch
from torch import nn


class ListNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.scale = torch.ones(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(x) * self.scale
