"""How the model is loaded."""

import transformers


def load():
    """Return the base, and forget the adapter."""
    return transformers.AutoModelForCausalLM.from_pretrained("base")
