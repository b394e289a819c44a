"""LS518: the names of the labels do not go with the outputs, or are in another order."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Bundle, Finding, Fix, SaveFacts, check


@check("LS518", since="0.2")
def labels_at_odds(
    artifact: Artifact, bundle: Bundle | None, saving: SaveFacts | None
) -> Iterator[Finding]:
    """The names of labels are in another order than the outputs, or not as many.

    ## Why it breaks
    A classifier gives numbers, and a list says which label each is of. With the list in another
    order every answer is a label, and the wrong one. Predictions of a few examples need not show
    it: only the labels that they have are seen.

    ## Example
    ```python fails=LS518
    artifact("review.lode", format="bundle", content="bundle")
    saving(labels_at_odds="`LABELS` names 3 labels, and the model gives 2")
    ```

    ## Fix
    Use the names in the order that the model was trained with, `classes_` of a classifier or of the
    `LabelEncoder` that made its targets, and keep them with the model.

    ## See also
    <https://scikit-learn.org/stable/glossary.html#term-classes_>
    """
    moved = bundle.labels_moved if bundle is not None else ""
    odd = saving.labels_at_odds if saving is not None else ""
    apart = text(artifact.detail, "labels_apart")
    if moved:
        yield Finding(
            f"the labels are in another order than at save: {moved}",
            at=here(artifact, "postprocess"),
            fix=Fix("bring back the order of the save", safety="manual"),
        )
    if odd or apart:
        yield Finding(
            odd or apart,
            at=here(artifact, "postprocess" if odd else None),
            severity="warning",
            fix=Fix("keep the names in the order of the model's outputs", safety="manual"),
        )
