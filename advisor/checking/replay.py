"""The result that follows from the rules and from what a result says was answered, measured and drawn."""

import datetime
from types import SimpleNamespace

import numpy as np

from advisor.checking.acceptability import acceptability, better, counted
from advisor.checking.draws import Draws
from advisor.checking.machine import detected, standing
from advisor.checking.outlook import Outlook
from advisor.checking.rules import leaves
from advisor.checking.words import answered, labels, percent, written

_NO_DIFFERENCE = "Nothing that is known tells the two apart."
_FULL, _SCREEN, _MOST_FLIPS, _MOST_TRIED = (500, 10_000), (25, 500), 5, 10


class Replay:
    """A result made again from its inputs, which must be sane."""

    def __init__(self, rules, document):
        """Draw everything that is uncertain, and evaluate the rules on what is certain."""
        self.rules, self.known, self.open = rules, {}, []
        self.answers = [answer for answer in document["answers"] if answer["question"] in rules.questions]
        self.as_of, self.candidates = datetime.date.fromisoformat(document["as_of"]), list(rules.candidates)
        self.numbers, self.statuses, self.spoilt = standing(document["measurements"])
        seen = detected(document["environment"]["host"])
        for fact in rules.values.keys() - rules.asked.keys() - rules.derived.keys():
            metric = fact.removeprefix("measured.")
            if metric in rules.questions:
                value = seen.get(rules.questions[metric]["detect"])
                self.known |= rules.only(fact, value if value in rules.values[fact] else "not-measured")
                continue
            having = sum((metric, candidate) in self.numbers for candidate in self.candidates)
            self.known |= rules.only(fact, self.statuses.get(fact, "not-tried") if metric == fact else having >= 2)
        for answer in self.answers:
            ballots = [ballot for ballot in answer["ballots"] if ballot is not None]
            self._believe(answer["question"], rules.questions[answer["question"]], answer["value"], ballots)
        self.disputed = [answer["question"] for answer in self.answers if answer["ballots"]]
        traded = document["answers"][len(self.answers) :]
        self.draws = Draws(rules, self.as_of, self.numbers, document["seed"], traded)
        (self.drawn,) = self.draws.draw(self.open, [self.known], *_FULL)
        self.call = self.called(self.drawn)
        weights = self.drawn.weights = self.drawn.weights.mean(axis=0)
        self.weights = weights / weights.sum() if weights.sum() > 0 else weights
        self.facts, self.states = rules.infer(self.known)
        self.fired, self.excluded = ([bool(state[side][0, 0]) for state in self.states] for side in (0, 1))

    def _believe(self, name, question, value, ballots):
        if value is not None:
            self.known |= self.rules.setting(name, value)
            return
        rules, facts = self.rules, [fact for fact, asked in self.rules.asked.items() if asked == name]
        entry = SimpleNamespace(name=name, usual=question.get("usual"), many=question["kind"] == "many" and not ballots)
        if entry.many:
            entry.settings, entry.labels = facts, [option["value"] for option in question["options"]]
        elif ballots:
            entry.settings, entry.usual = [rules.setting(name, ballot) for ballot in ballots], None
            entry.labels = [answered(question["kind"], ballot) for ballot in ballots]
        else:
            entry.settings = [rules.only(name, each) for each in rules.values[name]]
            entry.labels = labels(question, rules.values[name], rules.cells.get(name))
            entry.usual = None if entry.usual is None else rules.place(name, entry.usual)
        for fact in facts:
            tables = np.eye(2, dtype=bool)[..., None, None] if entry.many else [each[fact] for each in entry.settings]
            self.known[fact] = np.any(tables, axis=0)
        self.open.append(entry)

    def result(self):
        """What must stand in the document besides its inputs and its seal: each of the ways that there may be."""
        rules, edition = self.rules, self.rules.knowledge
        reasons = sorted(self._reasons(), key=lambda r: (-abs(r["contribution"]), r["candidate"], r["text"]))
        vetoes, warnings, advice = ([*self._statements(key)] for key in ("veto", "warn", "advise"))
        ranking = self._ranking(reasons, {veto["candidate"] for veto in vetoes})
        kind, candidate, leader, confidence, error = self.call
        winner = rules.candidates[candidate] if candidate else {"install": "", "starter": None}
        cited = {s for part in (reasons, vetoes, warnings, advice) for each in part for s in each["because"]["sources"]}
        stale = sum(self.draws.review_by(source) < self.as_of for source in rules.sources.values())
        stamp = {"content_hash": rules.content_hash, "version": edition["version"], "date": str(edition["date"])}
        verdict = {"kind": kind, "candidate": candidate, "leader": leader, "confidence": round(confidence, 4)}
        verdict["confidence_error"] = round(error, 4)
        warned, advised = ([n for n in ns if n["candidate"] in (None, leader)] for ns in (warnings, advice))
        then = {"install": winner["install"].strip() or None, "starter": winner["starter"], "advice": advised}
        then = {"warnings": warned, "next": then}
        waiting = [i for i, fired in enumerate(self.fired) if not fired and not self.excluded[i]]
        trace = {"fired": [self._traced(i) for i, fired in enumerate(self.fired) if fired]}
        trace["waiting"] = [{"rule": rules.order[i]["id"], "unknown": self._unknown(i)} for i in waiting]
        trace["derived"] = {name: self._value(name) for name in rules.derived}
        stamp |= {"rules": len(rules.order), "stale_sources": stale, "overlays": rules.overlays}
        sources = [_source(source) for name, source in rules.sources.items() if name in cited]
        made = {"knowledge": stamp, "verdict": verdict, "ranking": ranking, "reasons": reasons, "vetoes": vetoes}
        made |= {"flips": sorted(self._flips(kind, candidate), key=lambda f: (not f["candidate"], -f["confidence"]))}
        made |= {"open_questions": [*self._open_questions()]}
        made["to_measure"] = sorted(self._to_measure(), key=lambda row: -row["swing"])
        made |= {"trace": trace, "sources": sources}
        return (self._completed(made, then, *way) for way in Outlook(self).ways())

    def _completed(self, made, then, outlook, settles):
        """The same with what is said of open questions: those that may change the verdict by what they settle, then by
        what they explain of the shares, and the others by how much they move."""

        def order(row):
            bits, explained = settles.get(row["question"], (None, None))
            return (1, 0, -row["moves"]) if bits is None else (0, -round(bits, 3), -explained * (bits < 0.0005))

        rows = sorted(made["open_questions"], key=order)
        rows = [row | {"settles": round(settles.get(row["question"], (0.0,))[0], 4)} for row in rows]
        _, _, leader, share, _ = self.call
        summary = self._summary(made["verdict"]["kind"], leader, share, made, rows[0] if rows else None)
        return made | {"verdict": made["verdict"] | outlook | {"summary": summary} | then, "open_questions": rows}

    def _statements(self, key):
        for index, part in self.rules.consequences(key):
            rule, because = self.rules.order[index], self._because(index) if self.fired[index] else None
            if because and key == "veto":
                said = {"candidate": part["veto"], "rule": rule["id"], "text": rule["because"].strip()}
                yield said | {"because": because}
            elif because:
                yield {"text": part[key].strip(), "candidate": part.get("candidate"), "because": because}

    def _value(self, fact):
        (cells,) = np.nonzero(self.facts[fact][:, 0, 0])
        return self.rules.values[fact][cells[0]] if len(cells) == 1 else None

    def _traced(self, index):
        rule = self.rules.order[index]
        facts = {fact: self._value(fact) for fact, _ in self.rules.grounds(rule["when"], self.facts)}
        return {"rule": rule["id"], "facts": {fact: value for fact, value in facts.items() if value is not None}}

    def _unknown(self, index):
        tests = leaves(self.rules.order[index]["when"])
        return _once(leaf["fact"] for leaf in tests if not any(self.rules.state(leaf, self.facts)))

    def _because(self, index, measured=(), criterion=None):
        rules, facts, order, asked = {index: None}, {}, self.rules.order, self.rules.asked
        self._follow(self.rules.grounds(order[index]["when"], self.facts), rules, facts)
        sources = _once(source for i in rules for source in order[i]["sources"])
        if criterion is not None:
            importance = self.rules.criteria[self.draws.criteria[criterion]]["importance"]
            possible = self.facts[importance][:, 0, 0]
            self._follow([(importance, np.arange(len(possible)) >= possible.argmax())], rules, facts)
        traded = [c.name for c in self.draws.traded if criterion in (c.left, c.right)]
        outcomes = [fact for fact in facts if fact not in asked and not fact.startswith("measured.")]
        answers = _once([*(asked[fact] for fact in facts if fact in asked), *traded])
        because = {"rules": [order[i]["id"] for i in rules], "answers": answers}
        overlays = _once(order[i]["overlay"] for i in rules if order[i]["overlay"])
        return because | {"measurements": _once([*measured, *outcomes]), "sources": sources, "overlays": overlays}

    def _follow(self, grounds, rules, facts):
        """Of each fact why its value is one of those that would do: what concludes the highest value that is certain,
        and what keeps higher ones from being concluded."""
        for fact, allowed in grounds:
            conclusions = self.rules.concluding.get(fact)
            if conclusions is None:
                facts[fact] = None
                continue
            certain = max((value for value, index in conclusions if self.fired[index]), default=-1)
            for value, index in conclusions:
                when = self.rules.order[index]["when"]
                if value == certain and self.fired[index] and index not in rules:
                    rules[index] = None
                    self._follow(self.rules.grounds(when, self.facts), rules, facts)
                elif value > certain and not allowed[value]:
                    self._follow(self.rules.grounds(when, self.facts, False), rules, facts)

    def _reasons(self):
        for piece in (piece for piece in self.draws.pieces if self.fired[piece.rule] and self.weights[piece.k]):
            said = [(piece.c, self.rules.order[piece.rule]["because"].strip(), (), piece.points)]
            for c, text, measured, points in self._compared(piece) if piece.metric else said:
                reason = {"text": text, "candidate": self.candidates[c], "criterion": self.draws.criteria[piece.k]}
                reason["contribution"] = round(float(100 * self.weights[piece.k] * points), 4)
                reason["currency"] = round(piece.currency, 4)
                if points:
                    yield reason | {"because": self._because(piece.rule, measured, piece.k)}

    def _compared(self, piece):
        metric = piece.metric
        if metric["id"] not in self.draws.advantages:
            return
        means = counted(self.draws, piece)
        for c, candidate in enumerate(self.candidates):
            if number := self.numbers.get((metric["id"], candidate)):
                doublings = float(self.draws.advantages[metric["id"]][0][c, 0])
                ratio = f"{written(2.0 ** abs(doublings), 2)} times {'better' if doublings > 0 else 'worse'}"
                median, low, high = (written(number[name], 3) for name in ("median", "low", "high"))
                interval = f"95% interval {low} to {high}, {number['launches']} launches"
                text = f"{metric['title'].strip()}: {median} {number['unit']} here ({interval}), "
                text += f"{ratio} than the typical candidate."
                yield c, text, (f"{metric['id']}.{candidate}",), piece.points * means[c]

    def _ranking(self, reasons, vetoed):
        rows, acceptable = [], acceptability(self.drawn)
        for c, candidate in enumerate(self.candidates):
            low, high = np.percentile(self.drawn.scores[:, c], (5, 95))
            criteria = []
            for criterion, weight in zip(self.draws.criteria, self.weights, strict=True):
                mine = [r for r in reasons if (r["candidate"], r["criterion"]) == (candidate, criterion)]
                points = round(sum(reason["contribution"] for reason in mine), 4)
                criteria.append({"criterion": criterion, "weight": round(float(weight), 4), "contribution": points})
            row = {"candidate": candidate, "score": round(sum(value["contribution"] for value in criteria), 4)}
            row |= {"score_low": round(float(low), 4), "score_high": round(float(high), 4)}
            row |= {"first_rank_share": round(float(self.drawn.shares[c]), 4), "feasible": candidate not in vetoed}
            row |= {"criteria": criteria, "groups": self._groups(criteria)} | acceptable[c]
            if row["central_weights"]:
                pairs = zip(self.draws.criteria, row["central_weights"], strict=True)
                row["central_weights"] = [{"criterion": k, "weight": w, "error": e} for k, (w, e) in pairs]
            rows.append(row)

        def place(c):
            return not rows[c]["feasible"], -rows[c]["first_rank_share"], -rows[c]["score"]

        first = [c for c, candidate in enumerate(self.candidates) if candidate == self.call[2]]
        others = [c for c in range(len(rows)) if c not in first]
        return [rows[c] for c in (*first, *_behind_better(others, place, self.drawn.better))]

    def _groups(self, criteria):
        rows = []
        for group in self.rules.groups:
            inside = [k for k, criterion in enumerate(self.rules.criteria.values()) if criterion.get("group") == group]
            weight, points = sum(self.weights[k] for k in inside), sum(criteria[k]["contribution"] for k in inside)
            rows.append({"group": group, "weight": round(float(weight), 4), "contribution": round(points, 4)})
        return rows

    def called(self, drawn):
        """Kind of verdict, candidate recommended, leader, its first-rank share and that share's error."""
        drawn.better, drawn.worth = better(self.draws, drawn)
        best, bar = int(drawn.shares.argmax()), self.rules.settings["recommend_share"]
        if drawn.shares[best] < bar:
            best, *_ = _behind_better(range(len(drawn.shares)), lambda c: -drawn.shares[c], drawn.better)
        leader, share, error = self.candidates[best], float(drawn.shares[best]), float(drawn.error[best])
        if not drawn.shares.any():
            return "none-feasible", None, None, 0.0, 0.0
        decided = float(drawn.decided.round(12))
        if share >= bar and round(decided - share, 12) < self.rules.settings["worth_asking"]:
            return "recommended", leader, leader, share, error
        return "not-enough-known" if decided >= bar else "too-close", None, leader, share, error

    def _summary(self, kind, leader, share, made, question):
        ranking, criteria = made["ranking"], self.rules.criteria
        title = {name: candidate["title"].strip() for name, candidate in self.rules.candidates.items()}
        if leader is None:
            return "None of the candidates fits: each is ruled out."
        bar, measure = self.rules.settings["recommend_share"], ""
        said = f"{share:.1%}" if share < bar <= round(share, 2) else percent(share)
        first = f"{title[leader]} ranks first in {said} of the draws"
        one, two = (self.candidates.index(row["candidate"]) for row in ranking[:2])
        apart = (self.drawn.worth[one] - self.drawn.worth[two]).round(6)
        if ranking[1]["feasible"] and made["to_measure"] and made["to_measure"][0]["swing"] >= abs(apart.sum()):
            measure = f' Measure next: "{made["to_measure"][0]["title"]}".'
        if kind == "not-enough-known":
            what = "agree first on" if question and question["question"] in self.disputed else "answer next"
            ask = f'; {what}: "{question["text"]}"' if question else ""
            surer, decide = "answers to the open questions would make that surer", "the open questions would decide"
            would = surer if share >= bar else decide
            return f"Not enough is known yet: {first}, and {would}{ask}.{measure}"
        if kind == "too-close":
            other = f"{title[ranking[1]['candidate']]} in {percent(ranking[1]['first_rank_share'])}"
            return f"Too close to call: {first}, {other}. {self._turns_on(*ranking[:2], list(apart))}{measure}"
        if sum(row["feasible"] for row in ranking) == 1:
            return f"Use {title[leader]}: every other candidate is ruled out."
        most = [k for k in sorted(range(len(apart)), key=lambda k: -apart[k])[:2] if apart[k] > 0]
        names = " and ".join(criteria[self.draws.criteria[k]]["title"].strip().lower() for k in most)
        mainly = f", ahead of {title[ranking[1]['candidate']]} mainly in {names}" if names else ""
        return f"Use {title[leader]}: it ranks first in {percent(share)} of the draws{mainly}."

    def _turns_on(self, first, second, apart):
        said = []
        for row, most, counts in ((first, max(apart), max(apart) > 0), (second, min(apart), min(apart) < 0)):
            criterion = self.rules.criteria[self.draws.criteria[apart.index(most)]]["title"].strip().lower()
            said += [f"{criterion} (for {self.rules.candidates[row['candidate']]['title'].strip()})"] * bool(counts)
        if len(said) == 2:
            return f"It turns on what counts more: {said[0]} or {said[1]}."
        return f"It turns on {said[0]}, of which too little is sure." if said else _NO_DIFFERENCE

    def _to_measure(self):
        """What isn't measured, of metrics that a rule may compare, with what each could set two candidates apart by."""
        asked, most = self.rules.asked.keys() | self.rules.derived.keys(), {}
        silent = [name for name, cells in self.known.items() if name not in asked and cells[0].all()]
        known = self.known | {name: np.ones_like(self.known[name]) for name in silent}
        _, states = self.rules.infer(known)
        probe_of = {m["id"]: name for name, probe in self.rules.probes.items() for m in probe.get("metrics", ())}
        for piece in (p for p in self.draws.pieces if p.metric and p.metric["id"] not in self.draws.advantages):
            metric, probe = piece.metric, probe_of[piece.metric["id"]]
            tried = [self.statuses.get(f"{probe}.{candidate}", "not-tried") for candidate in self.candidates]
            swing = round(float(200 * self.weights[piece.k] * piece.points * self.rules.settings["saturates"]), 4)
            hopeful = "not-tried" in tried and len(tried) - tried.count("fails") >= 2
            if (hopeful or self.spoilt[metric["id"]] >= 2) and swing and not states[piece.rule][1].any():
                row = {"metric": metric["id"], "title": metric["title"].strip(), "probe": probe, "swing": swing}
                row["criterion"] = self.draws.criteria[piece.k]
                most[metric["id"]] = max(most.get(metric["id"], row), row, key=lambda each: each["swing"])
        return most.values()

    def _flips(self, kind, candidate):
        """Each answer changed, screened with few draws as they differ from those of no change; the best rerun with
        all, until there are enough."""
        given = [(answer["question"], answer["value"]) for answer in self.answers if answer["value"] is not None]
        changes = [(name, before, after) for name, before in given for after in self._others(name, before)]
        worlds = [self.known | self.rules.setting(name, after) for name, _, after in changes]
        if not worlds:
            return
        few, *screened = self.draws.draw(self.open, [self.known, *worlds], *_SCREEN)
        for after in screened:
            after.decided += self.drawn.decided - few.decided
            added = after.shares + self.drawn.shares - few.shares
            after.shares = np.where(after.shares > 0, added, 0).clip(0, 1).round(12)
        calls, left = [self.called(after) for after in screened], _MOST_FLIPS
        flipping = [i for i, call in enumerate(calls) if call[:2] != (kind, candidate)]
        for i in sorted(flipping, key=lambda i: (calls[i][1] is None, -calls[i][3]))[:_MOST_TRIED]:
            after = self.called(*self.draws.draw(self.open, [worlds[i]], *_FULL)) if left else self.call
            if after[:2] != (kind, candidate):
                left -= 1
                change = dict(zip(("question", "before", "after"), changes[i], strict=True))
                yield {"changes": [change], "kind": after[0], "candidate": after[1], "confidence": round(after[3], 4)}

    def _others(self, name, value):
        kind = self.rules.questions[name]["kind"]
        if kind != "many":
            here = self.rules.place(name, value)
            others = [place for place in range(len(self.rules.values[name])) if place != here]
            if kind != "number":
                return [self.rules.values[name][place] for place in others]
            return [_nearest(*self.rules.cells[name][p], self.rules.values[name][p], value) for p in others]
        options = [option["value"] for option in self.rules.questions[name]["options"]]
        return [[o for o in options if (o in value) != (o == option)] for option in options]

    def _open_questions(self):
        for entry in self.open:
            if entry.many:
                effects = [self._effect(("no", "yes"), fact) for fact in entry.settings]
                leads = {label: effect[2].get("yes") for label, effect in zip(entry.labels, effects, strict=True)}
                gain, moves = (max(effect[part] for effect in effects) for part in (0, 1))
            else:
                gain, moves, leads = self._effect(entry.labels, entry.name)
            question = self.rules.questions[entry.name]
            row = {"question": entry.name, "text": question["text"].strip(), "leads_to": leads}
            row |= {"gain": round(gain, 4), "moves": round(moves, 4)}
            yield row | {"usual": None if entry.usual is None else question["usual"]}

    def _effect(self, labels, choice):
        """What the leader's share gains by an answer, what share of first ranks moves, and whom each leads to."""
        chosen, shares = np.array(labels)[self.drawn.choices[choice].astype(int)], self.drawn.shares
        expected, moves, leads = 0.0, 0.0, {}
        for label in (label for label in _once(labels) if label in chosen):
            rows = self.drawn.within[chosen == label]
            mean, weight = rows.mean(axis=0), len(rows) / len(chosen)
            expected, moves = expected + weight * mean.max(), moves + weight * np.abs(mean - shares).sum() / 2
            leads[label] = self.candidates[int(mean.argmax())] if mean.max() > 0 else None
        return max(0.0, float(expected - shares.max())), float(moves), leads


def _behind_better(candidates, place, better):
    """Candidates by their place, each when all that are better have gone before."""
    left, gone = sorted(candidates, key=place), []
    while left:
        gone.append(next(c for c in left if not any(better[other, c] for other in left)))
        left.remove(gone[-1])
    return gone


def _nearest(low, high, first, number):
    """Of a stretch the number that is nearest to one outside it: a whole one where there is any."""
    if (number, 0) < low:
        return first
    x, side = high
    whole = float(np.ceil(x) - 1)
    return x if side else whole if low <= (whole, 0) else (low[0] + x) / 2


def _once(items):
    return list(dict.fromkeys(items))


def _source(source):
    texts = {key: str(source[key]).strip() for key in ("title", "address", "date", "checked")}
    return texts | {key: source[key] for key in ("id", "grade", "kind")}
