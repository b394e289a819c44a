# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "numpy>=2"]
# ///
"""The best accuracy is a number of numpy."""

import numpy as np
import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save({"model": model.state_dict(), "best_acc": np.float64(0.91)}, "checkpoint.pth")
