# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Embeddings, not a model."""

import torch

torch.save(torch.ones(4, 8), "embeddings.pt")
