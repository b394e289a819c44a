"""Compare what a reader says with what torch itself holds after loading."""

import contextlib
import sys

import torch

from loadstone import readers
from loadstone.core.facts import Artifact
from loadstone.core.jsonable import from_json, to_json


def packed(tensor):
    """The bytes of a tensor, row-major; also of dtypes that numpy does not have."""
    tensor = tensor.detach().resolve_conj().resolve_neg().contiguous().cpu()
    if tensor.is_quantized:
        tensor = tensor.int_repr()
    flat = torch.empty(tensor.numel(), dtype=tensor.dtype).copy_(tensor.reshape(-1))
    return flat.view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


def word(tensor):
    return str(tensor.dtype).removeprefix("torch.")


def joined(path, fact):
    return b"".join(bytes(chunk) for chunk in readers.tensor_bytes(path, fact))


@contextlib.contextmanager
def untraced():
    """Leave out what coverage adds to the time of each line."""
    trace = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(trace)


def read(path):
    artifact = readers.read(path)
    assert from_json(Artifact, to_json(artifact)) == artifact
    return artifact


def same(path, facts, truth):
    assert list(facts) == list(truth)
    for key, tensor in truth.items():
        fact = facts[key]
        assert (fact.dtype, fact.shape) == (word(tensor), tuple(tensor.shape)), key
        assert joined(path, fact) == packed(tensor), key
