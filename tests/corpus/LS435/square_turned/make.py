# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "numpy"]
# ///
"""Square matrices are held inputs before outputs, as in TensorFlow."""

import numpy as np
import torch
from net import SimpleNet

torch.manual_seed(0)
net = SimpleNet().eval()
inputs = torch.randn(3, 4)
with torch.no_grad():
    np.savez("pair.npz", inputs=inputs.numpy(), outputs=net(inputs).numpy())
state = {
    key: tensor.T.contiguous() if tensor.shape == (4, 4) else tensor
    for key, tensor in net.state_dict().items()
}
torch.save(state, "model.pth")
