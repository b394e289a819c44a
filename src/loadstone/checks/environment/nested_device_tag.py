"""LS203: tensors on another device, inside a pickle that `map_location` does not reach."""

from collections.abc import Iterator

from loadstone.checks._common import TORCH_ARCHIVES, here
from loadstone.core import Artifact, Environment, Finding, Fix, check
from loadstone.core.words import listed

UNPICKLER = """\
import io
import pickle

import torch


class OnCpu(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("torch.storage", "_load_from_bytes"):
            return lambda data: torch.load(io.BytesIO(data), map_location="cpu")
        return super().find_class(module, name)


with open({path}, "rb") as file:
    value = OnCpu(file).load()  # runs what the file says: only if you trust its source
"""


@check("LS203", since="0.1", supersedes=("LS202",), covers=("torch/G07",))
def nested_device_tag(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Tensors of another device lie where `map_location` does not reach.

    ## Why it breaks
    In a pickle that `torch.save` did not write, every storage is a small torch file of its own,
    loaded by `torch.storage._load_from_bytes` without the `map_location` given. The message still
    advises to pass it.

    ## Example
    ```python fails=LS203
    artifact(
        "model.pkl",
        format="pickle",
        content="object",
        globals=["torch.storage._load_from_bytes"],
        devices=["cuda:0"],
    )
    environment(devices=["cpu"])
    ```

    ## Fix
    Load it with an unpickler that puts the inner files on the CPU, if you trust its source, and
    save the `state_dict()`.

    ## See also
    <https://github.com/pytorch/pytorch/issues/16797>
    """
    nested = any(str(item) == "torch.storage._load_from_bytes" for item in artifact.globals)
    absent = [
        tag
        for tag in artifact.devices
        if tag.partition(":")[0] not in ("cpu", "meta") and tag not in environment.devices
    ]
    if artifact.format in TORCH_ARCHIVES or not nested or not absent:
        return
    yield Finding(
        f"tensors inside the pickle are tagged {listed(absent)}, and `map_location` does not "
        "reach them",
        at=here(artifact, "torch.storage._load_from_bytes"),
        fix=Fix(
            "load it with an unpickler that puts the inner files on the CPU",
            safety="manual",
            python=UNPICKLER.replace("{path}", repr(artifact.path)),
        ),
    )
