"""What rules are worth to the candidates, and how often each ranks first in the draws, as docs/certificate.md has it.

Axes: completions (n), scenarios (s), candidates (c), criteria (k), draws within a completion (m).
"""

import datetime
from collections import Counter, defaultdict
from itertools import product
from types import SimpleNamespace

import numpy as np

from advisor.checking.trade_offs import choice, moved

NORMAL_95, TIE = 1.959963984540054, 1e-9


class Draws:
    """The value model, aged as of a day, and everything that is drawn about it."""

    def __init__(self, rules, as_of, numbers, seed, traded):
        """`numbers` are the measurements by metric and candidate, `traded` the answers to trade-offs."""
        self.rules, self.numbers, self.seed, self.settings = rules, numbers, seed, rules.settings
        self.candidates, self.criteria = list(rules.candidates), list(rules.criteria)
        metrics = {metric["id"]: metric for probe in rules.probes.values() for metric in probe.get("metrics", ())}
        (low, high), logs = self.settings["range_sensitivity"], np.log([self._range(each) for each in self.criteria])
        divisors = np.exp(logs.max() + (logs - logs.max()) * (low + high) / 2).round(12)
        self.ranging = (high - low) * logs
        self.traded = [choice(each, rules.trade_offs[each["question"]], self.criteria, divisors) for each in traded]
        self.pieces = []
        self.points, self.variances = np.zeros((2, len(rules.order), len(self.candidates), len(self.criteria)))
        for index, part in rules.consequences("strength"):
            sources = [rules.sources[name] for name in rules.order[index]["sources"]]
            k, metric, c, share = self.criteria.index(part["criterion"]), metrics.get(part.get("compare")), None, 1.0
            fresh = part["strength"] / divisors[k]
            if metric is None:
                c, share = self.candidates.index(part["evidence"]), min(self._currency(each, as_of) for each in sources)
                off = min(self.settings["strength_error"][source["grade"]] for source in sources)
                self.points[index, c, k] += share * fresh
                self.variances[index, c, k] += (off * fresh) ** 2
            piece = SimpleNamespace(rule=index, c=c, k=k, points=share * fresh, currency=share, metric=metric)
            self.pieces.append(piece)
        found = {m: self._advantages(metrics[m]) for m in metrics if any(p.metric is metrics[m] for p in self.pieces)}
        self.advantages = {metric: advantages for metric, advantages in found.items() if advantages is not None}
        self.compared = [piece for piece in self.pieces if piece.metric and piece.metric["id"] in self.advantages]

    def review_by(self, source):
        """The date on which a source should have been read again."""
        checked, months = datetime.date.fromisoformat(str(source["checked"])), self.settings["review_months"]
        months = checked.year * 12 + checked.month - 1 + int(months[source["kind"]])
        return datetime.date(months // 12, months % 12 + 1, min(checked.day, 28))

    def _currency(self, source, as_of):
        overdue = max(0, (as_of - self.review_by(source)).days)
        return 0.5 ** (overdue / (self.settings["review_months"][source["kind"]] * 365.25 / 12))

    def _range(self, criterion):
        """The most that can speak for, or against, one candidate at once."""
        sides = defaultdict(Counter)
        for index, part in self.rules.consequences("strength"):
            if part["criterion"] == criterion:
                most = part["strength"] * (self.settings["saturates"] if "compare" in part else 1)
                both = product(self.candidates, (True, False))
                for side in both if "compare" in part else [(part["evidence"], most > 0)]:
                    sides[side][index] += abs(most)
        return max(map(self._together, sides.values()), default=0.0) or 1.0

    def _together(self, weights):
        lost = defaultdict(float)
        for index, weight in weights.items():
            for fact, allowed in self.rules.needs(index).items():
                lost[fact] = lost[fact] + ~allowed * weight
        return sum(weights.values()) - max((by_value.min() for by_value in lost.values()), default=0.0)

    def _advantages(self, metric):
        """Centre and width of each candidate's interval, in doublings from the geometric mean; None without two."""
        found = [self.numbers.get((metric["id"], candidate)) for candidate in self.candidates]
        ends = [
            [max(x[end], x["median"] / 1024) for end in ("median", "low", "high")] if x else [np.nan] * 3 for x in found
        ]
        if sum(number is not None for number in found) < 2:
            return None
        logs = np.log2(ends)
        centre = (logs[:, 0] - np.nanmean(logs[:, 0])) * (1 if metric.get("better") == "higher" else -1)
        width = np.where(np.isnan(centre), np.nanmax(centre) - np.nanmin(centre), logs[:, 2] - logs[:, 1])
        return np.nan_to_num(centre)[:, None], width[:, None]

    def advantage(self, piece, noise):
        """What a comparison sees each candidate ahead by as drawn, in doublings: (n, c, m)."""
        metric, most = piece.metric["id"], self.settings["saturates"]
        centre, width = self.advantages[metric]
        off = noise[:, list(self.advantages).index(metric)] * width / (2 * NORMAL_95)
        return np.clip(centre + off, -most, most)

    def draw(self, unsettled, scenarios, completions, draws):
        """An assessment of each scenario, all from the same random numbers."""
        n = completions if unsettled else 1
        m, shape = draws // n, (n, len(scenarios))
        uniforms, random = self.random(n, m)
        varying = [fact for fact, table in scenarios[0].items() if any(s[fact] is not table for s in scenarios)]
        known = scenarios[0] | {fact: np.concatenate([s[fact] for s in scenarios], axis=2) for fact in varying}
        choices, chosen = self.choose(unsettled, uniforms)
        judged = SimpleNamespace(**vars(self.judge(known | chosen, shape, random)), choices=choices)
        for i in range(len(scenarios)) if self.traded else ():
            weights = moved(self.traded, judged.weights[:, i], random[0], self.ranging, self.settings)
            judged.drawn[:, i], judged.weights[:, i] = weights
        scores = judged.score(judged.drawn)
        within = firsts(scores, judged.feasible).mean(axis=3).round(12)
        shares = within.mean(axis=0).round(12)
        error = within.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.sqrt(shares * (1 - shares) / m)
        units = n if n > 1 else m  # What a sample didn't show may still be so.
        error = np.maximum(error, np.sqrt((units + 1) / units) / (units + 2))
        decided = within.max(axis=2).mean(axis=0)
        names = ("shares", "error", "decided", "within", "scores", "weights", "fired", "able")
        by_completion = (within, scores, judged.weights, judged.fired, judged.feasible[..., 0])
        found = zip(shares, error, decided, *(np.swapaxes(x, 0, 1) for x in by_completion), strict=True)
        return [SimpleNamespace(**vars(judged) | dict(zip(names, each, strict=True))) for each in found]

    def uniforms(self, rng, n):
        """By question, the uniforms of its answers, and the last for whether it is the usual one."""
        return {k: rng.random((n, max(1, len(q.get("options", ()))) + 1)) for k, q in self.rules.questions.items()}

    def random(self, n, m):
        """The uniforms of n completions; the weights' factors and the normals of strengths and metrics of m draws."""
        rng = np.random.default_rng(self.seed)
        uniforms, own = self.uniforms(rng, n), 2 * rng.random((n, len(self.criteria), m)) - 1
        common = self.ranging[:, None] * (rng.random((n, 1, m)) - 0.5)
        factors = np.exp(np.log(self.settings["weight_spread"]) * own - common)
        judged = rng.standard_normal((n, len(self.candidates), m))
        return uniforms, (factors, judged, rng.standard_normal((n, len(self.advantages), len(self.candidates), m)))

    def choose(self, unsettled, uniforms):
        """What completions have of each unsettled question, and the facts that follow."""
        choices, known = {}, {}
        for question in unsettled:
            uniform = uniforms[question.name]
            usually = (uniform[:, -1] < self.settings["usual_share"]) & (question.usual is not None)
            if question.many:
                for i, (fact, option) in enumerate(zip(question.settings, question.labels, strict=True)):
                    otherwise = uniform[:, i] < 1 / len(question.labels)
                    choices[fact] = np.where(usually, option in (question.usual or ()), otherwise)
                    known[fact] = np.stack([~choices[fact], choices[fact]])[..., None]
                continue
            others = np.array([i for i in range(len(question.labels)) if i != question.usual] or [0])
            other = others[(uniform[:, 0] * len(others)).astype(int)]
            chosen = choices[question.name] = np.where(usually, question.usual or 0, other)
            for fact in question.settings[0]:
                known[fact] = np.concatenate([setting[fact] for setting in question.settings], axis=1)[:, chosen]
        return choices, known

    def judge(self, known, shape, random):
        """Weights as importance gives them and as drawn, who isn't ruled out, and what makes scores of weights."""
        facts, states = self.rules.infer(known)
        fired = np.stack([np.broadcast_to(true, shape) for true, _ in states], axis=-1)
        feasible = np.ones((*shape, len(self.candidates), 1), bool)
        for index, part in self.rules.consequences("veto"):
            feasible[:, :, self.candidates.index(part["veto"]), 0] &= ~fired[..., index]
        level = np.array([level["weight"] for level in self.settings["importance"]], float)
        levels = [facts[criterion["importance"]].argmax(axis=0) for criterion in self.rules.criteria.values()]
        weights = np.stack([np.broadcast_to(level[which], shape) for which in levels], axis=-1)
        score = self._scoring(fired, *random[1:])
        drawn = weights[..., None] * random[0][:, None]
        return SimpleNamespace(weights=weights, drawn=drawn, score=score, fired=fired, feasible=feasible)

    def _scoring(self, fired, judged, noise):
        """What makes scores, (n, s, c, m), of weights (n, s, k, m), given which rules fired (n, s, rules)."""
        values, variances = (np.tensordot(fired * 1.0, each, 1) for each in (self.points, self.variances))
        counted = []
        for piece in self.compared:
            points = (piece.points * fired[..., piece.rule])[..., None, None]
            counted.append((piece.k, points * self.advantage(piece, noise)[:, None]))

        def score(drawn):
            scores = values @ drawn + judged[:, None] * np.sqrt(variances @ drawn**2)
            scores = sum((drawn[:, :, k, None] * points for k, points in counted), scores)
            total = drawn.sum(axis=2)[:, :, None]
            return scores * (100 / np.where(total > 0, total, np.inf))

        return score


def firsts(scores, feasible, tie=TIE):
    """Each candidate's part in the first rank of each draw."""
    first = feasible & (scores >= np.where(feasible, scores, -np.inf).max(axis=2, keepdims=True) - tie)
    return first / np.maximum(1, first.sum(axis=2, keepdims=True))
