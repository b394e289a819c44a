"""LS427: the vocabulary of the target has more or fewer entries than the file's."""

import re
from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, ResizeRows, Row, Target, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

ROWS = 6
_OTHERS = re.compile(r"pos|wpe|type|segment|timestep", re.IGNORECASE)  # rows that are no entries
COVERS = ("torch/F03",)


@check("LS427", since="0.2", supersedes=("LS403",), covers=COVERS)
def vocabulary_resized(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Embeddings have another number of rows than the target, and so has the head.

    ## Why it breaks
    A row of an embedding is one entry of the vocabulary. Tokens were added before or after the
    save, or the vocabulary was built again: `size mismatch for emb.weight`. A head that predicts
    tokens has the same rows.

    ## Example
    ```python fails=LS427
    save({"emb.weight": zeros(30, 16), "head.weight": zeros(30, 16)})
    load_into(
        {"emb.weight": zeros(32, 16), "head.weight": zeros(32, 16)},
        modules={"emb": "Embedding", "head": "Linear"},
    )
    ```

    ## Fix
    Build the model with the vocabulary of the file, and then resize it
    (`resize_token_embeddings`), or take the tokenizer that was saved with it. Unsafe: the rows
    beyond the smaller number are left out, or are zeros that were never trained. Whether the
    entries that stay have kept their numbers is not told by the weights: where the vocabulary was
    built again from other texts, every row means another word.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/model>
    """
    sizes = {_rows(key, match, target) for key in match.mismatched}
    found = sizes.pop() if len(sizes) == 1 else None
    embeddings = [key for key in match.mismatched if _kind(key, target).startswith("Embedding")]
    if found is None or not embeddings:
        return
    saved, wanted = found
    few, many = sorted(found)
    keys = listed(list(match.mismatched))
    fits = not (match.steps or match.missing or match.unexpected)
    yield Finding(
        f"the vocabulary of `{target.name}` has {count(wanted, 'entry', 'entries')}, "
        f"that of the file {saved:,}",
        at=weights_place(weights, embeddings[0]),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(
            Row(f"{key}  {match.tensors[key]}", f"{key}  {target[key]}")
            for key in match.mismatched[:ROWS]
        ),
        more=max(0, len(match.mismatched) - ROWS),
        notes=(
            f"rows {few:,} to {many - 1:,} of {keys} "
            + ("would be lost" if saved > wanted else "were never trained"),
        ),
        fix=Fix(
            f"leave out rows {few:,} to {many - 1:,}"
            if saved > wanted
            else f"put zeros into rows {few:,} to {many - 1:,}",
            (ResizeRows(dict.fromkeys(match.mismatched, wanted)),),
            safety="unsafe",
            proof=f"rows 0 to {few - 1:,} are as in the file, whatever entries they stand for",
        )
        if fits
        else Fix("build the model with the vocabulary of the file", safety="manual"),
    )


def _rows(key: str, match: Match, target: Target) -> tuple[int, int] | None:
    """Return the rows in the file and in the target, where nothing else of the shape differs."""
    saved, wanted = match.tensors[key].shape, target[key].shape
    kind = _kind(key, target)
    if not saved or not wanted or saved[1:] != wanted[1:]:
        return None
    heads = kind == "Linear" or (len(saved) == 1 and "Norm" not in kind)  # or a bias of their own
    if not heads and not kind.startswith("Embedding"):
        return None
    if _OTHERS.search(key):
        return None
    return saved[0], wanted[0]


def _kind(key: str, target: Target) -> str:
    return target.modules.get(key.rpartition(".")[0], "")
