# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A distributed checkpoint of one process."""

import warnings

import torch
import torch.distributed.checkpoint as dcp
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    dcp.save({"model": model.state_dict()}, checkpoint_id="checkpoint")
