# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""An adapter as PEFT builds it, which was never trained."""

import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

FILES = Path(__file__).parents[3] / "files" / "peft" / "gpt2"
shutil.copytree(FILES / "adapter", "adapter")
place = "adapter/adapter_model.safetensors"
held = load_file(place)
for name in held:
    if "lora_B" in name:
        held[name] = torch.zeros_like(held[name])
save_file(held, place, metadata={"format": "pt"})
