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
    "gpt2": lambda: small(
        *("GPT2LMHeadModel", "GPT2Config"), n_layer=2, n_embd=64, n_head=4, vocab_size=300
    ),
    "clip": lambda: small(
        *("CLIPModel", "CLIPConfig"),
        text_config={"hidden_size": 32, "num_attention_heads": 4, "vocab_size": 99},
        vision_config={"hidden_size": 48, "num_attention_heads": 4, "image_size": 64},
        projection_dim=24,
    ),
    "swin": lambda: small(
        *("SwinForImageClassification", "SwinConfig"),
        embed_dim=24,
        depths=[1, 3, 1],
        num_heads=[2, 4, 8],
        num_labels=5,
    ),
    "vit": lambda: small(
        *("ViTForImageClassification", "ViTConfig"),
        hidden_size=48,
        num_attention_heads=4,
        num_hidden_layers=2,
        image_size=96,
        patch_size=8,
        num_labels=7,
    ),
    "t5": lambda: small(
        *("T5ForConditionalGeneration", "T5Config"),
        d_model=32,
        d_kv=6,
        d_ff=40,
        num_layers=3,
        num_decoder_layers=2,
        num_heads=4,
        vocab_size=77,
    ),
    "mixtral": lambda: small(
        *("MixtralForCausalLM", "MixtralConfig"),
        hidden_size=64,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=8,
        num_key_value_heads=2,
        num_local_experts=4,
        vocab_size=90,
    ),
    "wav2vec2": lambda: small(
        *("Wav2Vec2ForCTC", "Wav2Vec2Config"),
        hidden_size=48,
        num_attention_heads=4,
        num_hidden_layers=2,
        intermediate_size=64,
        conv_dim=[32, 32, 32],
        conv_kernel=[10, 3, 2],
        conv_stride=[5, 2, 2],
        vocab_size=31,
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
