"""Whole models that torch 1.7.0 pickled (Debian 11's `python3-torch`, Python 3.9), with outputs.

Run with that Python, in this folder: `python3.9 make.py`.
"""

import json

import torch
from torch import nn

torch.manual_seed(0)
MODELS = {  # each with the shape of an input, and how many of it the model takes
    "gelu": (nn.Sequential(nn.Linear(3, 4), nn.GELU()), (2, 3), 1),
    "attention": (nn.MultiheadAttention(4, 2), (2, 1, 4), 3),
    "encoder": (nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 1), (2, 1, 4), 1),
    "transformer": (nn.Transformer(4, 2, 1, 1, 8), (2, 1, 4), 2),
    "bag": (nn.Sequential(nn.EmbeddingBag(4, 2)), None, 1),
}
told = {"torch": torch.__version__, "models": {}}
for name, (model, shape, times) in MODELS.items():
    model.eval()
    torch.save(model, f"{name}.pt")
    given = torch.tensor([[0, 1]]) if shape is None else torch.randn(*shape)
    with torch.no_grad():
        output = model(*[given] * times)
    output = output[0] if isinstance(output, tuple) else output
    told["models"][name] = {"given": given.tolist(), "times": times, "output": output.tolist()}
with open("outputs.json", "w") as file:
    json.dump(told, file, indent=1)
