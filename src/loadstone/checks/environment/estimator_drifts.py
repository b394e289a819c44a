"""LS220: an estimator that another scikit-learn loads, and predicts something else with."""

from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from loadstone.checks._common import elsewhere_predicted, here
from loadstone.checks.environment._drift import TABLE, KnownDrift
from loadstone.core import Artifact, Drift, Environment, Finding, Row, check
from loadstone.core.classes import replace
from loadstone.core.facts import ModuleFact
from loadstone.core.words import count

COVERS = tuple(dict.fromkeys(row for item in TABLE for row in item.rows))


@check("LS220", since="0.2", covers=COVERS)
def estimator_drifts(
    artifact: Artifact, environment: Environment, drift: Drift | None
) -> Iterator[Finding]:
    """The scikit-learn at hand loads the estimator and predicts something else.

    ## Why it breaks
    An estimator's pickle is its attributes. Where a release gives an attribute another meaning,
    or looks for another one, an older file loads and the computation is another: no error, at most
    an `InconsistentVersionWarning`, which also comes where nothing changed.

    ## Example
    ```python fails=LS220
    artifact(
        "model.pkl",
        format="pickle",
        content="model",
        framework="sklearn",
        producer={"scikit-learn": "1.4.2"},
        modules=["sklearn.cross_decomposition._pls.PLSRegression"],
    )
    environment(installed={"scikit-learn": "1.5.2"})
    ```

    ## Fix
    Predict with the version that saved it: `loadstone predict` rebuilds its environment.

    ## See also
    <https://scikit-learn.org/stable/model_persistence.html>
    """
    saved = _version(artifact.producer.get("scikit-learn"))
    installed = _version(environment.distributions.get("scikit-learn"))
    if saved is None or installed is None:
        return
    for item in TABLE:
        if saved not in item.saved or installed not in item.here:
            continue
        module = next((held for held in artifact.modules if _is_meant(artifact, held, item)), None)
        if module is not None:
            found = _finding(artifact, module, item, str(saved), str(installed))
            yield found if drift is None else _on_rows(found, drift)


def _is_meant(artifact: Artifact, module: ModuleFact, item: KnownDrift) -> bool:
    return (
        module.name in item.classes
        and module.module.partition(".")[0] == "sklearn"
        and item.holds(artifact, module)
    )


def _finding(
    artifact: Artifact, module: ModuleFact, item: KnownDrift, saved: str, installed: str
) -> Finding:
    return Finding(
        f"`{module.name}` of scikit-learn {saved} loads in {installed}, "
        "and predicts something else there",
        at=here(artifact, module.path),
        headings=("saved with", "here"),
        rows=(Row(f"scikit-learn {saved}", f"scikit-learn {installed}"),),
        notes=(item.why, f"the largest differences that were measured: {item.most}"),
        fix=elsewhere_predicted(artifact),
    )


def _on_rows(finding: Finding, drift: Drift) -> Finding:
    """Say that it did not show in the rows that were predicted; LS612 tells where it did."""
    if drift.result not in ("identical", "within tolerance"):
        return finding
    note = f"not on the {count(drift.rows, 'row')} given: {len(drift.moved):,} moved"
    return replace(finding, severity="warning", notes=(*finding.notes, note))


def _version(text: str | None) -> Version | None:
    try:
        return Version(text) if text else None
    except InvalidVersion:
        return None
