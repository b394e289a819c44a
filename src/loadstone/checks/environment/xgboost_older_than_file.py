"""LS215: an XGBoost model of 3.1 or later, where an older xgboost would read it."""

from collections.abc import Iterator

from loadstone.checks._common import here, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

VECTOR = (3, 1)  # the first to write `base_score` as a vector
BOOLEANS = (1, 6)  # the first to write booleans as integers
HALF = "[5E-1]"  # what an older one takes in its stead
COVERS = ("sklearn/X01", "sklearn/X10", "sklearn/X32")


@check("LS215", since="0.2", covers=COVERS)
def xgboost_older_than_file(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The model is of a later xgboost than the one that is installed.

    ## Why it breaks
    As of 3.1 `base_score` is a vector, `[4.9E1]`. Up to 3.0 it is read as one number: the text is
    none, so 0.5 is taken in its stead, and every prediction is shifted. No release says so. A
    JSON of 1.6 or later does not load at all up to 1.5: `Invalid cast, from Integer to Boolean`.

    ## Example
    ```python fails=LS215
    artifact(
        "model.ubj",
        format="xgboost-ubj",
        content="model",
        framework="xgboost",
        producer={"xgboost": "3.1.0"},
    )
    environment(installed={"xgboost": "3.0.5"})
    ```

    ## Fix
    Use an xgboost that is as new as the one that saved it.

    ## See also
    <https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html>
    """
    told = artifact.producer.get("xgboost") or ""
    installed = environment.distributions.get("xgboost") or environment.distributions.get(
        "xgboost-cpu", ""
    )
    saved, now = version(told), version(installed)
    if artifact.format not in ("xgboost-json", "xgboost-ubj") or not saved or not now:
        return
    refused = saved >= BOOLEANS > now
    if not refused and (not saved >= VECTOR > now or artifact.detail.get("base_score") == HALF):
        return
    yield Finding(
        f"`{artifact.name}` was saved by xgboost {told}, and xgboost {installed} "
        + ("does not read it" if refused else "loads it and predicts other values"),
        at=here(artifact),
        headings=("saved by", "here"),
        rows=(Row(f"xgboost {told}", f"xgboost {installed}"),),
        notes=()
        if refused
        else ("its `base_score` is a vector, in whose stead 0.5 is taken, without a word",),
        fix=Fix(
            "install an xgboost that is as new as the file",
            safety="manual",
            shell=f"pip install 'xgboost>={BOOLEANS[0]}.{BOOLEANS[1]}'"
            if refused and saved < VECTOR
            else f"pip install 'xgboost>={VECTOR[0]}.{VECTOR[1]}'",
        ),
        covers=("sklearn/X10",) if refused else ("sklearn/X01", "sklearn/X32"),
    )
