"""What may become of a verdict as open questions get answered, and how much each is expected to settle.

Axes: completions (s), candidates (c), criteria (k), draws (m); every completion meets the same draws. What makes
results works here in single precision. This is in double, and says where the difference could decide.
"""

from itertools import product

import numpy as np

from advisor.checking.draws import firsts
from advisor.checking.rules import leaves

_COMPLETIONS, _COARSE, _FINE, _NEAR = 400, 256, 1024, 2.0
_TIE, _ROUNDING = 1e-5, 0.8
"""Scores before normalising that are this near are a tie; by what part of that single precision may be off."""
_AS_GOOD_AS, _SURE = 0.025, 1.6448536269514722
_TRIED, _TOGETHER, _MOST_VARIANTS = 100, 25, 4
"""Completions by which what is called proven is tested; how many are computed at once; kinds of doubtful ones that are
taken either way."""


class Either(tuple):
    """Of these any may stand in a document."""


class Ordered(list):
    """Rows in an order that rounding may have changed where their `keys`, (head, value, slack), are that near."""

    def __init__(self, keyed):
        """`keyed` are pairs of a key and a row of which the `question` is the name."""
        keyed = sorted(keyed, key=lambda pair: (*pair[0][0], pair[0][1]))
        super().__init__(row for _, row in keyed)
        self.keys = [key for key, _ in keyed]

    def alike(self, one, other):
        """Whether either of two rows, by their places, may come first."""
        (head, value, slack), (other_head, other_value, _) = self.keys[one], self.keys[other]
        return head == other_head and abs(value - other_value) <= slack

    def like(self, found):
        """The same rows in the order of those found, where that can be."""
        places = {row["question"]: place for place, row in enumerate(self)}
        names = [row.get("question") if isinstance(row, dict) else None for row in found]
        if sorted(map(str, names)) != sorted(places):
            return self
        order = [places[name] for name in names]
        fits = all(a < b or self.alike(a, b) for a, b in zip(order, order[1:], strict=False))
        return [self[place] for place in order] if fits else self


class Outlook:
    """The outlook on the open questions of a replay."""

    def __init__(self, replay):
        """Draw the completions, if anything hangs on an answer, and see what each comes to."""
        self.replay, self.rules, self.draws, self.bar = (
            replay,
            replay.rules,
            replay.draws,
            replay.rules.settings["recommend_share"],
        )
        roots = self._hanging()
        self.matter = [entry for entry in replay.open if roots & self._facts(entry)]
        if not self.matter:
            return
        rng = np.random.default_rng((self.draws.seed, len(replay.open)))
        self.choices, chosen = self.draws.choose(replay.open, self.draws.uniforms(rng, _COMPLETIONS))
        self.known = replay.known | {fact: table.swapaxes(1, 2) for fact, table in chosen.items()}
        self.shares, self.doubt, self.variants = self._sample()

    def ways(self):
        """What may stand in the verdict about it, with what each question that may still change something settles: its
        bits, and the value by which it is ordered where they are nothing, with what rounding may change that by. More
        than one way only where rounding decides, or a proof."""
        if not self.matter:
            outcome = self._full([self._first()])[0] if self.replay.open else self.replay.call[:2]
            found = [("proven", *outcome, 0.0, 0.0, {})]
        else:
            groups = {entry.name: self._answered(entry) for entry in self.matter}
            explained = {name: self._explained(each) for name, each in groups.items()}
            found = [
                way for codes in self.variants for way in self._ways(codes, self._settles(codes, groups, explained))
            ]
        names = ("settled", "likely_kind", "likely_candidate", "may_change", "may_change_error")
        return [(dict(zip(names, each, strict=False)), each[-1]) for each in found]

    def _settles(self, codes, groups, explained):
        bits = {name: self._bits(each, codes) for name, each in groups.items()}
        return {n: (found, *((0.0, 0.0) if found >= 0.0005 else explained[n])) for n, found in bits.items()}

    def _ways(self, codes, settles):
        n, counts = len(codes), np.bincount(codes)
        if self.draws.traded:
            # What choices say depends on the answers that are still open, so nothing is claimed of the verdict.
            yield "open", None, None, 1.0, 0.0, settles
            return
        may_change, outcome = 1 - counts.max() / n, self._outcome(counts.argmax())
        near = min(max(may_change, 1 / (n + 2)), 1 - 1 / (n + 2))
        error = np.sqrt(near * (1 - near) / n)
        settled = "as-good-as" if may_change + _SURE * error < _AS_GOOD_AS else "open"
        yield settled, *outcome, round(float(may_change), 4), round(float(error), 4), settles
        if counts.max() == n:
            # Whether it was proven too isn't known here; what was can have no exception, and leaves nothing to settle.
            tried = {*self._full(self._completions())}
            if len(tried) == 1:
                yield "proven", *tried.pop(), 0.0, 0.0, {}

    def _outcome(self, code):
        names = self.replay.candidates
        return (
            ("recommended", names[code])
            if code < len(names)
            else (("too-close", "none-feasible")[code - len(names)], None)
        )

    # --- what hangs on an answer --------------------------------------------------------------------------------

    def _facts(self, entry):
        return {fact for fact, asked in self.rules.asked.items() if asked == entry.name}

    def _hanging(self):
        """The facts on which rules rest that may still fire and then would count, and importances that would."""
        states, facts = self.replay.states, self.replay.facts
        possible = np.array([not state[1][0, 0] for state in states], bool)
        certain = np.array([state[0][0, 0] for state in states], bool)
        points, variances = np.zeros((2, len(states), len(self.replay.candidates), len(self.draws.criteria)))
        compared = [p for p in self.draws.pieces if p.metric and p.metric["id"] in self.draws.advantages]
        for piece in (piece for piece in self.draws.pieces if not piece.metric):
            points[piece.rule, piece.c, piece.k] += piece.points
            variances[piece.rule, piece.c, piece.k] += piece.error**2
        moved = np.ptp(points, axis=1) + variances.max(axis=1)
        levels = np.array([level["weight"] for level in self.rules.settings["importance"]])
        importances = [criterion["importance"] for criterion in self.rules.criteria.values()]
        low, high = (np.array([end(levels[facts[name][:, 0, 0]]) for name in importances]) for end in (min, max))
        counts = moved[possible & ~certain].sum(axis=0) + np.ptp(points[certain].sum(axis=0), axis=0)
        counts = counts + variances[certain].sum(axis=(0, 1))
        roots = [self._roots(rule) for rule in np.flatnonzero(possible & ~certain) if (moved[rule] * high).any()]
        for piece in (piece for piece in compared if possible[piece.rule] and high[piece.k]):
            counts[piece.k] += 1
            if low[piece.k] * certain[piece.rule] < high[piece.k]:
                roots.append(self._roots(piece.rule))
        vetoes = [(rule, part["veto"]) for rule, part in self.rules.consequences("veto")]
        gone = {candidate for rule, candidate in vetoes if certain[rule]}
        roots += [self._roots(i) for i, c in vetoes if possible[i] and not certain[i] and c not in gone]
        roots += [self._of(name) for k, name in enumerate(importances) if low[k] < high[k] and counts[k] > 0]
        return set().union(*roots)

    def _roots(self, rule):
        return set().union(*(self._of(leaf["fact"]) for leaf in leaves(self.rules.order[rule]["when"])))

    def _of(self, fact):
        concluding = self.rules.concluding.get(fact)
        return {fact} if concluding is None else set().union(*(self._roots(rule) for _, rule in concluding))

    # --- completions --------------------------------------------------------------------------------------------

    def _first(self):
        """The completion that takes the first answer to everything, and of a list none."""
        settings = [self.rules.only(fact, False) for e in self.replay.open if e.many for fact in e.settings]
        settings += [entry.settings[0] for entry in self.replay.open if not entry.many]
        return self.replay.known | {fact: table for setting in settings for fact, table in setting.items()}

    def _completions(self):
        """All that differ in what matters if they are few, else some of the sample."""
        parts = [self._settings(entry) for entry in self.matter]
        if np.prod([len(part) for part in parts], dtype=float) <= _TRIED:
            first = self._first()
            return [first | {f: t for setting in taken for f, t in setting.items()} for taken in product(*parts)]
        return [self._at([place]) for place in range(_TRIED)]

    def _settings(self, entry):
        if not entry.many:
            return entry.settings
        each = [[self.rules.only(fact, holds) for holds in (False, True)] for fact in entry.settings]
        return (
            [{f: t for one in taken for f, t in one.items()} for taken in product(*each)]
            if len(each) < 7
            else [{}] * 999
        )

    def _at(self, places):
        return {fact: table[..., places] if table.shape[2] > 1 else table for fact, table in self.known.items()}

    def _full(self, worlds):
        """Kind and candidate of the verdicts on complete answers, with all draws."""
        parts = [worlds[start : start + _TOGETHER] for start in range(0, len(worlds), _TOGETHER)]
        return [self.replay.called(drawn)[:2] for part in parts for drawn in self.draws.draw([], part, 1, 10_000)]

    def _sample(self):
        """Shares of each completion, how far off they may be, and the codes of the verdicts: each of the ways that
        there may be, first that of double precision."""
        _, self.random = self.draws.random(1, _FINE)
        shares, doubt = self._firsts(np.arange(_COMPLETIONS), _COARSE)
        apart, margin = abs(shares.max(axis=1) - self.bar), _NEAR * np.sqrt(self.bar * (1 - self.bar) / _COARSE)
        fine, finer = shares.copy(), doubt.copy()
        near = np.flatnonzero(apart < margin + doubt)
        if len(near):
            fine[near], finer[near] = self._firsts(near, _FINE)
        is_near = apart < margin
        codes = np.where(is_near, self._codes(fine), self._codes(shares))
        other = codes
        for possible, found, by in ((apart + doubt >= margin, shares, doubt), (apart - doubt < margin, fine, finer)):
            for shift in (-by, by):
                moved = self._codes(found, shift)
                other = np.where(possible & (moved != codes), moved, other)
        shares, doubt = np.where(is_near[:, None], fine, shares), np.where(is_near, finer, doubt)
        unsure = np.flatnonzero(other != codes)
        kinds = np.unique(shares[unsure], axis=0, return_inverse=True)[1].reshape(-1)
        variants = []
        for swapped in product((False, True), repeat=min(_MOST_VARIANTS, len({*kinds}))):
            places = unsure[[kind < len(swapped) and swapped[kind] for kind in kinds]] if len(unsure) else unsure
            variants.append(np.where(np.isin(np.arange(len(codes)), places), other, codes))
        return shares, doubt, variants

    def _codes(self, shares, shift=0.0):
        """By completion, who is recommended, or one of two numbers more: too close, none feasible."""
        top = shares.max(axis=1)
        return np.where(top + shift >= self.bar - 1e-9, shares.argmax(axis=1), shares.shape[1] + (top <= 0))

    def _firsts(self, places, draws):
        """First-rank shares, and in which share of the draws single precision may see another order."""
        found = []
        for part in np.array_split(places, -(-len(places) // _TOGETHER)):
            judged = self.draws.judge(self._at(part), (1, len(part)), [each[..., :draws] for each in self.random])
            scores, total = judged.score(judged.drawn), judged.drawn.sum(axis=2)[:, :, None]
            tie = _TIE * 100 / np.where(total > 0, total, np.inf)
            first, *ends = (firsts(scores, judged.feasible, tie * (1 + by)) for by in (0, -_ROUNDING, _ROUNDING))
            found.append((first[0].mean(axis=2), (ends[0] != ends[1])[0].any(axis=1).mean(axis=1)))
        return (np.concatenate(part) for part in zip(*found, strict=True))

    # --- what an answer is expected to tell ---------------------------------------------------------------------

    def _answered(self, entry):
        if not entry.many:
            return self.choices[entry.name]
        bits = sum(self.choices[fact].astype(int) << place for place, fact in enumerate(entry.settings))
        return np.unique(bits, return_inverse=True)[1]

    def _bits(self, groups, codes):
        """The mutual information of answer and verdict, less what chance groups of these sizes would have."""
        n = len(codes)
        table = np.zeros((groups.max() + 1, codes.max() + 1))
        np.add.at(table, (groups, codes), 1)
        alone = [table.sum(axis=axis)[table.sum(axis=axis) > 0] / n for axis in (1, 0)]
        joint = table[table > 0] / n
        chance = (len(joint) - len(alone[0]) - len(alone[1]) + 1) / (2 * n * np.log(2))
        told = (joint * np.log2(joint)).sum() - sum((each * np.log2(each)).sum() for each in alone)
        return max(0.0, float(told - chance))

    def _explained(self, groups):
        """The variance of the shares between the answers, less what chance groups would have; its rounding."""
        n, kinds = len(groups), np.unique(groups)
        member = groups[:, None] == kinds
        centred = self.shares - self.shares.mean(axis=0)
        between = (member / member.sum(axis=0)).T @ centred
        between = between[np.searchsorted(kinds, groups)]
        chance = (len(kinds) - 1) / max(1, n - len(kinds))
        sums = [(each**2).sum() for each in (between, centred)]
        by = 4 * (self.doubt[:, None] * (abs(between) + chance * abs(centred))).sum() / n
        return float(sums[0] - chance * (sums[1] - sums[0])) / n, float(by) + 1e-12
