# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A training module with the model and its moving average."""

import torch
from net import SimpleNet
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


class Training(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.ema_model = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9)).module


torch.manual_seed(0)
training = Training(SimpleNet())
with torch.no_grad():
    for parameter in training.ema_model.parameters():
        parameter.mul_(0.9)
torch.save(training.state_dict(), "model.pth")
