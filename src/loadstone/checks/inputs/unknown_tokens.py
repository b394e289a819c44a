"""LS501: the inputs hold words or categories that the preprocessing does not know."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Coverage, Finding, Fix, Row, check
from loadstone.core.facts import Lookups
from loadstone.core.words import count, listed, share

MARGIN = 1.5  # times the share that was unknown over the examples of the save


@check("LS501", since="0.1", severity="warning")
def unknown_tokens(artifact: Artifact, coverage: Coverage) -> Iterator[Finding]:
    """The inputs hold words or categories that the preprocessing does not know.

    ## Why it breaks
    A word outside the vocabulary becomes the unknown token, or nothing at all. The model answers,
    from less than it was given.

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
        if not item.unknown or not _more_than_at_save(item):
            continue
        known = "" if item.rate_at_save is None else f"{share(item.rate_at_save)} of look-ups"
        yield Finding(
            f"{listed(item.examples) or 'some'} {'is' if item.unknown == 1 else 'are'} unknown to "
            f"`{item.name}` ({item.unknown:,} of {count(item.looked_up, 'token')})",
            at=here(artifact, item.name),
            headings=("unknown now", "unknown at save"),
            rows=(Row(f"{share(item.unknown / item.looked_up)} of look-ups", known),),
            fix=Fix("see that the inputs are prepared as they were for training", safety="manual"),
        )


def _more_than_at_save(item: Lookups) -> bool:
    if not item.looked_up:
        return False
    return item.rate_at_save is None or item.unknown / item.looked_up > item.rate_at_save * MARGIN
