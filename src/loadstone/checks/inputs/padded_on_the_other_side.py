"""LS511: a tokenizer that pads at the end where its model does not expect it."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, check

# that take the places 0, 1, 2 … whatever the mask says, and learned a vector for each
_FROM_THE_LEFT = frozenset(
    ("albert", "bert", "convbert", "distilbert", "electra", "layoutlm", "mobilebert")
)


@check("LS511", since="0.2", severity="note", covers=("torch/I16",))
def padded_on_the_other_side(artifact: Artifact) -> Iterator[Finding]:
    """The tokenizer pads texts at the end at which the model does not expect it.

    ## Why it breaks
    A model that completes texts goes on after the last token. In a batch, the shorter texts end in
    padding, and it completes that. One text alone is right, and so is the longest of a batch.
    BERT and its like number places from the left: padding there moves every word of the shorter
    texts to places that it did not have in training.

    ## Example
    ```python fails=LS511
    seen = {"architectures": "GPT2LMHeadModel", "padding_side": "right"}
    artifact("gpt", format="transformers", content="model", is_folder=True, detail=seen)
    ```

    ## Fix
    Generate with `padding_side="left"`. Training, and scores of whole texts, may pad on the right,
    and models that number places from the left have to.

    ## See also
    <https://huggingface.co/docs/transformers/llm_tutorial>
    """
    detail = artifact.detail
    side = text(detail, "padding_side")
    if artifact.format != "transformers":
        return
    completes = text(detail, "architectures").endswith(("ForCausalLM", "LMHeadModel"))
    if side == "right" and completes:
        yield Finding(
            "the model completes texts, and its tokenizer pads them on the right",
            at=here(artifact, "tokenizer_config.json"),
            notes=("it concerns batches of texts of different lengths that are generated from",),
            fix=Fix(
                "pad on the left where texts are generated",
                safety="manual",
                python='tokenizer.padding_side = "left"',
            ),
        )
    elif side == "left" and not completes and text(detail, "model_type") in _FROM_THE_LEFT:
        yield Finding(
            "the model numbers places from the left, and its tokenizer pads texts there",
            at=here(artifact, "tokenizer_config.json"),
            severity="warning",
            notes=("it concerns batches of texts of different lengths: their places are others",),
            fix=Fix(
                "pad on the right",
                safety="manual",
                python='tokenizer.padding_side = "right"',
            ),
        )
