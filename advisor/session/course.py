"""The way through the questions: what was shown, what was passed over, and which question comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from advisor.session.latest import Given, Latest
from advisor.session.way import Way

if TYPE_CHECKING:
    from advisor.decision.interview import Prospect
    from advisor.model.answer import Answer
    from advisor.model.knowledge import Knowledge
    from advisor.model.measurement import Measurements
    from advisor.model.recommendation import Settled

    State = Settled | Literal["nothing-left"]
    """Whether going on asking can change the verdict; `nothing-left`: what is uncertain is so because it was answered
    with "don't know" or passed over."""

Manner = Literal["all", "open", "one", "list"]
"""What an interview goes through: all questions in their order, the open ones, the most telling first, only the one
shown, or whichever is chosen from the list of all."""


class Course:
    """Where an interview is, for whatever asks the questions. Questions are named by their ids. It knows the answers
    and changes none, and it neither shows nor saves anything. One that is given the way of another sitting begins where
    that one was.

    Unless all questions are gone through in their order, the one comes next whose answer was expected to settle the
    most when somebody last looked ahead, or a list of several that are better asked together; before anybody has, the
    first that is open. Looking ahead takes a while and may be done meanwhile, so that what is known of the order may be
    older than the last answer; `reconsider` makes up for that.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        given: Callable[[], Given],
        prospect: Callable[[Mapping[str, Answer], Measurements | None], Prospect],
        way: Way,
        *,
        moved: Callable[[bool], None] = lambda entered: None,
        at_once: int | None = None,
    ) -> None:
        """`given` says which answers and measurements there are at the time; `prospect` looks ahead from them. `moved`
        is called when the way should be saved before the next answer is, with whether a question was passed over, which
        is as good as an answer, or somebody only looked around. A list has at most `at_once` questions;
        None leaves that to the decision."""
        self._knowledge = knowledge
        self._given = given
        self._moved = moved
        self._at_once = at_once
        self._trail = list(way.shown)
        self._place = way.place if way.shown else -1
        self._passed = set(way.skipped)
        self._differing = way.differing
        self._resuming = self.begun
        self._foreseen = Latest(given, prospect)
        self.manner: Manner = "open"
        """What the interview goes through."""
        self.led = True
        """Whether what is shown was chosen for the user rather than by them."""
        self.told: State = "open"
        """What the user has been told last of how things stand."""

    @property
    def shown(self) -> tuple[str, ...]:
        """The question shown, or those of the list shown."""
        return self._trail[self._place]

    @property
    def present(self) -> str:
        """The question shown; where a list is, the last one shown by itself before it, or else the first of it."""
        alone = (shown for shown in reversed(self._trail[: self._place + 1]) if len(shown) == 1)
        return next(alone, self.shown)[0]

    @property
    def together(self) -> tuple[str, ...]:
        """The questions of the list that is shown, if one is."""
        return self.shown if len(self.shown) > 1 else ()

    @property
    def place(self) -> int:
        """How many steps were shown before the present one."""
        return self._place

    @property
    def begun(self) -> bool:
        """Whether anything was shown, in this sitting or in one that it goes on with."""
        return bool(self._trail)

    @property
    def open(self) -> list[str]:
        """The questions neither answered nor passed over, in the order of the knowledge base."""
        dealt_with = self._dealt_with()
        return [question.id for question in self._knowledge.questions if question.id not in dealt_with]

    @property
    def passed(self) -> list[str]:
        """The questions that were passed over and have no answer."""
        answers = self._answers()
        return [question.id for question in self._knowledge.questions if question.id in self._passed - answers.keys()]

    @property
    def differing(self) -> frozenset[str]:
        """The questions that a list was found to differ in, until they are answered."""
        return frozenset(self._differing) - self._answers().keys()

    @property
    def way(self) -> Way:
        """The way, as it can be kept and gone on with."""
        return Way(
            shown=tuple(self._trail),
            place=max(0, self._place),
            skipped=tuple(sorted(self._passed)),
            differing=self._differing,
        )

    def start_afresh(self) -> None:
        """Forget the way."""
        self._trail, self._place, self._passed, self._differing = [], -1, set(), ()
        self._resuming = False

    # --- moving ----------------------------------------------------------------------------------------------

    def enter(self, question: str | None, manner: Manner) -> None:
        """Come to the interview: at this question, or at what was shown last, if anything was."""
        self.manner = manner
        if self._resuming and question is None:
            self._resume()
            return
        self._resuming = False
        if self.begun and manner != "one" and question in self.shown:
            return
        while self._place > 0 and self.together:
            self._place -= 1
        if question is not None:
            self.show(question)
        elif not self.begun:
            self._begin()

    def _begin(self) -> None:
        if not self.forward():
            self.show(self._knowledge.questions[-1].id)

    def _resume(self) -> None:
        """Stay at what was shown last, unless it is dealt with and what came next was still to be found. A list of
        which nothing was taken is found anew."""
        self._resuming = self.led = False
        if self.together and not self._is_over():
            del self._trail[self._place :]
            self._place -= 1
        if not self.begun:
            self._begin()
        elif self._place + 1 == len(self._trail) and self._is_over():
            self.forward()

    def _is_over(self) -> bool:
        """Whether what is shown is dealt with. A list is where it is known what differs in it, which comes next."""
        return self._dealt_with().union(self._differing if self.together else ()).issuperset(self.shown)

    def show(self, question: str) -> None:
        """Go to a question chosen by hand."""
        if self.begun and self.shown == (question,):
            return
        self.led = False
        self._cut()
        self._trail.append((question,))
        self._place += 1
        self._moved(False)

    def back(self) -> bool:
        """Go to the question or list shown before, if any was."""
        if self._place <= 0:
            return False
        self.led = False
        self._place -= 1
        self._moved(False)
        return True

    def pass_over(self, questions: Iterable[str]) -> None:
        """Those of these questions that are open are not asked again."""
        passed = set(questions) - self._dealt_with()
        if passed:
            self._passed |= passed
            self._moved(True)

    def ask_for(self, questions: Iterable[str]) -> None:
        """These questions come next, since their answers are not the usual ones."""
        self._differing = tuple(questions)
        if self._differing:
            self._cut()

    def forward(self) -> bool:
        """Go on: after going back, as before; else to the question or list that comes next, if any does. The question
        shown, if it is open, is passed over."""
        if self.begun and not self.together:
            self.pass_over(self.shown)
        if self._place + 1 == len(self._trail):
            following = self._list() or self._following()
            if not following:
                return False
            self.led = True
            self._trail.append(following)
        self._place += 1
        return True

    def reconsider(self) -> bool:
        """Put the question that is the most telling as far as is known now in the place of the present one, if that was
        chosen by what was known before, unless it is one that a list was found to differ in. Gives whether it was
        another."""
        best = self.worth_asking[:1]
        if not self.led or self.together or self._differing_open() or not best or self.present == best[0]:
            return False
        self._trail[self._place] = (best[0],)
        return True

    def _cut(self) -> None:
        """Forget what was shown after the present step."""
        del self._trail[self._place + 1 :]

    # --- what comes next -------------------------------------------------------------------------------------

    def _list(self) -> tuple[str, ...]:
        """The questions to come that are better asked in one list than one of them by itself, if any are."""
        foreseen = self._foreseen.last
        if self.manner != "open" or foreseen is None or self._differing_open():
            return ()
        # Imported late: nothing of the decision is to hold up the first screen.
        from advisor.decision.checklist import QUESTIONS_AT_ONCE, next_asking

        reductions = {name: foreseen.reductions[name] for name in self._worth_asking(foreseen)}
        found = next_asking(self._knowledge, reductions, self._at_once or QUESTIONS_AT_ONCE).questions
        return found if len(found) > 1 else ()

    def _following(self) -> tuple[str, ...]:
        """The question that comes next by itself, if any does."""
        if self.manner == "all":
            every = [question.id for question in self._knowledge.questions]
            place = every.index(self.present) + 1 if self.begun else 0
            return tuple(every[place : place + 1])
        return (*self._differing_open(), *self.worth_asking, *self.open)[:1]

    def _differing_open(self) -> list[str]:
        return [name for name in self.open if name in self._differing]

    def _answers(self) -> Mapping[str, Answer]:
        return self._given()[0]

    def _dealt_with(self) -> set[str]:
        return self._answers().keys() | self._passed

    # --- looking ahead ---------------------------------------------------------------------------------------

    def look_ahead(self) -> Prospect:
        """Work out what may become of the verdict, and with it the order of the questions that are open, once for the
        same answers and measurements. Takes a while and may be called in a thread."""
        return self._foreseen.now()

    @property
    def has_looked(self) -> bool:
        """Whether anything is known of what is worth asking."""
        return self._foreseen.last is not None

    @property
    def mattering(self) -> list[str]:
        """The questions without an answer whose answers can still change the verdict, the most telling first."""
        return self._mattering(self._foreseen.last)

    def leads_to(self, question: str) -> Mapping[str, str | None]:
        """Who would lead with which answer to a question, as far as is known."""
        foreseen = self._foreseen.last
        return foreseen.leads_to.get(question, {}) if foreseen else {}

    @property
    def worth_asking(self) -> list[str]:
        """Those that were not passed over either."""
        return self._worth_asking(self._foreseen.last)

    def _mattering(self, foreseen: Prospect | None) -> list[str]:
        known = foreseen.reductions if foreseen else ()
        answers = self._answers()
        return [name for name in known if name not in answers]

    def _worth_asking(self, foreseen: Prospect | None) -> list[str]:
        return [name for name in self._mattering(foreseen) if name not in self._passed]

    @property
    def state(self) -> State:
        """Whether going on asking can change the verdict, as far as is known."""
        foreseen = self._foreseen.last
        if foreseen is None:
            return "open"
        if foreseen.settled != "proven" and not self._worth_asking(foreseen):
            return "nothing-left"
        return foreseen.settled
