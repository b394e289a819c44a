"""LS223: a search tree of a 32-bit machine, which a 64-bit scikit-learn does not take."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Row, check


@check("LS223", since="0.2", covers=("sklearn/B30",))
def indexes_of_32_bits(artifact: Artifact) -> Iterator[Finding]:
    """A search tree for neighbours was pickled on a 32-bit machine.

    ## Why it breaks
    `KDTree` and `BallTree` keep indexes that are as wide as a pointer, and take none of another
    width: `Buffer dtype mismatch, expected 'const intp_t' but got 'int'`.

    ## Example
    ```python fails=LS223
    artifact(
        "model.pkl",
        format="pickle",
        content="model",
        framework="sklearn",
        detail={"tree_indexes": "int32"},
    )
    ```

    ## Fix
    Fit it again on a 64-bit machine: `_fit_X` in the file holds the rows that it was fitted on.

    ## See also
    <https://github.com/scikit-learn/scikit-learn/pull/21552>
    """
    if text(artifact.detail, "tree_indexes") != "int32":
        return
    yield Finding(
        "a `KDTree` or `BallTree` in the file has indexes of 32 bits, "
        "which a 64-bit scikit-learn does not take",
        at=here(artifact),
        rows=(Row("indexes int32", "int64"),),
    )
