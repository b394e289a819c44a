"""LS610: the process that was to predict died, or did not answer."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Load, Row, check

ROWS = 8


@check("LS610", since="0.1")
def process_died(artifact: Artifact, load: Load) -> Iterator[Finding]:
    """The process that loads the model died, ran out of time, or did not start.

    ## Why it breaks
    A library may crash in its own C or C++ code, or take more memory than there is. It happens in
    a process of its own, so this one goes on and tells the last words.

    ## Example
    ```python fails=LS610
    artifact("model.pkl", format="pickle", content="object", opening_runs_code="library")
    load(
        where="/envs/old/bin/python",
        error="process-died",
        why="the process was ended by signal 11 (SIGSEGV), a crash in a library's own code",
        lines=["Fatal Python error: Segmentation fault"],
    )
    ```

    ## Fix
    Signal 9 wants more memory or a higher limit. A crash wants the versions that the file was
    written with.

    ## See also
    <https://docs.python.org/3/library/faulthandler.html>
    """
    if load.error == "process-died":
        yield Finding(
            f"{load.why}, while it loaded `{artifact.name}`",
            at=here(artifact),
            headings=("its last words", ""),
            rows=tuple(Row(line) for line in load.lines[-ROWS:]),
            notes=(f"it ran in `{load.where}`",),
            fix=Fix("load it with the versions that it was written with", safety="manual"),
        )
