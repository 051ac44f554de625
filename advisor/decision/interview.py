"""The next question, and whether there need be one.

A question is worth the uncertainty of the verdict that its answer is expected to take away: the entropy of the verdict
over the completions of what is open, less its mean over the question's answers (mutual information, in bits; D. V.
Lindley, "On a Measure of the Information Provided by an Experiment", Annals of Mathematical Statistics 27, 1956).
Entropy rather than the share of completions that would change their verdict, since that share mostly stays the same
whatever one question's answer is, though the question may bring the end nearer.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from math import comb
from typing import NamedTuple

import numpy as np

from advisor.decision.arrays import Floats, Integers
from advisor.decision.assess import Model
from advisor.decision.beliefs import Beliefs, OpenAnswer, believe, resolve
from advisor.decision.bounds import Bounds
from advisor.decision.foresee import ASKING, Effort, Outlook, foresee
from advisor.decision.modelling import model_of
from advisor.decision.settle import assessed, completed, prove, relevant
from advisor.decision.sums import sums_by
from advisor.decision.verdict import Call, VerdictKey
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.recommendation import Possible, Settled

AS_GOOD_AS = 0.025
"""Share of completions with another verdict than the commonest, below which the verdict is as good as settled."""
BY_LUCK = 0.05
"""How often a sample may look so, at the most, though the share isn't below."""
SINGLE = Effort(1, 1000, 1000)
"""Where all completions are alike."""
NODES = 12
"""Parts that a proof may look at while somebody waits for the next question."""


NOT_WORKED_OUT = VerdictKey(None, None)
"""What may come where nothing is claimed of it."""


class Prospect(NamedTuple):
    """What may become of a verdict as what is open gets answered."""

    settled: Settled
    may_become: tuple[Possible, ...]
    """The verdicts of completions, commonest first; empty where nothing is claimed of them."""
    leader: str | None
    """The candidate that ranks first most often over the completions; None if none is feasible in any."""
    error: float
    """Standard error of `may_change`, from sampling; 0 where it is proven."""
    reductions: Mapping[str, float]
    """By question that may still change something, most useful first: how many bits of the verdict's uncertainty its
    answer is expected to take away."""
    leads_to: Mapping[str, Mapping[str, str | None]]
    """By such a question, lists left out: who would lead with each answer, in words, that completions have."""

    @property
    def key(self) -> VerdictKey:
        """The verdict of all completions, or of most."""
        return VerdictKey(self.may_become[0].kind, self.may_become[0].candidate) if self.may_become else NOT_WORKED_OUT

    @property
    def may_change(self) -> float:
        """The share of completions that have another, 0..1."""
        return sum(other.share for other in self.may_become[1:]) if self.may_become else 1.0


def look_ahead(
    knowledge: Knowledge,
    answers: Mapping[str, Answer],
    measurements: Measurements | None,
    *,
    as_of: datetime.date | None = None,
    seed: int = 0,
    effort: Effort = ASKING,
) -> Prospect:
    """What may become of the verdict on these answers as what is open gets answered, "don't know" included."""
    model = model_of(knowledge, answers, measurements, as_of=as_of, seed=seed)
    beliefs = believe(knowledge, model.program, resolve(knowledge, answers, measurements), measurements)
    return prospect(model, beliefs, effort)


def prospect(model: Model, beliefs: Beliefs, effort: Effort = ASKING, nodes: int = NODES) -> Prospect:
    """What may become of the verdict on beliefs. A proof is tried, with at most so many nodes, where the sample shows
    no change. Where trade-offs move the weights and the importance of what they concern is still open, questions are
    ranked without that, and nothing is claimed of the verdict: what choices say depends on it."""
    told = model.told(beliefs.known)
    model = told or model
    bounds = Bounds(model)
    matter = relevant(beliefs, bounds)
    outlook = foresee(model, beliefs, effort if matter else SINGLE)
    shares = outlook.shares.mean(axis=0)
    leader = model.knowledge.candidates[int(shares.argmax())].id if shares.max() > 0 else None
    if not matter:
        return Prospect("proven", _always(assessed(model, completed(beliefs))), leader, 0.0, {}, {})
    mattering = [entry for entry in beliefs.open if entry.question in matter]
    reductions = _ranked(mattering, outlook)
    leads_to = {entry.question: _leaders(model, entry, outlook) for entry in mattering if not entry.independent}
    if told is None:
        return Prospect("open", (), leader, 0.0, reductions, leads_to)
    if not outlook.may_change:
        proof = prove(model, beliefs, nodes, bounds=bounds)
        if proof.key is not None:
            return Prospect("proven", _always(proof.key), leader, 0.0, {}, {})
    return Prospect(as_good_as(outlook), _may_become(outlook), leader, outlook.error, reductions, leads_to)


def nothing_open(verdict: Call) -> Prospect:
    """The prospect of a verdict on complete answers."""
    return Prospect("proven", _always(verdict.key), verdict.leader, 0.0, {}, {})


def _always(key: VerdictKey) -> tuple[Possible, ...]:
    return (Possible(kind=key.kind, candidate=key.candidate, share=1.0),)


def _may_become(outlook: Outlook) -> tuple[Possible, ...]:
    counts = np.bincount(outlook.codes, minlength=len(outlook.keys))
    found = [code for code in np.argsort(-counts, kind="stable") if counts[code]]
    shares = ((outlook.keys[code], float(counts[code]) / len(outlook.codes)) for code in found)
    return tuple(Possible(kind=kind, candidate=candidate, share=share) for (kind, candidate), share in shares)


def as_good_as(outlook: Outlook) -> Settled:
    """As good as settled if so few completions differ that fewer would in at most `BY_LUCK` of the samples, were
    their share `AS_GOOD_AS` (the exact binomial test: C. J. Clopper and E. S. Pearson, Biometrika 26, 1934). An
    interview looks again after every question and would otherwise end by luck."""
    n = len(outlook.codes)
    differing = round(outlook.may_change * n)
    if differing >= AS_GOOD_AS * n:
        return "open"
    chance = sum(comb(n, i) * AS_GOOD_AS**i * (1 - AS_GOOD_AS) ** (n - i) for i in range(differing + 1))
    return "as-good-as" if chance < BY_LUCK else "open"


def _leaders(model: Model, entry: OpenAnswer, outlook: Outlook) -> dict[str, str | None]:
    groups = outlook.choices[entry.question]
    sums = sums_by(groups, outlook.shares, len(entry.labels))
    leaders = [model.knowledge.candidates[index].id for index in sums.argmax(axis=0)]
    occurring = np.bincount(groups, minlength=len(entry.labels)) > 0
    return {
        label: leader if sum_ > 0 else None
        for label, leader, sum_, occurs in zip(entry.labels, leaders, sums.max(axis=0), occurring, strict=True)
        if occurs
    }


def _ranked(open_: Sequence[OpenAnswer], outlook: Outlook) -> dict[str, float]:
    """Questions by how many bits they are expected to take away; where that rounds to nothing, by how much of the
    shares' variance they explain."""
    bits, explained = {}, {}
    for entry in open_:
        groups = answered(entry, outlook.choices)
        bits[entry.question] = reduction(groups, outlook)
        explained[entry.question] = 0.0 if bits[entry.question] >= 0.0005 else _explained(groups, outlook.shares)
    order = sorted(bits, key=lambda name: (-round(bits[name], 3), -explained[name]))
    return {name: bits[name] for name in order}


def answered(entry: OpenAnswer, choices: Mapping[str, Integers]) -> Integers:
    """By completion, which answer it has to a question: a number for each that occurs."""
    if not entry.independent:
        return choices[entry.question]
    bits = sum(choices[f"{entry.question}.{option}"] << place for place, option in enumerate(entry.labels))
    return np.unique(bits, return_inverse=True)[1]


def reduction(groups: Integers, outlook: Outlook) -> float:
    """How many bits of the verdict's entropy knowing the group takes away, expected, less what chance groups of these
    sizes would (G. A. Miller, "Note on the Bias of Information Estimates", 1955), and not below 0."""
    kinds = len(outlook.keys)
    count = len(groups)
    table = np.bincount(groups * kinds + outlook.codes, minlength=kinds * (int(groups.max()) + 1)).reshape(-1, kinds)
    sizes = table.sum(axis=1)
    table, sizes = table[sizes > 0], sizes[sizes > 0]
    marginal = table.sum(axis=0)
    chance = (np.count_nonzero(table) - len(table) - np.count_nonzero(marginal) + 1) / (2 * count * np.log(2))
    # n times the mutual information, from the counts: Σ n_gc log n_gc - Σ n_g log n_g - Σ n_c log n_c + n log n.
    joint = _spread(table) - _spread(sizes) - _spread(marginal) + _spread(np.array([count]))
    return max(0.0, joint / count - chance)


def _spread(counts: Integers) -> float:
    """The sum of n log₂ n over counts."""
    return float((counts * np.log2(np.maximum(counts, 1))).sum())


def _explained(groups: Integers, shares: Floats) -> float:
    """The variance of the shares that knowing the group takes away, less what chance groups would."""
    sizes = np.bincount(groups)
    kept = sizes > 0
    sums = sums_by(groups, shares, len(sizes))[:, kept]
    centred = sums / sizes[kept] - shares.mean(axis=0)[:, None]
    total = shares.var(axis=0).sum() * len(shares)
    between = (sizes[kept] * centred**2).sum()
    chance = (kept.sum() - 1) * (total - between) / max(1, len(groups) - kept.sum())
    # Rounded, so that the order of two questions doesn't hang on the order of adding up.
    return round(float((between - chance) / len(groups)), 12)
