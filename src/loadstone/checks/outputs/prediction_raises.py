"""LS606: the model or its postprocessing raises on the recorded inputs."""

from collections.abc import Iterator

from loadstone.checks._replay import as_saved, broken_by, circumstance, edited, stage
from loadstone.core import Artifact, Bundle, Finding, Fix, Replay, check
from loadstone.core.findings import Place

WHAT = {"model": "the model", "postprocess": "the postprocessing"}


@check("LS606", since="0.1", supersedes=("LS800",))
def prediction_raises(
    artifact: Artifact, replay: Replay, bundle: Bundle | None
) -> Iterator[Finding]:
    """The model, or its postprocessing, raises on what it was given when it was saved.

    ## Why it breaks
    The stage is fed the recorded inputs, so the inputs are not the reason: its code, a library, or
    a device is another than at save.

    ## Example
    ```python fails=LS606
    artifact("net.lode", format="bundle", content="bundle")
    replay(model=raised("RuntimeError: mat1 and mat2 shapes cannot be multiplied"))
    ```

    ## Fix
    Load it in the environment that it was saved in, with the code that the bundle holds. Where a
    bundle does not load, `loadstone predict` rebuilds that environment, and predicts the witnesses
    there first.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    if replay.unloaded:
        yield from _unloaded(artifact, replay, bundle)
        return
    for name, what in WHAT.items():
        found = stage(replay, name)
        if found is None or not found.error:
            continue
        yield Finding(
            f"{what} raises {found.error}",
            at=Place(artifact.path, name=name),
            notes=(circumstance(replay), *edited(bundle)),
            fix=Fix("load it in the environment that it was saved in", safety="manual"),
        )
        return


def _unloaded(artifact: Artifact, replay: Replay, bundle: Bundle | None) -> Iterator[Finding]:
    """Tell why nothing was predicted, unless a file that was changed is why (LS800 says so)."""
    found = stage(replay, "model")
    if found is None or broken_by(replay, bundle):
        return
    what = "the code of the bundle" if replay.unloaded == "code" else "the model"
    yield Finding(
        f"{what} does not load: {found.error}",
        at=Place(artifact.path, name=replay.unloaded),
        notes=(circumstance(replay), *edited(bundle)),
        fix=as_saved(artifact),
    )
