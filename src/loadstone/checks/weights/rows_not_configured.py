"""LS446: a configuration of Hugging Face whose vocabulary has another size than the weights."""

from collections.abc import Iterator

from loadstone.checks._common import here, number, text
from loadstone.core import Artifact, Finding, Fix, check

# whose table has a row for each entry of the vocabulary, and no other
_AS_CONFIGURED = frozenset(
    (
        *("albert", "bart", "bert", "camembert", "deberta-v2", "distilbert", "electra", "gemma"),
        *("gpt2", "gpt_neox", "gptj", "llama", "mistral", "mixtral", "mpnet", "mt5", "opt"),
        *("qwen2", "qwen3", "roberta", "t5", "xlm-roberta"),
    )
)


@check("LS446", since="0.2")
def rows_not_configured(artifact: Artifact) -> Iterator[Finding]:
    """The configuration names a vocabulary of another size than the weights have.

    ## Why it breaks
    `from_pretrained` makes the model as `config.json` says, and refuses the weights: their table of
    token embeddings has another number of rows. The vocabulary was resized and one of the two files
    is older, or they are of two models.

    ## Example
    ```python fails=LS446
    numbers = {"model_type": "bert", "vocab_size": 30522, "embedding_rows": 30524}
    artifact("net", format="transformers", content="model", is_folder=True, detail=numbers)
    ```

    ## Fix
    Take both files from one save. Where the weights are right, put the number of their rows into
    `config.json`; where the tokenizer has as many tokens, that is likely so.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/model>
    """
    detail = artifact.detail
    said, rows = number(detail, "vocab_size"), number(detail, "embedding_rows")
    known = text(detail, "model_type") in _AS_CONFIGURED
    if artifact.format != "transformers" or not known or not said or not rows or said == rows:
        return
    tokens = number(detail, "token_ids")
    agrees = [f"the tokenizer numbers {rows:,} tokens, as the weights do"] * (tokens == rows)
    yield Finding(
        f"`config.json` names a vocabulary of {said:,}, and the weights have {rows:,} rows for it",
        at=here(artifact, "config.json"),
        notes=(*agrees, "`from_pretrained` refuses weights of another size"),
        fix=Fix("take the configuration and the weights from one save", safety="manual"),
    )
