"""LS619: a bundle that predicts only where there is an accelerator."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, SaveFacts, check


@check("LS619", since="0.2", severity="warning")
def needs_accelerator(artifact: Artifact, saving: SaveFacts) -> Iterator[Finding]:
    """The bundle predicts only where there is an accelerator.

    ## Why it breaks
    A device stands in the code: `x.cuda()`, `torch.zeros(3, device="cuda")`. Loadstone loads what
    it saved in a process that sees no accelerator, as the machine that serves it may have none;
    there it failed, and where one is seen it predicts.

    ## Example
    ```python fails=LS619
    artifact("net.lode", format="bundle", content="bundle")
    saving(needs_device="RuntimeError: No CUDA GPUs are available")
    ```

    ## Fix
    Take the device from the inputs, or from a parameter, and save again.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/cuda.html#device-agnostic-code>
    """
    if not saving.needs_device:
        return
    yield Finding(
        "it predicts only where there is an accelerator",
        at=here(artifact),
        notes=(f"in a process that sees none: {saving.needs_device}",),
        fix=Fix(
            "take the device from the inputs, and save again",
            safety="manual",
            python="mask = torch.zeros(3, device=x.device)\n",
        ),
    )
