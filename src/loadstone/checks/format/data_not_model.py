"""LS143: a pickle of data, and no model in it."""

from collections.abc import Iterator

from loadstone.checks._common import here, is_torch_use, text
from loadstone.core import Artifact, Finding, Fix, Target, check


@check("LS143", since="0.1", severity="warning")
def data_not_model(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The pickle holds data: an array, a table or a plain value, and no model.

    ## Why it breaks
    It loads, and what it gives has no `predict`: `'dict' object has no attribute 'predict'`. Often
    the training data or the predictions were saved where the model was meant.

    ## Example
    ```python fails=LS143
    artifact("model.pkl", format="pickle", content="object", detail={"data": "pandas DataFrame"})
    ```

    ## Fix
    Name the file of the model, or save the fitted model itself.

    ## See also
    <https://scikit-learn.org/stable/model_persistence.html>
    """
    held = text(artifact.detail, "data")
    if artifact.format not in ("pickle", "joblib") or not held or is_torch_use(artifact, target):
        return
    unread = artifact.damage or artifact.detail.get("python2_strings")
    if unread or artifact.content in ("state-dict", "model"):
        return
    yield Finding(
        f"`{artifact.name}` holds data and no model: {held}",
        at=here(artifact),
        fix=Fix("name the file of the model, or save the fitted model itself", safety="manual"),
    )
