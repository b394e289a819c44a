"""Every kind of module comes back from its structure and tensors as it was, without pickle."""

import functools
import json
from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.nn import functional

from loadstone.adapters.live import Names
from loadstone.adapters.torch import forms
from loadstone.inputs.capture import capture
from loadstone.inputs.capture_modules import home_of, where_is
from loadstone.runtime import code
from loadstone.runtime.tensors import torch_tensors
from loadstone.runtime.torch_model import build

NAMES = Names(lambda module: home_of(module) == "project", where_is)


def again(model):
    """Return the model as another process would build it."""
    native = forms.native(model, NAMES)
    captured = capture(native.roots)
    assert not captured.problems
    roots = code.load(captured.files.__getitem__) if native.roots else {}
    stored = {
        kind: torch_tensors(bytearray(b"".join(native.stored.parts(kind))))
        for kind in ("model", "extra")
    }
    return build(json.loads(json.dumps(native.structure)), stored, roots)


def same(model, *inputs):
    rebuilt = again(model)
    model.eval()
    assert list(rebuilt.state_dict()) == list(model.state_dict())
    assert [name for name, _ in rebuilt.named_modules()] == [n for n, _ in model.named_modules()]
    with torch.no_grad():
        first, second = model(*inputs), rebuilt(*inputs)
    leaves = zip(*map(torch.utils._pytree.tree_leaves, (first, second)), strict=True)
    for one, other in leaves:
        assert torch.equal(one, other)
    return rebuilt


class Attend(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x):
        return self.inner(x, x, x)


class Held(nn.Module):
    """Holds what is no plain value: functions, partials, modules and tensors in lists."""

    def __init__(self):
        super().__init__()
        self.activation = functools.partial(functional.leaky_relu, negative_slope=0.2)
        self.final = torch.tanh
        self.scale = torch.full((4,), 0.5)
        self.extra = [nn.Linear(4, 4), {"last": nn.Linear(4, 4)}]
        self.own = self._twice
        self.shape = torch.Size([4])
        self.kind = torch.float32
        self.where = torch.device("cpu")
        self.nothing = None
        self.register_parameter("empty", None)
        self.register_buffer("offset", torch.arange(4.0), persistent=False)
        self.order = OrderedDict(b=1, a=2)
        self.limits = (1, float("inf"), {"x", "y"})

    def _twice(self, x):
        return x * 2

    def forward(self, x):
        x = self.activation(self.extra[0](x)) + self.offset.to(self.kind).view(self.shape)
        return self.own(self.final(self.extra[1]["last"](x) * self.scale))


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 4)
        self.head = nn.Linear(4, 7, bias=False)
        self.head.weight = self.embedding.weight
        self.block = nn.Sequential(nn.Linear(4, 4), nn.GELU())
        self.again = self.block

    def forward(self, x):
        return self.head(self.again(self.block(self.embedding(x))))


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.ParameterList([nn.Parameter(torch.randn(4)) for _ in range(3)])
        self.named = nn.ParameterDict({"b": nn.Parameter(torch.randn(4))})
        self.layers = nn.ModuleDict({"z": nn.Linear(4, 4), "a": nn.Linear(4, 4)})
        self.frozen = nn.Parameter(torch.randn(4), requires_grad=False)

    def forward(self, x):
        for layer in self.layers.values():
            x = layer(x)
        return x + sum(self.weights) + self.named["b"] + self.frozen


def sequence():
    return torch.randn(2, 5, 8)


def normed(layer):
    return nn.utils.parametrizations.weight_norm(layer)


CASES = {
    "lstm": (lambda: nn.LSTM(8, 4, 2, bidirectional=True, batch_first=True), sequence),
    "gru": (lambda: nn.GRU(8, 4, batch_first=True), sequence),
    "transformer": (
        lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2),
        sequence,
    ),
    "attention": (Attend, sequence),
    "convolution": (
        lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten()),
        lambda: torch.randn(2, 3, 6, 6),
    ),
    "held": (Held, lambda: torch.randn(2, 4)),
    "tied": (Tied, lambda: torch.tensor([[1, 2, 3]])),
    "listed": (Listed, lambda: torch.randn(2, 4)),
    "bag": (lambda: nn.EmbeddingBag(9, 4), lambda: torch.tensor([[1, 2, 3]])),
    "weight norm": (lambda: nn.Sequential(normed(nn.Linear(4, 4))), lambda: torch.randn(2, 4)),
    "spectral norm": (
        lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4)).eval(),
        lambda: torch.randn(2, 4),
    ),
    "half": (lambda: nn.Linear(4, 4).to(torch.bfloat16), lambda: torch.randn(2, 4).bfloat16()),
    "complex": (
        lambda: nn.Linear(4, 4, dtype=torch.complex128),
        lambda: torch.randn(2, 4, dtype=torch.complex128),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_module_comes_back(name):
    torch.manual_seed(0)
    make, inputs = CASES[name]
    same(make(), inputs())


def test_old_weight_norm():
    with pytest.warns(FutureWarning):
        model = nn.Sequential(nn.utils.weight_norm(nn.Linear(4, 4)))
    same(model, torch.randn(2, 4))


def test_tied_weights_stay_tied():
    rebuilt = same(Tied(), torch.tensor([[1, 2, 3]]))
    assert rebuilt.head.weight is rebuilt.embedding.weight
    assert rebuilt.again is rebuilt.block


def test_a_view_of_another_parameter_shares_its_memory():
    model = nn.Module()
    model.weight = nn.Parameter(torch.randn(4, 4))
    model.rows = nn.Parameter(model.weight.data[:2])
    rebuilt = again(model)
    assert rebuilt.rows.data_ptr() == rebuilt.weight.data_ptr()
    assert torch.equal(rebuilt.rows, model.rows)


def test_what_is_kept_beside_values():
    rebuilt = again(Listed())
    assert not rebuilt.frozen.requires_grad
    assert rebuilt.named["b"].requires_grad
    held = again(Held())
    assert held._non_persistent_buffers_set == {"offset"}
    assert held.order == OrderedDict(b=1, a=2)
    assert held.limits == (1, float("inf"), {"x", "y"})
    assert not held.training


def test_forward_hooks_come_back():
    model = nn.Linear(4, 4)
    model.register_forward_hook(_double)
    model.register_forward_pre_hook(_shift, with_kwargs=True)
    same(model, torch.randn(2, 4))


def _double(_module, _args, output):
    return output * 2


def _shift(_module, args, kwargs):
    return (args[0] + 1,), kwargs


def test_what_cannot_be_held_is_named():
    model = nn.Module()
    model.register_buffer("weights", torch.eye(3).to_sparse())
    native = forms.native(model, NAMES)
    assert native.stored.problems == [("weights", "its layout is `sparse_coo`")]
