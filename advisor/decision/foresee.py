"""Which verdict each of many completions would get, all from the same draws.

A completion is one way of answering what is open. Its verdict (kind and candidate) is what `call` says of it once it
is assessed alone; here fewer draws stand in for those of an assessment, more of them where the leader's share lies near
the threshold. Every completion meets the same draws, so that two verdicts differ by their answers and never by luck.

Arrays are over completions (n), candidates (c), criteria (k), rules that bear on scores (r) and draws (m).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from advisor.decision.arrays import Booleans, Floats, Integers
from advisor.decision.assess import Model
from advisor.decision.assessment import least_error
from advisor.decision.beliefs import Beliefs
from advisor.decision.evidence import fired_by_rule
from advisor.decision.sums import table_of
from advisor.decision.verdict import VerdictKey
from advisor.engine.program import Evaluation

DRAWS_AT_ONCE = 8192
"""Draws of completions whose scores are held together: what a processor's cache takes."""
TIED = 1e-5
"""Scores before normalising that are this near each other are a tie."""
ROUNDING = 0.8e-5
"""What single precision may amount to in a difference of such scores."""


class Outlook(NamedTuple):
    """What a sample of completions comes to."""

    codes: Integers
    """The verdict of each completion, as an index into `keys`: (n,)."""
    shares: Floats
    """First-rank shares in each: (n, c)."""
    choices: dict[str, Integers]
    """What each has of each open question, as in `Assessment.choices`."""
    keys: tuple[VerdictKey, ...]

    @property
    def commonest(self) -> int:
        """The code of the verdict that most completions have."""
        return int(np.bincount(self.codes, minlength=len(self.keys)).argmax())

    @property
    def may_change(self) -> float:
        """The share of completions that have another verdict than the commonest."""
        return float((self.codes != self.commonest).mean())

    @property
    def error(self) -> float:
        """The standard error of that share; see `least_error`."""
        n, share = len(self.codes), self.may_change
        return max(least_error(n), float(np.sqrt(share * (1 - share) / n)))


class Effort(NamedTuple):
    """How many completions are looked at, with how many draws each, and with how many near the threshold."""

    completions: int
    coarse: int
    fine: int


ASKING = Effort(800, 256, 2048)
NEAR = 2.0
"""Standard errors of the coarse share within which the threshold counts as near."""


def verdict_keys(model: Model) -> tuple[VerdictKey, ...]:
    """Every verdict there is, by code: each candidate recommended, too close, none feasible."""
    recommended = (VerdictKey("recommended", candidate.id) for candidate in model.knowledge.candidates)
    return (*recommended, VerdictKey("too-close", None), VerdictKey("none-feasible", None))


def foresee(model: Model, beliefs: Beliefs, effort: Effort = ASKING) -> Outlook:
    """The outlook on what is open, by one sample of its completions, drawn as beliefs have them."""
    choices, base = model.completions(beliefs, effort.completions)
    codes, shares = judged(model, base, effort)
    return Outlook(codes, shares, choices, verdict_keys(model))


def judged(model: Model, base: Mapping[str, Any], effort: Effort) -> tuple[Integers, Floats]:
    """What complete sets of answers come to, `effort.completions` of them: the verdict of each as an index into
    `verdict_keys`, (n,), and its first-rank shares, (n, c). `base` has the masks of every base fact, (n,) or one
    number."""
    evaluation = model.program.run(base)
    scores = _scores(model, evaluation, effort.completions, np.float32)
    kept, of = scores.distinct()
    draws = model.draws(effort.fine)
    single = [np.asarray(each, dtype=np.float32) for each in draws]

    def shares_of(places: Integers, count: int) -> Floats:
        shares, doubtful = scores.only(places).shares([each[..., :count] for each in single])
        if doubtful.any():
            exact = _scores(model, evaluation, effort.completions, np.float64, places[doubtful])
            shares[doubtful], _ = exact.shares([each[..., :count] for each in draws])
        return shares

    threshold = model.knowledge.settings.recommend_share
    shares = shares_of(kept, effort.coarse)
    near = np.flatnonzero(near_threshold(shares, threshold, effort.coarse))
    if len(near) and effort.fine > effort.coarse:
        shares[near] = shares_of(kept[near], effort.fine)
    top = shares.max(axis=1)
    codes = np.where(top >= threshold - 1e-9, shares.argmax(axis=1), model.candidates + (top <= 0))
    return codes[of], shares[of]


def near_threshold(shares: Floats, threshold: float, draws: int) -> Booleans:
    """Whether the leader's share, of so many draws, lies so near the threshold that more should decide: (n,)."""
    return np.abs(shares.max(axis=1) - threshold) < NEAR * np.sqrt(threshold * (1 - threshold) / draws)


class _Scores(NamedTuple):
    """What goes into the scores of completions."""

    values: Floats
    """Weighted: (n, c, k)."""
    variances: Floats
    """Of these values: (n, c, k)."""
    counted: Floats
    """Weights of the metric evidence that fired: (n, evidence)."""
    feasible: Booleans
    """(n, c)."""

    def distinct(self) -> tuple[Integers, Integers]:
        """The completions that differ in what they are scored by, and for every completion the place of its like."""
        count = len(self.values)
        table = np.concatenate([part.reshape(count, -1) for part in self], axis=1, dtype=self.values.dtype)
        places: dict[bytes, int] = {}
        of = np.array([places.setdefault(row.tobytes(), len(places)) for row in table])
        return np.unique(of, return_index=True)[1], of

    def only(self, chosen: Integers) -> _Scores:
        """Those of some completions."""
        return _Scores(*(part[chosen] for part in self))

    def shares(self, draws: Sequence[Floats]) -> tuple[Floats, Booleans]:
        """First-rank shares, (n, c), and of which completions single precision may have decided a draw, (n,)."""
        factors, judged, worth = (np.ascontiguousarray(each) for each in draws)
        squares = factors**2
        candidates, count = judged.shape
        worth = worth.reshape(-1, candidates * count)
        shares, doubtful = np.empty(self.feasible.shape), np.empty(len(self.feasible), dtype=bool)
        step = max(1, DRAWS_AT_ONCE // count)
        for start in range(0, len(shares), step):
            values, variances, counted, feasible = (part[start : start + step] for part in self)
            criteria = values.shape[2]
            scores = (values.reshape(-1, criteria) @ factors).reshape(-1, candidates, count)
            errors = (variances.reshape(-1, criteria) @ squares).reshape(-1, candidates, count)
            np.sqrt(errors, out=errors)
            errors *= judged
            scores += errors
            if len(worth):
                scores += (counted @ worth).reshape(scores.shape)
            scores[~feasible] = -np.inf
            best = scores.max(axis=1, keepdims=True)
            first = scores >= best - TIED
            near = (scores >= best - (TIED + ROUNDING)) & (scores < best - (TIED - ROUNDING))
            doubtful[start : start + step] = near.any(axis=(1, 2))
            ahead = first.sum(axis=1, keepdims=True)
            split = first if ahead.max() == 1 else first / ahead
            shares[start : start + step] = feasible * split.mean(axis=2)
        return shares, doubtful


def _scores(
    model: Model, evaluation: Evaluation, count: int, precision: type, places: Integers | slice = slice(None)
) -> _Scores:
    """Of completions, of which there are `count`, those at `places`."""
    evidence = model.evidence
    all_fired = fired_by_rule(evaluation, (count,))
    fired = all_fired[list(evidence.rules)].T[places].astype(precision)
    masks = table_of([evaluation.facts[criterion.importance] for criterion in model.knowledge.criteria], (count,))
    weights = model.level_weights[np.frexp(masks)[1] - 1].T[places].astype(precision)
    counted = all_fired[[entry.rule for entry in model.compared]].T[places]
    shape = (len(weights), model.candidates, model.criteria)
    values, variances = (
        (fired @ table.reshape(len(table), shape[1] * shape[2]).astype(precision)).reshape(shape)
        for table in (evidence.points, evidence.variances)
    )
    return _Scores(
        values * weights[:, None],
        variances * weights[:, None] ** 2,
        (counted * weights[:, [entry.criterion for entry in model.compared]]).astype(precision),
        model.feasible(all_fired)[places],
    )
