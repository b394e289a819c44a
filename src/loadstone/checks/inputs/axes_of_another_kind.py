"""LS514: the axes of the inputs are others than those of the examples."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Coverage, Finding, Fix, Row, check


@check("LS514", since="0.1")
def axes_of_another_kind(artifact: Artifact, coverage: Coverage) -> Iterator[Finding]:
    """The axes of the inputs are others than those of the examples.

    ## Why it breaks
    Pictures have their channels first (CHW: 3×224×224) or last (HWC: 224×224×3). A model that is
    given the one for the other raises, or takes rows of pixels for colours. One axis too many is a
    batch of batches, which many layers take without a word.

    ## Example
    ```python fails=LS514
    artifact("price.lode", format="bundle", content="bundle")
    misfit("axes", "", "the channels are last", expected="N×3×16×16", given="2×16×16×3")
    ```

    ## Fix
    Move the axis (`numpy.moveaxis`, `tensor.permute`), or take the first one off.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.permute.html>
    """
    for item in coverage.misfits:
        if item.kind == "axes":
            yield Finding(
                item.message,
                at=here(artifact, item.name or None),
                headings=("given", "expected"),
                rows=(Row(item.given, item.expected),),
                fix=Fix("give the axes as the examples had them", safety="manual"),
            )
