"""A model that rolls dice in its forward pass: no record of its predictions can be kept."""

import torch
from torch import nn

import loadstone


class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(4, 8)
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        hidden = nn.functional.dropout(self.encoder(x), 0.5)  # `training=self.training` forgotten
        return self.head(hidden)


torch.manual_seed(0)
try:
    loadstone.save(Noisy().eval(), "noisy.lode", examples=torch.randn(6, 4))
except loadstone.SaveError as error:
    print(error)
