"""From blocks to intervals and comparisons: pure functions over the numbers that launches gave."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from statistics import fmean, median, stdev
from typing import TypeVar

from advisor.model.measurement import LEAST, MOST

Key = TypeVar("Key", bound=Hashable)
Launches = Mapping[int, Sequence[float]]
"""By launch, the blocks of one candidate; launches of the same number took turns with each other."""

CONFIDENCE = 0.95
POWER = 0.8
"""How often the smallest difference of a run would be found."""
ASSURANCE = 0.95
"""How surely: the confidence of the upper limit that the error's estimate is replaced by to say so."""
SAME = 1.1
"""Candidates whose ratio surely lies within this factor are the same: so little decides nothing."""


@dataclass(frozen=True)
class Summary:
    """A metric of one candidate over its launches."""

    centre: float
    low: float | None
    """Ends of the confidence interval; None where no launch was repeated, so that nothing is known of the spread."""
    high: float | None
    launches: int
    samples: int
    spread: float | None
    """Standard deviation of this candidate's launches, as a share; None with one launch."""


@dataclass(frozen=True)
class Contrast:
    """The ratio of two candidates' numbers."""

    ratio: float
    low: float
    high: float
    smallest_difference: float
    """The least ratio, above 1, that another such run would tell from 1 with the probability `POWER`."""


def summarise(groups: Mapping[Key, Launches]) -> dict[Key, Summary]:
    """Summaries of one metric for the candidates in `groups`.

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
    logs = {key: list(_logs(launches).values()) for key, launches in groups.items() if launches}
    freedom = sum(len(values) - 1 for values in logs.values())
    half = None
    if freedom:
        squares = sum((value - fmean(values)) ** 2 for values in logs.values() for value in values)
        half = _student(freedom, (1 + CONFIDENCE) / 2) * math.sqrt(squares / freedom)
    return {
        key: _summary(values, half, sum(len(blocks) for blocks in groups[key].values())) for key, values in logs.items()
    }


def _logs(launches: Launches) -> dict[int, float]:
    return {launch: math.log(median(blocks)) for launch, blocks in launches.items()}


def _summary(logs: Sequence[float], half: float | None, samples: int) -> Summary:
    centre, count = _measurable(math.exp(fmean(logs))), len(logs)
    low = high = None
    if half is not None:
        # Dividing and multiplying by a factor from 1 on, no rounding puts an end on the wrong side of the centre.
        factor = _ratio(half / math.sqrt(count))
        low, high = _measurable(centre / factor), _measurable(centre * factor)
    spread = math.expm1(stdev(logs)) if count > 1 else None
    return Summary(centre, low, high, count, samples, spread)


def _measurable(value: float) -> float:
    """The nearest quantity: launches that hardly have anything in common give intervals beyond all of them."""
    return min(max(value, LEAST), MOST)


def _ratio(logarithm: float) -> float:
    """The nearest ratio of two quantities to the one with this logarithm."""
    most = math.log(MOST / LEAST)
    return min(max(math.exp(min(max(logarithm, -most), most)), LEAST / MOST), MOST / LEAST)


def contrasts(groups: Mapping[Key, Launches]) -> dict[tuple[Key, Key], Contrast]:
    """The ratio of every two candidates of one metric (first over second), with intervals that hold together.

    The launches of one number took turns, so what the machine did to them is common to them: on the logarithms of
    the launches' medians the model is y = candidate + launch + error, fitted by least squares, whose residuals, with
    df = observations − candidates − launches + 1, give the error's variance. With two candidates the launches'
    effect would cost half of the degrees of freedom, and is left in the error. Intervals are Tukey and Kramer's: the
    difference ± q(0.95; candidates, df) / √2 · its standard error, so that all of a metric's comparisons hold
    together with 95 % confidence. (Montgomery, Design and Analysis of Experiments, randomised complete blocks.)

    The smallest difference is (q / √2 + t(POWER; df)) · the upper confidence limit of the standard error, √(df /
    χ²(1 − ASSURANCE; df)) times its estimate: from few launches the estimate is often too small, and a difference
    based on it would be found less often than promised. It is never below `SAME`: of a smaller one, however surely
    known, it is said that the candidates are the same.

    Empty when fewer than two candidates were launched twice.
    """
    logs = {key: _logs(launches) for key, launches in groups.items() if len(launches) > 1}
    if len(logs) < 2:
        return {}
    means, covariance, freedom = _fit(logs)
    if freedom < 1:
        return {}
    width = _studentised_range(len(logs), freedom) / math.sqrt(2)
    detectable = (width + _student(freedom, POWER)) * _upper_limit(freedom)
    found = {}
    for (i, one), (j, other) in combinations(enumerate(logs), 2):
        difference = means[i] - means[j]
        error = math.sqrt(max(0.0, covariance[i][i] + covariance[j][j] - 2 * covariance[i][j]))
        found[one, other] = Contrast(
            ratio=_ratio(difference),
            low=_ratio(difference - width * error),
            high=_ratio(difference + width * error),
            smallest_difference=max(SAME, _ratio(detectable * error)),
        )
    return found


def _fit(logs: Mapping[Key, Mapping[int, float]]) -> tuple[list[float], list[list[float]], int]:
    """Least-squares effects of the candidates, their covariance (up to a constant common to all), and the degrees of
    freedom of the error."""
    import numpy as np

    rounds = sorted({launch for launches in logs.values() for launch in launches})
    columns = len(logs) + (len(rounds) if len(logs) > 2 else 0)
    design, values = [], []
    for i, launches in enumerate(logs.values()):
        for launch, value in launches.items():
            row = np.zeros(columns)
            row[i] = 1
            if len(logs) > 2:
                row[len(logs) + rounds.index(launch)] = 1
            design.append(row)
            values.append(value)
    matrix, observed = np.array(design), np.array(values)
    inverse = np.linalg.pinv(matrix.T @ matrix)
    effects = inverse @ matrix.T @ observed
    freedom = len(values) - int(np.linalg.matrix_rank(matrix))
    residuals = observed - matrix @ effects
    variance = float(residuals @ residuals) / freedom if freedom > 0 else 0.0
    return effects.tolist(), (inverse * variance).tolist(), freedom


def word(contrast: Contrast, better: str, timed: bool) -> str:
    """What a contrast says of the first candidate: see `advisor.model.measurement.Comparison.word`.

    `better` is `lower` or `higher`; `timed` is whether the metric is a time or a rate.
    """
    if contrast.low >= 1 / SAME and contrast.high <= SAME:
        return "same"
    if contrast.low <= 1 <= contrast.high:
        return "undecided"
    if not timed:
        return "more" if contrast.low > 1 else "less"
    return "faster" if (contrast.low > 1) == (better == "higher") else "slower"


def steadiness(pulses: Mapping[int, Sequence[Mapping[str, float]]]) -> float | None:
    """How much the machine's speed varied from launch to launch: over the reference kernels, the largest ratio of the
    slowest to the fastest launch, each by the median of its times; None with fewer than two launches.

    A kernel of some milliseconds is noisy by itself, and what comes and goes within a launch falls on all candidates
    alike, since they take turns; so single times say little.
    """
    launches = [times for times in pulses.values() if times]
    if len(launches) < 2:
        return None
    ratios = []
    for kernel in launches[0][0]:
        medians = [median(times[kernel] for times in launch if kernel in times) for launch in launches]
        ratios.append(max(medians) / min(medians))
    return max(ratios)


@lru_cache
def _student(freedom: int, probability: float) -> float:
    from scipy.special import stdtrit  # takes a tenth of a second to import, for a few numbers

    return float(stdtrit(freedom, probability))


@lru_cache
def _upper_limit(freedom: int) -> float:
    """Of a standard deviation, in units of its estimate."""
    from scipy.special import chdtri  # the χ² that is exceeded with a probability

    return math.sqrt(freedom / float(chdtri(freedom, ASSURANCE)))


@lru_cache
def _studentised_range(groups: int, freedom: int) -> float:
    if groups == 2:
        return math.sqrt(2) * _student(freedom, (1 + CONFIDENCE) / 2)
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(CONFIDENCE, groups, freedom))
