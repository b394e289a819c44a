"""LS313: an XGBoost model that stopped early, which a raw `Booster` predicts with all its trees."""

from collections.abc import Iterator

from loadstone.checks._common import here, number
from loadstone.core import Artifact, Finding, Fix, Row, check


@check("LS313", since="0.2", severity="warning", covers=("sklearn/X18",))
def early_stopping_forgotten(artifact: Artifact) -> Iterator[Finding]:
    """Training stopped early, and a raw `Booster` uses the later trees too.

    ## Why it breaks
    The file holds every tree that was made, and `best_iteration` as an attribute. `XGBClassifier`
    and `XGBRegressor` stop there when they predict; `Booster.predict` does not, without a word.

    ## Example
    ```python fails=LS313
    artifact(
        "model.json",
        format="xgboost-json",
        content="model",
        framework="xgboost",
        detail={"best_iteration": 11, "trees": 50},
    )
    ```

    ## Fix
    Predict up to the best iteration, as the wrapper does. Which of the two the model was meant to
    do is known to whoever trained it. `loadstone predict` does what the one that saved the
    file does, and says so.

    ## See also
    <https://xgboost.readthedocs.io/en/stable/python/python_intro.html#early-stopping>
    """
    best, trees = (number(artifact.detail, key) for key in ("best_iteration", "trees"))
    if artifact.framework != "xgboost" or best is None or trees is None or best < 0:
        return
    a_round = max(1, number(artifact.detail, "num_class") or 1)
    a_round *= max(1, number(artifact.detail, "num_parallel_tree") or 1)
    a_round *= max(1, number(artifact.detail, "num_target") or 1)
    rounds = trees // a_round
    if best + 1 >= rounds:
        return
    yield Finding(
        f"training stopped at round {best + 1} of {rounds}, and `Booster.predict` uses all",
        at=here(artifact, "best_iteration"),
        headings=("the wrapper for scikit-learn uses", "a raw `Booster` uses"),
        rows=(Row(f"{best + 1} rounds", f"{rounds} rounds"),),
        fix=Fix(
            "predict up to the best iteration",
            safety="manual",
            python=f"predictions = booster.predict(rows, iteration_range=(0, {best + 1}))\n",
        ),
    )
