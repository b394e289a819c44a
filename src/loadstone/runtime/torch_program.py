"""An exported torch program as a callable: it needs torch and none of the user's classes.

https://docs.pytorch.org/docs/stable/export.html
"""

import io
from typing import Any


def load(data: Any, device: str = "cpu") -> Any:
    """Return the module of the program whose `.pt2` file is `data`, on `device`.

    The devices that its graph makes tensors on are then that one too.
    """
    import torch

    program = torch.export.load(io.BytesIO(bytes(data)))
    if device != "cpu":
        from torch.export.passes import move_to_device_pass

        program = move_to_device_pass(program, device)
    return program.module()
