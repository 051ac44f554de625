"""What may become of a verdict as open questions get answered, and how much each is expected to settle.

Axes: completions (s), candidates (c), criteria (k), draws (m); every completion meets the same draws.
"""

from math import comb

import numpy as np

from advisor.checking.draws import firsts
from advisor.checking.proof import Proof
from advisor.checking.rules import leaves
from advisor.checking.trade_offs import moved

_COMPLETIONS, _COARSE, _FINE, _NEAR, _TIE = 400, 256, 1024, 2.0, 1e-5
_AS_GOOD_AS, _BY_LUCK = 0.025, 0.05
_TOGETHER, _MOST_PARTS = 25, 3
"""Completions that are computed at once; answers of a question by which a proof may be split."""


class Outlook:
    """The outlook on the open questions of a replay."""

    def __init__(self, replay):
        """Draw the completions, if anything hangs on an answer, and see what each comes to."""
        self.replay, self.rules, self.draws = replay, replay.rules, replay.draws
        self.importances = [criterion["importance"] for criterion in self.rules.criteria.values()]
        self.concerned = sorted({k for choice in self.draws.traded for k in (choice.left, choice.right)})
        self.told = all(replay.facts[self.importances[k]].sum() == 1 for k in self.concerned)
        self.matter = self._mattering(replay.facts, replay.states)
        if self.matter:
            rng = np.random.default_rng((self.draws.seed, len(replay.open)))
            self.choices, chosen = self.draws.choose(replay.open, self.draws.uniforms(rng, _COMPLETIONS))
            self.known = replay.known | {fact: table.swapaxes(1, 2) for fact, table in chosen.items()}
            self.shares, self.codes = self._sample()

    def ways(self):
        """What may stand in the verdict about it, with what each question that may still change something settles: its
        bits, and the value by which it is ordered where they are nothing. The second of two ways is that all is proven.
        """
        for settled, become, error, settles in self._ways():
            row = {
                "settled": settled,
                "may_change": round(1 - become[0][2], 4) if become else 1.0,
                "may_change_error": error,
            }
            row["may_become"] = [dict(zip(("kind", "candidate", "share"), each, strict=True)) for each in become]
            (kind, candidate, _), *_ = become or [(None, None, 0)]
            yield row | {"likely_kind": kind, "likely_candidate": candidate}, settles

    def _ways(self):
        if not self.matter:
            outcome = self._assessed({}) if self.replay.open else self.replay.call[:2]
            yield "proven", [(*outcome, 1.0)], 0.0, {}
            return
        answered = {entry.name: self._answered(entry) for entry in self.matter}
        settles = {name: (self._bits(groups), self._explained(groups)) for name, groups in answered.items()}
        if not self.told:
            # What choices say depends on the answers that are still open, so nothing is claimed of the verdict.
            yield "open", [], 0.0, settles
            return
        counts = np.bincount(self.codes)
        p, n = _AS_GOOD_AS, _COMPLETIONS
        differing, may_change = int(n - counts.max()), 1 - counts.max() / n
        error = max(np.sqrt((n + 1) / n) / (n + 2), np.sqrt(may_change * (1 - may_change) / n))
        outcomes = [("recommended", c) for c in self.replay.candidates] + [("too-close", None), ("none-feasible", None)]
        by_luck = sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(differing + 1))
        settled = "as-good-as" if by_luck < _BY_LUCK else "open"
        found = sorted(np.flatnonzero(counts), key=lambda code: -counts[code])
        become = [(*outcomes[code], round(float(counts[code]) / n, 4)) for code in found]
        yield settled, become, round(float(error), 4), settles
        if not differing and (outcome := self._proven()):
            yield "proven", [(*outcome, 1.0)], 0.0, {}

    def _random(self, m):
        """What m draws of complete answers have in common."""
        _, (factors, judged, noise) = self.draws.random(1, m)
        if self.concerned and self.told:
            levels = np.array([float(level["weight"]) for level in self.rules.settings["importance"]])
            weights = levels[[self.replay.facts[name].argmax() for name in self.importances]][None]
            drawn, _ = moved(self.draws.traded, weights, factors, self.draws.settings)
            factors = np.where(weights[..., None] > 0, drawn / np.where(weights > 0, weights, 1)[..., None], factors)
        return factors, judged, noise

    # --- what hangs on an answer --------------------------------------------------------------------------------

    def _mattering(self, facts, states):
        roots, asked = self._hanging(facts, states), self.rules.asked
        return [entry for entry in self.replay.open if any(asked.get(fact) == entry.name for fact in roots)]

    def _hanging(self, facts, states):
        """The facts on which rules rest that may still fire and then would count, and importances that would."""
        possible = np.array([not state[1][0, 0] for state in states], bool)
        certain = np.array([state[0][0, 0] for state in states], bool)
        points, variances = self.draws.points, self.draws.variances
        moved = np.ptp(points, axis=1) + variances.max(axis=1)
        levels = np.array([level["weight"] for level in self.rules.settings["importance"]])
        low, high = (np.array([end(levels[facts[name][:, 0, 0]]) for name in self.importances]) for end in (min, max))
        counts = moved[possible & ~certain].sum(axis=0) + np.ptp(points[certain].sum(axis=0), axis=0)
        counts = counts + variances[certain].sum(axis=(0, 1))
        roots = [self._roots(rule) for rule in np.flatnonzero(possible & ~certain) if (moved[rule] * high).any()]
        for piece in (p for p in self.draws.compared if possible[p.rule] and high[p.k]):
            counts[piece.k] += 1
            if low[piece.k] * certain[piece.rule] < high[piece.k]:
                roots.append(self._roots(piece.rule))
        counts[self.concerned] = counts[self.concerned].max(initial=0)
        vetoes = [(rule, part["veto"]) for rule, part in self.rules.consequences("veto")]
        gone = {candidate for rule, candidate in vetoes if certain[rule]}
        roots += [self._roots(i) for i, c in vetoes if possible[i] and not certain[i] and c not in gone]
        roots += [self._of(name) for k, name in enumerate(self.importances) if low[k] < high[k] and counts[k] > 0]
        return set().union(*roots)

    def _roots(self, rule):
        return set().union(*(self._of(leaf["fact"]) for leaf in leaves(self.rules.order[rule]["when"])))

    def _of(self, fact):
        concluding = self.rules.concluding.get(fact)
        return {fact} if concluding is None else set().union(*(self._roots(rule) for _, rule in concluding))

    # --- completions --------------------------------------------------------------------------------------------

    def _parts(self, entries):
        """The answers by which questions can be taken apart; lists option by option."""
        for entry in entries:
            if entry.many:
                yield from ([self.rules.only(fact, holds) for holds in (False, True)] for fact in entry.settings)
            else:
                yield list(dict(zip(entry.labels, entry.settings, strict=True)).values())

    def _proven(self):
        """The verdict on all completions, if bounds leave no other, as it is or with one question taken apart."""
        proof = Proof(self.draws, self._random(10_000))
        for settings in [[{}], *(part for part in self._parts(self.matter) if len(part) <= _MOST_PARTS)]:
            outcome = self._certain(proof, settings[0])
            if outcome and all(self._certain(proof, setting) == outcome for setting in settings[1:]):
                return outcome
        return None

    def _certain(self, proof, setting):
        known = self.replay.known | setting
        if outcome := proof.outcome(known):
            return outcome
        return None if self._mattering(*self.rules.infer(known)) else self._assessed(setting)

    def _assessed(self, setting):
        """The verdict, with all draws, where what is still open after an answer has the first answer to each question
        and of a list none."""
        known = self.replay.known.copy()
        for settings in self._parts(self.replay.open):
            known |= settings[0]
        return self.replay.called(*self.draws.draw([], [known | setting], 1, 10_000))[:2]

    def _at(self, places):
        return {fact: table[..., places] if table.shape[2] > 1 else table for fact, table in self.known.items()}

    def _sample(self):
        """Shares of each completion, and the code of its verdict: who is recommended, or one of two numbers more, for
        too close and none feasible."""
        bar, random = self.rules.settings["recommend_share"], self._random(_FINE)
        shares = self._firsts(np.arange(_COMPLETIONS), random, _COARSE)
        near = np.flatnonzero(abs(shares.max(axis=1) - bar) < _NEAR * np.sqrt(bar * (1 - bar) / _COARSE))
        if len(near):
            shares[near] = self._firsts(near, random, _FINE)
        top = shares.max(axis=1)
        return shares, np.where(top >= bar - 1e-9, shares.argmax(axis=1), shares.shape[1] + (top <= 0))

    def _firsts(self, places, random, draws):
        found = []
        for part in np.array_split(places, -(-len(places) // _TOGETHER)):
            judged = self.draws.judge(self._at(part), (1, len(part)), [each[..., :draws] for each in random])
            total = judged.drawn.sum(axis=2)[:, :, None]
            tie = _TIE * 100 / np.where(total > 0, total, np.inf)
            found.append(firsts(judged.score(judged.drawn), judged.feasible, tie)[0].mean(axis=2))
        return np.concatenate(found)

    # --- what an answer is expected to tell ---------------------------------------------------------------------

    def _answered(self, entry):
        if not entry.many:
            return self.choices[entry.name]
        bits = sum(self.choices[fact].astype(int) << place for place, fact in enumerate(entry.settings))
        return np.unique(bits, return_inverse=True)[1]

    def _bits(self, groups):
        """The mutual information of answer and verdict, less what chance groups of these sizes would have."""
        n = len(groups)
        table = np.zeros((groups.max() + 1, self.codes.max() + 1))
        np.add.at(table, (groups, self.codes), 1)
        alone = [table.sum(axis=axis)[table.sum(axis=axis) > 0] / n for axis in (1, 0)]
        joint = table[table > 0] / n
        chance = (len(joint) - len(alone[0]) - len(alone[1]) + 1) / (2 * n * np.log(2))
        told = (joint * np.log2(joint)).sum() - sum((each * np.log2(each)).sum() for each in alone)
        return max(0.0, float(told - chance))

    def _explained(self, groups):
        """The variance of the shares between the answers, less what chance groups would have."""
        n, kinds = len(groups), np.unique(groups)
        member = groups[:, None] == kinds
        centred = self.shares - self.shares.mean(axis=0)
        between = ((member.T @ centred) ** 2 / member.sum(axis=0)[:, None]).sum()
        chance = (len(kinds) - 1) / max(1, n - len(kinds)) * ((centred**2).sum() - between)
        return round(float(between - chance) / n, 12)
