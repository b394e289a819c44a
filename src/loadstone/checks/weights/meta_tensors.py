"""LS408: tensors that were saved without their numbers."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import weights_place
from loadstone.core import Finding, Fix, Row, Weights, check
from loadstone.core.words import count

ROWS = 4


@check("LS408", since="0.1", covers=("torch/E35",))
def meta_tensors(weights: Weights) -> Iterator[Finding]:
    """The file holds names and shapes of tensors, and not their numbers.

    ## Why it breaks
    The model was on the `meta` device when it was saved: built empty, or with its weights
    offloaded elsewhere. The file says so, and a load ends with `Cannot copy out of meta tensor; no
    data!`, or warns that copying is a no-op and leaves the model as it was built.

    ## Example
    ```python fails=LS408
    save({"fc.weight": zeros(2, 3, device="meta")})
    ```

    ## Fix
    Save the model again from where its weights are. This file holds none of them.

    ## See also
    <https://docs.pytorch.org/docs/stable/meta.html>
    """
    empty = [key for key, fact in weights.items() if fact.device == "meta"]
    if not empty:
        return
    whole = len(empty) == len(weights)
    of = "" if whole else f" of {len(weights):,}"
    yield Finding(
        f"{count(len(empty), 'tensor')}{of} {'was' if len(empty) == 1 else 'were'} saved from the "
        "`meta` device, without numbers",
        at=weights_place(weights, empty[0]),
        rows=tuple(Row(f"{key}  {weights[key]}") for key in empty[:ROWS]),
        more=max(0, len(empty) - ROWS),
        fix=Fix("save it again from the model that holds the weights", safety="manual"),
    )
