"""LS710: predictions are asked of a file that would run other code than a model's."""

from collections.abc import Iterator

from loadstone.checks._code import giving
from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Finding, Fix, Load, Row, check
from loadstone.core.facts import CodeName
from loadstone.core.words import count, listed

ROWS = 6
UNFOLLOWED = "unfollowed"
UNREAD = ("unread", "old", "companion")


@check("LS710", since="0.1", supersedes=("LS700", "LS300", "LS301"))
def unaudited_names(artifact: Artifact, load: Load) -> Iterator[Finding]:
    """The file names what is in no table of audited constructors, so it is not loaded.

    ## Why it breaks
    A pickle is a program. Loadstone loads one by itself only where every name in it belongs to a
    constructor that was read in its source and only makes a value. What else this file would call
    is listed; nothing of it was run. The same is checked again in the process that loads it, on
    the bytes that it then loads.

    ## Example
    ```python fails=LS710
    artifact(
        "model.pkl",
        format="pickle",
        content="object",
        globals=["my_pkg.Doubler"],
        opening_runs_code="yes",
        calls=["my_pkg.Doubler"],
    )
    load()
    ```

    ## Fix
    Where what is listed is your own, give its source: `--code train.py` (a module, a script or a
    notebook), `code=["train.py"]` in Python. Of a script only the definitions are run that the file
    names, with what they need. Otherwise read what is listed: if you trust whoever made the file,
    and the path that it came by, say so: `--trust` in the shell, `trust=True` in Python.

    ## See also
    <https://docs.python.org/3/library/pickle.html>
    """
    if load.trusted or load.loaded or artifact.format not in ("pickle", "joblib"):
        return
    calls = load.names or artifact.calls
    left = any(item.kind == UNFOLLOWED for item in artifact.disagreements)
    if left and not (load.error or calls):
        return  # a load follows it whole, and says then what it would call
    if load.error in UNREAD or (artifact.opening_runs_code == "unknown" and not calls):
        why = load.why or "not all of it could be read"
        message = f"`{artifact.name}` is not loaded: what it would call is not known"
        rows: tuple[Row, ...] = (Row(why),)
    elif load.error == "unaudited" or artifact.opening_runs_code == "yes":
        message = f"`{artifact.name}` is not loaded: it calls {listed(calls)}"
        rows = tuple(Row(call) for call in calls[:ROWS])
    else:
        return
    yield Finding(
        message,
        at=here(artifact, calls[0] if calls else None),
        headings=(count(len(calls), "call") if calls else "why", ""),
        rows=rows,
        more=max(0, len(calls) - ROWS),
        notes=("nothing of the file was run to find this out",),
        fix=_fix(artifact, load.own),
    )


def _fix(artifact: Artifact, names: tuple[CodeName, ...]) -> Fix:
    """Return how it is loaded all the same: with the code of all its `names`, or by trust."""
    if names:
        title = "give the source of what is listed, if it is your own"
        return Fix(title, safety="manual", shell=giving(artifact, names))
    return Fix(
        "if you trust whoever made it, say so",
        safety="manual",
        shell=f"loadstone predict {quoted(artifact.path)} … --trust",
    )
