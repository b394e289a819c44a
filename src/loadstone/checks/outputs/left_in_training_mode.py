"""LS603: the model is in training mode, and predicts otherwise than in eval mode."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, SaveFacts, Target, check
from loadstone.core.words import count, listed

BEHAVES = ("Dropout", "BatchNorm", "InstanceNorm", "RReLU")


@check("LS603", since="0.1", severity="warning", covers=("torch/I01",))
def left_in_training_mode(
    artifact: Artifact, saving: SaveFacts | None, target: Target | None
) -> Iterator[Finding]:
    """The model was saved in training mode, in which it predicts otherwise.

    ## Why it breaks
    In training mode dropout removes values at random, and batch norm uses the batch's own mean and
    changes its running statistics with every prediction. `torch.no_grad()` changes none of that.

    ## Example
    ```python fails=LS603
    artifact("net.lode", format="bundle", content="bundle")
    saving(training=["dropout"], differs_in_training=1.1)
    ```

    ## Fix
    Call `model.eval()` before predicting. Loadstone does, and says here that the model as it was
    given would have predicted something else.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/autograd.html#evaluation-mode-nn-module-eval>
    """
    modules = saving.training if saving else ()
    if saving is None and target is None:
        modules = tuple(
            module.path or module.name
            for module in artifact.modules
            if module.attributes.get("training") is True and module.name.startswith(BEHAVES)
        )
    if not modules:
        return
    off = saving.differs_in_training if saving else None
    yield Finding(
        f"the model was left in training mode, in which {count(len(modules), 'layer')} "
        f"{'behaves' if len(modules) == 1 else 'behave'} otherwise: {listed(modules)}",
        at=here(artifact, modules[0]),
        notes=()
        if off is None
        else (f"outputs differ by up to {off:.3g} from those in eval mode",),
        fix=Fix("call `eval()` before predicting", safety="manual", python="model.eval()\n"),
    )
