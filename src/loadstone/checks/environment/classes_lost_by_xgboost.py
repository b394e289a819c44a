"""LS221: a model of several classes, which `XGBClassifier` up to 1.7 loads as one of two."""

from collections.abc import Iterator

from loadstone.checks._common import here, number, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

RESTORES = (2, 0)  # measured: 1.7.6 does not


@check("LS221", since="0.2", severity="warning", covers=("sklearn/X13",), own_loader=True)
def classes_lost_by_xgboost(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """`XGBClassifier.load_model` up to 1.7 takes a model of several classes for two.

    ## Why it breaks
    `load_model` of 1.7 and earlier does not set `n_classes_`. `predict_proba` then makes two
    columns of what is a row of probabilities: three classes and 300 rows give shape `(3, 600)`,
    without a word.

    ## Example
    ```python fails=LS221
    artifact(
        "model.json",
        format="xgboost-json",
        content="model",
        framework="xgboost",
        detail={"num_class": 3, "wrapper": "XGBClassifier"},
    )
    environment(installed={"xgboost": "1.7.6"})
    ```

    ## Fix
    Load it as a `Booster`, whose `predict` gives a row of probabilities for each input. Or install
    xgboost 2.0 or later.

    ## See also
    <https://github.com/dmlc/xgboost/issues/8156>
    """
    installed = environment.distributions.get("xgboost", "")
    classes = number(artifact.detail, "num_class") or 0
    wrapped = "wrapper" in artifact.detail
    if artifact.format not in ("xgboost-json", "xgboost-ubj") or not wrapped or classes < 3:
        return
    if not version(installed) or version(installed) >= RESTORES:
        return
    yield Finding(
        f"`XGBClassifier.load_model` of xgboost {installed} takes the {classes} classes for two",
        at=here(artifact),
        headings=("classes in the file", f"in xgboost {installed}"),
        rows=(Row(str(classes), "2"),),
        fix=Fix(
            "load it as a `Booster`",
            safety="manual",
            python="import xgboost\n\nbooster = xgboost.Booster()\n"
            f"booster.load_model({artifact.path!r})\n"
            "probabilities = booster.predict(xgboost.DMatrix(rows))\n",
        ),
    )
