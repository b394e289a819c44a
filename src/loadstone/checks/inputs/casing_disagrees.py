"""LS508: the tokenizer lowers texts, or does not, against what its vocabulary holds."""

from collections.abc import Iterator

from loadstone.checks._common import here, number, text
from loadstone.core import Artifact, Finding, Fix, check

_WORDS = 20  # of more than a letter: fewer tell nothing
_CAPITALS = 0.05  # of the words, where texts keep their capitals


@check("LS508", since="0.2", severity="warning", covers=("torch/I15",))
def casing_disagrees(artifact: Artifact) -> Iterator[Finding]:
    """The tokenizer lowers texts, or not, against its vocabulary or its settings.

    ## Why it breaks
    Where a vocabulary holds no capitals and texts keep theirs, every word with one becomes unknown.
    Where it holds them and texts are made lower case, `Apple` is read as `apple`. With
    `do_lower_case` against `tokenizer.json`, which of the two counts depends on the class that
    loads it. Nothing raises.

    ## Example
    ```python fails=LS508
    seen = {"lowers": False, "words": 20_000, "words_with_capitals": 0}
    artifact("bert", format="transformers", content="model", is_folder=True, detail=seen)
    ```

    ## Fix
    Bring back the tokenizer files that were saved with the model.

    ## See also
    <https://huggingface.co/docs/tokenizers/api/normalizers>
    """
    if artifact.format != "transformers":
        return
    told = _against_settings(artifact) or _against_words(artifact)
    if told:
        yield Finding(
            told,
            at=here(artifact, "tokenizer.json"),
            fix=Fix("bring back the tokenizer files that were saved with it", safety="manual"),
        )


def _against_settings(artifact: Artifact) -> str:
    lowers, told = artifact.detail.get("lowers"), artifact.detail.get("told_lower")
    if not isinstance(lowers, bool) or not isinstance(told, bool) or lowers == told:
        return ""
    does = "makes texts lower case" if lowers else "keeps capitals"
    return f"`tokenizer.json` {does}, and `tokenizer_config.json` says `do_lower_case: {told}`"


def _against_words(artifact: Artifact) -> str:
    detail = artifact.detail
    lowers = detail.get("lowers")
    if lowers is None and "tokenizer.json" not in text(detail, "tokenizer"):
        lowers = detail.get("told_lower")
    words, capitals = number(detail, "words") or 0, number(detail, "words_with_capitals") or 0
    if words < _WORDS or not isinstance(lowers, bool):
        return ""
    if not lowers and not capitals:
        return f"texts keep their capitals, and none of the {words:,} words it knows has one"
    if lowers and capitals > _CAPITALS * words:
        of = f"{capitals:,} of the {words:,} words it knows"
        return f"texts are made lower case, and {of} have capitals: those are never found"
    return ""
