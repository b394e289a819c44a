"""LS604: the model does not give the outputs that were handed over with it."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, SaveFacts, check


@check("LS604", since="0.1")
def expected_not_reproduced(artifact: Artifact, saving: SaveFacts) -> Iterator[Finding]:
    """The model does not reproduce the outputs that were expected of it.

    ## Why it breaks
    Examples were given with the outputs that they should have. What is about to be saved gives
    others: it is not the model that they came from, or not its preprocessing.

    ## Example
    ```python fails=LS604
    artifact("net.lode", format="bundle", content="bundle")
    saving(expected_reproduced="differs", expected_difference=0.4)
    ```

    ## Fix
    Compare how the outputs were made: the weights, `eval()`, the preprocessing, the order of
    columns or channels.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/randomness.html>
    """
    if saving.expected_reproduced != "differs":
        return
    off = saving.expected_difference
    yield Finding(
        f"`{saving.name}` does not reproduce the expected outputs"
        + ("" if off is None else f": the largest difference is {off:.3g}"),
        at=here(artifact),
        fix=Fix("compare how the expected outputs were made", safety="manual"),
    )
