# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The embeddings of positions are more than the target has: no entries of a vocabulary."""

import torch
from net import Tagger

torch.manual_seed(0)
torch.save(Tagger(places=16).state_dict(), "model.pth")
