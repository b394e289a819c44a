"""The class is edited after the save: same shapes, other predictions, and torch says nothing."""

import torch
from torch import nn

import loadstone


class Gate(nn.Module):
    def __init__(self, slope=0.01):
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.slope = slope
        self.second = nn.Linear(8, 2)

    def forward(self, x):
        return self.second(nn.functional.leaky_relu(self.first(x), self.slope))


torch.manual_seed(0)
inputs = torch.randn(6, 4)
loadstone.save(Gate(slope=0.2).eval(), "gate.lode", examples=inputs)
print("as saved:", loadstone.load("gate.lode").report.verdict.predicts_the_same)
try:
    loadstone.load("gate.lode", into=Gate)  # today's class: its flag says 0.01
except loadstone.LoadError as error:
    print(error)
