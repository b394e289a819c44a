"""Storages that a plain pickle holds as small torch files of their own."""

from loadstone.core import Artifact

__all__ = ["is_nested", "on_cpu"]

FROM_BYTES = "torch.storage._load_from_bytes"
UNPICKLER = """\
import io
import pickle

import torch


class OnCpu(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("torch.storage", "_load_from_bytes"):
            return lambda data: torch.load(io.BytesIO(data), map_location="cpu")
        return super().find_class(module, name)


path = {path}
with open(path, "rb") as file:
    state = OnCpu(file).load()  # runs what the file says: only if you trust its source
torch.save(state, path + ".pth")
"""


def is_nested(artifact: Artifact) -> bool:
    """Whether `map_location` does not reach the storages of a file."""
    return any(str(item) == FROM_BYTES for item in artifact.globals)


def on_cpu(artifact: Artifact) -> str:
    """Return code that loads a pickle with its tensors on the CPU, and saves it with torch."""
    return UNPICKLER.replace("{path}", repr(artifact.path))
