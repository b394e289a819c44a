"""LS605: tensors that are part of the model and of no state dict."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, SaveFacts, check
from loadstone.core.words import count, listed


@check("LS605", since="0.1", severity="warning", covers=("torch/E29",))
def unregistered_tensors(artifact: Artifact, saving: SaveFacts | None) -> Iterator[Finding]:
    """The model holds tensors that no state dict has.

    ## Why it breaks
    A plain list of layers, a tensor as an ordinary attribute, a buffer with `persistent=False`:
    `state_dict()` leaves them out, and `load_state_dict` says `<All keys matched successfully>`.
    What was trained in them is not in the file.

    ## Example
    ```python fails=LS605
    artifact("net.lode", format="bundle", content="bundle")
    saving(untrained=["layers.0.weight"])
    ```

    ## Fix
    Use `nn.ModuleList`, `nn.Parameter` or `register_buffer`, and save again while the trained
    model is still in memory, or from a file of the whole model.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html>
    """
    names = list(saving.untrained) if saving else []
    if saving is None:
        names = [
            f"{module.path}.{name}" if module.path else name
            for module in artifact.modules
            for name in module.unregistered
        ]
    if not names:
        return
    yield Finding(
        f"{count(len(names), 'tensor')} of the model {'is' if len(names) == 1 else 'are'} in no "
        f"state dict: {listed(names)}",
        at=here(artifact, names[0]),
        notes=("`state_dict()` leaves them out, and loading does not miss them",),
        fix=Fix(
            "register them, and save again",
            safety="manual",
            python="self.layers = nn.ModuleList(layers)\nself.register_buffer('scale', scale)\n",
        ),
    )
