# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "numpy"]
# ///
"""Every tensor was made an array of numpy before it was saved."""

import torch
from net import SimpleNet

torch.manual_seed(0)
state = SimpleNet().state_dict()
torch.save({key: tensor.numpy() for key, tensor in state.items()}, "model.pth")
