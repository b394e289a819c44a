"""LS504: the model was fitted on columns that had been scaled, and no scaler is in the file."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, check

_MADE = {
    "standardised": ("standardised", "`StandardScaler`"),
    "0 to 1": ("scaled to 0 to 1", "`MinMaxScaler`, or a vectorizer,"),
}


@check("LS504", since="0.1", severity="note")
def scaler_left_behind(artifact: Artifact) -> Iterator[Finding]:
    """The model was fitted on scaled columns, and no scaler is in the file.

    The numbers in the file say so: the splits of its trees, the rows that it keeps, or centres that
    are 0 together. A model that was fitted on made-up data, which often is so from the start, is
    told the same. Coefficients alone do not say it: that they are alike is a line of `check`.

    ## Why it breaks
    The model takes any numbers. Given columns as they were measured, it answers, and the answer has
    nothing to do with what it learned. A scaler that is fitted again on other rows is another one.

    ## Example
    ```python fails=LS504
    seen = {"scaled": "standardised", "scaled_by": "the splits of its trees in 3 columns"}
    artifact("forest.pkl", format="pickle", content="model", framework="sklearn", detail=seen)
    ```

    ## Fix
    Prepare the inputs with the scaler that was fitted with the model, and keep the two as one.

    ## See also
    <https://scikit-learn.org/stable/common_pitfalls.html#inconsistent-preprocessing>
    """
    found = _MADE.get(text(artifact.detail, "scaled"))
    if found is None:
        return
    how, maker = found
    yield Finding(
        f"the columns that it was fitted on look {how}, and no scaler is in the file",
        at=here(artifact),
        notes=(f"{text(artifact.detail, 'scaled_by')}, as {maker} makes them",),
        fix=Fix(
            "keep the scaler and the model as one",
            safety="manual",
            python=(
                "from sklearn.pipeline import make_pipeline\n"
                "pipeline = make_pipeline(scaler, model)  # both as they were fitted"
            ),
        ),
    )
