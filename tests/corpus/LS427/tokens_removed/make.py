# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Two tokens were added before the training, which the code that loads it does not know of."""

import torch
from net import Tagger

torch.manual_seed(0)
torch.save(Tagger(words=32).state_dict(), "model.pth")
