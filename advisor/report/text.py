"""A recommendation as text: the verdict on forty lines, or everything; plain when it is piped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from advisor.model.figures import percent
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import (
    GroupRecommendation,
    Notice,
    OpenQuestion,
    Ranked,
    Reason,
    Recommendation,
    VetoGiven,
)
from advisor.report.people import givers, own_vetoes, weight, whose
from advisor.report.robustness import group_line, robustness_lines
from advisor.report.sections import Item, Section, SectionedPage
from advisor.report.words import (
    DISPUTED,
    KINDS,
    NOT_ANSWERED,
    NOTHING_MEASURED,
    ONE_OTHER,
    PAST_REVIEW,
    Words,
    gpu_words,
    known_answers,
    one_veto_each,
    order_words,
    overlay_words,
    reasons_against,
    reasons_for,
    rests_on,
    runner_up,
    score_fits,
    standing,
    unanswered,
    unusable_words,
)

REASONS = 5
"""So many reasons, of both sides, go before everything but the ranking."""
BESIDES = 3
"""So many criteria are named under which the runner-up alone has points."""
BAR = 20
"""Width of a full first-rank share, in characters."""
FEWEST_CELLS = 4
"""A narrower bar would tell nothing."""
OUTSIDE = "Points (none where they lie outside of it), their range"
NARROW = 60
"""Below this width reasons are paragraphs rather than rows."""


def render(
    result: Recommendation,
    knowledge: Knowledge,
    width: int | None = None,
    colour: bool | None = False,
    full: bool = False,
) -> str:
    """The text of a recommendation, in at most `LINES` lines unless it is wanted in `full`. `colour` None leaves it to
    whether standard output is a terminal."""
    page = _Page(knowledge, width, colour, full)
    sections = [*page.reasons(result), page.vetoes(result), *page.changes(result), *page.next(result)]
    page.put(page.head(result), sections, page.stamp(result))
    return page.text()


def render_group(
    result: GroupRecommendation,
    knowledge: Knowledge,
    width: int | None = None,
    colour: bool | None = False,
    full: bool = False,
) -> str:
    """The text of a group's recommendation: the group's verdict, each member's, and where they differ."""
    page = _Page(knowledge, width, colour, full)
    group = result.group
    sections = [page.ruled_out(result), page.members(result), page.differences(result), page.some_only(result)]
    sections += page.reasons(group)
    page.put(page.head(group), [*sections, *page.next(group)], page.stamp(group))
    return page.text()


class _Page(SectionedPage):
    def __init__(self, knowledge: Knowledge, width: int | None, colour: bool | None, full: bool) -> None:
        super().__init__(width, colour, full)
        self._words = Words(knowledge)

    def head(self, result: Recommendation) -> list[RenderableType]:
        """The verdict in a sentence, and the ranking."""
        table = _grid()
        room = self.console.width
        for justify in ("right", "left", "right", "left", "right", "left"):
            table.add_column(justify=justify, no_wrap=True)
        cells = min(BAR, room - 58)
        for place, row in enumerate(result.ranking, 1):
            name = self._words.candidate(row.candidate)
            if not row.feasible:
                table.add_row("–", name, "", "ruled out", "", "")
                continue
            share = row.first_rank_share
            bar = ("█" * round(share * cells) or "·") if cells >= FEWEST_CELLS else ""
            interval = f"{row.score_low:+.1f} to {row.score_high:+.1f}"
            points = (f"{row.score:+.1f}", f"({interval})") if score_fits(row) else ("", interval)
            table.add_row(f"{place}", name, points[0], points[1] if room >= NARROW else "", percent(share), bar)
        fit = [score_fits(row) for row in result.ranking if row.feasible]
        points = "Points, their range" if all(fit) else OUTSIDE if any(fit) else "The range of the points"
        note = f"{points} over the draws, and how often each ranks first. {order_words(result, self._words)}".rstrip()
        summary = Text(result.verdict.summary, style="bold")
        openness = self._words.openness(result)
        prospect = [self.note(openness)] if openness else []
        return [summary, Text(""), Padding(table, (0, 0, 0, 2)), self.note(note), *prospect]

    def reasons(self, result: Recommendation) -> list[Section]:
        """What speaks for and against the leader; in full, for and against each candidate."""
        leader = result.verdict.leader
        names = [row.candidate for row in result.ranking if self.full and row.candidate != leader]
        return [section for name in (leader, *names) for section in self._both_sides(result, name)]

    def _both_sides(self, result: Recommendation, candidate: str | None) -> list[Section]:
        good, bad = reasons_for(result, candidate), reasons_against(result, candidate)
        few = min(len(bad), max(2, REASONS - len(good)))
        ranks_bad = [1, *range(REASONS - few + 1, REASONS)][:few]
        ranks_good = [rank for rank in range(REASONS) if rank not in ranks_bad]
        first = [*good[: len(ranks_good)], *bad[: len(ranks_bad)]]
        second = runner_up(result) if candidate == result.verdict.leader else None
        ahead = self._ahead(result, second) if second else {}
        column = max((len(self._words.criterion(reason.criterion)) for reason in first), default=0)
        sides = (
            (f"What speaks for {self._words.candidate(candidate)}", [], good, ranks_good),
            ("What speaks against it", self._besides(result, second) if second else [], bad, ranks_bad),
        )
        return [
            Section(
                title,
                [
                    *before,
                    *(
                        Item(
                            ranks[number] if number < len(ranks) else 20 + 5 * number,
                            self._reason(reason, column, ahead),
                        )
                        for number, reason in enumerate(found)
                    ),
                ],
            )
            for title, before, found, ranks in sides
        ]

    def _besides(self, result: Recommendation, second: Ranked) -> list[Item]:
        """Under which criteria that no reason of the leader names the runner-up has most."""
        named = {reason.criterion for reason in result.reasons if reason.candidate == result.verdict.leader}
        most = sorted(
            (value for value in second.criteria if value.criterion not in named and value.contribution >= 0.5),
            key=lambda value: -value.contribution,
        )[:BESIDES]
        points = (f"{self._words.criterion(value.criterion).lower()} ({value.contribution:+.1f})" for value in most)
        said = f"{self._words.candidate(second.candidate)} has points where it has none: {', '.join(points)}."
        return [Item(1, self.statement(said))] if most else []

    def _ahead(self, result: Recommendation, second: Ranked) -> dict[str, str]:
        """By criterion under which the runner-up has as many points as the leader or more, that it has."""
        leader = next(row for row in result.ranking if row.candidate == result.verdict.leader)
        pairs = zip(leader.criteria, second.criteria, strict=True)
        return {
            ours.criterion: f" ({self._words.candidate(second.candidate)}: {theirs.contribution:+.1f})"
            for ours, theirs in pairs
            if theirs.contribution >= max(ours.contribution, 0.05)
        }

    def _reason(self, reason: Reason, column: int, ahead: Mapping[str, str]) -> RenderableType:
        """A row, its criterion in a column of that width; `ahead` says by criterion what the runner-up has."""
        criterion = self._words.criterion(reason.criterion)
        points = f"{reason.contribution:+.1f}"
        sources = reason.because.sources if self.full else reason.because.sources[:1]
        said = "; ".join(filter(None, (", ".join(sources), *standing(reason))))
        cited = ahead.get(reason.criterion, "") + (f" [{said}]" if said else "")
        if self.console.width < NARROW:
            return self.statement(f"{points} {criterion}: {reason.text}", cited)
        table = _grid()
        table.add_column(justify="right", no_wrap=True, width=5)
        table.add_column(width=column)
        table.add_column()
        table.add_row(points, criterion, Text(self.cut(reason.text, self.console.width - column - 11, cited)))
        return Padding(table, (0, 0, 0, 2))

    def vetoes(self, result: Recommendation) -> Section:
        """Who is ruled out: one veto a candidate says enough, unless all are wanted."""
        texts = (f"{self._words.candidate(veto.candidate)}: {veto.text}" for veto in self._few(result))
        return Section("Ruled out", self.items(texts, first=5, step=0))

    def _few(self, result: Recommendation) -> Iterable[VetoGiven]:
        return result.vetoes if self.full else one_veto_each(result)

    def changes(self, result: Recommendation) -> list[Section]:
        """What would change the verdict, what isn't answered, on what people differ, and what isn't measured."""
        open_, disputes = unanswered(result), self._words.disputes(result)
        useful = [entry for entry in open_ if self.full or entry.gain > 0 or entry.settles > 0]
        deciding = result.verdict.kind == "not-enough-known"
        return [
            Section(
                ONE_OTHER,
                self.items(map(self._words.flip, result.flips), first=6, step=6),
            ),
            Section(
                NOT_ANSWERED.format(len(open_)),
                self.items(map(self._question, useful), first=5 if deciding else 9, step=5),
            ),
            Section(DISPUTED.format(len(disputes)), self.items(disputes, first=5 if deciding else 9, step=5)),
            Section(
                f"Not measured yet ({len(result.to_measure)}), what could tell most first",
                self.items(map(self._words.measurable, result.to_measure), first=10, step=10),
            ),
        ]

    def _question(self, entry: OpenQuestion) -> str:
        usual = "" if entry.usual is None else f"; usually: {self._words.value(entry.question, entry.usual)}"
        return f"{entry.text}  (-d {entry.question}=…{usual})"

    def members(self, result: GroupRecommendation) -> Section:
        """Each person's own verdict."""
        lines = []
        for name, own in result.members.items():
            verdict = own.verdict
            share = f"{self._words.candidate(verdict.leader)} {percent(verdict.confidence)}"
            lines.append(f"{name}: {share if verdict.leader else ''} ({KINDS[verdict.kind]})".replace("  ", " "))
        return Section("Each person's own", self.items(lines, first=0, step=1), counted=True)

    def ruled_out(self, result: GroupRecommendation) -> Section:
        """Who is ruled out by whose answers, for all; and who would be, if somebody decided alone."""
        given, title = givers(result), self._words.candidate
        common = (
            f"{title(veto.candidate)} ({whose(veto.because.answers, given) or 'this machine'}): {veto.text}"
            for veto in self._few(result.group)
        )
        alone = (f"{title(veto.candidate)} (if {who} decided alone): {veto.text}" for who, veto in own_vetoes(result))
        items = [*self.items(common, first=-1, step=0), *self.items(alone, first=0, step=1)]
        return Section("Ruled out, and by whose answers", items, counted=True)

    def differences(self, result: GroupRecommendation) -> Section:
        """Where people differ."""
        if not result.differences:
            asked = any(len(who) > 1 for who in givers(result).values())
            agree = "You agree on every question that more than one of you answered."
            text = agree if asked else "No question was answered by more than one of you."
            return Section("Where you differ", self.items([text], first=0, step=0))
        texts = []
        for difference in result.differences:
            ballots = ", ".join(
                f"{person}: {self._words.value(difference.question, value)}"
                for person, value in difference.ballots.items()
                if value is not None
            )
            texts.append(f"{difference.text} {ballots}  (moves {percent(difference.moves)} of first ranks)")
        title = f"Where you differ ({len(texts)}), what moves the result most first"
        return Section(title, self.items(texts, first=0, step=2), counted=True)

    def some_only(self, result: GroupRecommendation) -> Section:
        """What only some have answered, all of them alike, what decides most first: the others have no say in it."""
        given, group = givers(result), result.group
        found = [
            answer
            for answer in known_answers(group)
            if not answer.ballots and 0 < len(given.get(answer.question, ())) < len(result.members)
        ]
        texts = (
            f"{self._words.question(answer.question)} {self._words.value(answer.question, answer.value)}  "
            f"({', '.join(given[answer.question])})"
            for answer in sorted(found, key=lambda answer: weight(group, answer.question), reverse=True)
        )
        title = f"Answered by some of you only, and taken for all ({len(found)})"
        return Section(title, self.items(texts, first=1, step=1), counted=True)

    def next(self, result: Recommendation) -> list[Section]:
        """What to mind and what to do."""
        verdict = result.verdict
        install = [verdict.next.install] if verdict.next.install else []
        return [
            Section("Beware", self.items(map(_said, verdict.warnings), first=2, step=7)),
            Section("Next", self.items([*install, *map(_said, verdict.next.advice)], first=7, step=9)),
            *(self._in_full(result) if self.full else ()),
        ]

    def _in_full(self, result: Recommendation) -> list[Section]:
        starter = result.verdict.next.starter
        code = [Item(0, Padding(Text(starter.rstrip()), (0, 0, 0, 2)))] if starter else []
        cited = (f"{s.id}: {s.title}, {s.address} ({s.date}; read {s.checked})" for s in result.sources)
        return [
            self._robustness(result),
            Section("Answers", self.items(map(self._words.answered, known_answers(result)), first=0, step=0)),
            Section("To start from", code),
            Section("Sources", self.items(cited, first=0, step=0)),
        ]

    def _robustness(self, result: Recommendation) -> Section:
        table = _grid()
        rows = list(robustness_lines(result, self._words))
        for name, sentence in rows:
            table.add_row(name, Text(sentence))
        weights = group_line(result, self._words)
        shown = [Padding(table, (0, 0, 0, 2)), *([self.note(f"Weights: {weights}.")] if weights else [])]
        items = [Item(0, one) for one in shown] if rows else []
        return Section("How often each takes which rank, and whom it suits", items)

    def stamp(self, result: Recommendation) -> list[RenderableType]:
        """What it was made of."""
        knowledge = result.knowledge
        stale = f", {knowledge.stale_sources} sources {PAST_REVIEW}" if knowledge.stale_sources else ""
        more = "" if self.full else f" --full gives all {len(result.reasons)} reasons."
        line = (
            f"{rests_on(result)} {_measured(result)} {knowledge.rules} rules of {knowledge.version}, "
            f"{len(result.sources)} sources cited{stale}; as of {result.as_of}, seed {result.seed}.{more}"
        )
        overlays = [overlay_words(overlay) for overlay in knowledge.overlays]
        if not self.full:
            overlays = [self.cut(text, self.console.width - 2) for text in overlays[:3]]
        return [self.note(line), *map(self.note, overlays)]


def _measured(result: Recommendation) -> str:
    """Whose measurements were used, of which machine, and how many of them couldn't be, with the commonest reason."""
    if not result.environment.level:
        return f"{NOTHING_MEASURED}: `advisor probe` measures."
    subjects = sorted({outcome.candidate for outcome in result.measurements if outcome.measurements})
    host = result.environment.host
    where = f" on {host.cpu}, {gpu_words(host)}" if host else ""
    told = f"Measured{where} ({result.environment.level}): {', '.join(subjects) or 'nothing'}."
    return f"{told} {unusable_words(result.measurements)}".rstrip()


def _said(notice: Notice) -> str:
    return notice.text


def _grid() -> Table:
    return Table.grid(padding=(0, 2))
