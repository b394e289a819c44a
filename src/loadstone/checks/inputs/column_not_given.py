"""LS512: a column that the model was saved with is not among the inputs."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Coverage, Finding, Fix, Row, check


@check("LS512", since="0.1")
def column_not_given(artifact: Artifact, coverage: Coverage) -> Iterator[Finding]:
    """A column that the model was saved with is not among the inputs.

    ## Why it breaks
    Columns go to the model by name, in the order of the save. One that is missing, or spelled
    otherwise, has no value: nothing is predicted. Columns that the model was not saved with are
    left out, and their names are told.

    ## Example
    ```python fails=LS512
    artifact("price.lode", format="bundle", content="bundle")
    misfit("column", "rooms", "column `rooms` is missing", expected="int64", nearest=["Room"])
    ```

    ## Fix
    Rename the column that is meant, or add it. Where the model can do without it, say so when it is
    saved: `signature={"rooms": {"optional": True}}` (records).

    ## See also
    <https://mlflow.org/docs/latest/ml/model/signatures/>
    """
    for item in coverage.misfits:
        if item.kind == "column":
            yield Finding(
                item.message,
                at=here(artifact, item.name or None),
                headings=("given", "expected"),
                rows=(Row(", ".join(item.nearest) or item.given or "—", item.expected),),
                fix=Fix("give the column by the name of the save", safety="manual"),
            )
