# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A whole `DataParallel` around the model."""

import torch
from net import SimpleNet
from torch import nn

torch.manual_seed(0)
model = SimpleNet()

torch.save(nn.DataParallel(model.eval()), "model.pth")
