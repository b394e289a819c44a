"""LS433: the rows of queries and keys lie for another kind of rotary embedding."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.statedict.laid import queries, rotary
from loadstone.statedict.match import Match

SAID = {
    "beside": "numbers beside each other (as in Meta's code, torchtune, llama.cpp)",
    "halves": "the halves of each head (as in transformers)",
}


@check("LS433", since="0.2", supersedes=("LS400", "LS401", "LS404", "LS406"))
def other_rotary_order(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Queries and keys were saved by a code whose rotary embedding turns other pairs.

    ## Why it breaks
    A rotary embedding turns pairs of numbers of each head: those beside each other in Meta's code
    of LLaMA, torchtune and llama.cpp, those of the two halves in transformers. The rows of `wq` and
    `wk` lie accordingly. All names can be translated and all shapes fit: the model loads, and
    what it writes is nonsense.

    ## Example
    ```python fails=LS433
    meta = ("attention.wq", "attention.wk", "attention.wv", "attention.wo")
    save({**{f"layers.0.{name}.weight": zeros(4, 4) for name in meta},
          "layers.0.attention_norm.weight": zeros(4)})
    halves = ("q_proj", "k_proj", "v_proj", "o_proj")
    load_into({**{f"layers.0.self_attn.{name}.weight": zeros(4, 4) for name in halves},
               "layers.0.input_layernorm.weight": zeros(4)})
    ```

    ## Fix
    Put the rows in the order of the target, head by head, with the number of heads of the model:
    those of keys may be fewer. The converter of the library that the target is of does that, and
    renames. Nothing is renamed here alone, since the result would load.

    ## See also
    <https://github.com/huggingface/transformers/blob/main/src/transformers/models/llama/convert_llama_weights_to_hf.py>
    """
    ours, theirs = rotary(_modules(weights)), rotary(_modules(target))
    if match.complete or not ours or not theirs or ours == theirs:
        return
    old, new = queries(_modules(weights)), queries(_modules(target))
    pairs = "rows.shape[0] // heads // 2"
    size = f"{pairs}, 2" if ours == "beside" else f"2, {pairs}"
    yield Finding(
        f"the rotary embedding of the file turns {SAID[ours]}, and that of `{target.name}` "
        f"{SAID[theirs]}",
        at=weights_place(weights, f"{old[0]}.weight"),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(
            Row(f"{a}.weight", f"{b}.weight, in another order")
            for a, b in zip(old[:2], new[:2], strict=False)
        ),
        headings=("saved", "expected"),
        notes=("renamed alone it would load, and predict nonsense",),
        fix=Fix(
            "put the rows of queries and keys in the order of the target, and rename",
            safety="manual",
            python="def turned(rows, heads):  # of the queries, or of the keys\n"
            f"    return rows.view(heads, {size}, -1).transpose(1, 2).reshape(rows.shape)\n",
        ),
        explains_rest=True,
    )


def _modules(keys: Weights | Target) -> list[str]:
    return [key.rpartition(".")[0] for key in keys]
