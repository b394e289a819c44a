# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""An archive of `torch.package`."""

import warnings

import torch
from torch import nn
from torch.package import PackageExporter

torch.manual_seed(0)
with warnings.catch_warnings(), PackageExporter("model.pt") as exporter:
    warnings.simplefilter("ignore")
    exporter.extern("torch.**")
    exporter.save_pickle("model", "model.pkl", nn.Linear(3, 2))
