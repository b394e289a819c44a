"""LS310: a module or name that the file needs is elsewhere in the library installed here."""

from collections.abc import Iterator

from loadstone.checks._common import elsewhere_predicted, here
from loadstone.checks._extract import extraction
from loadstone.core import Artifact, Code, Finding, Fix, Row, Target, Weights, check
from loadstone.statedict.match import Match

COVERS = ("sklearn/C02", "sklearn/C16", "sklearn/C40")


@check("LS310", since="0.1", supersedes=("LS107", "LS307", "LS700"), covers=COVERS)
def name_moved(
    artifact: Artifact,
    code: Code,
    weights: Weights | None,
    target: Target | None,
    match: Match | None,
) -> Iterator[Finding]:
    """The file names a module or class that its library has in another place here.

    ## Why it breaks
    A pickle holds the dotted name of every class and function, private modules included. A
    library that moves one leaves its older files behind, and an older library does not know
    the newer place: `No module named 'sklearn.ensemble.forest'`,
    `No module named 'scipy.sparse._csr'`.

    ## Example
    ```python fails=LS310
    artifact(
        "model.pkl",
        format="pickle",
        content="object",
        framework=None,
        globals=["sklearn.ensemble.forest.RandomForestClassifier"],
    )
    code(
        "sklearn.ensemble.forest.RandomForestClassifier",
        "module-missing",
        distribution="scikit-learn",
        library_here=True,
        moved_to="sklearn.ensemble._forest.RandomForestClassifier",
        versions="<=0.23.2",
    )
    ```

    ## Fix
    Open it with a version of the library that has the name, and save it again in a form that
    holds no private names. That the class has a new place does not say that it reads the old state.
    `loadstone predict` rebuilds the versions of an estimator of scikit-learn, and predicts there.
    Out of a whole model of torch `--fix` takes the tensors, without its classes.

    ## See also
    <https://scikit-learn.org/stable/model_persistence.html>
    """
    needed = {(item.module, item.name) for item in artifact.globals}
    needed |= {(item.module, item.name) for item in artifact.modules}
    moved = [item for item in code.names if item.moved_to and (item.module, item.name) in needed]
    if not moved:
        return
    first = moved[0]
    library, name = first.distribution or "", f"{first.module}.{first.name}"
    yield Finding(
        f"the file needs `{name}`, which is `{first.moved_to}` in the `{library}` installed here",
        at=here(artifact, name),
        headings=("named in the file", "here"),
        rows=tuple(Row(f"{item.module}.{item.name}", item.moved_to or "") for item in moved[:4]),
        more=max(0, len(moved) - 4),
        notes=(f"known to have the name as the file does: `{library}{first.versions}`",)
        if first.versions
        else (),
        fix=elsewhere_predicted(artifact)
        or extraction(artifact, weights, target, match)
        or Fix(
            f"open it with a version of `{library}` that has the name",
            safety="manual",
            shell=f"pip install '{library}{first.versions}'",
        )
        if first.versions
        else None,
        severity="warning" if weights and artifact.content != "module" else None,
    )
