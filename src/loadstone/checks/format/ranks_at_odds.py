"""LS113: the files that the ranks of a training wrote are not of one save."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here
from loadstone.core import Artifact, Finding, Fix, check


@check("LS113", since="0.2", supersedes=("LS014", "LS153", "LS400"))
def ranks_at_odds(artifact: Artifact) -> Iterator[Finding]:
    """The files of a checkpoint's ranks do not go together.

    ## Why it breaks
    Each rank of a training with DeepSpeed or Megatron writes a part of every tensor. Where one file
    is of another step or run, or was renamed to another rank, the parts still have the right sizes:
    `zero_to_fp32` puts them together, and the weights are those of no model.

    ## Example
    ```python fails=LS113
    artifact(
        "global_step4",
        format="deepspeed",
        content="checkpoint",
        is_folder=True,
        damage=[damage("at-odds")],
    )
    ```

    ## Fix
    Fetch the files of all ranks from the same save. Compared are what each file says of shapes,
    step, learning rate, number of ranks and its own name; with ZeRO 1 and 2 also every number, with
    the model's own. With ZeRO 3, files of two runs that agree in all that look like one. Of
    Megatron, its arguments and step, and what each rank holds whole.

    ## See also
    <https://deepspeed.readthedocs.io/en/latest/model-checkpointing.html>
    """
    for item in damage(artifact, "at-odds")[:1]:
        yield Finding(
            f"the files of the ranks in `{artifact.name}` do not go together: {item.why}",
            at=here(artifact),
            fix=Fix("fetch the files of all ranks from the same save", safety="manual"),
        )
