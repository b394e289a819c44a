"""LS700: opening the file with its usual loader runs code that is in it."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import count, listed

ROWS = 6


@check("LS700", since="0.1", severity="warning", covers=("sklearn/A38", "sklearn/S01"))
def opening_runs_code(artifact: Artifact) -> Iterator[Finding]:
    """Opening the file runs code that the file chooses, or work without a measure.

    ## Why it breaks
    A pickle is a program: it names functions and calls them. What this one calls is listed; none
    of it was run to find out. Whoever wrote the file decides what runs. A few bytes may
    also ask for gigabytes, or fill a dictionary with keys whose hashes collide: that takes hours.

    ## Example
    ```python fails=LS700
    artifact(
        "model.pkl",
        format="pickle",
        content="object",
        globals=["my_pkg.build"],
        opening_runs_code="yes",
        calls=["my_pkg.build"],
    )
    ```

    ## Fix
    Ask for the weights alone, as safetensors. Otherwise read what is listed, and open it only if
    you trust whoever wrote it.

    ## See also
    <https://docs.python.org/3/library/pickle.html>
    """
    if artifact.opening_runs_code != "yes" or artifact.content == "bundle":
        return
    calls = artifact.calls
    does = (
        "takes far more time or memory than its size says: "
        if artifact.opening_is_work
        else "runs code of its author's choice: "
    )
    yield Finding(
        f"opening `{artifact.name}` {does}" + (listed(calls) if calls else "it is a program"),
        at=here(artifact, calls[0] if calls else None),
        headings=("why" if artifact.opening_is_work else count(len(calls), "call"), ""),
        rows=tuple(Row(call) for call in calls[:ROWS]),
        more=max(0, len(calls) - ROWS),
        fix=Fix(
            "take the weights as safetensors from whoever made it, or trust its author",
            safety="manual",
        ),
        covers=("sklearn/S01",) if artifact.format == "skops" else ("sklearn/A38",),
    )
