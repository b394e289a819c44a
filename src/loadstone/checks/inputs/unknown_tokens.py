"""LS501: the inputs hold words or categories that the preprocessing does not know."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Coverage, Finding, Fix, Row, check
from loadstone.core.facts import Lookups
from loadstone.core.words import count, listed, share


@check("LS501", since="0.1", severity="warning")
def unknown_tokens(artifact: Artifact, coverage: Coverage) -> Iterator[Finding]:
    """The inputs hold words or categories that the preprocessing does not know.

    ## Why it breaks
    A word outside the vocabulary becomes the unknown token, or nothing at all. The model answers,
    from less than it was given.

    Where all words of the examples were known, each unknown one is told. A vocabulary that was cut
    when it was made (`max_features`, `min_df`, stop words) lacks words of the examples too: then it
    is told where half as many again are unknown as were, or half of what was known, in the whole or
    in one row, and inputs as the examples lack as much by chance once in twenty times at most.

    ## Example
    ```python fails=LS501
    artifact("review.lode", format="bundle", content="bundle")
    coverage("vocab_map", looked_up=2, unknown=1, examples=["universe"])
    ```

    ## Fix
    See whether the inputs are prepared as they were for training (language, case, splitting). If
    they are, the vocabulary is too small for them.

    ## See also
    <https://developers.google.com/machine-learning/guides/rules-of-ml#training-serving_skew>
    """
    for item in coverage.lookups:
        if not item.is_gap:
            continue
        what = f"{item.unknown:,} of {count(item.looked_up, item.unit)}"
        told = f"{what}; {item.where}" if item.rows else what
        yield Finding(
            f"{listed(item.examples) or 'some'} {'is' if item.unknown == 1 else 'are'} unknown to "
            f"`{item.name}` ({told})",
            at=here(artifact, item.name),
            headings=("unknown now", "unknown at save"),
            rows=(
                Row(f"{what}, {share(item.unknown / item.looked_up)}", _saved(item)),
                *_rows(item),
            ),
            fix=Fix("see that the inputs are prepared as they were for training", safety="manual"),
        )


def _saved(item: Lookups) -> str:
    if not item.saved:
        return ""
    of, unknown = item.saved
    return f"{unknown:,} of {count(of, item.unit)}, {share(unknown / of if of else 0.0)}"


def _rows(item: Lookups) -> Iterator[Row]:
    """Yield a row of evidence for each row of inputs that is named."""
    for row in item.rows:
        told = f"row {row.row:,}: {row.unknown:,} of {count(row.looked_up, item.unit)}"
        yield Row(f"{told}, {listed(row.examples)}" if row.examples else told)
