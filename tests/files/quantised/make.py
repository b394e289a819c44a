# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.13.0", "bitsandbytes==0.50.2", "safetensors", "numpy"]
# ///
"""Weights that torch and bitsandbytes quantised, each with `NAME.plain.safetensors`: what the
library itself makes of them (`dequantize`, `dequantize_4bit`, `int8_vectorwise_dequant`)."""

import warnings
from pathlib import Path

import bitsandbytes as bnb
import torch
from safetensors.torch import save_file
from torch import ao, nn

HERE = Path(__file__).parent
BITS = {"nf4": ("nf4", False), "nested": ("nf4", True), "fp4": ("fp4", False)}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.quant = ao.quantization.QuantStub()
        self.conv = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(4, 2)
        self.dequant = ao.quantization.DeQuantStub()

    def forward(self, x):
        return self.dequant(self.fc(self.conv(self.quant(x)).mean((2, 3))))


class Mlp(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(24, 10), nn.ReLU(), nn.Linear(10, 3, bias=False))


def of_torch():
    torch.manual_seed(0)
    for name, dtype in (("dynamic", torch.qint8), ("half", torch.float16)):
        model = ao.quantization.quantize_dynamic(Mlp(), {nn.Linear}, dtype=dtype)
        torch.save(model.state_dict(), HERE / f"{name}.pth")
        plain = {}
        for at in (0, 2):
            weight, bias = model[at]._weight_bias()
            plain[f"{at}.weight"] = weight.dequantize() if weight.is_quantized else weight
            if bias is not None:
                plain[f"{at}.bias"] = bias.detach()
        save_file({key: value.contiguous() for key, value in plain.items()}, told(name))
    net = Net().eval()
    net.qconfig = ao.quantization.get_default_qconfig("x86")
    net = ao.quantization.prepare(net)
    net(torch.randn(2, 3, 8, 8))
    net = ao.quantization.convert(net)
    torch.save(net.state_dict(), HERE / "static.pth")
    plain = {}
    for name in ("conv", "fc"):
        layer = getattr(net, name)
        plain[f"{name}.weight"] = layer.weight().dequantize().contiguous()
        plain[f"{name}.bias"] = layer.bias().detach()
    save_file(plain, told("static"))


def of_bitsandbytes():
    for name, (kind, nested) in BITS.items():
        torch.manual_seed(0)
        layer = bnb.nn.Linear4bit(40, 13, quant_type=kind, compress_statistics=nested)
        weight = torch.randn(13, 40).to(torch.bfloat16 if name == "nf4" else torch.float32)
        layer.load_state_dict({"weight": weight, "bias": torch.randn(13)})
        layer = layer.to("cpu")
        save_file({f"fc.{key}": value for key, value in layer.state_dict().items()}, of(name))
        plain = bnb.functional.dequantize_4bit(layer.weight.data, layer.weight.quant_state)
        save_file({"fc.weight": plain.contiguous(), "fc.bias": layer.bias.data}, told(name))
    torch.manual_seed(0)
    layer = bnb.nn.Linear8bitLt(40, 13, has_fp16_weights=False)
    layer.load_state_dict({"weight": torch.randn(13, 40), "bias": torch.randn(13)})
    layer = layer.to("cpu")
    state = layer.state_dict()
    save_file({f"fc.{key}": value for key, value in state.items()}, of("int8"))
    plain = bnb.functional.int8_vectorwise_dequant(state["weight"], state["SCB"])
    save_file({"fc.weight": plain, "fc.bias": layer.bias.data}, told("int8"))


def of(name):
    return HERE / f"{name}.safetensors"


def told(name):
    return HERE / f"{name}.plain.safetensors"


def main():
    warnings.simplefilter("ignore")
    of_torch()
    of_bitsandbytes()


if __name__ == "__main__":
    main()
