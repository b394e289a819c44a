"""LS608: the head has another number of outputs than the config has labels."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import count


@check("LS608", since="0.2", supersedes=("LS611",), covers=("torch/K15",))
def labels_not_of_head(artifact: Artifact) -> Iterator[Finding]:
    """The head has another number of outputs than the config has labels.

    ## Why it breaks
    transformers builds the head for the labels that `id2label` names, or for as many as
    `num_labels` says, and the weights do not fit it:
    `You set ignore_mismatched_sizes to False, thus raising an error`. With
    `ignore_mismatched_sizes=True` they are left out, and the head is random.

    ## Example
    ```python fails=LS608
    seen = {"architectures": "BertForSequenceClassification", "labels": 2, "head_rows": 3}
    artifact("bert", format="transformers", content="model", is_folder=True, detail=seen)
    ```

    ## Fix
    Write into `id2label` the names of all labels that the model was trained with, in their order;
    or take the weights that belong to the config.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/configuration>
    """
    rows, labels = (artifact.detail.get(name) for name in ("head_rows", "labels"))
    if artifact.format != "transformers" or type(rows) is not int or type(labels) is not int:
        return
    if rows != labels:
        yield Finding(
            f"the head has {count(rows, 'output')}, and the config has {count(labels, 'label')}",
            at=here(artifact),
            headings=("weights", "config"),
            rows=(Row(count(rows, "output"), count(labels, "label")),),
            fix=Fix("name the labels that the model was trained with", safety="manual"),
        )
