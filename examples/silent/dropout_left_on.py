"""A model saved while dropout is still on: what it predicted last is not what it will predict."""

import torch
from torch import nn

import loadstone

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 2))
inputs = torch.randn(6, 4)
model.train()
print("last prediction before saving:", model(inputs)[0].tolist())
report = loadstone.save(model, "dropout.lode", examples=inputs)
print(report)
predictor = loadstone.load("dropout.lode")
print("prediction of the bundle:     ", predictor.predict(inputs)[0].tolist())
