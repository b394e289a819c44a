"""LS417: the config names a classifier, and the weights hold no head."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, check


@check("LS417", since="0.2", covers=("torch/K13",))
def head_not_in_file(artifact: Artifact) -> Iterator[Finding]:
    """The config names a class with a head that the weights do not hold.

    ## Why it breaks
    transformers loads it all the same: the head is initialised at random, a line of the log says
    `newly initialized`, and every load answers something else.

    ## Example
    ```python fails=LS417
    seen = {"architectures": "BertForSequenceClassification", "head_missing": True}
    artifact("bert", format="transformers", content="model", is_folder=True, detail=seen)
    ```

    ## Fix
    Save the model that was trained, with its head: `model.save_pretrained`, not that of its base.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/model>
    """
    if artifact.format == "transformers" and artifact.detail.get("head_missing") is True:
        name = text(artifact.detail, "architectures").partition(",")[0]
        yield Finding(
            f"the config names `{name}`, and the weights hold no head: it would be random",
            at=here(artifact),
            notes=("transformers says `newly initialized` in a line of its log and goes on",),
            fix=Fix("save the trained model with its head", safety="manual"),
        )
