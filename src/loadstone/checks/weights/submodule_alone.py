"""LS437: the file holds one part of the target, and nothing of the rest."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

SUPERSEDES = ("LS400", "LS401", "LS404", "LS405", "LS406")


@check("LS437", since="0.2", supersedes=SUPERSEDES, covers=("torch/E12",))
def submodule_alone(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """The file holds the state of one submodule of the target.

    ## Why it breaks
    `net.encoder.state_dict()` was saved, and is loaded into all of `net`. Its keys lack the name
    of the submodule, and what is not in it is not in the file. With `strict=False` nothing of it
    is loaded, and nothing says so.

    ## Example
    ```python fails=LS437
    save({"weight": zeros(5, 10), "bias": zeros(5)})
    load_into({"encoder.weight": zeros(5, 10), "encoder.bias": zeros(5), "fc.weight": zeros(2, 5)})
    ```

    ## Fix
    Load it into that submodule. The rest of the model has to come from elsewhere, or is untrained.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.get_submodule>
    """
    if match.complete or not weights or any(key in target for key in weights):
        return
    fitting = [path for path in _parents(target) if _fits(weights, target, path)]
    if not fitting:
        return
    path = fitting[0]
    rest = [key for key in target if not key.startswith(f"{path}.")]
    others = f", or those of {listed(fitting[1:5])}" if len(fitting) > 1 else ""
    target_name = target.reference.partition("(")[0].rpartition(":")[2] or target.name
    yield Finding(
        f"the file holds the {count(len(weights), 'tensor')} of `{path}` in `{target.name}`"
        f"{others}, and not the other {len(rest):,}",
        at=weights_place(weights, next(iter(weights))),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(
            Row(f"{key}  {fact}", f"{path}.{key}  {target[f'{path}.{key}']}")
            for key, fact in list(weights.items())[:2]
        ),
        more=max(0, len(weights) - 2),
        notes=(f"{listed(rest[:4])} would stay as they are built",),
        fix=Fix(
            f"load it into `{path}`, and the rest from elsewhere",
            safety="manual",
            python=f"net = {target_name}()\nnet.get_submodule({path!r}).load_state_dict(state)\n",
        ),
    )


def _parents(target: Target) -> list[str]:
    """Return the modules that hold tensors, the outermost first."""
    paths = {
        ".".join(parts[:size])
        for parts in (key.split(".")[:-1] for key in target)
        for size in range(1, len(parts) + 1)
    }
    return sorted(
        paths, key=lambda path: (path.count("."), list(target).index(_first(target, path)))
    )


def _first(target: Target, path: str) -> str:
    return next(key for key in target if key.startswith(f"{path}."))


def _fits(weights: Weights, target: Target, path: str) -> bool:
    """Whether all that the submodule holds is in the file, by name and shape, and nothing else."""
    held = {
        key.removeprefix(f"{path}."): fact
        for key, fact in target.items()
        if key.startswith(f"{path}.")
    }
    return (
        held.keys() == weights.keys()
        and len(held) < len(target)
        and all(held[key].shape == fact.shape for key, fact in weights.items())
    )
