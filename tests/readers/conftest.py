import pytest
import torch
from reader_nets import Net


@pytest.fixture
def net():
    torch.manual_seed(0)
    return Net().eval()
