"""LS515: the pictures hold values on another scale than the examples."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Coverage, Finding, Fix, Row, check


@check("LS515", since="0.1", severity="warning")
def pixels_on_another_scale(artifact: Artifact, coverage: Coverage) -> Iterator[Finding]:
    """The pictures hold values on another scale than the examples.

    ## Why it breaks
    A picture is kept as 0 to 255, and fed to most models as 0 to 1, or with its mean taken off. The
    model takes any numbers: those on another scale it has not been trained on.

    ## Example
    ```python fails=LS515
    artifact("price.lode", format="bundle", content="bundle")
    stray("", "scale", rows=8, of=8, examples=["0 to 255", "0 to 251"], recorded="0 to 1")
    ```

    ## Fix
    Divide by 255, or normalise, as the examples were before `loadstone.save` was given them;
    better, save what does it as `preprocess=`.

    ## See also
    <https://docs.pytorch.org/vision/stable/transforms.html>
    """
    for item in coverage.strays:
        if item.why == "scale":
            yield Finding(
                f"the pictures hold {item.examples[0]}, as no example did "
                f"({item.rows:,} of {item.of:,})",
                at=here(artifact, item.name or None),
                headings=("now", "at save"),
                rows=(Row(item.examples[1], item.recorded),),
                fix=Fix("scale the pictures as the examples were", safety="manual"),
            )
