"""LS607: a classifier without the names of its labels."""

from collections.abc import Iterator

from loadstone.checks._common import here, number
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import count


@check("LS607", since="0.2", severity="note", covers=("torch/K18",))
def label_names_lost(artifact: Artifact) -> Iterator[Finding]:
    """The config of a classifier does not name its labels.

    ## Why it breaks
    `id2label` was not set before the training, so that the answers are `LABEL_0` and `LABEL_1`.
    Which class that is stands nowhere in the folder. A guess that is wrong turns every answer
    round, and nothing raises.

    ## Example
    ```python fails=LS607
    seen = {"labels": 2, "labels_named": False}
    artifact("bert", format="transformers", content="model", is_folder=True, detail=seen)
    ```

    ## Fix
    Write the names into the config, in the order of the training.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/configuration>
    """
    detail = artifact.detail
    if (
        artifact.damage
        or artifact.format != "transformers"
        or detail.get("labels_named") is not False
    ):
        return
    labels = number(detail, "labels")
    yield Finding(
        f"the {count(labels, 'label')} of the classifier have no names"
        if labels
        else "the labels of the classifier have no names",
        at=here(artifact, "config.json"),
        notes=("it answers `LABEL_0`, `LABEL_1` and so on",),
        fix=Fix(
            "name them in the order of the training",
            safety="manual",
            python=(
                'model.config.id2label = {0: "negative", 1: "positive"}  # as it was trained\n'
                'model.config.label2id = {"negative": 0, "positive": 1}\n'
                f"model.config.save_pretrained({artifact.path!r})"
            ),
        ),
    )
