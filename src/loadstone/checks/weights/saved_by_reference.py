"""LS426: two states of a model in one file are the same tensors."""

import re
from collections.abc import Iterator
from typing import Final

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.facts import StateDict

# words for a state that was meant to differ from the last one
_OTHER: Final = re.compile(
    r"(^|[_.\W])(best|ema|swa|avg|averaged?|shadow|teacher|target|last|prev\w*|old|init\w*|start)"
    r"([_.\W\d]|$)",
    re.IGNORECASE,
)


@check("LS426", since="0.2", severity="warning", covers=("torch/E30",))
def saved_by_reference(artifact: Artifact) -> Iterator[Finding]:
    """Two state dicts of the file are one: the earlier state was not copied.

    ## Why it breaks
    `best = model.state_dict()` keeps the tensors of the model, and not their numbers. Training goes
    on and changes them. Saved together, `best` is what the model is at the end, and nothing is
    raised.

    ## Example
    ```python fails=LS426
    weight = zeros(2, 3, at=64)
    save({"model": {"fc.weight": weight}, "best": {"fc.weight": weight}}, content="object")
    ```

    ## Fix
    The earlier state is not in the file. Copy it when it is kept: `copy.deepcopy` of the state
    dict, or save it to a file of its own.

    ## See also
    <https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html>
    """
    states = [state for state in artifact.state_dicts if state.role in ("model", "ema")]
    for at, other in enumerate(states):
        for state in states[:at]:
            if _one(state, other) and (_OTHER.search(state.path) or _OTHER.search(other.path)):
                name = next(iter(other.tensors))
                yield Finding(
                    f"`{other.path}` and `{state.path}` are the same tensors: what was to be kept "
                    "was not copied",
                    at=here(artifact, other.path),
                    headings=("in the file", ""),
                    rows=(Row(f"{state.path}, {other.path}: one {name}  {other.tensors[name]}"),),
                    notes=("they share their memory in the file, so that no number differs",),
                    fix=Fix(
                        "copy the state dict when it is kept",
                        safety="manual",
                        python="best = copy.deepcopy(model.state_dict())\n",
                    ),
                )
                return


def _one(state: StateDict, other: StateDict) -> bool:
    """Whether each tensor of the two lies in the same place."""
    if not state.tensors or state.tensors.keys() != other.tensors.keys():
        return False
    return all(
        fact.extent is not None
        and fact.extent == other.tensors[key].extent
        and fact == other.tensors[key]
        for key, fact in state.tensors.items()
        if fact.count
    )
