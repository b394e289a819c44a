"""LS502: the preprocessing raises on inputs that it took when the model was saved."""

from collections.abc import Iterator

from loadstone.checks._replay import as_saved, circumstance, edited, stage
from loadstone.core import Artifact, Bundle, Finding, Fix, Replay, check
from loadstone.core.findings import Place


@check("LS502", since="0.1", supersedes=("LS800",))
def preprocessing_raises(
    artifact: Artifact, replay: Replay, bundle: Bundle | None
) -> Iterator[Finding]:
    """The preprocessing raises on inputs that it took when the model was saved.

    ## Why it breaks
    The function needs something that was there then: a file, a module, a vocabulary, an argument.
    The inputs are the recorded ones, so they are not the reason.

    ## Example
    ```python fails=LS502
    artifact("review.lode", format="bundle", content="bundle")
    replay(preprocess=raised("KeyError: 'hello'"), model="identical")
    ```

    ## Fix
    Mend the function, or use the one of the bundle: in the environment that it was saved in, where
    a library is not here.

    ## See also
    <https://docs.python.org/3/tutorial/errors.html>
    """
    found = stage(replay, "preprocess")
    if found is None or not found.error:
        return
    yield Finding(
        f"the preprocessing raises {found.error}",
        at=Place(artifact.path, name="preprocess"),
        notes=(circumstance(replay), *edited(bundle)),
        fix=_fix(artifact, replay, bundle),
    )


def _fix(artifact: Artifact, replay: Replay, bundle: Bundle | None) -> Fix:
    """Return the way that is left: at save another step, of a whole bundle another environment."""
    if replay.where == "a clean process":
        return Fix(
            "let the preprocessing reach what it needs, or give it as `data`", safety="manual"
        )
    if bundle is None or "preprocess" in bundle.replaced or edited(bundle):
        return Fix("mend the preprocessing, or use the one of the bundle", safety="manual")
    return as_saved(artifact)
