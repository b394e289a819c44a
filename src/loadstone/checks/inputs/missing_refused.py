"""LS517: a value is missing where the signature allows none."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Coverage, Finding, Fix, Row, check


@check("LS517", since="0.1")
def missing_refused(artifact: Artifact, coverage: Coverage) -> Iterator[Finding]:
    """A value is missing where the signature allows none.

    ## Why it breaks
    The signature says that the model takes no missing values in this column. A model that is given
    NaN raises, or predicts NaN, or takes a branch that no training has seen.

    ## Example
    ```python fails=LS517
    artifact("price.lode", format="bundle", content="bundle")
    misfit("missing", "area", "column `area` is missing in row 2", expected="float64", given="NaN")
    ```

    ## Fix
    Fill the value in as it was in training, or leave the row out. `signature={"area": {"missing":
    True}}` at save allows it.

    ## See also
    <https://mlflow.org/docs/latest/ml/model/signatures/>
    """
    for item in coverage.misfits:
        if item.kind == "missing":
            yield Finding(
                item.message,
                at=here(artifact, item.name or None),
                headings=("given", "expected"),
                rows=(Row(item.given, item.expected),),
                fix=Fix("fill the value in, or leave the row out", safety="manual"),
            )
