"""LS507: the tokenizer lets through longer texts than the model has positions for."""

from collections.abc import Iterator

from loadstone.checks._common import here, number, text
from loadstone.core import Artifact, Finding, Fix, check


@check("LS507", since="0.2", severity="warning")
def length_not_limited(artifact: Artifact) -> Iterator[Finding]:
    """The tokenizer lets through longer texts than the model has positions for.

    ## Why it breaks
    The table of positions ends. `truncation=True` cuts at `model_max_length` of the tokenizer, and
    does nothing where there is none. A longer text raises `IndexError` in the model; one that was
    cut elsewhere in the training is read otherwise.

    ## Example
    ```python fails=LS507
    numbers = {"tokenizer": "tokenizer.json", "positions": 512, "longest": 1024}
    artifact("bert", format="transformers", content="model", is_folder=True, detail=numbers)
    ```

    ## Fix
    Give the tokenizer the length that the model was trained with, and save it again.

    ## See also
    <https://huggingface.co/docs/transformers/pad_truncation>
    """
    detail = artifact.detail
    positions, longest = number(detail, "positions"), number(detail, "longest")
    if (
        artifact.damage
        or artifact.format != "transformers"
        or not positions
        or not text(detail, "tokenizer")
    ):
        return
    if longest is not None and longest <= positions:
        return
    said = f"cuts texts at {longest:,} tokens" if longest else "does not say where texts are cut"
    yield Finding(
        f"the tokenizer {said}, and the model has {positions:,} positions",
        at=here(artifact, "tokenizer_config.json"),
        severity=None if longest else "note",
        fix=Fix(
            "save the length with the tokenizer",
            safety="manual",
            python=(
                f"tokenizer.model_max_length = {positions}\n"
                f"tokenizer.save_pretrained({artifact.path!r})"
            ),
        ),
    )
