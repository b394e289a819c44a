"""LS441: BatchNorm holds the statistics that it was built with."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import weights_place
from loadstone.core import Finding, Fix, Row, Unfitted, Weights, check
from loadstone.core.words import count, listed


@check("LS441", since="0.2", severity="warning", covers=("torch/I05",))
def statistics_never_updated(weights: Weights, unfitted: Unfitted) -> Iterator[Finding]:
    """BatchNorm holds the mean 0 and variance 1 of a new one: no batch was seen.

    ## Why it breaks
    In eval mode BatchNorm uses the running mean and variance of training. A model that was trained
    with its BatchNorms in eval mode, with `momentum=0`, or not at all, keeps those that they are
    built with. In training mode it predicts well, of each batch's own statistics; in eval mode it
    does not, and nothing says so.

    ## Example
    ```python fails=LS441
    save({"bn.weight": zeros(3), "bn.running_mean": zeros(3), "bn.running_var": zeros(3)})
    unfitted(["bn"], total=1)
    ```

    ## Fix
    Run batches of the training data through the model in training mode, without an optimizer, and
    save it again: `torch.optim.swa_utils.update_bn`. The numbers in the file were read.

    ## See also
    <https://docs.pytorch.org/docs/stable/optim.html#torch.optim.swa_utils.update_bn>
    """
    modules = unfitted.modules
    every = "every" if len(modules) == unfitted.total else f"{len(modules):,} of {unfitted.total:,}"
    noun = "BatchNorm" if every == "every" else "BatchNorms"
    verb = "holds" if every == "every" or len(modules) == 1 else "hold"
    yield Finding(
        f"{every} {noun} of the file {verb} the statistics of a new one, mean 0 and "
        f"variance 1: {listed(list(modules))}",
        at=weights_place(weights, f"{modules[0]}.running_mean".lstrip(".")),
        rows=tuple(Row(f"{path}.running_mean".lstrip("."), "", "0") for path in modules[:4]),
        more=max(0, len(modules) - 4),
        notes=(f"{count(len(modules), 'layer')} saw no batch in training mode",),
        fix=Fix(
            "run training data through it in training mode, and save it again",
            safety="manual",
            python="torch.optim.swa_utils.update_bn(loader, model)\n",
        ),
    )
