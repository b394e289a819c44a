"""How the model is loaded."""

from pathlib import Path

import transformers
from safetensors.torch import load_file

from loadstone.core.edits import MergeAdapter
from loadstone.fixes.lora import merge


def load():
    """Return the base with the adapter merged into it."""
    net = transformers.AutoModelForCausalLM.from_pretrained("base")
    output = Path("merged.safetensors")
    merge("adapter", MergeAdapter("merged.safetensors", "base", ""), output)
    net.load_state_dict(load_file(output), strict=False)
    return net
