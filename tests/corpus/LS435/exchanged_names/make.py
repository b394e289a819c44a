# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "numpy"]
# ///
"""The class that wrote the file calls the first layer the second."""

import numpy as np
import torch
from net import SimpleNet

torch.manual_seed(0)
net = SimpleNet().eval()
inputs = torch.randn(3, 4)
with torch.no_grad():
    np.savez("pair.npz", inputs=inputs.numpy(), outputs=net(inputs).numpy())
names = {"first": "second", "second": "first"}
state = {
    ".".join([names.get(path, path), leaf]): tensor
    for key, tensor in net.state_dict().items()
    for path, leaf in [key.split(".")]
}
torch.save(state, "model.pth")
