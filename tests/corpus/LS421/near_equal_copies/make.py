# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The head is the embedding, and lies in the file a second time."""

import torch
from net import Words

torch.manual_seed(0)
state = Words().state_dict()
torch.save({key: value.clone() for key, value in state.items()}, "model.pth")
