"""LS802: a part of the model or its steps could not be put into the bundle."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, SaveFacts, check


@check("LS802", since="0.1", supersedes=("LS502", "LS606"))
def uncaptured(artifact: Artifact, saving: SaveFacts) -> Iterator[Finding]:
    """Something that the model or its steps need could not be put into the bundle.

    ## Why it breaks
    A bundle holds source and data. An open file, a connection, a function without source, or an
    object that only a pickle could hold is neither, and would be missing elsewhere.

    ## Example
    ```python fails=LS802
    artifact("review.lode", format="bundle", content="bundle")
    saving(uncaptured=[("conn", "a database connection", "open it inside the function")])
    ```

    ## Fix
    Supply it in the way that the finding says.

    ## See also
    <https://docs.python.org/3/library/inspect.html#retrieving-source-code>
    """
    for item in saving.uncaptured:
        yield Finding(
            f"`{item.name}` cannot be put into the bundle: {item.why}",
            at=here(artifact, item.name),
            fix=Fix(item.supply, safety="manual"),
        )
