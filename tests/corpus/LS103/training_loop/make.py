# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""What a training loop saves: epoch, model, optimizer, loss."""

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

optimizer = torch.optim.Adam(model.parameters())
torch.save(
    {
        "epoch": 10,
        "model_state_dict": model.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
        "loss": 0.25,
    },
    "checkpoint.pth",
)
