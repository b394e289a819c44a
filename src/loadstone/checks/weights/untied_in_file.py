"""LS421: the file holds other numbers where the target has one parameter."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Untied, Weights, check
from loadstone.core.words import count

ROWS = 4


@check("LS421", since="0.2")
def untied_in_file(weights: Weights, target: Target, untied: Untied) -> Iterator[Finding]:
    """Two tensors of the file differ, and the target holds them as one parameter.

    ## Why it breaks
    `self.head.weight = self.embed.weight` makes two names of one parameter. A file of a model that
    did not tie them has a tensor for each, of the same shape. `load_state_dict` copies both into
    the one parameter and says `<All keys matched successfully>`: the last one is left, for both.

    ## Example
    ```python fails=LS421
    save({"embed.weight": zeros(5, 2), "head.weight": zeros(5, 2)})
    load_into({"embed.weight": zeros(5, 2), "head.weight": zeros(5, 2)},
              aliases={"head.weight": "embed.weight"}, untied=["head.weight"])
    ```

    ## Fix
    Build the model without tying them, as it was when it was saved: with transformers,
    `tie_word_embeddings=False` in its configuration. The bytes of both were compared.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict>
    """
    name, first = untied.pairs[0]
    rest = len(untied.pairs) - 1
    more = f", and {count(rest, 'pair')} more" if rest else ""
    yield Finding(
        f"`{name}` and `{first}` hold other numbers in the file, and are one parameter in "
        f"`{target.name}`{more}",
        at=weights_place(weights, name),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(
            Row(f"{first}, {name}: two tensors", f"one  {target[first]}")
            for name, first in untied.pairs[:ROWS]
        ),
        more=max(0, len(untied.pairs) - ROWS),
        notes=("torch copies both into it without an error, and keeps the last",),
        fix=Fix("build the model without tying them, as it was saved", safety="manual"),
    )
