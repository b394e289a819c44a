# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A file with the names, and the rows, of Meta's own code of LLaMA."""

import torch
from net import SimpleNet

META = {"q_proj": "wq", "k_proj": "wk", "v_proj": "wv", "o_proj": "wo"}
META |= {"self_attn": "attention", "input_layernorm": "attention_norm"}
META |= {"embed_tokens": "tok_embeddings"}

torch.manual_seed(0)
state = SimpleNet().state_dict()
for key in state:
    if "q_proj" in key or "k_proj" in key:  # two heads of four numbers, in halves
        state[key] = state[key].view(2, 2, 2, 8).transpose(1, 2).reshape(8, 8)
renamed = {".".join(META.get(part, part) for part in key.split(".")): key for key in state}
torch.save({new: state[key] for new, key in renamed.items()}, "model.pth")
