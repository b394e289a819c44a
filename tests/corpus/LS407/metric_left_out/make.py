# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A module that adds a value of its own to the state dict, and a class without it."""

import torch
from net import SimpleNet


class Counted(SimpleNet):
    """Counts in its state dict what it has seen."""

    def get_extra_state(self) -> dict:
        """Return the count."""
        return {"seen": 3}


torch.manual_seed(0)
torch.save(Counted().state_dict(), "model.pth")
