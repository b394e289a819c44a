"""Names and layouts that were changed are brought back: the fixed file predicts the same."""

from __future__ import annotations

import warnings

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import loadstone


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.out = (nn.Linear(8, 8) for _ in range(4))

    def forward(self, x):
        weights = torch.softmax(self.q(x) @ self.k(x).transpose(-1, -2), -1)
        return self.out(weights @ self.v(x))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2, self.attn = nn.LayerNorm(8), nn.LayerNorm(8), Attention()
        self.fc1, self.fc2 = nn.Linear(8, 20), nn.Linear(20, 8)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.fc2(torch.relu(self.fc1(self.norm2(x))))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 8)
        self.layers = nn.ModuleList([Block(), Block(), Block()])
        self.head = nn.Linear(8, 11, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, x):
        x = self.embed(x)
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


class Convolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4)
        )
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(self.body(x).mean((2, 3)))


class OneProjection(nn.Module):
    """The torch module, which documents how its rows lie."""

    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x):
        return self.attn(x, x, x)[0]


class Normed(nn.Module):
    """The norms of weights as torch has them since 2.0."""

    def __init__(self):
        super().__init__()
        self.wide = nn.utils.parametrizations.spectral_norm(nn.Linear(8, 6))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.wide(x))


class OldNorm(nn.Module):
    """The norm of weights as torch had it before."""

    def __init__(self):
        super().__init__()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.wide = nn.utils.weight_norm(nn.Linear(8, 6))

    def forward(self, x):
        return self.wide(x)


def before_parametrizations(state):
    names = {
        "wide.parametrizations.weight.original": "wide.weight_orig",
        "wide.parametrizations.weight.0._u": "wide.weight_u",
        "wide.parametrizations.weight.0._v": "wide.weight_v",
    }
    return {names.get(key, key): value for key, value in state.items()}


def parametrized(state):
    names = {"wide.weight_g": "wide.parametrizations.weight.original0"}
    names |= {"wide.weight_v": "wide.parametrizations.weight.original1"}
    return {names.get(key, key): value for key, value in state.items()}


def words(state, **names):
    return {
        ".".join(names.get(part, part) for part in key.split(".")): value
        for key, value in state.items()
    }


def turned(state):
    return {
        key: value.T.contiguous() if value.ndim == 2 and "embed" not in key and "head" not in key
        else value
        for key, value in state.items()
    }  # fmt: skip


def untied(state):
    return {key: value for key, value in state.items() if key != "head.weight"}


def shifted(state):
    return {
        key.replace("body.4", "body.5").replace("body.3", "body.4"): s for key, s in state.items()
    }


def apart(state):
    """The projections of `in_proj` as three layers."""
    held = {"out_proj.weight": "o_proj.weight", "out_proj.bias": "o_proj.bias"}
    made = {f"attn.{new}": state[f"attn.{old}"] for old, new in held.items()}
    for leaf in ("weight", "bias"):
        for name, part in zip("qkv", state[f"attn.in_proj_{leaf}"].chunk(3), strict=True):
            made[f"attn.{name}_proj.{leaf}"] = part.clone()
    return made


TOKENS = torch.arange(10).reshape(2, 5)
IMAGES = torch.linspace(-1, 1, 3 * 81).reshape(1, 3, 9, 9)
ROWS = torch.linspace(-1, 1, 80).reshape(2, 5, 8)
CASES = {
    "every word of the layers": (
        Net, TOKENS, ["LS404"],
        lambda s: words(s, attn="self", q="query", k="key", v="value", out="o_proj", layers="h",
                        norm1="ln_1", norm2="ln_2", embed="wte"),
    ),
    "reversed order, a prefix": (
        Net, TOKENS, ["LS405"],
        lambda s: {f"net.{key}": value for key, value in reversed(s.items())},
    ),
    "a wrapper, another name": (
        Net, TOKENS, ["LS402", "LS404"],
        lambda s: {f"module.{key}": value for key, value in words(s, attn="mixer").items()},
    ),
    "a prefix on all, another name": (
        Net, TOKENS, ["LS404", "LS405"],
        lambda s: {f"net.{key}": value for key, value in words(s, fc1="wide").items()},
    ),
    "matrices turned": (Net, TOKENS, ["LS410"], turned),
    "matrices turned, other names": (
        Net, TOKENS, ["LS404", "LS410"], lambda s: words(turned(s), layers="blocks", fc1="up"),
    ),
    "a tied name gone": (Net, TOKENS, ["LS412"], untied),
    "positions that the class computes": (
        Net, TOKENS, ["LS409"], lambda s: {**s, "embed.position_ids": torch.arange(9)[None]},
    ),
    "a layer without tensors put in": (Convolutions, IMAGES, ["LS404"], shifted),
    "gamma and beta": (
        Convolutions, IMAGES, ["LS404"],
        lambda s: {key.replace("1.weight", "1.gamma").replace("1.bias", "1.beta"): value
                   for key, value in s.items()},
    ),
    "a linear layer saved as a convolution": (
        Convolutions, IMAGES, ["LS410"],
        lambda s: {**s, "fc.weight": s["fc.weight"][:, :, None, None]},
    ),
    "a spectral norm of before 2.0": (Normed, ROWS, ["LS404"], before_parametrizations),
    "a weight norm of today": (OldNorm, ROWS, ["LS404"], parametrized),
    "q, k and v apart": (OneProjection, ROWS, ["LS404", "LS411"], apart),
}  # fmt: skip


def trained(kind):
    torch.manual_seed(0)
    net = kind()
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            if tensor.is_floating_point():
                tensor.copy_(torch.rand_like(tensor) + (0.5 if "var" in name else -0.5))
    return net.eval()


# square ones of attention beside none whose shape tells its way
UNSAFE = ("matrices turned", "matrices turned, other names")


@pytest.mark.parametrize("name", UNSAFE)
def test_square_matrices_are_not_turned_without_being_asked(name, tmp_path):
    """Nor is anything else of that match done: it would be half a fix."""
    kind, _, codes, distort = CASES[name]
    path = tmp_path / "model.pth"
    torch.save(distort(trained(kind).state_dict()), path)
    report = loadstone.fix(path, into=kind)
    assert (report.fixed, report.wrote) == ((), ())
    offered = {item.check.code: item.finding.fix.safety for item in report.found}
    assert offered == dict.fromkeys(codes, "unsafe")
    with pytest.raises(loadstone.LoadError):
        loadstone.load(path, into=kind, fix="safe")
    loaded = loadstone.load(path, into=kind, fix="unsafe").model.state_dict()
    assert all(torch.equal(loaded[key], value) for key, value in trained(kind).state_dict().items())


@pytest.mark.parametrize("name", CASES)
def test_what_is_fixed_predicts_what_the_model_predicted(name, tmp_path):
    kind, inputs, codes, distort = CASES[name]
    net = trained(kind)
    path = tmp_path / "model.pth"
    torch.save(distort(net.state_dict()), path)
    with torch.no_grad():
        expected = net(inputs)
    report = loadstone.fix(path, into=kind, unsafe=name in UNSAFE)
    assert sorted(item.check.code for item in report.fixed) == codes
    fixed = load_file(report.wrote[0])
    again = kind()
    again.load_state_dict(fixed, strict=True)
    with torch.no_grad():
        assert torch.equal(again.eval()(inputs), expected)
        loaded = loadstone.load(path, into=kind, fixes=report.wrote[1])
        assert torch.equal(loaded(inputs), expected)
    for key, tensor in net.state_dict().items():
        if "num_batches_tracked" not in key:
            assert torch.equal(fixed[key], tensor)
