"""LS107: a whole pickled model where a state dict is expected."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.checks._extract import extraction
from loadstone.checks._globals import refused
from loadstone.core import (
    Artifact,
    Finding,
    Fix,
    Row,
    Target,
    Weights,
    check,
)
from loadstone.core.words import count
from loadstone.statedict.match import Match

WRAPPERS = ("DataParallel", "DistributedDataParallel")
COVERS = ("torch/C01", "torch/E05", "torch/D13", "torch/D14", "torch/K29")


@check("LS107", since="0.1", supersedes=("LS307", "LS700"), covers=COVERS)
def whole_module(
    artifact: Artifact, weights: Weights | None, target: Target | None, match: Match | None
) -> Iterator[Finding]:
    """The file is a whole pickled model, and not a state dict.

    ## Why it breaks
    `torch.save(model)` writes the names of the classes, not their code. Loading it needs every
    class under the same name, runs what the pickle says, and is refused by default since
    torch 2.6. `load_state_dict` says `Expected state_dict to be dict-like`.

    ## Example
    ```python fails=LS107
    artifact(content="module", modules=["net.Net"], state={"fc.weight": zeros(2, 3)})
    load_into({"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Safe: parameters and buffers are taken from the pickle without running it, under the names that
    `state_dict()` would give them. With a target, only if it expects exactly these. Unsafe where
    the model holds tensors that no module registers: these are left out. When saving, save
    `model.state_dict()`.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    if artifact.content != "module":
        return
    root = artifact.modules[0] if artifact.modules else None
    kind = f"`{root.module}.{root.name}`" if root else "model"
    covers = ["torch/C01"] if target is None else ["torch/C01", "torch/E05"]
    if root and root.name in WRAPPERS:
        covers.append("torch/D14" if root.name == WRAPPERS[0] else "torch/D13")
    if artifact.name.startswith("pytorch_model") and artifact.name.endswith(".bin"):
        covers.append("torch/K29")
    names = count(len(refused(artifact)), "name")
    yield Finding(
        f"the file is a whole pickled {kind}, not a state dict",
        at=here(artifact, root.path if root else None),
        headings=("holds", ""),
        rows=(
            Row(f"{count(len(artifact.modules), 'module')}, {count(artifact.tensors, 'tensor')}"),
        ),
        notes=(f"`torch.load` refuses {names} in it by default, one at a time",)
        if refused(artifact)
        else (),
        fix=extraction(artifact, weights, target, match) or _manual(artifact, target),
        severity=None if target is not None else "warning",
        covers=tuple(covers),
    )


def _manual(artifact: Artifact, target: Target | None) -> Fix:
    if target is None:
        return Fix(
            "name the class: its tensors can be taken out without running the pickle",
            safety="manual",
            shell=f"loadstone check {quoted(artifact.path)} --into MODULE:CLASS --fix",
        )
    return Fix("name the class that the model was saved from", safety="manual")
