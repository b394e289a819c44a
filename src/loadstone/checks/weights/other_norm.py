"""LS438: a normalisation keeps running statistics on one side, and none on the other."""

from collections.abc import Iterator, Mapping

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, TensorFact, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


@check("LS438", since="0.2", supersedes=("LS400", "LS401", "LS409"), covers=("torch/E22",))
def other_norm(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Layers normalise with running statistics on one side, and without on the other.

    ## Why it breaks
    `BatchNorm` keeps a running mean and variance. `InstanceNorm` and `GroupNorm` compute theirs of
    each input, and so does `BatchNorm` with `track_running_stats=False`. Their weights and biases
    have the same names and shapes; with `strict=False` the others load into them without a word,
    and the model computes something else.

    ## Example
    ```python fails=LS438
    statistics = {"bn.running_mean": zeros(3), "bn.running_var": zeros(3)}
    save({"bn.weight": zeros(3), "bn.bias": zeros(3), **statistics})
    load_into({"bn.weight": zeros(3), "bn.bias": zeros(3)})
    ```

    ## Fix
    Build the model with the norm that it was trained with. No edit of the file turns one into the
    other: to leave out the statistics, or to make them up, changes what is predicted.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html>
    """
    paths = [
        list(dict.fromkeys(key.rpartition(".")[0] for key in keys if _is_statistic(key)))
        for keys in (match.unexpected, match.missing)
    ]
    saved = [path for path in paths[0] if _is_norm(path, target)]
    expected = [path for path in paths[1] if _is_norm(path, match.tensors)]
    modules = saved or expected
    if match.complete or not modules or (saved and expected):
        return
    kind = target.modules.get(modules[0], "")
    named = f"`{kind}`" if kind else "the layer"
    message = (
        f"{count(len(modules), 'layer')} of the file kept running statistics, and {named} of "
        f"`{target.name}` keeps none: {listed(modules)}"
        if saved
        else f"{count(len(modules), 'layer')} of `{target.name}` keep running statistics, and the "
        f"file has none: {listed(modules)}"
    )
    keys = [key for key in (*match.unexpected, *match.missing) if key.rpartition(".")[0] in modules]
    left = (*match.missing, *match.unexpected, *match.mismatched)
    yield Finding(
        message,
        at=weights_place(weights, keys[0] if saved else None),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(
            Row(f"{key}  {match.tensors[key]}", "—") if saved else Row("—", f"{key}  {target[key]}")
            for key in keys[:4]
        ),
        more=max(0, len(keys) - 4),
        fix=Fix("build the model with the norm that it was trained with", safety="manual"),
        explains_rest=all(key in keys for key in left),
    )


def _is_statistic(key: str) -> bool:
    return key.rpartition(".")[2] in STATISTICS[:2]


def _is_norm(path: str, others: Mapping[str, TensorFact]) -> bool:
    return f"{path}.weight" in others
