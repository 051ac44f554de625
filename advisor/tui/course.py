"""The way through the questions: what was shown, what was passed over, and which question comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from advisor.session.way import Way
from advisor.tui.latest import Latest
from advisor.tui.navigation import Manner
from advisor.tui.sitting import Sitting

if TYPE_CHECKING:
    from advisor.decision.interview import Prospect
    from advisor.model.recommendation import Settled

    State = Settled | Literal["nothing-left"]
    """Whether going on asking can change the verdict; `nothing-left`: what is uncertain is so because it was answered
    with "don't know" or passed over."""


Draft = tuple[str, ...] | str
"""What was ticked or typed and not given yet."""


class Course:
    """Where the interview is. It outlives the screen, which may be left and come back to, and a sitting that goes on
    with the answers of another begins where that one was.

    Unless all questions are gone through in their order, the one comes next whose answer was expected to settle the
    most when somebody last looked ahead. Looking ahead takes a while and is done meanwhile, so that what is known of
    the order may be older than the last answer; `reconsider` makes up for that.
    """

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        index = {question.id: index for index, question in enumerate(sitting.questions)}
        way = sitting.way
        self._trail = [tuple(index[name] for name in together) for together in way.shown]
        self._place = way.place
        self._passed = set(way.skipped)
        self._differing = list(way.differing)
        self._resuming = self.begun
        self._foreseen = Latest(sitting.given, sitting.prospect)
        self.manner: Manner = "open"
        """What the interview goes through, as explained at `Go`."""
        self.led = True
        """Whether the question shown was chosen for the user rather than by them."""
        self.drafts: dict[str, Draft] = {}
        """By question."""
        self.ticked: frozenset[str] = frozenset()
        """The questions that were ticked in a list which was left without going on."""
        self.told: State = "open"
        """What the user has been told last of how things stand."""

    @property
    def present(self) -> int:
        """The index of the question shown, or of the last one shown by itself before the list that is."""
        return next(shown[0] for shown in reversed(self._trail[: self._place + 1]) if len(shown) == 1)

    @property
    def together(self) -> tuple[int, ...]:
        """The indices of the questions of the list that is shown, if one is."""
        shown = self._trail[self._place]
        return shown if len(shown) > 1 else ()

    @property
    def begun(self) -> bool:
        """Whether anything was shown, in this sitting or in one that it goes on with."""
        return bool(self._trail)

    @property
    def complete(self) -> bool:
        """Whether every question was answered or passed over."""
        return not self._open()

    def start_afresh(self) -> None:
        """Forget the way, and the answers."""
        self._trail, self._place, self._passed, self._differing = [], 0, set(), []
        self._resuming = False
        self._sitting.start_afresh()

    # --- moving ----------------------------------------------------------------------------------------------

    def enter(self, question: int | None, manner: Manner) -> None:
        """Come to the interview: at the question with this index, or at the one shown last, if any was."""
        self.manner = manner
        if self._resuming and question is None:
            self._resume()
            return
        self._resuming = False
        while self._trail and self.together:
            self._place -= 1
        if question is not None:
            self.show(question)
        elif not self._trail:
            following = self._following()
            self._trail.append((len(self._sitting.questions) - 1 if following is None else following,))
            self._keep()

    def _resume(self) -> None:
        """Stay at what was shown last, unless it is dealt with and what came next was still to be found. A list of
        which nothing was taken is found anew."""
        self._resuming = self.led = False
        if self.together and not self._dealt_with(self.together):
            self._place -= 1
            del self._trail[self._place + 1 :]
        if self._place + 1 == len(self._trail) and self._dealt_with(self._trail[self._place]):
            self.forward()

    def _dealt_with(self, shown: tuple[int, ...]) -> bool:
        dealt_with = self._sitting.answers.keys() | self._passed
        if len(shown) > 1:
            dealt_with |= set(self._differing)
        return all(self._sitting.questions[index].id in dealt_with for index in shown)

    def show(self, index: int) -> None:
        """Go to a question chosen by hand."""
        if self._trail and index == self.present:
            return
        self.led = False
        del self._trail[self._place + 1 :]
        self._trail.append((index,))
        self._place = len(self._trail) - 1
        self._keep()
        self._sitting.save_way(entered=False)

    def back(self) -> bool:
        """Go to the question or list shown before, if any was."""
        if not self._place:
            return False
        self.led = False
        self._place -= 1
        self._keep()
        self._sitting.save_way(entered=False)
        return True

    def pass_over(self, questions: Iterable[str]) -> None:
        """Those of these questions that are open are not asked again."""
        passed = set(questions) - self._sitting.answers.keys() - self._passed
        if passed:
            self._passed |= passed
            self._keep()
            self._sitting.save_way(entered=True)

    @property
    def differing(self) -> frozenset[str]:
        """The questions that a list was found to differ in and whose answers are still to be given."""
        return frozenset(self._differing) - self._sitting.answers.keys()

    def ask_for(self, questions: Iterable[str]) -> None:
        """These questions come next, since their answers are not the usual ones. Kept on the disk with the next
        answer."""
        self._differing = list(questions)
        if self._differing:
            del self._trail[self._place + 1 :]
        self._keep()

    def forward(self) -> bool:
        """Go on: after going back, as before; else to the question or list that comes next, if any does. The present
        one, if it is open, is passed over."""
        self.pass_over((self._sitting.questions[self.present].id,))
        if self._place + 1 == len(self._trail):
            following = self._list()
            if not following:
                question = self._following()
                if question is None:
                    return False
                following = (question,)
            self.led = True
            self._trail.append(following)
        self._place += 1
        self._keep()
        return True

    def reconsider(self) -> bool:
        """Put the question that is the most telling as far as is known now in the place of the present one, if that was
        chosen by what was known before, unless it is one that a list was found to differ in. Gives whether it was
        another."""
        best = self.worth_asking[:1]
        if not self.led or self.together or self._differing_open() or not best or self.present == best[0]:
            return False
        self._trail[self._place] = (best[0],)
        self._keep()
        return True

    def _keep(self) -> None:
        """Have the way saved with whatever is saved next."""
        name = [question.id for question in self._sitting.questions]
        self._sitting.keep_way(
            Way(
                shown=tuple(tuple(name[index] for index in together) for together in self._trail),
                place=self._place,
                skipped=tuple(sorted(self._passed)),
                differing=tuple(self._differing),
            )
        )

    def _list(self) -> tuple[int, ...]:
        """The questions to come that are better asked in one list than one of them by itself, if any are."""
        foreseen = self._foreseen.last
        if self.manner != "open" or foreseen is None or self._differing_open():
            return ()
        # Imported late: nothing of the decision is to hold up the first screen.
        from advisor.decision.checklist import next_asking

        worth = {self._sitting.questions[index].id: index for index in self._worth_asking(foreseen)}
        reductions = {name: foreseen.reductions[name] for name in worth}
        found = next_asking(self._sitting.knowledge, reductions).questions
        return tuple(worth[name] for name in found) if len(found) > 1 else ()

    def _following(self) -> int | None:
        if self.manner == "all":
            following = self.present + 1
            return following if following < len(self._sitting.questions) else None
        return next(iter((*self._differing_open(), *self.worth_asking, *self._open())), None)

    def _differing_open(self) -> list[int]:
        return [index for index in self._open() if self._sitting.questions[index].id in self._differing]

    def _open(self) -> list[int]:
        """The questions neither answered nor passed over, in the order of the knowledge base."""
        dealt_with = self._sitting.answers.keys() | self._passed
        return [index for index, question in enumerate(self._sitting.questions) if question.id not in dealt_with]

    # --- looking ahead ---------------------------------------------------------------------------------------

    def look_ahead(self) -> Prospect:
        """Work out what may become of the verdict, and with it the order of the questions that are open, once for the
        same answers and measurements. Takes a while and is meant to be called in a thread."""
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
    def worth_asking(self) -> list[int]:
        """The indices of those that were not passed over either."""
        return self._worth_asking(self._foreseen.last)

    def _mattering(self, foreseen: Prospect | None) -> list[str]:
        known = foreseen.reductions if foreseen else ()
        return [name for name in known if name not in self._sitting.answers]

    def _worth_asking(self, foreseen: Prospect | None) -> list[int]:
        place = {self._sitting.questions[index].id: index for index in self._open()}
        return [place[name] for name in self._mattering(foreseen) if name in place]

    @property
    def state(self) -> State:
        """Whether going on asking can change the verdict, as far as is known."""
        foreseen = self._foreseen.last
        if foreseen is None:
            return "open"
        if foreseen.settled != "proven" and not self._worth_asking(foreseen):
            return "nothing-left"
        return foreseen.settled
