"""LS602: two runs of the model on the same inputs give different outputs."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Replay, SaveFacts, check

SUPERSEDES = ("LS500", "LS600")
STEPS = ("preprocess", "postprocess")
PURPOSE = (
    "where it draws on purpose, `seed=0` (torch, Keras 3) or `draws=100` of `loadstone.save` "
    "records what it predicts from a seed, or in distribution"
)


@check("LS602", since="0.1", supersedes=SUPERSEDES, covers=("torch/I04",))
def not_repeatable(
    artifact: Artifact, replay: Replay | None, saving: SaveFacts | None
) -> Iterator[Finding]:
    """Two runs on the same inputs give different outputs.

    ## Why it breaks
    Something draws random numbers while predicting: `F.dropout(x)` without
    `training=self.training` (`eval()` does not reach it), sampling, or an operation that is not
    deterministic. No recorded prediction can be reproduced then.

    ## Example
    ```python fails=LS602
    artifact("net.lode", format="bundle", content="bundle")
    saving(repeatable=False, first_unrepeatable="block.dropout", difference=0.7)
    ```

    ## Fix
    Write `F.dropout(x, training=self.training)`, or use `nn.Dropout`. Where a model of torch
    or Keras 3 draws on purpose, `loadstone.save(…, seed=0)` records what it predicts from a seed;
    `draws=100` compares so many runs in distribution, of whatever draws.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/randomness.html>
    """
    saved = saving is not None and not saving.repeatable
    replayed = replay is not None and replay.repeatable is False
    if not saved and not replayed:
        return
    where = saving.first_unrepeatable if saving else ""
    size = saving.difference if saving else None
    notes = [] if size is None else [f"the largest difference between two runs is {size:.3g}"]
    of_model = (
        () if where in STEPS else ("the model was in eval mode", *((PURPOSE,) if saved else ()))
    )
    yield Finding(
        "two runs on the same inputs differ" + (f", first at `{where}`" if where else ""),
        at=here(artifact, where),
        notes=(*notes, *of_model),
        fix=_fix(where),
    )


def _fix(where: str) -> Fix:
    if where in STEPS:
        title = f"leave no randomness, no clock and no counter in what `{where}` returns"
        return Fix(title, safety="manual")
    return Fix(
        "leave no randomness in the prediction",
        safety="manual",
        python="x = F.dropout(x, training=self.training)\n",
    )
