"""LS103: a checkpoint around the state dict."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Finding, Fix, Row, SelectEntry, Target, Weights, check
from loadstone.core.facts import ModuleFact, StateDict
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

ROWS = 6
DEEPSPEED = "ds_version"
COVERS = ("torch/E01", "torch/E02", "torch/E26", "torch/J14")


@check("LS103", since="0.1", covers=COVERS)
def checkpoint_dictionary(
    artifact: Artifact, weights: Weights | None, target: Target | None, match: Match | None
) -> Iterator[Finding]:
    """The file is a dictionary that holds the state dict beside other things.

    ## Why it breaks
    Training scripts save the epoch, the loss and the optimizer together with the model. Given the
    whole dictionary, `load_state_dict` names `epoch` and `optimizer_state_dict` as unexpected and
    everything else as missing. Which key leads to the model is each script's own choice.

    ## Example
    ```python fails=LS103
    save({"epoch": "int 10", "model_state_dict": {"fc.weight": zeros(2, 3)}})
    load_into({"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Safe: the tensors under one key are taken as they are. Offered only if exactly one state dict
    of a model is in the file, if exactly one has the names and shapes of the target, or if
    `--entry` says which is meant: averaged weights, a teacher.

    ## See also
    <https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html>
    """
    if artifact.content != "checkpoint" or artifact.format == "orbax":  # whose manager takes a step
        return
    models = [state for state in artifact.state_dicts if state.role in ("model", "ema")]
    if not models:
        return
    entry = weights.entry if weights else ""
    yield Finding(
        _message(artifact, entry, models),
        at=here(artifact, entry),
        headings=("in the file", ""),
        rows=_rows(artifact, entry),
        more=max(0, len(artifact.entries) - ROWS),
        notes=_alike(models, entry, weights),
        fix=_fix(artifact, weights, target, match),
        severity=None if target is not None else "note",
        covers=_covers(artifact, models),
    )


def _covers(artifact: Artifact, models: list[StateDict]) -> tuple[str, ...]:
    if DEEPSPEED in artifact.entries:
        return ("torch/J14",)
    return ("torch/E01", "torch/E02", *(("torch/E26",) if len(models) > 1 else ()))


def _alike(models: list[StateDict], entry: str, weights: Weights | None) -> tuple[str, ...]:
    """Say which others would fit as well: averaged weights, a teacher."""
    if weights is None:
        return ()
    same = [item.path for item in models if item.path != entry and item.tensors == weights.tensors]
    if not same:
        return ()
    verb = "holds" if len(same) == 1 else "hold"
    return (f"{listed(same)} {verb} the same names and shapes: not taken",)


def _message(artifact: Artifact, entry: str, models: list[StateDict]) -> str:
    module = _module(artifact, entry) if entry else None
    if module:
        whole = f"{module.module}.{module.name}".lstrip(".")
        return f"the file is a checkpoint: the whole model, a `{whole}`, is under `{entry}`"
    if entry:
        return f"the file is a checkpoint: the state dict of the model is under `{entry}`"
    paths = [state.path for state in models]
    return (
        f"the file is a checkpoint with {count(len(paths), 'state dict')} of a model: "
        f"{listed(paths)}"
    )


def _module(artifact: Artifact, entry: str) -> ModuleFact | None:
    """Return the module that was pickled whole under an entry, if one was."""
    return next((item for item in artifact.modules if item.path == entry), None)


def _rows(artifact: Artifact, entry: str) -> tuple[Row, ...]:
    first = entry.partition(".")[0]
    ordered = sorted(artifact.entries, key=lambda key: key not in (entry, first))
    return tuple(Row(f"{key}  {artifact.entries[key]}") for key in ordered[:ROWS])


def _fix(
    artifact: Artifact, weights: Weights | None, target: Target | None, match: Match | None
) -> Fix:
    if weights is None or not weights.entry:
        keys = _models(artifact)
        into = f" --into {quoted(target.reference)}" if target else ""
        return Fix(
            f"say which is meant: {listed(keys)}",
            safety="manual",
            shell=f"loadstone check {quoted(artifact.path)}{into} --entry {quoted(keys[0])}",
        )
    unplaced = any(fact.extent is None for fact in weights.tensors.values())  # by old protocols
    if unplaced or artifact.framework == "paddle":  # which reads no safetensors
        code = _python(artifact, weights.entry)
        return Fix(f"load the state dict under `{weights.entry}`", safety="manual", python=code)
    return Fix(
        f"keep the {count(len(weights), 'tensor')} under `{weights.entry}`",
        (SelectEntry(weights.entry),),
        proof=_proof(artifact, target, match),
        python=_python(artifact, weights.entry),
    )


def _models(artifact: Artifact) -> list[str]:
    return [state.path for state in artifact.state_dicts if state.role in ("model", "ema")]


def _proof(artifact: Artifact, target: Target | None, match: Match | None) -> str:
    if target is None or match is None or not match.complete:
        roles = [state.role for state in artifact.state_dicts if state.tensors]
        alone = roles.count("model") == 1 or len(_models(artifact)) == 1
        return "it is the only state dict of a model in the file" if alone else "it was asked for"
    if match.steps:
        return "they have the shapes of the target, and its names once those are fixed"
    return "they have the names and shapes of the target"


def _python(artifact: Artifact, entry: str) -> str:
    path, steps = artifact.path, _steps(artifact, entry)
    if artifact.framework == "paddle":
        held = f"paddle.load({path!r}){steps}"
        return f"import paddle\n\nmodel.set_state_dict({held})\n"
    if _module(artifact, entry):
        return (
            "import torch\n\n"
            f"checkpoint = torch.load({path!r}, weights_only=False)  # runs what the file says\n"
            f"model.load_state_dict(checkpoint{steps}.state_dict())\n"
        )
    return (
        f"import torch\n\ncheckpoint = torch.load({path!r})\n"
        f"model.load_state_dict(checkpoint{steps})\n"
    )


def _steps(artifact: Artifact, entry: str) -> str:
    """Return the subscripts that lead to an entry; keys may hold dots themselves."""
    if entry in artifact.entries or "." not in entry:
        return f"[{entry!r}]"
    return "".join(f"[{part!r}]" for part in entry.split("."))
