# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.13.0", "peft==0.21.2", "transformers==5.24.0", "safetensors"]
# ///
"""Adapters of PEFT beside their base, and `merged`: what `merge_and_unload` makes of each.

Every matrix of every adapter holds random numbers, as after a training.
"""

import shutil
import warnings
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from torch import nn
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

HERE = Path(__file__).parent


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(9, 6)
        self.conv = nn.Conv2d(3, 5, 3, padding=1)
        self.point = nn.Conv2d(5, 4, 1)
        self.fc = nn.Linear(6, 8)
        self.square = nn.Linear(8, 8)
        self.head = nn.Linear(8, 3)


def gpt2():
    return GPT2LMHeadModel(GPT2Config(n_embd=8, n_layer=2, n_head=2, n_positions=8, vocab_size=11))


def llama():
    config = LlamaConfig(
        hidden_size=8,
        intermediate_size=12,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        vocab_size=11,
        max_position_embeddings=8,
        tie_word_embeddings=False,
    )
    return LlamaForCausalLM(config).to(torch.bfloat16)


CASES = {
    "net": (
        Net,
        {
            "r": 2,
            "lora_alpha": 3,
            "target_modules": ["emb", "conv", "point", "fc", "square"],
            "rank_pattern": {"fc": 3},
            "alpha_pattern": {"square": 5},
            "modules_to_save": ["head"],
        },
    ),
    "biases": (Net, {"r": 2, "target_modules": ["fc", "square"], "bias": "all"}),
    "lora_bias": (Net, {"r": 2, "target_modules": ["fc", "square"], "lora_bias": True}),
    "gpt2": (gpt2, {"r": 2, "target_modules": ["c_attn", "c_proj", "c_fc"], "use_rslora": True}),
    "llama": (
        llama,
        {"r": 4, "target_modules": ["q_proj", "v_proj", "down_proj", "embed_tokens"]},
    ),
    "dora": (Net, {"r": 2, "target_modules": ["fc", "square"], "use_dora": True}),
    "dora_gpt2": (gpt2, {"r": 2, "target_modules": ["c_attn", "c_proj"], "use_dora": True}),
    "dora_llama": (llama, {"r": 2, "target_modules": ["q_proj", "down_proj"], "use_dora": True}),
    "dora_conv": (Net, {"r": 2, "target_modules": ["conv", "emb"], "use_dora": True}),
    "pissa": (Net, {"r": 2, "target_modules": ["fc"], "init_lora_weights": "pissa"}),
}


def main():
    warnings.simplefilter("ignore")
    for name, (build, settings) in CASES.items():
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        torch.manual_seed(0)
        base = build()
        if hasattr(base, "save_pretrained"):
            base.save_pretrained(folder / "base")
        else:
            (folder / "base").mkdir(parents=True)
            save_file(base.state_dict(), folder / "base" / "model.safetensors")
        model = get_peft_model(base, LoraConfig(**settings))
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.normal_(std=0.5)
        model.save_pretrained(folder / "adapter")
        torch.manual_seed(0)
        merged = PeftModel.from_pretrained(build(), folder / "adapter").merge_and_unload()
        state = {key: item.contiguous().clone() for key, item in merged.state_dict().items()}
        save_file(state, folder / "merged.safetensors")
        (folder / "adapter" / "README.md").unlink()
        (folder / "base" / "generation_config.json").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
