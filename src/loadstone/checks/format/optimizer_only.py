"""LS108: an optimizer's state where a model's is expected."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Row, Target, check

ROWS = 4


@check("LS108", since="0.1", supersedes=("LS400", "LS401", "LS406"), covers=("torch/E06",))
def optimizer_only(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The file holds the state of an optimizer, and no model.

    ## Why it breaks
    The optimizer was saved into a file of its own, and that file was taken for the model's.
    `load_state_dict` names `state` and `param_groups` as unexpected and every layer as missing.

    ## Example
    ```python fails=LS108
    save({"state": "dict of 4", "param_groups": "list of 1"})
    load_into({"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Give the model's own file, usually beside it.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.state_dict.html>
    """
    roles = {state.role for state in artifact.state_dicts}
    keys = {"state", "param_groups"}
    if roles & {"model", "ema"} or not keys <= set(artifact.entries):
        return
    yield Finding(
        f"`{artifact.name}` holds the state of an optimizer, and no model",
        at=here(artifact),
        headings=("in the file", ""),
        rows=tuple(Row(f"{key}  {what}") for key, what in list(artifact.entries.items())[:ROWS]),
        fix=Fix("give the file of the model, saved beside it", safety="manual"),
        severity=None if target is not None else "warning",
    )
