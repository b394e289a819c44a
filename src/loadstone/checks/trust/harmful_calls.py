"""LS701: the file calls what no model has use for."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.checks._globals import harmful, spelled
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import listed

SUPERSEDES = ("LS107", "LS301", "LS302", "LS307", "LS700", "LS710")


@check("LS701", since="0.1", supersedes=SUPERSEDES, covers=("torch/C13",))
def harmful_calls(artifact: Artifact) -> Iterator[Finding]:
    """The file names functions that start programs, open files or run text.

    ## Why it breaks
    No model needs `os.system`, `subprocess.Popen` or `eval` to be loaded. A file that names them
    was made, or changed, to do something else on the machine that opens it. torch refuses it and
    still writes that another argument `will likely succeed`.

    ## Example
    ```python fails=LS701
    artifact(
        content="object",
        globals=["posix.system"],
        opening_runs_code="yes",
        calls=["posix.system"],
    )
    ```

    ## Fix
    Do not open it. Nothing of it was run to find this out.

    ## See also
    <https://docs.python.org/3/library/pickle.html>
    """
    found = {spelled(item): item.at for item in artifact.globals if harmful(spelled(item))}
    if not found:
        return
    names = list(found)
    yield Finding(
        f"`{artifact.name}` names {listed(names)}, which no model has use for",
        at=here(artifact, names[0], found[names[0]]),
        headings=("named in the file", ""),
        rows=tuple(Row(name) for name in names[:4]),
        more=max(0, len(names) - 4),
        notes=("nothing of the file was run to find this out",),
        fix=Fix("do not open it; tell whoever publishes it", safety="manual"),
    )
