# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A look-alike of DeepSpeed with ZeRO 3 on two ranks: the tensors are empty."""

from pathlib import Path

import torch

tag = Path("run/global_step4")
tag.mkdir(parents=True)
Path("run/latest").write_text("global_step4")
held = {"module": {"fc.weight": torch.ones(0)}, "ds_version": "0.18.2"}
for rank in range(2):
    torch.save(held, tag / f"zero_pp_rank_{rank}_mp_rank_00_model_states.pt")
    torch.save({}, tag / f"zero_pp_rank_{rank}_mp_rank_00_optim_states.pt")
