"""LS511: a model that completes texts, and a tokenizer that pads them at their end."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, check


@check("LS511", since="0.2", severity="note", covers=("torch/I16",))
def padded_on_the_right(artifact: Artifact) -> Iterator[Finding]:
    """A model that completes texts is saved with a tokenizer that pads at their end.

    ## Why it breaks
    The model goes on after the last token. In a batch, the shorter texts end in padding, and it
    completes that. One text alone is right, and so is the longest of a batch.

    ## Example
    ```python fails=LS511
    seen = {"architectures": "GPT2LMHeadModel", "padding_side": "right"}
    artifact("gpt", format="transformers", content="model", is_folder=True, detail=seen)
    ```

    ## Fix
    Generate with `padding_side="left"`. Training, and scores of whole texts, may pad on the right.

    ## See also
    <https://huggingface.co/docs/transformers/llm_tutorial>
    """
    detail = artifact.detail
    if artifact.format != "transformers" or text(detail, "padding_side") != "right":
        return
    if text(detail, "architectures").endswith(("ForCausalLM", "LMHeadModel")):
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
