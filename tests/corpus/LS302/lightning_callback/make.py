# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A checkpoint that pickles a callback of Lightning."""

import sys
import types

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

module = types.ModuleType("pytorch_lightning.callbacks")
sys.modules["pytorch_lightning"] = types.ModuleType("pytorch_lightning")
sys.modules["pytorch_lightning.callbacks"] = module


class Timer:
    """As Lightning has it."""


Timer.__module__ = "pytorch_lightning.callbacks"
module.Timer = Timer
torch.save({"state_dict": model.state_dict(), "callbacks": {"timer": Timer()}}, "last.ckpt")
for name in ("pytorch_lightning", "pytorch_lightning.callbacks"):
    del sys.modules[name]
