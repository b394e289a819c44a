"""LS503: the inputs are far outside of what the examples held at save."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Coverage, Finding, Fix, Row, check
from loadstone.core.words import listed

_WHY = {
    "range": "holds {values}, far outside the range of the examples",
    "unseen": "holds {values}, which no example did",
    "length": "holds texts of {values} characters, far from the lengths of the examples",
    "missing": "lacks values, which no example did",
    "text": "holds text, {values}, where the examples held numbers",
    "number": "holds numbers, {values}, where the examples held texts",
    "size": "holds arrays of {values}, and every example had one other size",
    "fraction": "holds {values}, where all examples were whole numbers",
}


@check("LS503", since="0.1", severity="warning")
def outside_examples(artifact: Artifact, coverage: Coverage) -> Iterator[Finding]:
    """The inputs are far outside of what the examples held at save.

    ## Why it breaks
    Nothing does: the model answers. But where a column has another unit or scale than it had (grams
    for kilograms, 0 to 255 for 0 to 1), a category is spelled otherwise, or values are missing, the
    answer is not one that the model was made for.

    ## Example
    ```python fails=LS503
    artifact("price.lode", format="bundle", content="bundle")
    held = "40 to 210, the range of 64 examples"
    stray("area", "range", rows=2, of=20, examples=["7,400"], recorded=held)
    ```

    ## Fix
    Compare how these inputs are made with how those were that `loadstone.save` was given. Where
    they are right, save again with examples that are like them.

    ## See also
    <https://developers.google.com/machine-learning/guides/rules-of-ml#training-serving_skew>
    """
    for item in coverage.strays:
        if item.why not in _WHY:
            continue
        name = f"`{item.name}`" if item.name else "the batch"
        why = _WHY[item.why].format(values=listed(item.examples))
        yield Finding(
            f"{name} {why} ({item.where})",
            at=here(artifact, item.name or None),
            headings=("now", "at save"),
            rows=(Row(", ".join(item.examples) or f"{item.rows:,} missing", item.recorded),),
            fix=Fix("see that the inputs are made as the examples were", safety="manual"),
        )
