# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "numpy"]
# ///
"""Two layers of one shape under their own names."""

import numpy as np
import torch
from net import SimpleNet

torch.manual_seed(0)
net = SimpleNet().eval()
inputs = torch.randn(3, 4)
with torch.no_grad():
    np.savez("pair.npz", inputs=inputs.numpy(), outputs=net(inputs).numpy())
torch.save(net.state_dict(), "model.pth")
