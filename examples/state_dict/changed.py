"""What happens to a class after its weights were saved."""

import torch
from torch import nn


class WiderHead(nn.Module):
    """`fc2` has another shape."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.fc2 = nn.Linear(5, 3)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


class ExtraLayer(nn.Module):
    """A layer was added."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.fc2 = nn.Linear(5, 2)
        self.fc3 = nn.Linear(2, 2)

    def forward(self, x):
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))


class RenamedLayer(nn.Module):
    """`fc2` is called `out` now."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.out = nn.Linear(5, 2)

    def forward(self, x):
        return self.out(torch.relu(self.fc1(x)))
