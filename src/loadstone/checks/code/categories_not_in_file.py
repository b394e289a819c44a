"""LS314: a boosted model splits on categories, and its file does not hold which they are."""

from collections.abc import Iterator

from loadstone.checks._common import here, number
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import count


@check("LS314", since="0.2", severity="warning", covers=("sklearn/G05", "sklearn/X23"))
def categories_not_in_file(artifact: Artifact) -> Iterator[Finding]:
    """The trees split on numbers of categories, and the file has no names for them.

    ## Why it breaks
    pandas numbers the categories of a column by what the frame at hand holds. XGBoost before 3.1
    keeps the numbers alone; LightGBM keeps the categories in the last line of the text,
    `pandas_categorical:`, which a copy can lose. A frame with other categories, or in another
    order, is then taken for others, without a word.

    ## Example
    ```python fails=LS314
    artifact(
        "model.json",
        format="xgboost-json",
        content="model",
        framework="xgboost",
        detail={"categories": "not stored"},
    )
    ```

    ## Fix
    Give every column the categories of the training, in their order, before predicting. XGBoost 3.1
    and later keep them in the model when it is trained there. For LightGBM, copy the file again:
    one that `save_model` of Python wrote ends with that line.

    ## See also
    <https://xgboost.readthedocs.io/en/stable/tutorials/categorical.html>
    """
    columns = number(artifact.detail, "categorical_columns") or 0
    if artifact.format == "lightgbm-text":
        if not columns or "pandas_categorical" in artifact.detail or artifact.damage:
            return
        told = (
            f"splits on {count(columns, 'column')} of categories, and does not hold which they are"
        )
        note = "it does not end with the line `pandas_categorical:`"
    elif artifact.framework == "xgboost" and artifact.detail.get("categories") == "not stored":
        told = "splits on columns of categories, and does not hold which they are"
        note = "xgboost before 3.1 keeps the numbers of categories alone"
    else:
        return
    yield Finding(
        f"`{artifact.name}` {told}",
        at=here(artifact),
        notes=(note,),
        fix=Fix(
            "give the columns the categories of the training, in their order",
            safety="manual",
            python="import pandas as pd\n\n"
            "of_training = ['u', 'v', 'w']  # in the order that they had then\n"
            "frame['kind'] = pd.Categorical(frame['kind'], categories=of_training)\n",
        ),
        covers=("sklearn/G05",) if columns else ("sklearn/X23",),
    )
