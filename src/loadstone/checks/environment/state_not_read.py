"""LS229: an estimator whose state the scikit-learn at hand does not read."""

from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from loadstone.checks._common import elsewhere_predicted, here
from loadstone.checks.environment._unread import TABLE, Unread
from loadstone.core import Artifact, Drift, Environment, Finding, Row, check
from loadstone.core.facts import ModuleFact

COVERS = tuple(dict.fromkeys(row for item in TABLE for row in item.rows))


@check("LS229", since="0.2", covers=COVERS)
def state_not_read(
    artifact: Artifact, environment: Environment, drift: Drift | None
) -> Iterator[Finding]:
    """The scikit-learn at hand does not read an estimator that another version wrote.

    ## Why it breaks
    An estimator's pickle is its attributes, and the records of its trees. Another version looks for
    other attributes and has other fields: `'SimpleImputer' object has no attribute '_fill_dtype'`,
    `node array from the pickle has an incompatible dtype`, `idf vector is not fitted`. The file is
    whole. To set the attribute that is named is not enough: trees of scikit-learn 1.3 given
    `monotonic_cst = None` predict other labels.

    ## Example
    ```python fails=LS229
    artifact(
        "model.pkl",
        format="pickle",
        content="model",
        framework="sklearn",
        producer={"scikit-learn": "1.9.1"},
        modules=["sklearn.linear_model._logistic.LogisticRegression"],
    )
    environment(installed={"scikit-learn": "1.7.2"})
    ```

    ## Fix
    `loadstone predict FILE` rebuilds the versions that wrote it, and predicts there. `loadstone
    check FILE --fix` brings the estimator to the version here, where it then predicts the same.

    ## See also
    <https://scikit-learn.org/stable/model_persistence.html>
    """
    if drift is not None:
        return  # it was tried
    saved = _version(artifact.producer.get("scikit-learn"))
    installed = _version(environment.distributions.get("scikit-learn"))
    if saved is None or installed is None or artifact.damage:
        return
    found: dict[str, tuple[Unread, ModuleFact]] = {}
    for item in TABLE:
        if saved not in item.saved or installed not in item.here:
            continue
        for module in artifact.modules:
            if _is_meant(artifact, module, item):
                found.setdefault(_named(module), (item, module))
    if not found:
        return
    rows = tuple(
        Row(name, f"{item.error.replace('{name}', name)}, {item.when}")
        for name, (item, _) in found.items()
    )
    name, (_, module) = next(iter(found.items()))
    yield Finding(
        f"`{name}` of scikit-learn {saved} is not read by {installed}",
        at=here(artifact, module.path),
        headings=("in the file", "raised here"),
        rows=rows,
        fix=elsewhere_predicted(artifact),
        covers=tuple(dict.fromkeys(row for item, _ in found.values() for row in item.rows)),
    )


def _named(module: ModuleFact) -> str:
    """Return the class, or the module where a function makes it that says nothing."""
    return module.module.rpartition(".")[2] if module.name == "newObj" else module.name


def _is_meant(artifact: Artifact, module: ModuleFact, item: Unread) -> bool:
    return (
        module.name in item.classes
        and module.module.partition(".")[0] == "sklearn"
        and item.holds(artifact, module)
    )


def _version(text: str | None) -> Version | None:
    try:
        return Version(text) if text else None
    except InvalidVersion:
        return None
