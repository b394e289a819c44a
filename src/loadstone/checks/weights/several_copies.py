"""LS419: a state dict holds all weights of the target more than once, under several names."""

import re
from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import DropKeys, Finding, Fix, RenameKeys, Row, Target, Weights, check
from loadstone.core.edits import TensorEdit
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

ROWS = 4
SUPERSEDES = ("LS400", "LS401", "LS404", "LS405", "LS406", "LS409")
# what is kept beside a model that is trained
COPIES = frozenset(
    ("ema", "teacher", "average", "averaged", "avg", "momentum", "shadow", "swa", "target", "slow")
)


@check("LS419", since="0.2", supersedes=SUPERSEDES)
def several_copies(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """The state dict holds the model more than once: beside its average or teacher.

    ## Why it breaks
    A training module keeps a second network with the same layers: the moving average of the first
    (`ema`), a teacher, a momentum encoder. Its state dict holds both, each under its own name, and
    the class for inference is one of them. None of the names fit, or half of them are too many.

    ## Example
    ```python fails=LS419
    save({"model.fc.weight": zeros(2, 3), "ema_model.fc.weight": zeros(2, 3)})
    load_into({"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Keep the one that is meant. Where one alone is not named as a copy (`ema`, `teacher`, `target`,
    `momentum` …), it is offered as unsafe: the other has been trained too, and often predicts
    better.

    ## See also
    <https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema>
    """
    prefixes = [] if match.complete else _prefixes(weights, target)
    if len(prefixes) < 2:
        return
    named = [f"`{prefix}`" if prefix else "the names of the target" for prefix in prefixes]
    keys = {prefix + key for prefix in prefixes for key in target}
    first = next(iter(target))
    yield Finding(
        f"the file holds the {count(len(target), 'tensor')} of `{target.name}` "
        f"{len(prefixes)} times: under {' and '.join(named)}",
        at=weights_place(weights, prefixes[0] + first),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        headings=("saved", "expected"),
        rows=tuple(
            Row(f"{prefix}{first}  {weights[prefix + first]}", first) for prefix in prefixes[:ROWS]
        ),
        more=max(0, len(prefixes) - ROWS),
        notes=("which of them predicts as it should, no name tells for sure",),
        fix=_fix(weights, target, prefixes),
        explains_rest=all(key in keys for key in weights),
    )


def _prefixes(weights: Weights, target: Target) -> list[str]:
    """Return the prefixes under each of which every tensor of the target lies.

    Those that differ in a number alone are layers, and no copies.
    """
    if not len(target):
        return []
    first = next(iter(target))
    found = [key.removesuffix(first) for key in weights if key.endswith(first)]
    whole = [
        prefix
        for prefix in found
        if (not prefix or prefix.endswith("."))
        and all(
            prefix + key in weights and weights[prefix + key].shape == fact.shape
            for key, fact in target.items()
        )
    ]
    return whole if len({re.sub(r"\d+", "#", prefix) for prefix in whole}) == len(whole) else []


def _fix(weights: Weights, target: Target, prefixes: list[str]) -> Fix:
    models = [
        prefix for prefix in prefixes if COPIES.isdisjoint(re.findall("[a-z]+", prefix.lower()))
    ]
    meant = models[0] if len(models) == 1 else prefixes[0]
    if len(models) != 1:
        return Fix(
            f"keep the one that is meant: {listed([prefix or 'the first' for prefix in prefixes])}",
            safety="manual",
            python=f"start = {meant!r}\n"
            "state = {key.removeprefix(start): value for key, value in state.items()\n"
            "         if key.startswith(start)}\n",
        )
    kept = {meant + key for key in target}
    left = tuple(key for key in weights if key not in kept)
    edits: tuple[TensorEdit, ...] = (DropKeys(left),)
    edits += (RenameKeys(strip=meant),) if meant else ()
    return Fix(
        f"keep the {count(len(kept), 'tensor')} "
        + (f"under `{meant}`" if meant else "that have the names of the target")
        + f", and leave out {count(len(left), 'other')}",
        edits,
        safety="unsafe",
        proof="they have the names and shapes of the target; what is left out was trained too",
    )
