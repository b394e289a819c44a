# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The state dict of the model, its adapter merged by hand as the page says."""

from pathlib import Path

import torch

FILES = Path(__file__).parents[3] / "files"
state = torch.load(FILES / "peft" / "unmerged.pth")
a, b = (state.pop(f"base_model.model.fc1.lora_{side}.default.weight") for side in "AB")
state["base_model.model.fc1.base_layer.weight"] += 8 / 2 * b @ a
torch.save(
    {
        key.removeprefix("base_model.model.").replace("base_layer.", ""): value
        for key, value in state.items()
    },
    "model.pth",
)
