"""What the page shows, worked out of a result: plain values that a template can lay out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.model.figures import interval, percent, significant
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurement
from advisor.model.probe import Metric
from advisor.model.recommendation import Because, GroupRecommendation, Notice, Ranked, Reason, Recommendation
from advisor.report.html.charts import Line, Place
from advisor.report.links import web_address
from advisor.report.people import worded
from advisor.report.words import (
    KINDS,
    NOTHING_MEASURED,
    PAST_REVIEW,
    Words,
    gpu_words,
    known_answers,
    one_veto_each,
    order_words,
    overlay_words,
    package_words,
    reasons_against,
    reasons_for,
    score_fits,
    standing,
    unusable_words,
)

FOR, AGAINST, FLIPS, QUESTIONS = 5, 3, 4, 5
"""How many of each are shown at once."""
PRINTED = 3
"""How many warnings, and pieces of advice, and vetoes, two sheets of paper have room for."""
CRITERIA, METRICS = 8, 6
"""How many rows a chart has."""


@dataclass(frozen=True)
class Cited:
    """A source in the list at the end."""

    number: int
    id: str
    title: str
    address: str
    link: str | None
    date: str
    checked: str
    on_paper: bool
    """Whether something that is printed cites it."""


@dataclass(frozen=True)
class Statement:
    """A sentence with what it rests on."""

    text: str
    subject: str
    """The criterion, or the candidate."""
    sources: tuple[Cited, ...]
    measured: tuple[str, ...]
    answers: tuple[str, ...]
    """Questions with their answers."""
    rules: tuple[str, ...]
    points: str = ""
    apart: tuple[str, ...] = ()
    """What sets it apart: the overlay that it comes from, and its age."""
    on_paper: bool = True


@dataclass(frozen=True)
class Side:
    """What speaks for and against one candidate."""

    name: str
    good: tuple[Statement, ...]
    bad: tuple[Statement, ...]


@dataclass(frozen=True)
class View:
    """Everything on the page, in words."""

    kind: str
    candidate: str
    summary: str
    confidence: str
    order: str
    """Why the ranking isn't in the order of its points; empty where it is."""
    openness: str
    """Whether open questions can still change the verdict; empty where there are none."""
    leader: str
    places: tuple[Place, ...]
    main: Side
    sides: tuple[Side, ...]
    """All reasons, by candidate."""
    vetoes: tuple[Statement, ...]
    warnings: tuple[Statement, ...]
    advice: tuple[Statement, ...]
    flips: tuple[tuple[str, str], ...]
    """A change of answers, and what it leads to."""
    open_lists: tuple[tuple[str, tuple[str, ...]], ...]
    """Open questions under headings that say how many there are; not all are shown."""
    criteria: tuple[Line, ...]
    all_criteria: tuple[Line, ...]
    speed: tuple[Line, ...]
    measured: tuple[Line, ...]
    answers: tuple[tuple[str, str], ...]
    sources: tuple[Cited, ...]
    made_of: tuple[str, ...]
    """What the result was made with, a sentence each."""


def view(result: Recommendation | GroupRecommendation, knowledge: Knowledge) -> View:
    """What the page of a result, or of a group's, shows."""
    return _Viewer(*worded(result, knowledge), knowledge).view()


def ranks(row: Ranked) -> tuple[float, ...]:
    """The shares of the draws in which a candidate takes each rank, best first, as far as the result has them."""
    return row.rank_acceptability or (row.first_rank_share,)


class _Viewer:
    def __init__(self, result: Recommendation, words: Words, knowledge: Knowledge) -> None:
        self._result = result
        self._knowledge = knowledge
        self._words = words
        self._names = [row.candidate for row in result.ranking]
        self._known = {answer.question: answer for answer in known_answers(result)}
        verdict = result.verdict
        self._good = reasons_for(result, verdict.leader)[:FOR]
        self._bad = reasons_against(result, verdict.leader)[:AGAINST]
        one_each = one_veto_each(result)
        self._vetoes = sorted(result.vetoes, key=lambda veto: veto not in one_each)
        notices = (*verdict.warnings[:PRINTED], *verdict.next.advice[:PRINTED])
        printed = (*self._good, *self._bad, *self._vetoes[:PRINTED], *notices)
        self._cited = self._numbered(entry.because for entry in printed)

    def view(self) -> View:
        result, words = self._result, self._words
        verdict = result.verdict
        lines = self._criteria()
        measured = self._measured()
        return View(
            kind=KINDS[verdict.kind],
            candidate=words.candidate(verdict.candidate) if verdict.candidate else "",
            summary=verdict.summary,
            confidence=f"{percent(verdict.confidence, 1)} ± {percent(verdict.confidence_error, 1)}",
            order=order_words(result, words),
            openness=words.openness(result),
            leader=words.candidate(verdict.leader),
            places=tuple(self._place(row) for row in result.ranking),
            main=Side(words.candidate(verdict.leader), self._reasons(self._good), self._reasons(self._bad)),
            sides=tuple(self._side(name) for name in self._names),
            vetoes=tuple(
                self._statement(veto.text, veto.because, words.candidate(veto.candidate), on_paper=number < PRINTED)
                for number, veto in enumerate(self._vetoes)
            ),
            warnings=self._said(verdict.warnings),
            advice=self._said(verdict.next.advice),
            flips=tuple(self._flips()),
            open_lists=tuple((heading, tuple(texts[:QUESTIONS])) for heading, texts in words.open_lists(result)),
            criteria=lines[:CRITERIA],
            all_criteria=lines,
            speed=self._speed(measured),
            measured=tuple(line for _, line in measured),
            answers=tuple((words.question(answer.question), words.answer(answer)) for answer in known_answers(result)),
            sources=tuple(self._cited.values()),
            made_of=tuple(self._made_of()),
        )

    def _numbered(self, printed: Iterable[Because]) -> dict[str, Cited]:
        """The sources, those of what is printed first, in the order in which they are met."""
        known = {source.id: source for source in self._result.sources}
        first = dict.fromkeys(name for because in printed for name in because.sources)
        return {
            name: Cited(
                number=number,
                id=name,
                title=known[name].title,
                address=known[name].address,
                link=web_address(known[name].address),
                date=known[name].date,
                checked=str(known[name].checked),
                on_paper=name in first,
            )
            for number, name in enumerate((name for name in dict.fromkeys((*first, *known)) if name in known), 1)
        }

    def _place(self, row: Ranked) -> Place:
        name = self._words.candidate(row.candidate)
        score = row.score if score_fits(row) else None
        return Place(name, score, row.score_low, row.score_high, ranks(row), row.feasible)

    def _side(self, candidate: str) -> Side:
        good, bad = reasons_for(self._result, candidate), reasons_against(self._result, candidate)
        return Side(self._words.candidate(candidate), self._reasons(good), self._reasons(bad))

    def _reasons(self, reasons: Iterable[Reason]) -> tuple[Statement, ...]:
        return tuple(
            self._statement(
                reason.text,
                reason.because,
                self._words.criterion(reason.criterion),
                points=f"{reason.contribution:+.1f}",
                apart=standing(reason),
            )
            for reason in reasons
        )

    def _said(self, notices: Iterable[Notice]) -> tuple[Statement, ...]:
        return tuple(
            self._statement(notice.text, notice.because, on_paper=number < PRINTED)
            for number, notice in enumerate(notices)
        )

    def _statement(self, text: str, because: Because, subject: str = "", **more: Any) -> Statement:
        return Statement(
            text=text,
            subject=subject,
            sources=tuple(self._cited[name] for name in because.sources if name in self._cited),
            measured=because.measurements,
            answers=tuple(map(self._answered, because.answers)),
            rules=because.rules,
            **more,
        )

    def _answered(self, question: str) -> str:
        found = self._known.get(question)
        return f"{self._words.question(question)} {self._words.answer(found) if found else '(open)'}"

    def _flips(self) -> Iterable[tuple[str, str]]:
        words = self._words
        for flip in self._result.flips[:FLIPS]:
            yield words.changes(flip.changes), words.outcome(flip)

    def _criteria(self) -> tuple[Line, ...]:
        """The criteria under which something speaks for or against somebody, those that set candidates apart most
        first."""
        points = {row.candidate: {v.criterion: v for v in row.criteria} for row in self._result.ranking}
        lines = []
        for value in self._result.ranking[0].criteria if self._result.ranking else ():
            found = tuple(points[name][value.criterion].contribution for name in self._names)
            if any(found):
                title = self._words.criterion(value.criterion)
                lines.append(Line(title, f"{percent(value.weight)} of the weight", found, said=self._named(found)))
        return tuple(sorted(lines, key=lambda line: min(line.values) - max(line.values)))

    def _named(self, points: Sequence[float]) -> tuple[str, ...]:
        return tuple(f"{self._words.candidate(n)} {p:+.1f}" for n, p in zip(self._names, points, strict=True))

    def _measured(self) -> list[tuple[Metric, Line]]:
        """Every number that was measured of two candidates or more: first those that reasons rest on."""
        found = self._result.measured
        if found is None:
            return []
        resting = {name.rpartition(".")[0] for reason in self._result.reasons for name in reason.because.measurements}
        metrics = sorted(self._knowledge.metric.values(), key=lambda metric: metric.id not in resting)
        lines = []
        for metric in metrics:
            numbers = [found.number(metric.id, name) for name in self._names]
            if sum(number is not None for number in numbers) >= 2:
                lines.append((metric, self._line(metric, numbers)))
        return lines

    def _line(self, metric: Metric, numbers: Sequence[Measurement | None]) -> Line:
        words = []
        for number in numbers:
            if number is None:
                words.append("–")
                continue
            ends = "" if metric.exact else f" ({interval(number.low, number.high)})"
            noisy = "" if number.quality == "good" else f", {number.quality}"
            words.append(significant(number.median) + ends + noisy)
        return Line(
            metric.title,
            metric.unit,
            tuple(number.median if number else None for number in numbers),
            tuple(number.low if number else None for number in numbers),
            tuple(number.high if number else None for number in numbers),
            tuple(words),
        )

    def _speed(self, measured: Sequence[tuple[Metric, Line]]) -> tuple[Line, ...]:
        """The first numbers that are a matter of speed, as multiples of the best."""
        lines = []
        for metric, line in measured:
            if not metric.is_speed or metric.exact:
                continue
            lower = metric.better == "lower"
            best = (min if lower else max)(value for value in line.values if value is not None)

            def times(numbers: Sequence[float | None], lower: bool = lower, best: float = best):
                return tuple(None if n is None else n / best if lower else best / n for n in numbers)

            low, high = (line.lows, line.highs) if lower else (line.highs, line.lows)
            said = tuple(f"{name} {word}" for name, word in zip(self._titles(), line.said, strict=True))
            note = f"1× = {significant(best)} {line.note}"
            lines.append(Line(line.name, note, times(line.values), times(low), times(high), said))
        return tuple(lines[:METRICS])

    def _titles(self) -> list[str]:
        return [self._words.candidate(name) for name in self._names]

    def _made_of(self) -> Iterable[str]:
        result = self._result
        knowledge, found = result.knowledge, result.measured
        stale = f", of which {knowledge.stale_sources} are {PAST_REVIEW}" if knowledge.stale_sources else ""
        yield (
            f"{result.tool.name} {result.tool.version}, {knowledge.rules} rules of {knowledge.version} "
            f"({knowledge.content_hash[:19]}…), {len(result.sources)} sources cited{stale}; as of {result.as_of}, "
            f"seed {result.seed}."
        )
        yield from map(overlay_words, knowledge.overlays)
        if found is None:
            yield f"{NOTHING_MEASURED}: advisor probe measures."
            return
        host, named = found.host, package_words(found, self._knowledge)
        yield (
            f"Measured ({found.level}) on {host.cpu}, {host.cores_usable} cores, {gpu_words(host)}, {host.os}"
            + (f": {named}." if named else ".")
        )
        if unusable := unusable_words(result.measurements):
            yield unusable
