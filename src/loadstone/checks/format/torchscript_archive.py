"""LS104: a TorchScript program where a state dict is expected."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, ExtractTensors, Finding, Fix, Target, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match

SUPERSEDES = ("LS107", "LS301", "LS302", "LS307", "LS700")


@check("LS104", since="0.1", supersedes=SUPERSEDES, covers=("torch/C10", "torch/E05", "torch/J02"))
def torchscript_archive(
    artifact: Artifact, target: Target | None, weights: Weights | None, match: Match | None
) -> Iterator[Finding]:
    """The file is a TorchScript program, which `torch.jit.load` reads.

    ## Why it breaks
    A program of `torch.jit.save` holds its own code. `torch.load` refuses it
    (`Cannot use weights_only=True with TorchScript archives`), and `load_state_dict` wants the
    tensors in it, not the program.

    ## Example
    ```python fails=LS104
    artifact("model.pt", format="torchscript", content="program")
    ```

    ## Fix
    Load it with `torch.jit.load`; it needs no class. Safe where a target is given and the tensors
    in the program have exactly its names and shapes: they are taken as they are.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.jit.load.html>
    """
    if artifact.format != "torchscript":
        return
    code = f"import torch\n\nmodel = torch.jit.load({artifact.path!r}, map_location='cpu').eval()\n"
    if target is None:
        yield Finding(
            f"`{artifact.name}` is a TorchScript program: `torch.jit.load` reads it",
            at=here(artifact),
            fix=Fix("load it with `torch.jit.load`", safety="manual", python=code),
            severity="note",
            covers=("torch/C10",),
        )
        return
    fits = match is not None and match.complete and weights is not None
    yield Finding(
        f"`{artifact.name}` is a TorchScript program, not a state dict for `{target.name}`",
        at=here(artifact),
        notes=("the program predicts without a class: `torch.jit.load` reads it",),
        fix=Fix(
            f"take {count(len(weights), 'tensor')} out of the program",
            (ExtractTensors("module"),),
            proof="they have the names and shapes of the target",
        )
        if fits and weights is not None
        else Fix(
            "use the program itself, or load its state dict",
            safety="manual",
            python=f"{code}state = model.state_dict()\n",
        ),
        covers=("torch/E05", "torch/J02"),
    )
