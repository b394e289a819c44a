"""LS603: the model is in training mode, and predicts otherwise than in eval mode."""

from collections.abc import Iterator

from loadstone.checks._common import here, number, text
from loadstone.core import Artifact, Finding, Fix, Row, SaveFacts, Target, check
from loadstone.core.facts import ModuleFact
from loadstone.core.words import count, listed

BEHAVES = ("Dropout", "BatchNorm", "InstanceNorm", "RReLU")
KEPT = "Keras 2 does so in `predict` too, where Keras 3 overrides it and predicts otherwise"
OVERRIDDEN = "`model(x)` does so; `predict` of Keras 3 overrides it"
DRAWS = ("Dropout", "Gaussian", "Random")  # in the name of a layer of Keras
UNUSED = (
    "`draws={}` was not used: a bundle predicts in eval mode, in which two runs agree; what is to "
    "draw there too draws in its own code, as `F.dropout(x, 0.5)` does"
)


@check("LS603", since="0.1", severity="warning", covers=("torch/I01", "tensorflow/f11"))
def left_in_training_mode(
    artifact: Artifact, saving: SaveFacts | None, target: Target | None
) -> Iterator[Finding]:
    """The model was saved in training mode, in which it predicts otherwise.

    ## Why it breaks
    In training mode dropout removes values at random, and batch norm uses the batch's own mean and
    changes its running statistics with every prediction. `torch.no_grad()` changes none of that.
    In a Keras model a layer that was called with `training=True` stays so in the file: in Keras 2
    for every prediction, in Keras 3 for `model(x)` alone. A SavedModel has it in its program.

    ## Example
    ```python fails=LS603
    artifact("net.lode", format="bundle", content="bundle")
    saving(training=["dropout"], differs_in_training=1.1)
    ```

    ## Fix
    Call `model.eval()` before predicting. Loadstone does, and says here that the model as it was
    given would have predicted something else. A Keras model is built anew without
    `training=True`, unless it draws on purpose (Monte Carlo dropout).

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/autograd.html#evaluation-mode-nn-module-eval>
    """
    if artifact.framework == "keras" and saving is None:
        yield from _called(artifact)
        return
    if text(artifact.detail, "draws") and saving is None:
        yield _drawing(artifact)
        return
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
    notes = [] if off is None else [f"outputs differ by up to {off:.3g} from those in eval mode"]
    if saving is not None and saving.draws_unused:
        notes.append(UNUSED.format(saving.draws_unused))
    yield Finding(
        f"the model was left in training mode, in which {count(len(modules), 'layer')} "
        f"{'behaves' if len(modules) == 1 else 'behave'} otherwise: {listed(modules)}",
        at=here(artifact, modules[0]),
        notes=tuple(notes),
        fix=Fix("call `eval()` before predicting", safety="manual", python="model.eval()\n"),
    )


def _drawing(artifact: Artifact) -> Finding:
    """Say that a program draws whenever it predicts."""
    told = [item.partition(": ")[::2] for item in text(artifact.detail, "draws").split("; ")]
    names = [name for name, _ in told]
    verb = "draws" if len(names) == 1 else "draw"
    return Finding(
        f"{listed(names)} of `{artifact.name}` {verb} random numbers at each prediction",
        at=here(artifact, names[0]),
        headings=("signature", "operators that draw"),
        rows=tuple(Row(name, ops) for name, ops in told[:4]),
        notes=("dropout was saved with `training=True`, or the model samples what it gives",),
        fix=Fix("save the model called without `training=True`", safety="manual"),
    )


def _called(artifact: Artifact) -> Iterator[Finding]:
    """Yield that layers of a Keras model are called in training mode, whatever is predicted."""
    called = [item for item in artifact.modules if item.attributes.get("training") is True]
    draw, others = [], []
    for item in called:
        inside = [held for held in artifact.modules if _is_within(held.path, item.path)]
        draw += [held.path for held in inside if _draws(held)]
        others += [held.path for held in inside if _takes_the_batch(held)]
    names = list(dict.fromkeys((*draw, *others)))
    if not names:
        return
    notes = ["what is drawn at random differs from one call to the next"] if draw else []
    if others:
        notes.append("a row is normalised by the rows that are predicted with it")
    newer = (number(artifact.detail, "generation") or 2) >= 3
    notes.append(OVERRIDDEN if newer else KEPT)
    verbs = ("is", "behaves") if len(names) == 1 else ("are", "behave")
    yield Finding(
        f"{count(len(names), 'layer')} {verbs[0]} called with `training=True`, and "
        f"{verbs[1]} otherwise then: {listed(names)}",
        at=here(artifact, names[0]),
        notes=tuple(notes),
        fix=Fix(
            "build the model without `training=True`, and load these weights into it",
            safety="manual",
        ),
    )


def _is_within(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def _takes_the_batch(module: ModuleFact) -> bool:
    """Whether it normalises by the batch in training: what is frozen never does."""
    frozen = module.attributes.get("trainable") is False
    return module.name.startswith("BatchNorm") and not frozen


def _draws(module: ModuleFact) -> bool:
    rates = [module.attributes.get(name) for name in ("dropout", "recurrent_dropout")]
    drawn = any(isinstance(rate, float | int) and rate > 0 for rate in rates)
    return drawn or any(word in module.name for word in DRAWS)
