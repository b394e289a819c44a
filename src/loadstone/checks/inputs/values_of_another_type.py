"""LS513: the inputs hold values that the model's dtype cannot hold."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Coverage, Finding, Fix, Row, check


@check("LS513", since="0.1")
def values_of_another_type(artifact: Artifact, coverage: Coverage) -> Iterator[Finding]:
    """The inputs hold values that the model's dtype cannot hold.

    ## Why it breaks
    Whole numbers become floats, and floats that are whole become whole numbers, as long as each
    stays the number that it is. A text for a number, a fraction for a whole number of an array, 300
    for `uint8` or 1e300 for `float32` would become another: `0042` may be 42, or a code.

    ## Example
    ```python fails=LS513
    artifact("price.lode", format="bundle", content="bundle")
    misfit("type", "area", "column `area` holds text, `1e2`", expected="float64", given="text")
    ```

    ## Fix
    Give the values as the examples had them. Where the model takes more than the examples tell,
    say so when it is saved: `signature={"area": "float64"}`.

    ## See also
    <https://mlflow.org/docs/latest/ml/model/signatures/>
    """
    for item in coverage.misfits:
        if item.kind == "type":
            yield Finding(
                item.message,
                at=here(artifact, item.name or None),
                headings=("given", "expected"),
                rows=(Row(item.given, item.expected),),
                fix=Fix("give the values in the type of the save", safety="manual"),
            )
