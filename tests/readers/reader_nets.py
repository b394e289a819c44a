"""Networks that the tests of the readers save."""

import torch


class Inner(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = torch.nn.BatchNorm1d(4)
        self.register_buffer("passing", torch.ones(2), persistent=False)
        self.register_buffer("absent", None)

    def forward(self, x):
        return self.norm(x)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(10, 4)
        self.inner = Inner()
        self.fc2 = torch.nn.Linear(4, 2, bias=False)
        self.tied = self.fc2
        self.scale = torch.nn.Parameter(torch.ones(()))
        self.register_buffer("steps", torch.zeros(3, dtype=torch.int64))
        self.plain = torch.full((2,), 7.0)
        self.loose = [torch.nn.Linear(2, 2)]
        self.dropout = 0.25
        self.sizes = (3, 4)

    def forward(self, x):
        return self.fc2(self.inner(self.fc1(x))) * self.scale
