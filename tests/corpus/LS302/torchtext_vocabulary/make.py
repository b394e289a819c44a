# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A vocabulary of torchtext, which no longer imports."""

import sys
import types

import torch

module = types.ModuleType("torchtext.vocab")
sys.modules["torchtext"] = types.ModuleType("torchtext")
sys.modules["torchtext.vocab"] = module


class Vocab:
    """As torchtext had it."""

    def __init__(self, words: list[str]) -> None:
        self.itos = words


Vocab.__module__ = "torchtext.vocab"
module.Vocab = Vocab
torch.save({"vocab": Vocab(["<unk>", "hello", "world"])}, "vocab.pt")
for name in ("torchtext", "torchtext.vocab"):
    del sys.modules[name]
