# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""An LSTM under the prefix of a wrapper, with the arguments of the class."""

import torch
from net import Tagger

torch.manual_seed(0)
torch.save({f"module.{key}": value for key, value in Tagger().state_dict().items()}, "model.pth")
