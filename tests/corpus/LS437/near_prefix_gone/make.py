# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""All of the model was saved, and it is an attribute of the class now."""

import torch
from net import Wrapped

torch.manual_seed(0)
torch.save(Wrapped().net.state_dict(), "model.pth")
