"""LS505: the tokenizer has more tokens than the model has rows for, or far fewer."""

from collections.abc import Iterator

from loadstone.checks._common import WITH_TOKENIZER, here, number
from loadstone.core import Artifact, Finding, Fix, check

_SPARE = 1024  # rows that tables are rounded up by, and reserved ones
_FEW = 0.8  # of the rows


@check("LS505", since="0.2", covers=("torch/H10",))
def tokenizer_of_another_model(artifact: Artifact) -> Iterator[Finding]:
    """The tokenizer numbers more tokens than the model's table has rows, or far fewer.

    ## Why it breaks
    A token's number is the row of its embedding. A number beyond the table raises `IndexError` on a
    CPU and a device-side assert on a GPU, for texts that hold such a token and for no others. Where
    the table is far larger, the tokenizer is likely another model's: every text is then read as
    other words, and nothing raises.

    ## Example
    ```python fails=LS505
    numbers = {"token_ids": 32001, "vocabulary_ids": 32001, "embedding_rows": 32000}
    artifact("net", format="transformers", content="model", is_folder=True, detail=numbers)
    ```

    ## Fix
    Put the tokenizer that the model was trained with into the folder. Where tokens were added on
    purpose, the table has to grow before the training: `model.resize_token_embeddings`.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/model>
    """
    detail = artifact.detail
    tokens, rows = number(detail, "token_ids"), number(detail, "embedding_rows")
    if artifact.format not in WITH_TOKENIZER or not tokens or not rows:
        return
    vocabulary = number(detail, "vocabulary_ids") or 0
    few = tokens < _FEW * rows and rows - tokens > _SPARE
    if tokens <= rows and not few:
        return
    added = vocabulary <= rows < tokens
    notes = [f"a token numbered {rows:,} or higher raises `IndexError` in the model"] * (not few)
    if added:
        notes.append("they are tokens that were added to the vocabulary, which fits the table")
    yield Finding(
        f"the tokenizer numbers {tokens:,} tokens, and the model has {rows:,} rows for them",
        at=here(artifact),
        notes=tuple(notes),
        severity="warning" if added or few else "error",
        fix=Fix(
            "put the tokenizer that the model was trained with into the folder",
            safety="manual",
            python=f"tokenizer.save_pretrained({artifact.path!r})  # where it was trained\n",
        ),
    )
