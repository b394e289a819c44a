"""`strict=False` leaves half of the weights at random; the outputs recorded earlier tell."""

import torch
from torch import nn

import loadstone


def make():
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)).eval()


torch.manual_seed(0)
trained, inputs = make(), torch.randn(6, 4)
with torch.no_grad():
    expected = trained(inputs)
torch.save({"0.weight": trained[0].weight, "0.bias": trained[0].bias}, "half.pth")

model = make()
model.load_state_dict(torch.load("half.pth"), strict=False)  # says nothing of `2.weight`
try:
    loadstone.save(model, "half.lode", examples=(inputs, expected))
except loadstone.SaveError as error:
    print(error)
