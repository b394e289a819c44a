# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A plain pickle of protocol 2, which has no bytes, of tensors that were on a GPU."""

import io
import pickle
import warnings
from collections import OrderedDict
from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

cpu, cuda = b"X\x03\0\0\0cpu", b"X\x06\0\0\0cuda:0"


class Storage:
    """Pickles as a storage of a GPU does."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.tensor = tensor

    def __reduce__(self) -> tuple:
        file = io.BytesIO()
        torch.save(self.tensor.detach().storage(), file, _use_new_zipfile_serialization=False)
        return torch.storage._load_from_bytes, (file.getvalue().replace(cpu, cuda),)


class Tensor(Storage):
    """Pickles as a tensor of a GPU does."""

    def __reduce__(self) -> tuple:
        size, stride = tuple(self.tensor.shape), self.tensor.stride()
        arguments = (Storage(self.tensor), 0, size, stride, False, OrderedDict())
        return torch._utils._rebuild_tensor_v2, arguments


held = {key: Tensor(value) for key, value in model.state_dict().items()}
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    Path("clf.pkl").write_bytes(pickle.dumps(held, 2))
