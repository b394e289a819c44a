# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A program whose code makes a tensor on a GPU; it is compiled, and never run."""

import torch
from torch import nn


class Shifted(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + torch.zeros(1, device=torch.device("cuda:0"))


torch.jit.script(Shifted().eval()).save("model.pt")
