# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.13.0", "timm==1.0.31"]
# ///
"""Make the folder `timm` with timm itself, and note what it holds once timm has loaded it again."""

import json
import shutil
from pathlib import Path

import timm
import torch
from timm.models._hub import save_for_hf

HERE = Path(__file__).parent
SMALL = {"img_size": 32, "embed_dim": 12, "depth": 1, "num_heads": 2, "num_classes": 2}


def main():
    folder = HERE / "timm"
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(0)
    model = timm.create_model("vit_tiny_patch16_224", patch_size=16, **SMALL)
    save_for_hf(model, folder, safe_serialization=True)
    (folder / "model.safetensors").chmod(0o644)
    again = timm.create_model(f"local-dir:{folder}", pretrained=True)
    assert all(
        torch.equal(tensor, model.state_dict()[name]) for name, tensor in again.state_dict().items()
    )
    told = {
        "class": type(again).__name__,
        "architecture": again.pretrained_cfg["architecture"],
        "num_classes": again.num_classes,
        "tensors": {
            name: [str(tensor.dtype).removeprefix("torch."), list(tensor.shape)]
            for name, tensor in again.state_dict().items()
        },
    }
    (HERE / "timm.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
