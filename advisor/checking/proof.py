"""Whether a verdict holds however what is open gets answered: bounds of each difference of two scores, draw by draw.

Axes: rules (r), candidates (c, or x and y), criteria (k), draws (m).
"""

from collections import defaultdict

import numpy as np

_ROUNDING, _NEAR_SHARE = 1e-7, 1e-9


class Proof:
    """What bounds rest on that is the same whatever is known."""

    def __init__(self, draws, random):
        """`draws` are those of a replay; factors, errors and noise are `random`, as complete answers have them."""
        self.draws, self.rules = draws, draws.rules
        factors, judged, noise = random
        self.factors, self.judged = factors[0], judged[0]
        self.worth = [(p.points * factors[:, p.k] * draws.advantage(p, noise))[0] for p in draws.compared]
        self.levels = np.array([level["weight"] for level in draws.settings["importance"]])
        self.scale = 1 + self.factors.max() * self.levels.max() * len(draws.criteria)
        self.steps = draws.points[:, :, None] - draws.points[:, None]
        # Rules that need different values of a fact can't fire together.
        self.groups = defaultdict(dict)
        for rule in np.flatnonzero(draws.points.any(axis=(1, 2))):
            needs = self.rules.needs(rule)
            if needs:
                fact = min(needs, key=lambda name: (needs[name].mean(), name))
                self.groups[fact][rule] = needs[fact]

    def outcome(self, known):
        """Kind and candidate of the verdict on all that may complete what is known; None if bounds leave several."""
        facts, states = self.rules.infer(known)
        certain, possible = (np.array([bool(each[0, 0]) for each in side]) for side in zip(*states, strict=True))
        possible = ~possible
        ruled_out, at_risk = (self._vetoed(rules) for rules in (certain, possible))
        beats = self._ahead(facts, certain, possible) > _ROUNDING * self.scale
        others = ~np.eye(len(ruled_out), dtype=bool)[..., None]
        first = (beats | ruled_out[None, :, None] | ~others).all(axis=1) & ~at_risk[:, None]
        may_be_first = (~beats.swapaxes(0, 1) | at_risk[None, :, None] | ~others).all(axis=1) & ~ruled_out[:, None]
        least, most = first.mean(axis=1), may_be_first.mean(axis=1)
        bar, names = self.draws.settings["recommend_share"], self.draws.candidates
        for c in np.flatnonzero(least >= bar + _NEAR_SHARE):
            if least[c] > np.delete(most, c).max() + _NEAR_SHARE:
                return "recommended", names[c]
        if ruled_out.all():
            return "none-feasible", None
        return ("too-close", None) if most.max() < bar - _NEAR_SHARE and not at_risk.all() else None

    def _vetoed(self, rules):
        vetoes = self.rules.consequences("veto")
        return np.array([any(rules[i] and part["veto"] == c for i, part in vetoes) for c in self.draws.candidates])

    def _ahead(self, facts, certain, possible):
        """By how much x is at least ahead of y, before scores are divided by the sum of the weights: (x, y, m)."""
        levels = [self.levels[facts[k["importance"]][:, 0, 0]] for k in self.rules.criteria.values()]
        low, high = (np.array([end(each) for each in levels]) for end in (min, max))
        least = self._worth(facts, certain, possible)
        ahead = (np.where(least >= 0, low, high) * least) @ self.factors
        spans = [
            np.sqrt((self.draws.variances[fired].sum(axis=0) * weights**2) @ self.factors**2) * self.judged
            for fired, weights in ((certain, low), (possible, high))
        ]
        ahead += np.minimum(*spans)[:, None] - np.maximum(*spans)
        for piece, worth in zip(self.draws.compared, self.worth, strict=True):
            lead = worth[:, None] - worth
            ahead += certain[piece.rule] * low[piece.k] * np.maximum(lead, 0)
            ahead += possible[piece.rule] * high[piece.k] * np.minimum(lead, 0)
        return ahead

    def _worth(self, facts, certain, possible):
        """The least that evidence under k can give x more than y: (x, y, k)."""
        least, down = self.steps[certain].sum(axis=0), np.minimum(self.steps, 0)
        still = alone = possible & ~certain
        for fact, needs in self.groups.items():
            rules = [rule for rule in needs if still[rule]]
            if len(needs) > 1 and rules:
                alone = alone & ~np.isin(np.arange(len(alone)), rules)
                fires = np.array([needs[rule][facts[fact][:, 0, 0]] for rule in rules])
                least = least + np.tensordot(fires.T * 1.0, down[rules], 1).min(axis=0)
        return least + down[alone].sum(axis=0)
