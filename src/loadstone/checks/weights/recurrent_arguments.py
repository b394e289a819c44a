"""LS440: a recurrent layer was built with other arguments, or is of another kind."""

import re
from collections.abc import Iterator, Mapping

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, TensorFact, Weights, check
from loadstone.core.words import listed
from loadstone.statedict.match import Match

GATES = {4: "LSTM", 3: "GRU", 1: "RNN"}  # rows of a weight for each hidden unit
KEY = re.compile(r"(?:(.*)\.)?(weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)_l(\d+)(_reverse)?")
COVERS = ("torch/E31", "torch/E32")


@check("LS440", since="0.2", supersedes=("LS400", "LS401", "LS403", "LS406"), covers=COVERS)
def recurrent_arguments(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """An LSTM, GRU or RNN of the file has other arguments than that of the target.

    ## Why it breaks
    The names and shapes of a recurrent layer follow from its arguments: `_reverse` from
    `bidirectional`, `_l1` from `num_layers`, and four, three or one row of weights a hidden unit
    from LSTM, GRU or RNN. `load_state_dict` names the tensors, and not the arguments.

    ## Example
    ```python fails=LS440
    save({"rnn.weight_ih_l0": zeros(12, 5), "rnn.weight_hh_l0": zeros(12, 3)})
    load_into({"rnn.weight_ih_l0": zeros(9, 5), "rnn.weight_hh_l0": zeros(9, 3)})
    ```

    ## Fix
    Build the layer with the arguments of the file, which its names and shapes tell all but
    `dropout`, `batch_first` and `nonlinearity`.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html>
    """
    ours, theirs = _layers(match.tensors), _layers(target)
    other = [path for path in ours if path in theirs and ours[path] != theirs[path]]
    if match.complete or not other:
        return
    left = (*match.missing, *match.unexpected, *match.mismatched)
    first = other[0]
    yield Finding(
        f"`{first or target.name}` of the file is `{ours[first]}`, and of `{target.name}` "
        f"`{theirs[first]}`",
        at=weights_place(weights, next(key for key in match.tensors if _path(key) == first)),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(Row(f"{path}  {ours[path]}", f"{path}  {theirs[path]}") for path in other[:4]),
        more=max(0, len(other) - 4),
        fix=Fix(
            f"build {listed([path or target.name for path in other])} with the arguments that the "
            "file was saved with",
            safety="manual",
        ),
        explains_rest=all(_path(key) in other for key in left),
    )


def _path(key: str) -> str | None:
    """Return the layer that a tensor is of, None where it is of no recurrent one."""
    told = KEY.fullmatch(key)
    return (told[1] or "") if told else None


def _layers(tensors: Mapping[str, TensorFact]) -> dict[str, str]:
    """Return each recurrent layer as it is built: `LSTM(5, 3, num_layers=2)`."""
    layers: dict[str, dict[str, tuple[int, ...]]] = {}
    for key, fact in tensors.items():
        path = _path(key)
        if path is not None:
            layers.setdefault(path, {})[key.rpartition(".")[2]] = fact.shape
    built = {path: _built(held) for path, held in layers.items()}
    return {path: call for path, call in built.items() if call}


def _built(held: Mapping[str, tuple[int, ...]]) -> str:
    first, across = held.get("weight_ih_l0", ()), held.get("weight_hh_l0", ())
    projected = held.get("weight_hr_l0", ())
    if len(first) != 2 or len(across) != 2:
        return ""
    hidden = projected[1] if len(projected) == 2 else across[1]
    gates, over = divmod(first[0], hidden) if hidden else (0, 1)
    if over or gates not in GATES:
        return ""
    layers = 1 + max(int(told[3]) for name in held if (told := KEY.fullmatch(name)))
    extra = [f"num_layers={layers}"] if layers > 1 else []
    extra += ["bidirectional=True"] if any(name.endswith("_reverse") for name in held) else []
    extra += [] if any(name.startswith("bias") for name in held) else ["bias=False"]
    extra += [f"proj_size={projected[0]}"] if projected else []
    return f"{GATES[gates]}({', '.join([str(first[1]), str(hidden), *extra])})"
