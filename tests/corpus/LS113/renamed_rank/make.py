# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""DeepSpeed with ZeRO 3: the optimizer's states of the two ranks have each other's names."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "deepspeed" / "stage3", "run")
one, two = (
    Path("run/global_step1") / f"bf16_zero_pp_rank_{rank}_mp_rank_00_optim_states.pt"
    for rank in range(2)
)
one.rename("aside")
two.rename(one)
Path("aside").rename(two)
