# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A checkpoint as Lightning writes it, of a class that did not call `save_hyperparameters`."""

import torch
from net import SimpleNet

torch.manual_seed(0)
net = SimpleNet()
held = {"epoch": 1, "global_step": 10, "pytorch-lightning_version": "2.4.0"}
held |= {"state_dict": net.state_dict(), "loops": {}, "callbacks": {}, "optimizer_states": []}
torch.save(held, "last.ckpt")
