"""From blocks to intervals: pure functions over the numbers that launches gave."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Summary:
    """A metric of one candidate over its launches."""

    centre: float
    low: float | None
    """Ends of the confidence interval; None where no launch was repeated, so that nothing is known of the spread."""
    high: float | None
    launches: int
    samples: int


def summarise(groups: Mapping[Key, Sequence[Sequence[float]]]) -> dict[Key, Summary]:
    """Summaries of one metric for the candidates in `groups`: for each its launches, for each launch its blocks.

    A launch counts once, by the median of its blocks: blocks of one process resemble each other more than those of
    two processes do, so the process is the unit of replication. All numbers must be positive; a group without
    launches is left out.

    On the logarithms y of the launches' medians this is the textbook confidence interval for a group's mean in a
    one-way layout (analysis of variance with equal variances): mean(y_i) ± t(0.975, df) · s / √n_i, where
    s² = Σ_i Σ_j (y_ij − mean(y_i))² / df, pooled over the candidates, and df = Σ_i (n_i − 1). So the centre
    is the geometric mean over launches, and the spread is taken to be the same share of the time for all
    candidates; two launches of one candidate alone would give an interval 12.7 standard errors wide. A candidate
    with one launch has no spread of its own and gets the others'; when nobody was launched twice there is none.
    """
    logs = {key: [math.log(median(blocks)) for blocks in launches] for key, launches in groups.items() if launches}
    freedom = sum(len(values) - 1 for values in logs.values())
    half = 0.0
    if freedom:
        squares = sum((value - fmean(values)) ** 2 for values in logs.values() for value in values)
        half = _quantile(freedom) * math.sqrt(squares / freedom)
    return {
        key: _summary(values, half if freedom else None, sum(len(blocks) for blocks in groups[key]))
        for key, values in logs.items()
    }


def _summary(logs: Sequence[float], half: float | None, samples: int) -> Summary:
    mean, count = fmean(logs), len(logs)
    low = high = None
    if half is not None:
        low, high = math.exp(mean - half / math.sqrt(count)), math.exp(mean + half / math.sqrt(count))
    return Summary(math.exp(mean), low, high, count, samples)


def _quantile(freedom: int) -> float:
    """Student's t that `CONFIDENCE` of the distribution lies within, on both sides."""
    from scipy.special import stdtrit  # takes a tenth of a second to import, for this one number

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
