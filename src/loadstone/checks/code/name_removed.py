"""LS311: a module or name that the file needs was removed from the library installed here."""

from collections.abc import Iterator

from loadstone.checks._common import elsewhere_predicted, here
from loadstone.core import Artifact, Code, Finding, Fix, Row, Weights, check

COVERS = (
    *("sklearn/C12", "sklearn/C13", "sklearn/C20", "sklearn/C43"),
    *("sklearn/P01b", "sklearn/X04", "sklearn/X35"),
)


@check("LS311", since="0.1", supersedes=("LS107", "LS307", "LS700"), covers=COVERS)
def name_removed(artifact: Artifact, code: Code, weights: Weights | None) -> Iterator[Finding]:
    """The file names a module or class that its library no longer has.

    ## Why it breaks
    A pickle holds the dotted name of every class and function, and the library installed here
    dropped one of them: `No module named 'pandas.core.indexes.numeric'`,
    `Can't get attribute 'XGBoostLabelEncoder' on <module 'xgboost.compat'`.

    ## Example
    ```python fails=LS311
    artifact(
        "model.pkl",
        format="pickle",
        content="object",
        framework=None,
        globals=["pandas.core.indexes.numeric.Int64Index"],
    )
    code(
        "pandas.core.indexes.numeric.Int64Index",
        "module-missing",
        distribution="pandas",
        library_here=True,
        versions="<=1.5.3",
    )
    ```

    ## Fix
    Open it with a version of the library that has the name, and save it again without it.
    `loadstone predict` rebuilds the versions of an estimator of scikit-learn, and predicts there.

    ## See also
    <https://pandas.pydata.org/docs/whatsnew/v2.0.0.html>
    """
    needed = {(item.module, item.name) for item in artifact.globals}
    needed |= {(item.module, item.name) for item in artifact.modules}
    gone = [
        item
        for item in code.names
        if item.versions and item.library_here and not item.moved_to
        if (item.module, item.name) in needed
    ]
    if not gone:
        return
    first = gone[0]
    library, name = first.distribution or "", f"{first.module}.{first.name}"
    yield Finding(
        f"the file needs `{name}`, which the `{library}` installed here no longer has",
        at=here(artifact, name),
        headings=("named in the file", "versions that have it"),
        rows=tuple(
            Row(f"{item.module}.{item.name}", f"{item.distribution}{item.versions}")
            for item in gone[:4]
        ),
        more=max(0, len(gone) - 4),
        fix=elsewhere_predicted(artifact)
        or Fix(
            f"open it with a version of `{library}` that has the name, and save it again",
            safety="manual",
            shell=f"pip install '{library}{first.versions}'",
        ),
        severity="warning" if weights and artifact.content != "module" else None,
    )
