import torch
from torch import nn


class Twins(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.left = nn.Linear(4, 4)
        self.right = nn.Linear(4, 4)


def load() -> Twins:
    model = Twins()
    saved = torch.load("model.pth").values()
    order = ["right.weight", "right.bias", "left.weight", "left.bias"]
    model.load_state_dict(dict(zip(order, saved, strict=True)))
    return model.eval()
