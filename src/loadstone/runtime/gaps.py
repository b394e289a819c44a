"""Whether more is unknown than was at save: a gap, or what the examples held as well.

A vocabulary that was cut when it was made (`max_features`, `min_df`, stop words) misses words of
every text, of the examples too, and a text of few words misses none or many by chance.
"""

import math
from typing import Optional, Tuple

Counts = Tuple[int, int]  # how many were looked up, and how many of these were unknown
CHANCE = 0.05  # that inputs as those of the save miss as much


def is_gap(looked_up: int, unknown: int, saved: Optional[Counts], among: int = 1) -> bool:
    """Return whether so much is unknown that it is not as at save; `among` so many rows.

    Each is one where nothing was unknown at save, or nothing was counted. Else it is one if half as
    many again are unknown as were, or half of what was known, and inputs as those of the save miss
    as much by chance once in twenty calls at most.
    """
    if not unknown or saved is None or not saved[0] or not saved[1]:
        return bool(unknown)
    share = saved[1] / saved[0]
    if unknown / looked_up <= min(1.5 * share, (1 + share) / 2):
        return False
    likely = (saved[1] + 1) / (saved[0] + 2)  # few examples do not tell a share well
    return at_least(unknown, looked_up, likely) * among <= CHANCE


def at_least(unknown: int, looked_up: int, share: float) -> float:
    """Return the chance that `unknown` or more of `looked_up` are, each with the chance `share`.

    https://en.wikipedia.org/wiki/Binomial_distribution
    """
    if unknown <= looked_up * share:  # the tail that is left out is the smaller one
        return 1 - at_least(looked_up - unknown + 1, looked_up, 1 - share) if unknown else 1.0
    ways = math.lgamma(looked_up + 1) - math.lgamma(unknown + 1)
    ways -= math.lgamma(looked_up - unknown + 1)
    chance = unknown * math.log(share) + (looked_up - unknown) * math.log(1 - share)
    term = math.exp(ways + chance)
    total, odds = 0.0, share / (1 - share)
    for number in range(unknown, looked_up + 1):
        total += term
        term *= (looked_up - number) / (number + 1) * odds
        if term <= total * 1e-9:
            break
    return min(total, 1.0)
