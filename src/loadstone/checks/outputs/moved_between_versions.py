"""LS612: other versions of the libraries predict something else with the same file."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Drift, Finding, Fix, Load, Row, check
from loadstone.core.words import count


@check("LS612", since="0.2", supersedes=("LS220",))
def moved_between_versions(
    artifact: Artifact, drift: Drift, load: Load | None
) -> Iterator[Finding]:
    """The libraries here predict something else with it than those that wrote it.

    ## Why it breaks
    The same rows were predicted here and in the environment that the file was made in. A pickle
    holds attributes, and not what is computed with them: a newer library takes them for something
    else, or asks for one that the file does not have.

    ## Example
    ```python fails=LS612
    artifact("model.pkl", format="pickle", content="object", framework="sklearn")
    drift("scikit-learn", "1.3.2", "1.9.1", moved=[(3, "0.25", "0.5")])
    ```

    ## Fix
    Predict with the versions that wrote it. Where the newer ones are wanted, train the model again
    there.

    ## See also
    <https://scikit-learn.org/stable/model_persistence.html>
    """
    if load is not None and load.error:
        return  # LS610 and LS611 tell
    if drift.before.error or not (drift.now.error or drift.result == "differs"):
        return
    name = f"`{artifact.name}`"
    if drift.now.error:
        message = f"{name} does not predict with what is here: {drift.now.error}"
    else:
        told = f"{len(drift.moved):,} of {count(drift.rows, 'row')} moved"
        message = f"{name} predicts something else here: {told}"
    yield Finding(
        message,
        at=here(artifact),
        headings=("where it was made", "here"),
        rows=_rows(drift),
        more=max(0, len(drift.moved) - len(_rows(drift))),
        notes=tuple(_notes(drift)),
        fix=Fix(
            "predict with the versions that wrote it",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i rows.json --env isolated",
        ),
    )


def _rows(drift: Drift) -> tuple[Row, ...]:
    """Return the first rows that moved, of the first output that did."""
    for item in drift.outputs:
        if item.examples:
            return tuple(Row(f"row {row.row}: {row.before}", row.now) for row in item.examples)
    return ()


def _notes(drift: Drift) -> Iterator[str]:
    changed = [f"{name} {before} → {now}" for name, (before, now) in drift.changed.items()]
    if drift.before.python != drift.now.python:
        changed.append(f"Python {drift.before.python} → {drift.now.python}")
    if changed:
        yield ", ".join(changed)
    for item in drift.outputs:
        told = f"{item.name}: {len(item.moved):,} of {count(drift.rows, 'row')} moved"
        if item.difference and item.largest_at is not None:
            told += f", by up to {item.difference:.3g} (row {item.largest_at})"
        yield told + (f"; up to {item.tolerance:.1g} counts as the same" if item.difference else "")
