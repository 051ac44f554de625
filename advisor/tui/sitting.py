"""One sitting: the answers given so far, saved as they come, the measurements, and what follows from both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from advisor.errors import AdvisorError
from advisor.model.answer import Answer, AnswerValue, asked
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.question import Question
from advisor.session.answers import said_as_flags
from advisor.session.course import Course
from advisor.session.latest import Given, Latest
from advisor.session.profile import ONCE, to_keep
from advisor.session.way import Way
from advisor.tui.options import Options
from advisor.tui.suppositions import Tried

if TYPE_CHECKING:
    from advisor.decision.interview import Prospect
    from advisor.model.recommendation import Ranked, Recommendation


Draft = tuple[str, ...] | str
"""What was ticked or typed and not given yet."""


class Theme(NamedTuple):
    """A heading of the interview."""

    title: str
    questions: tuple[str, ...]
    answered: int
    """How many of them have been dealt with, "don't know" included."""
    begins: str
    """The first that is open, or the first at all if none is."""


class Sitting:
    """The state that the screens share.

    `ranking`, `prospect` and `recommendation` take a while and are meant to be called in a thread; everything else is
    called from the thread of the application.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        answers: dict[str, Answer],
        options: Options,
        warn: Callable[[str], None] = lambda trouble: None,
    ) -> None:
        """`answers` are those known at the start, by question; `warn` is told why answers can't be saved once they
        can't."""
        self.knowledge = knowledge
        self.options = options
        self.measurements: Measurements | None = options.measurements
        self.answers: dict[str, Answer] = dict(answers)
        self._warn = warn
        self.trouble = ""
        """Why the last answer could not be saved, if so."""
        self.note = ""
        """What the verdict should say about how it came to be measured, or not."""
        self.tried = Tried.nothing()
        """What was tried at the verdict and not kept."""
        self.section = 1
        """The section of the verdict to come back to."""
        self.drafts: dict[str, Draft] = {}
        """By question."""
        self.ticked: frozenset[str] = frozenset()
        """The questions that were ticked in a list which was left without going on."""
        way = options.profile.way if options.profile else Way()
        self.course = Course(knowledge, self.given, self.prospect, way, moved=self._save_way)
        self._ranking = Latest(self.given, self._rank)
        self._recommendation = Latest(self.given, self._advise)
        self._beside = ThreadPoolExecutor(1)

    # --- answers ---------------------------------------------------------------------------------------------

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the order of the interview."""
        return self.knowledge.questions

    @property
    def answered(self) -> int:
        """How many questions have been dealt with, "don't know" included."""
        return sum(question.id in self.answers for question in self.questions)

    @property
    def kept(self) -> int:
        """How many questions will have an answer the next time: what flags or a scan gave is for this once."""
        profile = self.options.profile
        kept = to_keep(profile.before if profile else {}, self.answers)
        return sum(question.id in kept for question in self.questions)

    def unsaved(self) -> str:
        """What there is to say of answers that aren't saved, with the answers themselves; "" where all are."""
        if not self.trouble:
            return ""
        return f"! Answers are not saved for the next time: {self.trouble}\n{said_as_flags(self.answers)}".rstrip()

    def give(self, question: str, value: AnswerValue) -> None:
        """Take an answer and save it; None is "don't know"."""
        self.give_all({question: value})

    def give_all(self, values: Mapping[str, AnswerValue], withdrawn: Collection[str] = ()) -> None:
        """Take several answers, by question, take others back, and save it all together."""
        given = self.answers | asked(values)
        self.answers = {name: given[name] for name in self.knowledge.askable if name in given and name not in withdrawn}
        self._save()

    def withdraw(self, question: str) -> None:
        """Take an answer back, so that the question is open again."""
        if question in self.answers:
            self.answers = {name: answer for name, answer in self.answers.items() if name != question}
            self._save()

    def start_afresh(self) -> None:
        """Forget the answers, except those that flags gave, and the way; the saved ones are kept beside the profile."""
        if self.options.profile:
            self.options.profile.start_afresh()
        self.course.start_afresh()
        self.drafts.clear()
        self.ticked = frozenset()
        self.answers = {name: answer for name, answer in self.answers.items() if answer.origin in ONCE}

    def themes(self) -> tuple[Theme, ...]:
        """The questions by theme, in the order in which themes occur first."""
        grouped: dict[str, list[str]] = {}
        for question in self.questions:
            grouped.setdefault(question.theme, []).append(question.id)
        return tuple(self._theme(title, names) for title, names in grouped.items())

    def _theme(self, title: str, names: list[str]) -> Theme:
        open_ = [name for name in names if name not in self.answers]
        return Theme(title, tuple(names), len(names) - len(open_), (open_ or names)[0])

    def assumed(self, question: str) -> AnswerValue:
        """What the last verdict took from the measured machine for a question that nobody has answered."""
        result = self._recommendation.last
        if result is None or question in self.answers:
            return None
        resolved = (answer for answer in result.answers if answer.question == question)
        return next((answer.value for answer in resolved if answer.origin == "default"), None)

    def _save_way(self, entered: bool) -> None:
        if self.options.profile and (entered or self.options.profile.begun):
            self._save()

    def _save(self) -> None:
        if not self.options.profile:
            return
        before, self.trouble = self.trouble, ""
        try:
            self.options.profile.save(self.answers, self.course.way)
        except AdvisorError as problem:
            self.trouble = problem.message
            if not before:
                self._warn(self.trouble)

    # --- what follows ----------------------------------------------------------------------------------------

    def given(self) -> Given:
        """The answers, which are replaced as a whole, and the measurements."""
        return self.answers, self.measurements

    @property
    def wants_probing(self) -> bool:
        """Whether measuring comes between the questions and the verdict."""
        return self.options.level is not None and self.measurements is None

    def ranking(self) -> tuple[Ranked, ...]:
        """The ranking as it stands."""
        return self._ranking.now()

    def ranking_within(self, seconds: float) -> tuple[Ranked, ...] | None:
        """The same if it is there in so many seconds, for which the caller waits."""
        try:
            return self._beside.submit(self.ranking).result(seconds)
        except TimeoutError:
            return None

    def _rank(self, answers: Mapping[str, Answer], measurements: Measurements | None) -> tuple[Ranked, ...]:
        # Imported late: numpy and the decision would hold up the first screen.
        from advisor.decision.advise import preview

        return preview(self.knowledge, answers, measurements, as_of=self.options.as_of, seed=self.options.seed)

    def telling(self) -> tuple[Question, ...]:
        """The trade-offs that are still worth asking, the most telling first, as questions."""
        from advisor.decision.advise import telling_trade_offs
        from advisor.decision.next_trade_off import LEAST

        options = self.options
        found = telling_trade_offs(
            self.knowledge, self.answers, self.measurements, as_of=options.as_of, seed=options.seed
        )
        return tuple(entry.trade_off.question() for entry in found if entry.verdict >= LEAST)

    def prospect(self, answers: Mapping[str, Answer], measurements: Measurements | None) -> Prospect:
        """Whether what these answers leave open can change the verdict."""
        from advisor.decision.interview import look_ahead

        options = self.options
        return look_ahead(self.knowledge, answers, measurements, as_of=options.as_of, seed=options.seed)

    def recommendation(self) -> Recommendation:
        """The whole result."""
        return self._recommendation.now()

    def _advise(self, answers: Mapping[str, Answer], measurements: Measurements | None) -> Recommendation:
        from advisor.decision.advise import advise

        return advise(self.knowledge, answers, measurements, as_of=self.options.as_of, seed=self.options.seed)
