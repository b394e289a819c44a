"""LS319: a TorchScript program names a device in its code."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Environment, Finding, Fix, Row, Target, check
from loadstone.core.words import listed


@check("LS319", since="0.2", severity="warning", supersedes=("LS104",), covers=("torch/J04",))
def device_in_program(
    artifact: Artifact, environment: Environment, target: Target | None
) -> Iterator[Finding]:
    """The code of the program makes tensors on a device that is not here.

    ## Why it breaks
    A trace writes down the device of each tensor that it saw made: `torch.device("cuda:0")`.
    `map_location` moves the tensors of the file, and not what stands in the code: it loads, and the
    first prediction says `The following operation failed in the TorchScript interpreter`.

    ## Example
    ```python fails=LS319
    artifact("m.pt", format="torchscript", content="program", detail={"cuda_literals": "cuda:0"})
    environment(devices=["cpu"])
    ```

    ## Fix
    Trace or script the model again on the CPU, or let it take the device of its inputs
    (`torch.zeros(n, device=x.device)`).

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.jit.load.html>
    """
    named = [name for name in text(artifact.detail, "cuda_literals").split(", ") if name]
    if artifact.format != "torchscript" or not named:
        return
    if any(device.startswith("cuda") for device in environment.devices):
        return
    yield Finding(
        f"the code of the program names {listed(named)}, and there is no such device here",
        at=here(artifact),
        headings=("in the code", "devices here"),
        rows=(Row(", ".join(named), ", ".join(environment.devices)),),
        notes=("`map_location` moves the tensors of the file, not what its code says",),
        fix=Fix("trace or script the model again on the CPU", safety="manual"),
        explains_rest=target is None,
    )
