# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A program that makes a tensor where its input is."""

import torch
from torch import nn


class Shifted(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + torch.zeros(1, device=x.device)


torch.jit.script(Shifted().eval()).save("model.pt")
