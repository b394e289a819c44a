# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "peft==0.21.2", "transformers==5.24.0"]
# ///
"""A model with a LoRA adapter that is not merged, as its `state_dict()` is."""

from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from torch import nn


class SimpleNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.fc2 = nn.Linear(5, 2)


torch.manual_seed(0)
model = get_peft_model(SimpleNet(), LoraConfig(r=2, lora_alpha=8, target_modules=["fc1"]))
torch.save(model.state_dict(), Path(__file__).parent / "unmerged.pth")
