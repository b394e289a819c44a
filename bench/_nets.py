"""Nets whose names and shapes the matching is measured on: built on the meta device, no weights.

transformers' own classes with the defaults of their configurations and few layers, where it is
installed; and nets written here as people write them.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from loadstone.adapters.torch.expects import describe
from loadstone.core.facts import Target

_FEW = {"num_hidden_layers": 3, "n_layer": 3, "num_layers": 3, "n_layers": 3, "depth": 3}
_FEW |= {"encoder_layers": 2, "decoder_layers": 2}
_FEW |= {"num_encoder_layers": 2, "num_decoder_layers": 2}


RENAMINGS: dict[str, tuple[list[Any], str]] = {}  # of a net, as transformers loads it


def transformers_nets(limit: int | None = None) -> Iterator[Target]:
    """Return the base class of each kind of model that builds with its defaults."""
    if importlib.util.find_spec("transformers") is None:
        return
    import transformers
    from transformers.conversion_mapping import get_model_conversion_mapping
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    transformers.logging.set_verbosity_error()
    for kind, named in list(MODEL_MAPPING_NAMES.items())[:limit]:
        name = named if isinstance(named, str) else named[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                config = _small(getattr(transformers, CONFIG_MAPPING_NAMES[kind])())
                with torch.device("meta"):
                    net = getattr(transformers, name)(config)
            except Exception:  # noqa: BLE001 - some need arguments, or libraries beside
                continue
        mapping = get_model_conversion_mapping(net)
        RENAMINGS[f"transformers:{name}"] = mapping, net.base_model_prefix
        yield describe(net, f"transformers:{name}", type(net))


def _small(config: Any, depth: int = 0) -> Any:
    for name, value in list(vars(config).items()):
        if name in _FEW and type(value) is int:
            setattr(config, name, min(value, _FEW[name]))
        elif hasattr(value, "model_type") and depth < 3:
            _small(value, depth + 1)
    return config


def hand_made() -> Iterator[Target]:
    """Return the nets below."""
    for make in (
        _vgg,
        _resnet18,
        _bottlenecks,
        _unet,
        _lenet,
        _tabular,
        _vit,
        _gpt,
        _torch_encoder,
    ):
        with torch.device("meta"):
            net = make()
        yield describe(net, f"hand:{make.__name__.lstrip('_')}", type(net))
    with torch.device("meta"):
        lstm = nn.ModuleDict(
            {
                "embedding": nn.Embedding(500, 32),
                "lstm": nn.LSTM(32, 48, num_layers=2, bidirectional=True),
                "out": nn.Linear(96, 7),
            }
        )
        tower = nn.ModuleDict({"user": _tower(), "item": _tower(), "score": nn.Linear(32, 1)})
    yield describe(lstm, "hand:tagger", type(lstm))
    yield describe(tower, "hand:two_towers", type(tower))


def _conv(inputs: int, outputs: int, size: int = 3, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)


def _vgg() -> nn.Module:
    layers: list[nn.Module] = []
    channels = 3
    for width in (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0):
        if not width:
            layers.append(nn.MaxPool2d(2))
            continue
        layers += [nn.Conv2d(channels, width, 3), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    head = nn.Sequential(
        nn.Linear(512 * 49, 4096),
        nn.ReLU(),
        nn.Dropout(),
        nn.Linear(4096, 4096),
        nn.ReLU(),
        nn.Linear(4096, 10),
    )
    return nn.ModuleDict({"features": nn.Sequential(*layers), "classifier": head})


class _Basic(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = _conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = _conv(outputs, outputs), nn.BatchNorm2d(outputs)
        if stride > 1 or inputs != outputs:
            down = _conv(inputs, outputs, 1, stride)
            self.downsample = nn.Sequential(down, nn.BatchNorm2d(outputs))


class _Bottleneck(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = _conv(inputs, outputs, 1), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = _conv(outputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv3, self.bn3 = _conv(outputs, outputs * 4, 1), nn.BatchNorm2d(outputs * 4)
        if stride > 1 or inputs != outputs * 4:
            down = _conv(inputs, outputs * 4, 1, stride)
            self.downsample = nn.Sequential(down, nn.BatchNorm2d(outputs * 4))


class _ResNet(nn.Module):
    def __init__(self, block: Any, wide: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        inputs = 64
        for number, width in enumerate((64, 128, 256, 512), 1):
            stride = 1 if number == 1 else 2
            first = block(inputs, width, stride)
            inputs = width * wide
            setattr(self, f"layer{number}", nn.Sequential(first, block(inputs, width, 1)))
        self.fc = nn.Linear(inputs, 10)


def _resnet18() -> nn.Module:
    return _ResNet(_Basic, 1)


def _bottlenecks() -> nn.Module:
    return _ResNet(_Bottleneck, 4)


def _unet() -> nn.Module:
    def double(inputs: int, outputs: int) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        )

    return nn.ModuleDict({
        "inc": double(3, 16), "down1": double(16, 32), "down2": double(32, 64),
        "up1": nn.ConvTranspose2d(64, 32, 2), "dec1": double(64, 32),
        "up2": nn.ConvTranspose2d(32, 16, 2), "dec2": double(32, 16), "outc": nn.Conv2d(16, 2, 1),
    })  # fmt: skip


def _lenet() -> nn.Module:
    return nn.ModuleDict({
        "conv1": nn.Conv2d(1, 6, 5), "conv2": nn.Conv2d(6, 16, 5),
        "fc1": nn.Linear(256, 120), "fc2": nn.Linear(120, 84), "fc3": nn.Linear(84, 10),
    })  # fmt: skip


def _tabular() -> nn.Module:
    layers = [nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64)]
    return nn.Sequential(*layers, nn.ReLU(), nn.Dropout(), nn.Linear(64, 3))


def _tower() -> nn.Module:
    return nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.LayerNorm(64), nn.Linear(64, 32))


class _Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)


class _VitBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.attn, self.norm2 = (
            nn.LayerNorm(width),
            _Attention(width),
            nn.LayerNorm(width),
        )
        self.mlp = nn.ModuleDict(
            {"fc1": nn.Linear(width, 4 * width), "fc2": nn.Linear(4 * width, width)}
        )


class _Vit(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, 96))
        self.pos_embed = nn.Parameter(torch.zeros(1, 65, 96))
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, 96, 8, 8)})
        self.blocks = nn.ModuleList([_VitBlock(96) for _ in range(12)])
        self.norm, self.head = nn.LayerNorm(96), nn.Linear(96, 10)


def _vit() -> nn.Module:
    return _Vit()


class _LlamaBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.attention = nn.ModuleDict(
            {n: nn.Linear(width, width, bias=False) for n in ("wq", "wk", "wv", "wo")}
        )
        self.feed_forward = nn.ModuleDict(
            {
                "w1": nn.Linear(width, 3 * width, bias=False),
                "w2": nn.Linear(3 * width, width, bias=False),
                "w3": nn.Linear(width, 3 * width, bias=False),
            }
        )
        self.attention_norm, self.ffn_norm = nn.RMSNorm(width), nn.RMSNorm(width)


def _gpt() -> nn.Module:
    net = nn.ModuleDict(
        {
            "tok_embeddings": nn.Embedding(300, 64),
            "layers": nn.ModuleList([_LlamaBlock(64) for _ in range(4)]),
            "norm": nn.RMSNorm(64),
            "output": nn.Linear(64, 300, bias=False),
        }
    )
    net["output"].weight = net["tok_embeddings"].weight
    return net


def _torch_encoder() -> nn.Module:
    layer = nn.TransformerEncoderLayer(64, 4, 128)
    return nn.ModuleDict(
        {
            "embedding": nn.Embedding(100, 64),
            "encoder": nn.TransformerEncoder(layer, 3, enable_nested_tensor=False),
            "fc": nn.Linear(64, 4),
        }
    )
