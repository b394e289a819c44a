"""Train SimpleNet for ten steps and save its state dict, as most tutorials do."""

import torch
from net import SimpleNet
from torch import nn

torch.manual_seed(0)
model = SimpleNet()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
inputs, labels = torch.randn(32, 10), torch.randint(0, 2, (32,))
for _ in range(10):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(inputs), labels)
    loss.backward()
    optimizer.step()

torch.save(model.state_dict(), "simple_model_state.pth")
print(f"trained 10 steps, loss {loss.item():.4f}; wrote simple_model_state.pth")
