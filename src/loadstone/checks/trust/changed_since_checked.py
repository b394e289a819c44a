"""LS711: the bytes to be loaded are not those that were checked."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Load, check


@check("LS711", since="0.1")
def changed_since_checked(artifact: Artifact, load: Load) -> Iterator[Finding]:
    """The file changed between the check and the load, so it was not loaded.

    ## Why it breaks
    What is checked and what is loaded have to be the same bytes, or the check says nothing. The
    process that loads a model reads it once, compares its digest, and checks it again.

    ## Example
    ```python fails=LS711
    artifact("model.pkl", format="pickle", content="object", opening_runs_code="library")
    load(error="changed", why="the file is not the one that was checked: its bytes changed")
    ```

    ## Fix
    Find out what writes to the file; load a copy that nothing else writes to.

    ## See also
    <https://cwe.mitre.org/data/definitions/367.html>
    """
    if load.error == "changed":
        yield Finding(
            f"`{artifact.name}` is not loaded: {load.why}",
            at=here(artifact),
            fix=Fix("load a copy that nothing else writes to", safety="manual"),
        )
