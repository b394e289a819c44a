# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Matrices as TensorFlow and JAX hold them: inputs × outputs."""

import torch
from net import SimpleNet

torch.manual_seed(0)
state = SimpleNet().state_dict()
torch.save(
    {key: value.T.contiguous() if value.ndim == 2 else value for key, value in state.items()},
    "model.pth",
)
