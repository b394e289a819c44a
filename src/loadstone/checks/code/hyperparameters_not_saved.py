"""LS309: a checkpoint of Lightning without the arguments of its class."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Row, Target, check

VERSION, SAVED = "pytorch-lightning_version", "hyper_parameters"


@check("LS309", since="0.2", severity="note", covers=("torch/K01",))
def hyperparameters_not_saved(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The checkpoint of Lightning does not hold the arguments that its class takes.

    ## Why it breaks
    `load_from_checkpoint` builds the class with the `hyper_parameters` in the file. They are there
    only if the class called `save_hyperparameters()`. Without them a class that takes arguments
    says `missing 1 required positional argument`.

    ## Example
    ```python fails=LS309
    artifact(
        "last.ckpt",
        format="torch-zip",
        content="checkpoint",
        framework="torch",
        entries={"state_dict": "dict", "pytorch-lightning_version": "str 2.4.0"},
    )
    ```

    ## Fix
    Give the arguments with the path. The shapes of the file tell sizes: `--into` checks them.

    ## See also
    <https://lightning.ai/docs/pytorch/stable/common/checkpointing_basic.html>
    """
    if target is not None or VERSION not in artifact.entries or SAVED in artifact.entries:
        return
    yield Finding(
        f"`{artifact.name}` is a checkpoint of Lightning that holds no `{SAVED}`: "
        "a class that takes arguments needs them by hand",
        at=here(artifact),
        rows=tuple(
            Row(f"{key}  {told}") for key, told in artifact.entries.items() if key == VERSION
        ),
        fix=Fix(
            "give the arguments of the class with the path",
            safety="manual",
            python=f"model = Net.load_from_checkpoint({artifact.path!r}, hidden=…)\n",
        ),
    )
