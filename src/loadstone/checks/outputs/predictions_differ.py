"""LS600: the model itself predicts something else than when it was saved."""

from collections.abc import Iterator

from loadstone.checks._replay import (
    edited,
    fed,
    given,
    kept,
    located,
    measured,
    rows,
    stage,
)
from loadstone.core import Artifact, Bundle, Construction, Environment, Finding, Fix, Replay, check
from loadstone.core.facts import AttributeChange
from loadstone.core.findings import Place
from loadstone.core.words import count

LIBRARIES = ("torch", "numpy", "python")


@check("LS600", since="0.1", supersedes=("LS800",))
def predictions_differ(
    artifact: Artifact,
    replay: Replay,
    bundle: Bundle | None,
    environment: Environment | None,
    construction: Construction | None,
) -> Iterator[Finding]:
    """The model predicts something else than it did when it was saved.

    ## Why it breaks
    Given the very inputs that were recorded, the model's outputs are others. The weights or the
    code changed: an attribute with the same shapes (`batch_first`, a dropout rate, an activation),
    layers that were left at random, or a library that computes otherwise.

    ## Example
    ```python fails=LS600
    artifact("net.lode", format="bundle", content="bundle")
    replay(model="differs")
    ```

    ## Fix
    Load with the code that the bundle holds, in the environment that it records. If either was
    changed on purpose, save the model again, so that what it predicts now is recorded.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/randomness.html>
    """
    found = stage(replay, "model")
    if found is None or found.result != "differs" or found.error or replay.repeatable is False:
        return
    before = stage(replay, "preprocess")
    changes = construction.changes if construction is not None else ()
    notes = [fed(replay)] * bool(bundle)
    if before is not None and before.result in ("identical", "within tolerance"):
        notes.append("it is the weights or the code of the model, and not the preprocessing")
    notes += located(replay)
    when = "at save" if bundle else "between runs here"
    notes += [measured(found, when)] * (found.difference is not None)
    notes += _versions(bundle, environment)
    notes += [
        f"`{_attribute(item)}` was {item.saved} when it was saved, and is {item.now} now"
        for item in changes[:4]
    ]
    yield Finding(
        f"the model predicts differently on {found.moved or 'some'} of "
        f"{count(replay.witnesses, 'witness', 'witnesses') if bundle else given(replay)}",
        at=Place(artifact.path, name="model"),
        headings=("recorded at save" if bundle else "expected", "now"),
        rows=rows(found.example),
        notes=(*notes, *edited(bundle), *kept(replay)),
        fix=Fix(_advice(bundle, changes), safety="manual"),
    )


def _advice(bundle: Bundle | None, changes: tuple[AttributeChange, ...]) -> str:
    if changes:
        return "build it as it was saved"
    if bundle is None:
        return "give the code, arguments and preprocessing that the expected outputs were made with"
    return "load it with the code and in the environment that it was saved with"


def _attribute(change: AttributeChange) -> str:
    return f"{change.module}.{change.name}" if change.module else change.name


def _versions(bundle: Bundle | None, environment: Environment | None) -> list[str]:
    """Return what differs between the environments, of what computes."""
    if bundle is None or environment is None:
        return []
    now = {**environment.distributions, "python": environment.python}
    changed = [
        f"{name} {bundle.environment[name]} at save, {now[name]} here"
        for name in LIBRARIES
        if name in bundle.environment and name in now and bundle.environment[name] != now[name]
    ]
    return [", ".join(changed)] if changed else []
