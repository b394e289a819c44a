# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A whole model of a repository that is not on the path."""

import sys
import types

import torch
from net import SimpleNet

module = types.ModuleType("models_of_repo.yolo")
sys.modules["models_of_repo"] = types.ModuleType("models_of_repo")
sys.modules["models_of_repo.yolo"] = module
SimpleNet.__module__ = "models_of_repo.yolo"
module.SimpleNet = SimpleNet

torch.manual_seed(0)
torch.save(SimpleNet().eval(), "model.pth")
for name in ("models_of_repo", "models_of_repo.yolo"):
    del sys.modules[name]
