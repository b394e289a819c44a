"""LS417: the config names a head or layers that the weights do not hold."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, check


@check("LS417", since="0.2", covers=("torch/K13",))
def head_not_in_file(artifact: Artifact) -> Iterator[Finding]:
    """The config names a head or layers that the weights do not hold.

    ## Why it breaks
    transformers loads it all the same: what is not there is initialised at random, a line of the
    log says `newly initialized`, and every load answers something else.

    ## Example
    ```python fails=LS417
    seen = {"architectures": "BertForSequenceClassification", "head_missing": True}
    artifact("bert", format="transformers", content="model", is_folder=True, detail=seen)
    ```

    ## Fix
    Save the model that was trained, whole: `model.save_pretrained`, not that of its base. Where
    layers were cut off on purpose, the config has to say how many there are.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/model>
    """
    if artifact.format != "transformers":
        return
    notes = ("transformers says `newly initialized` in a line of its log and goes on",)
    name = text(artifact.detail, "architectures").partition(",")[0]
    if artifact.detail.get("head_missing") is True:
        yield Finding(
            f"the config names `{name}`, and the weights hold no head: it would be random",
            at=here(artifact),
            notes=notes,
            fix=Fix("save the trained model with its head", safety="manual"),
        )
    layers = text(artifact.detail, "layers_missing")
    if layers:
        yield Finding(
            f"the weights lack layers of `{name}`, which would be random: {layers}",
            at=here(artifact, layers.partition(",")[0].partition(" and ")[0]),
            notes=notes,
            fix=Fix(
                "save the model with all of its layers, or let its config count those it has",
                safety="manual",
            ),
        )
