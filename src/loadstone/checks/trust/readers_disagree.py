"""LS702: two readers of the file would see different content."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Row, check

QUIET = ("trailing",)  # bytes after the end: torch ignores them
UNFOLLOWED = "unfollowed"  # a model inside that is larger than a look follows
NATIVE = "native"  # one that only the code of its library reads


@check("LS702", since="0.1", severity="warning")
def readers_disagree(artifact: Artifact) -> Iterator[Finding]:
    """Two readers of the file would see different content.

    ## Why it breaks
    A name that is in an archive twice, a directory that says something else than the headers, a
    pickle argument across a frame: one reader takes the first, another the last. What a scanner
    saw need not be what is loaded. No library writes such a file by itself. A note says where the
    model of a booster in a pickle is larger than a look follows; a load follows all of it first.
    Another says where an index of faiss or hnswlib is read by their own C++ only.

    ## Example
    ```python fails=LS702
    artifact(disagreements=[damage("duplicate-member", member="model/data.pkl")])
    ```

    ## Fix
    Take the file from its origin again. If it is the same there, ask for safetensors.

    ## See also
    <https://github.com/python/cpython/issues/154848>
    """
    seen = [item for item in artifact.disagreements if item.kind not in QUIET]
    for item in [item for item in seen if item.kind in (UNFOLLOWED, NATIVE)][:1]:
        then = (
            "predict with it: a load follows all of it before"
            if item.kind == UNFOLLOWED
            else "open it if you trust whoever made it, or build the index again"
        )
        yield Finding(
            f"not all of `{artifact.name}` was followed: {item.why}",
            at=here(artifact, offset=item.at),
            severity="note",
            fix=Fix(then, safety="manual"),
        )
    seen = [item for item in seen if item.kind not in (UNFOLLOWED, NATIVE)]
    if not seen:
        return
    yield Finding(
        f"readers of `{artifact.name}` would not agree on its content: {seen[0].why}",
        at=here(artifact, offset=seen[0].at),
        rows=tuple(Row(item.why) for item in seen[1:4]),
        more=max(0, len(seen) - 4),
        headings=("also", ""),
        fix=Fix("take the file from its origin again", safety="manual"),
    )
