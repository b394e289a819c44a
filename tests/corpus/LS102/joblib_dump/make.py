# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "joblib"]
# ///
"""The state dict was written by `joblib.dump`."""

import joblib
import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

joblib.dump({key: value.numpy() for key, value in model.state_dict().items()}, "model.pt")
