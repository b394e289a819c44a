# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A program that calls an operator of a library of one's own."""

import torch
from torch import nn

library = torch.library.Library("my_ops", "DEF")
library.define("double(Tensor x) -> Tensor")
library.impl("double", lambda x: x * 2, "CompositeExplicitAutograd")


class Doubled(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.ops.my_ops.double(x)


torch.jit.trace(Doubled().eval(), torch.ones(2)).save("model.pt")
