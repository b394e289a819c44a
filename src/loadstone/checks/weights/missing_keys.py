"""LS400: tensors that the target has and the file does not."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import by_module, target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

ROWS = 6


@check("LS400", since="0.1", covers=("torch/E27",))
def missing_keys(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """The target has tensors that the file does not hold.

    ## Why it breaks
    `load_state_dict` names them `Missing key(s)`. With `strict=False` it goes on without a word,
    and those layers keep the random values they were built with.

    ## Example
    ```python fails=LS400
    save({"fc1.weight": zeros(5, 10)})
    load_into({"fc1.weight": zeros(5, 10), "fc3.weight": zeros(2, 2)})
    ```

    ## Fix
    Build the model as it was when it was saved, without the layers added since. If they were
    added on purpose, they have to be trained: load the rest by name, and say so.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict>
    """
    if not match.missing:
        return
    modules = by_module(match.missing, match.tensors)
    whole = [path for path, all_of_it in modules.items() if all_of_it]
    many = "a layer" if len(whole) == 1 else "layers"
    if len(whole) == len(modules) and "" not in modules:
        message = f"`{target.name}` has {many} that the file does not: {listed(whole)}"
    else:
        message = (
            f"the file lacks {count(len(match.missing), 'tensor')} that `{target.name}` expects: "
            f"{listed(match.missing)}"
        )
    yield Finding(
        message,
        at=weights_place(weights),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(Row("—", f"{key}  {target[key]}") for key in match.missing[:ROWS]),
        more=max(0, len(match.missing) - ROWS),
        notes=("with `strict=False` these would keep random values, and nothing would say so",),
        fix=Fix(
            "build the model as it was saved, without what was added since",
            safety="manual",
        ),
    )
