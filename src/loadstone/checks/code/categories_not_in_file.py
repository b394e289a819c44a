"""LS314: a boosted model splits on categories, and its file does not hold which they are."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, check


@check("LS314", since="0.2", severity="warning", covers=("sklearn/X23",))
def categories_not_in_file(artifact: Artifact) -> Iterator[Finding]:
    """The trees split on numbers of categories, and the file has no names for them.

    ## Why it breaks
    pandas numbers the categories of a column by what the frame at hand holds. XGBoost before 3.1
    keeps the numbers alone. A frame with other categories, or in another order, is then taken for
    others, without a word. (LS151 tells of a text of LightGBM that lost them.)

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
    and later keep them in the model when it is trained there.

    ## See also
    <https://xgboost.readthedocs.io/en/stable/tutorials/categorical.html>
    """
    if artifact.framework != "xgboost" or artifact.detail.get("categories") != "not stored":
        return
    yield Finding(
        f"`{artifact.name}` splits on columns of categories, and does not hold which they are",
        at=here(artifact),
        notes=("xgboost before 3.1 keeps the numbers of categories alone",),
        fix=Fix(
            "give the columns the categories of the training, in their order",
            safety="manual",
            python="import pandas as pd\n\n"
            "of_training = ['u', 'v', 'w']  # in the order that they had then\n"
            "frame['kind'] = pd.Categorical(frame['kind'], categories=of_training)\n",
        ),
    )
