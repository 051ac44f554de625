"""How sure a ranking is, in text: what the criteria weigh by group, each candidate's ranks, and who would prefer it."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model.figures import percent
from advisor.model.recommendation import Ranked, Recommendation
from advisor.report.words import Words, ordinal

MOST = 3
"""So many criteria are named as what somebody cares about."""


def group_line(result: Recommendation, words: Words) -> str:
    """What each group of criteria weighs, weightiest first; empty where there are no groups."""
    if not result.ranking:
        return ""
    rows = sorted(result.ranking[0].groups, key=lambda row: -row.weight)
    return ", ".join(f"{words.group(row.group)} {percent(row.weight)}" for row in rows)


def robustness_lines(result: Recommendation, words: Words) -> Iterator[tuple[str, str]]:
    """For each feasible candidate its title, and a sentence on its ranks and on whom it suits."""
    average = {value.criterion: value.weight for value in result.ranking[0].criteria} if result.ranking else {}
    for row in result.ranking:
        if row.feasible and row.rank_acceptability:
            yield words.candidate(row.candidate), f"{_ranks(row)}; {_suits(row, average, words)}"


def _ranks(row: Ranked) -> str:
    shares = enumerate(row.rank_acceptability, 1)
    return ", ".join(f"{ordinal(rank)} in {percent(share)}" for rank, share in shares if share >= 0.005)


def _suits(row: Ranked, average: dict[str, float], words: Words) -> str:
    if row.central_weights is None:
        return "no weights within reason put it first"
    # What sets apart those who prefer it: the criteria that they weigh most beyond what everybody does, where that can
    # be told from chance and reads differently.
    beyond = {value.criterion: value.weight - average.get(value.criterion, 0.0) for value in row.central_weights}
    cares = [
        f"{words.criterion(value.criterion).lower()} ({own} against {everybodys})"
        for value in sorted(row.central_weights, key=lambda value: -beyond[value.criterion])
        if beyond[value.criterion] > max(0.005, 2 * value.error)
        and (own := percent(value.weight)) != (everybodys := percent(average.get(value.criterion, 0.0)))
    ][:MOST]
    who = f"who prefers it cares more than average for {', '.join(cares)}" if cares else "suits average weights"
    return f"{who}; with such weights it is first in {percent(row.confidence_factor)}"
