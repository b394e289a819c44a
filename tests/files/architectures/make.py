# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.13.0", "torchvision==0.28.0", "timm==1.0.31", "transformers==5.24.0"]
# ///
"""Write the names and shapes of state dicts that the libraries make, a JSON each.

`python tests/files/architectures/make.py`. Each is as people have it: another number of classes, a
wrapper, a head of one's own, a small configuration.
"""

import json
from pathlib import Path

import timm
import torch
import torchvision
import transformers
from torch import nn

HERE = Path(__file__).parent


class Mine(nn.Module):
    """A classifier of one's own around a BERT of transformers."""

    def __init__(self) -> None:
        super().__init__()
        sizes = {"hidden_size": 96, "num_hidden_layers": 3, "intermediate_size": 192}
        self.encoder = transformers.BertModel(transformers.BertConfig(vocab_size=1000, **sizes))
        self.head = nn.Linear(96, 3)


class Digits(nn.Module):
    """The network of PyTorch's example for MNIST, which no library has."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)


def headed() -> nn.Module:
    """Return a ResNet-50 with a head of two layers."""
    net = torchvision.models.resnet50()
    net.fc = nn.Sequential(nn.Linear(2048, 256), nn.ReLU(), nn.Linear(256, 2))
    return net


def small(kind: str, config: str, **sizes: int) -> nn.Module:
    """Return a class of transformers with a small configuration."""
    return getattr(transformers, kind)(getattr(transformers, config)(**sizes))


MAKE = {
    "resnet18_parallel": lambda: nn.DataParallel(torchvision.models.resnet18(num_classes=10)),
    "resnet50_headed": headed,
    "resnet_shallow": lambda: torchvision.models.ResNet(
        torchvision.models.resnet.BasicBlock, [1, 1, 1, 1]
    ),
    "vgg11_bn": lambda: torchvision.models.vgg11_bn(num_classes=3),
    "vit_gray": lambda: timm.create_model("vit_tiny_patch16_224", num_classes=7, in_chans=1),
    "bert_mine": Mine,
    "distilbert": lambda: small(
        *("DistilBertForSequenceClassification", "DistilBertConfig"),
        dim=64,
        n_layers=2,
        n_heads=2,
        hidden_dim=128,
        num_labels=4,
    ),
    "llama": lambda: small(
        *("LlamaForCausalLM", "LlamaConfig"),
        hidden_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        intermediate_size=96,
        vocab_size=500,
    ),
    "digits": Digits,
}


def main() -> None:
    """Make each on the meta device."""
    for name, make in MAKE.items():
        with torch.device("meta"):
            shapes = {key: list(value.shape) for key, value in make().state_dict().items()}
        (HERE / f"{name}.json").write_text(json.dumps(shapes, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
