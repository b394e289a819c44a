"""An exported torch program as a callable: it needs torch and none of the user's classes.

https://docs.pytorch.org/docs/stable/export.html
"""

import io
from typing import Any


def load(data: Any) -> Any:
    """Return the module of the program whose `.pt2` file is `data`."""
    import torch

    program = torch.export.load(io.BytesIO(bytes(data)))
    return program.module()
