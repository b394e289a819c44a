# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "safetensors"]
# ///
"""One of two shards was not copied."""

import json
from pathlib import Path

import torch
from net import SimpleNet
from safetensors.torch import save_file

torch.manual_seed(0)
model = SimpleNet()

save_file(
    {"fc1.weight": model.fc1.weight.detach(), "fc1.bias": model.fc1.bias.detach()},
    "model-00001-of-00002.safetensors",
)
names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
index = {key: names["fc2" in key] for key in model.state_dict()}
Path("model.safetensors.index.json").write_text(
    json.dumps({"metadata": {"total_size": 268}, "weight_map": index})
)
