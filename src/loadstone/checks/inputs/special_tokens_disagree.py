"""LS506: the config numbers special tokens otherwise than the tokenizer does."""

from collections.abc import Iterator

from loadstone.checks._common import WITH_TOKENIZER, here, text
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.findings import Row

_SHOWN = 8


@check("LS506", since="0.2", severity="warning")
def special_tokens_disagree(artifact: Artifact) -> Iterator[Finding]:
    """The config of the model numbers special tokens otherwise than its tokenizer.

    ## Why it breaks
    The model goes by its config: it looks for the last token before `pad_token_id`, ends a text at
    `eos_token_id`. The tokenizer pads and ends with others, so that padding is read as text and
    generation does not stop. Nothing raises.

    ## Example
    ```python fails=LS506
    apart = {"special_tokens_apart": "pad 7, [PAD] is 0"}
    artifact("bert", format="transformers", content="model", is_folder=True, detail=apart)
    ```

    ## Fix
    Use the tokenizer that the model was trained with. Where it is, correct the config.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/configuration>
    """
    apart = text(artifact.detail, "special_tokens_apart")
    if artifact.format not in WITH_TOKENIZER or not apart:
        return
    items = [item.split(", ", 1) for item in apart.split("; ")]
    roles = [told.partition(" ")[0] for told, _ in items]
    # where a text begins is often numbered only for form
    alone = set(roles) == {"bos"}
    yield Finding(
        f"the config numbers other special tokens than the tokenizer: {', '.join(roles)}",
        at=here(artifact, "config.json"),
        headings=("config", "tokenizer"),
        rows=tuple(Row(*item) for item in items[:_SHOWN]),
        severity="note" if alone else None,
        fix=Fix("use the tokenizer of the training, or correct the config", safety="manual"),
    )
