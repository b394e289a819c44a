"""LS509: `vocab.txt` numbers tokens otherwise than `tokenizer.json` beside it."""

from collections.abc import Iterator

from loadstone.checks._common import WITH_TOKENIZER, here, text
from loadstone.core import Artifact, Finding, Fix, check


@check("LS509", since="0.2", severity="warning")
def vocabularies_disagree(artifact: Artifact) -> Iterator[Finding]:
    """Two files of the tokenizer number the same tokens otherwise.

    ## Why it breaks
    The fast tokenizer reads `tokenizer.json`, the slow one `vocab.txt`. Which of them a load takes
    depends on the version of transformers and on `use_fast`. One of the two gives the model other
    words than it was trained on, and nothing raises.

    ## Example
    ```python fails=LS509
    apart = {"vocabularies_apart": "hello is 5 in one and 6 in the other, 2 tokens in all"}
    artifact("bert", format="transformers", content="model", is_folder=True, detail=apart)
    ```

    ## Fix
    Keep the file that the model was trained with, and remove the other.

    ## See also
    <https://huggingface.co/docs/transformers/fast_tokenizers>
    """
    apart = text(artifact.detail, "vocabularies_apart")
    if artifact.format not in WITH_TOKENIZER or not apart:
        return
    yield Finding(
        "`vocab.txt` and `tokenizer.json` number tokens otherwise",
        at=here(artifact, "vocab.txt"),
        notes=(apart, "transformers 5 reads `tokenizer.json`, a slow tokenizer of 4 `vocab.txt`"),
        fix=Fix("keep the one that the model was trained with", safety="manual"),
    )
