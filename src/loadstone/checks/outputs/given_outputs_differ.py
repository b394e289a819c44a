"""LS614: the outputs that were given are not what it predicts where it was made."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Drift, Finding, Fix, Row, check
from loadstone.core.words import count


@check("LS614", since="0.2")
def given_outputs_differ(artifact: Artifact, drift: Drift) -> Iterator[Finding]:
    """Where it was made, the model predicts other outputs than were given.

    ## Why it breaks
    The rows were predicted with the very versions that wrote the file, and outputs that were
    expected of them are others. So the versions are not why: the rows are prepared otherwise than
    they were, their columns are in another order, or the outputs are of another model.

    ## Example
    ```python fails=LS614
    artifact("model.pkl", format="pickle", content="object", framework="sklearn")
    drift("scikit-learn", "1.3.2", "1.9.1", given=[(3, "0.25", "0.5")])
    ```

    ## Fix
    Compare how the rows were made when the outputs were: scaling, the order of columns, missing
    values, the categories. Where the outputs are from another file, predict with that.

    ## See also
    <https://scikit-learn.org/stable/common_pitfalls.html>
    """
    given = drift.given_before
    if given is None or given.result != "differs":
        return
    versions = f"{drift.library} {drift.before.versions.get(drift.library, '')}".strip()
    told = f"{len(given.moved):,} of {count(drift.rows, 'row')}"
    notes = [f"it was predicted where it was made: {versions}, Python {drift.before.python}"]
    if drift.given_now is not None and drift.given_now.result != "differs":
        notes = ["what is here predicts them: the outputs were made with these versions"]
    yield Finding(
        f"`{artifact.name}` does not predict the {given.name} that were given: {told}",
        at=here(artifact),
        headings=("given", "predicted"),
        rows=tuple(Row(f"row {row.row}: {row.before}", row.now) for row in given.examples),
        more=max(0, len(given.moved) - len(given.examples)),
        notes=tuple(notes),
        fix=Fix("compare how the rows were prepared when the outputs were made", safety="manual"),
    )
