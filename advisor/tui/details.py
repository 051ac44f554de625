"""What a line of a table or chart rests on, in words: down to answers, rules, sources and measurements."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from textual.content import Content

from advisor.model.figures import percent, significant
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements, Outcome
from advisor.model.probe import Metric, Probe
from advisor.model.recommendation import Flip, OpenQuestion, Ranked, Recommendation
from advisor.report.words import KINDS, Words, number_words, ordinal, probe_words, tried_words, value_words
from advisor.tui.drawing import MUTED
from advisor.tui.grounds import Grounds
from advisor.tui.wording import DRAWN, host_words, interpreter_words, leading_words, signed, unsigned

Block = Content | str
"""A paragraph; blank lines come between."""


class Details:
    """Writes out the numbers of a result."""

    def __init__(
        self, knowledge: Knowledge, result: Recommendation, measurements: Measurements | None, grounds: Grounds
    ) -> None:
        self._knowledge = knowledge
        self._words = Words(knowledge)
        self._result = result
        self._measurements = measurements
        self._grounds = grounds

    def under(self, criteria: Collection[str], candidates: Collection[str] | None = None) -> Content:
        """The points that criteria give, to all candidates or to some, and each reason for them."""
        rows = [row for row in self._result.ranking if candidates is None or row.candidate in candidates]
        blocks: list[Block] = []
        for name in criteria:
            weight = next(value.weight for value in rows[0].criteria if value.criterion == name)
            criterion = self._knowledge.criterion[name]
            heading = Content.styled(f"{criterion.title}: {percent(weight)} of the weight", "bold reverse")
            blocks.append(Content.assemble(heading, "\n", (criterion.text, MUTED)))
            for row in rows:
                blocks += self._points(row, name)
        return _paragraphs(blocks)

    def _points(self, row: Ranked, criterion: str) -> Iterator[Block]:
        points = next(value.contribution for value in row.criteria if value.criterion == criterion)
        title = self._words.candidate(row.candidate)
        reasons = [r for r in self._result.reasons if (r.candidate, r.criterion) == (row.candidate, criterion)]
        count = f"the sum of {len(reasons)} reasons" if len(reasons) > 1 else "from one reason"
        said = f"{signed(points)} points, {count}" if reasons else "nothing speaks for or against it"
        yield Content.styled(f"{title}: {said}", "bold $primary")
        yield from map(self._grounds.reason, reasons)

    def score(self) -> Content:
        """Each candidate's score as the sum that it is."""
        blocks: list[Block] = [
            Content.styled("Score", "bold reverse"),
            "100 would be the most that could speak for a candidate on every criterion, 0 is neither for nor against.",
        ]
        for row in self._result.ranking:
            parts = sorted((v for v in row.criteria if v.contribution), key=lambda v: -abs(v.contribution))
            terms = ", ".join(f"{signed(v.contribution)} {self._knowledge.criterion[v.criterion].title}" for v in parts)
            title = self._words.candidate(row.candidate)
            blocks.append(
                Content.assemble((f"{title}: {unsigned(row.score)}", "bold"), "\n", terms or "Nothing counts.")
            )
        return _paragraphs(blocks)

    def bounds(self) -> Content:
        """The range of each candidate's score."""
        blocks: list[Block] = [
            Content.styled("90% range of the score", "bold reverse"),
            f"{DRAWN} 5% of the draws give a score below the lower end, 5% one above the upper. The score by itself "
            "counts only what is certain, so that it may lie outside of the range while much is open.",
        ]
        for row in self._result.ranking:
            ends = f"{unsigned(row.score_low)} to {unsigned(row.score_high)}, around {unsigned(row.score)}"
            blocks.append(f"{self._words.candidate(row.candidate)}: {ends}")
        return _paragraphs(blocks)

    def rank(self, rank: int) -> Content:
        """How often each candidate takes a rank, counted from 0."""
        ranking = self._result.ranking
        blocks: list[Block] = [
            Content.styled(f"Ranks {ordinal(rank + 1)}", "bold reverse"),
            f"{DRAWN} This is the share of the draws in which a candidate takes this rank, with its standard error.",
        ]
        blocks += [f"{self._words.candidate(row.candidate)}: {_share(row, rank)}" for row in ranking]
        return _paragraphs(blocks)

    def own_weights(self) -> Content:
        """How often each candidate would rank first if the weights were its central ones."""
        blocks: list[Block] = [
            Content.styled("With own weights", "bold reverse"),
            "How often a candidate ranks first if the weights are the mean of those with which it does, and all else "
            "is drawn. Little even then: nobody's weights make it the best.",
        ]
        for row in self._result.ranking:
            said = "never ranks first"
            if row.confidence_factor is not None:
                said = f"{percent(row.confidence_factor)} ± {percent(row.confidence_factor_error or 0)}"
            blocks.append(f"{self._words.candidate(row.candidate)}: {said}")
        return _paragraphs(blocks)

    def feasible(self) -> Content:
        """What rules candidates out."""
        blocks: list[Block] = [Content.styled("Ruled out", "bold reverse")]
        blocks += [self._grounds.reason(veto) for veto in self._result.vetoes]
        return _paragraphs(blocks if len(blocks) > 1 else [*blocks, "No candidate is."])

    def central(self, criterion: str) -> Content:
        """What a criterion weighs where each candidate ranks first."""
        blocks: list[Block] = [
            Content.styled(f"{self._knowledge.criterion[criterion].title}, where each ranks first", "bold reverse"),
            "The mean weight of the draws in which a candidate ranks first, with its standard error.",
        ]
        for row in self._result.ranking:
            found = next((w for w in row.central_weights or () if w.criterion == criterion), None)
            said = f"{percent(found.weight)} ± {percent(found.error)}" if found else "never ranks first"
            blocks.append(f"{self._words.candidate(row.candidate)}: {said}")
        return _paragraphs(blocks)

    def candidate(self, name: str) -> Content:
        """How often a candidate takes each rank, and every reason that its place rests on."""
        row = next(row for row in self._result.ranking if row.candidate == name)
        shares = [f"{ordinal(rank + 1)}: {_share(row, rank)}" for rank in range(len(row.rank_acceptability))]
        reasons = [reason for reason in self._result.reasons if reason.candidate == name]
        return _paragraphs(
            [
                Content.styled(self._words.candidate(name), "bold reverse"),
                f"{DRAWN} Share of the draws in which it ranks {', '.join(shares)}.",
                f"What its place rests on, weightiest first: {len(reasons)} reasons."
                if reasons
                else "Nothing speaks for or against it yet.",
                *(self._grounds.reason(veto) for veto in self._result.vetoes if veto.candidate == name),
                *map(self._grounds.reason, reasons),
            ]
        )

    def number(self, metric: str, candidate: str) -> Content:
        """A measured number: how it was taken, how it compares, and what is made of it."""
        assert self._measurements is not None
        number = self._measurements.number(metric, candidate)
        assert number is not None, "a number that is drawn was measured"
        name = f"{metric}.{candidate}"
        lines = [f"{number.samples} blocks timed in {number.launches} launches."]
        if number.spread is not None:
            lines[0] += f" Standard deviation between launches: {percent(number.spread)} of the median."
        if number.quality != "good":
            lines.append(f"! {number.quality}: {number.quality_reason}".rstrip(": "))
        for other in self._measurements.compared(metric, candidate):
            rival = self._words.candidate(other.rival)
            ends = f"{significant(other.low)} to {significant(other.high)}"
            lines.append(f"{significant(other.ratio)} times {rival}'s ({ends}): {other.word}")
        outcome = self._measurements.outcome(self._knowledge.probe_of[metric].id, candidate)
        if outcome and outcome.command:
            lines.append(f"To repeat it: {outcome.command}")
        reasons = [reason for reason in self._result.reasons if name in reason.because.measurements]
        return _paragraphs(
            [
                Content.styled(self._grounds.measured(name), "bold reverse"),
                "\n".join(lines),
                *(map(self._grounds.reason, reasons) if reasons else ["No rule makes points of it here."]),
            ]
        )

    def measured(self, probe: Probe, metric: Metric, candidate: str) -> Content:
        """A number, or what became of its probe where there is none."""
        assert self._measurements is not None
        found = self._measurements.number(metric.id, candidate)
        return self.number(metric.id, candidate) if found else self.tried(probe, candidate)

    def tried(self, probe: Probe, candidate: str) -> Content:
        """What became of a probe of a candidate."""
        assert self._measurements is not None
        outcome = self._measurements.outcome(probe.id, candidate)
        if outcome is None:
            became = probe_words(self._measurements, probe, candidate)
            said = f"{probe.title}, {self._words.candidate(candidate)}: {became}"
            return _paragraphs([Content.styled(said, "bold reverse"), probe.text])
        return self.outcome(outcome)

    def outcome(self, outcome: Outcome) -> Content:
        """What became of a probe: what it does, what it found, how to repeat it, and what is made of it."""
        probe = self._knowledge.probe.get(outcome.probe)
        title = probe.title if probe else outcome.probe
        said = f"{title}, {self._words.candidate(outcome.candidate)}: {tried_words(outcome)}"
        blocks: list[Block] = [Content.styled(said, "bold reverse")]
        if probe:
            blocks.append(Content.styled(probe.text, MUTED))
        numbers = [
            f"{self._knowledge.metric[n.metric].title}: {number_words(n)}"
            + ("" if n.quality == "good" else f"; {n.quality}: {n.quality_reason}".rstrip(": "))
            for n in outcome.measurements
            if n.metric in self._knowledge.metric
        ]
        found = [f"{name.replace('_', ' ')}: {value}" for name, value in outcome.findings.items() if value is not None]
        command = f"To repeat it: {outcome.command}" if outcome.command else ""
        lines = [*numbers, *found, f"In {outcome.interpreter}", *([command] if command else [])]
        blocks.append("\n".join(lines))
        subjects = {outcome.probe, *(metric.id for metric in (probe.metrics if probe else ()))}
        names = {f"{subject}.{outcome.candidate}" for subject in subjects}
        reasons = [reason for reason in self._result.reasons if names & set(reason.because.measurements)]
        return _paragraphs([*blocks, *map(self._grounds.reason, reasons)])

    def machine(self) -> Content:
        """The machine that was measured, and what plain numpy reaches on it."""
        measurements = self._measurements
        assert measurements is not None
        blocks: list[Block] = [Content.styled("Machine", "bold reverse"), host_words(measurements.host)]
        blocks += map(interpreter_words, measurements.interpreters)
        for outcome in measurements.machine:
            reached = [f"{n.metric}: {number_words(n)}" for n in outcome.measurements]
            if reached:
                blocks.append("What plain numpy reaches here:\n" + "\n".join(reached))
            if outcome.command:
                blocks.append(f"To repeat it: {outcome.command}")
        how = f"A {measurements.level} run of protocol {measurements.protocol}; fingerprint {measurements.fingerprint}"
        return _paragraphs([*blocks, Content.styled(how, MUTED)])

    # --- the verdict ---------------------------------------------------------------------------------------------

    def confidence(self) -> Content:
        """How often the leader comes first, and from where on it is recommended."""
        verdict = self._result.verdict
        blocks: list[Block] = [Content.styled(KINDS[verdict.kind].capitalize(), "bold reverse"), verdict.summary]
        if verdict.leader is None:
            return _paragraphs([*blocks, *map(self._grounds.reason, self._result.vetoes)])
        title = self._words.candidate(verdict.leader)
        share, error = percent(verdict.confidence), percent(verdict.confidence_error)
        settings = self._knowledge.settings
        said = (
            f"{title} ranks first in {share} of the draws, with a standard error of {error} from sampling. A candidate "
            f"is recommended from {percent(settings.recommend_share)} on, unless answers to what is open are expected "
            f"to add {percent(settings.worth_asking)} or more to that."
        )
        return _paragraphs([*blocks, f"{DRAWN} {said}", self.candidate(verdict.leader)])

    def settled(self, said: str) -> Content:
        """Whether open answers can still change the verdict, as `said`, and what each could."""
        blocks: list[Block] = [Content.styled("Open questions", "bold reverse"), said]
        return _paragraphs([*blocks, *(self._question(entry) for entry in self._result.open_questions)])

    def question(self, entry: OpenQuestion) -> Content:
        """What an open question could change."""
        return _paragraphs([Content.styled("Open question", "bold reverse"), self._question(entry)])

    def _question(self, entry: OpenQuestion) -> Content:
        question = self._knowledge.asked_as(entry.question)
        leads = leading_words(self._knowledge, question, entry.leads_to) if question else ""
        worth = (
            f"Its answer is expected to take away {entry.settles:.2g} bits of the verdict's uncertainty, and to move "
            f"{percent(entry.moves)} of first ranks from one candidate to another."
        )
        return Content.assemble((entry.text, "bold"), "\n", (worth, MUTED), f"\n{leads}" if leads else "")

    def flip(self, flip: Flip) -> Content:
        """A change of answers and the verdict that it leads to."""
        verdict = self._result.verdict
        now = self._words.verdict(verdict.kind, verdict.candidate)
        then = self._words.verdict(flip.kind, flip.candidate)
        blocks: list[Block] = [Content.styled(f"{now} → {then}", "bold reverse")]
        for change in flip.changes:
            question = self._knowledge.question[change.question]
            before, after = value_words(question, change.before), value_words(question, change.after)
            blocks.append(Content.assemble((question.text, "bold"), f"\nnow “{before}”, then “{after}”"))
        said = (
            f"It was found by working out the verdict again with the answer changed; the leader then ranks first in "
            f"{percent(flip.confidence)} of the draws. What rests on the answer now:"
        )
        changed = {change.question for change in flip.changes}
        reasons = [reason for reason in self._result.reasons if changed & set(reason.because.answers)]
        resting = list(map(self._grounds.reason, reasons)) or ["Nothing: it is something that would speak then."]
        return _paragraphs([*blocks, said, *resting, "4 tries it, with any other change."])


def _share(row: Ranked, rank: int) -> str:
    return f"{percent(row.rank_acceptability[rank], 1)} ± {percent(row.rank_error[rank], 1)}"


def _paragraphs(blocks: Sequence[Block]) -> Content:
    return Content("\n\n").join([block if isinstance(block, Content) else Content(block) for block in blocks])
