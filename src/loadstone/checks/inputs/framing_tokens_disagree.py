"""LS519: the files of a tokenizer frame texts with different special tokens."""

from collections.abc import Iterator

from loadstone.checks._common import WITH_TOKENIZER, here, text
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.findings import Row


@check("LS519", since="0.2", severity="warning")
def framing_tokens_disagree(artifact: Artifact) -> Iterator[Finding]:
    """The files of a tokenizer frame texts with different special tokens.

    ## Why it breaks
    `tokenizer.json` holds the tokens that it puts before and after a text, and
    `tokenizer_config.json` names them once more. Which of the two counts depends on the release:
    with `[MASK]` named as `cls_token`, a `BertTokenizer` of transformers 5.24 begins texts with it,
    and one of 4.44 with the `[CLS]` of `tokenizer.json`. The model reads what the text is from that
    token. Nothing raises.

    ## Example
    ```python fails=LS519
    apart = {"frames_apart": "[CLS], cls_token is [MASK]"}
    artifact("bert", format="transformers", content="model", is_folder=True, detail=apart)
    ```

    ## Fix
    Bring back the tokenizer files that were saved with the model.

    ## See also
    <https://huggingface.co/docs/tokenizers/api/post-processors>
    """
    apart = text(artifact.detail, "frames_apart")
    if artifact.format not in WITH_TOKENIZER or not apart:
        return
    rows = [Row(*item.split(", ", 1)) for item in apart.split("; ")]
    yield Finding(
        "`tokenizer.json` frames texts with other special tokens than `tokenizer_config.json` "
        "names",
        at=here(artifact, "tokenizer_config.json"),
        headings=("tokenizer.json", "tokenizer_config.json"),
        rows=tuple(rows),
        fix=Fix("bring back the tokenizer files that were saved with it", safety="manual"),
    )
