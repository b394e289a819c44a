# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0", "transformers==5.24.0", "safetensors", "numpy"]
# ///
"""Folders of layers that AutoGPTQ and AutoAWQ packed, and what they make of them themselves.

Their wheels ask for CUDA, and their layers run on a CPU: this is given the sources of both, as
`make_groups.py AUTOGPTQ AUTOAWQ`, and takes from them, unchanged,
`auto_gptq/nn_modules/qlinear/qlinear_cuda.py` (0.8.0.dev0), and `awq/utils/packing_utils.py` with
`awq/modules/linear/gemm.py` (0.2.9).
"""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent
INPUTS, OUTPUTS = 64, 32


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    found = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def layer():
    torch.manual_seed(0)
    made = torch.nn.Linear(INPUTS, OUTPUTS)
    return made.half()


def grid(weight, bits, size, highest):
    """Return a scale and a zero for each output and group of inputs."""
    groups = weight.float().reshape(OUTPUTS, -1, size)
    low, high = groups.amin(2).clamp(max=0), groups.amax(2).clamp(min=0)
    scale = ((high - low) / (2**bits - 1)).half().float()
    return scale, torch.round(-low / scale).clamp(1, highest)


def write(name, config, held, plain):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    told = {"architectures": ["OptForCausalLM"], "model_type": "opt", "quantization_config": config}
    (folder / "config.json").write_text(json.dumps(told, indent=1) + "\n")
    state = {f"fc.{key}": value.contiguous() for key, value in held.items()}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    plain = {"fc.weight": plain.contiguous(), "fc.bias": held["bias"]}
    save_file(plain, HERE / f"{name}.plain.safetensors", metadata={"format": "pt"})


def gptq(source, bits, size, act):
    packed = module("qlinear_cuda", source / "auto_gptq/nn_modules/qlinear/qlinear_cuda.py")
    linear = layer()
    made = packed.QuantLinear(bits, size, INPUTS, OUTPUTS, bias=True)
    scale, zero = grid(linear.weight.data, bits, INPUTS if size == -1 else size, 2**bits - 1)
    index = made.g_idx[torch.randperm(INPUTS)] if act else None
    made.pack(linear, scale, zero.clone(), index)
    held = dict(made.state_dict())
    bias, made.bias = made.bias, None
    # what it multiplies its inputs with: each row of an identity gives one of its columns
    plain = made(torch.eye(INPUTS).half()).T
    config = {"quant_method": "gptq", "bits": bits, "group_size": size, "desc_act": act}
    write(f"gptq{bits}{'act' if act else ''}", config, {**held, "bias": bias}, plain)


def awq(source, size):
    sys.modules["accelerate"] = ModuleType("accelerate")  # imported, and not used here
    for name in ("awq", "awq.utils", "awq.modules", "awq.modules.linear"):
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = []
    packing = module("awq.utils.packing_utils", source / "awq/utils/packing_utils.py")
    for name in ("module", "utils"):
        module(f"awq.utils.{name}", source / f"awq/utils/{name}.py")
    gemm = module("awq.modules.linear.gemm", source / "awq/modules/linear/gemm.py")
    linear = layer()
    scale, zero = grid(linear.weight.data, 4, size, 15)
    made = gemm.WQLinear_GEMM.from_linear(linear, 4, size, scales=scale.T, zeros=zero.T)
    held = dict(made.state_dict())
    plain = packing.dequantize_gemm(held["qweight"], held["qzeros"], held["scales"], 4, size).T
    config = {"quant_method": "awq", "bits": 4, "group_size": size, "zero_point": True}
    write("awq", {**config, "version": "gemm"}, held, plain)


if __name__ == "__main__":
    auto_gptq, auto_awq = map(Path, sys.argv[1:])
    for bits, size, act in (
        (2, 16, False),
        (3, 32, False),
        (4, 16, True),
        (4, 32, False),
        (8, -1, False),
    ):
        gptq(auto_gptq, bits, size, act)
    awq(auto_awq, 32)
