import torch
from torch import nn


class SimpleNet(nn.Module):
    """Two layers of one shape, one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.second = nn.Linear(4, 4)
        self.out = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.tanh(self.first(x))
        return self.out(torch.tanh(self.second(x)))
