"""LS105: a program of `torch.export` where `torch.load` is expected to read."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Target, check

SUPERSEDES = ("LS101", "LS307", "LS700")


@check("LS105", since="0.1", supersedes=SUPERSEDES, covers=("torch/J07",))
def exported_program(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The file is a program of `torch.export`, which `torch.export.load` reads.

    ## Why it breaks
    A `.pt2` archive holds a graph, not a pickle. `torch.load` and `torch.jit.load` miss their own
    records in it (`failed locating file data.pkl`) and say that it is likely corrupted. It is not.

    ## Example
    ```python fails=LS105
    artifact("model.pt2", format="torch-export", content="program")
    ```

    ## Fix
    Load it with `torch.export.load`; it needs no class.

    ## See also
    <https://docs.pytorch.org/docs/stable/export.html>
    """
    if artifact.format != "torch-export":
        return
    into = "" if target is None else f", not a state dict for `{target.name}`"
    yield Finding(
        f"`{artifact.name}` is a program of `torch.export`{into}: `torch.export.load` reads it",
        at=here(artifact),
        fix=Fix(
            "load it with `torch.export.load`",
            safety="manual",
            python=f"import torch\n\nprogram = torch.export.load({artifact.path!r})\n"
            "model = program.module()\n",
        ),
        severity=None if target is not None else "note",
    )
