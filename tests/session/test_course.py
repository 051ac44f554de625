"""The way through the questions: the most telling next, and back by what was shown."""

from itertools import cycle
from types import SimpleNamespace

import pytest

from advisor.decision.interview import Prospect
from advisor.session.course import Course
from advisor.session.latest import Latest
from advisor.session.profile import Profile
from advisor.session.way import Way
from advisor.tui.options import Options
from advisor.tui.sitting import Sitting
from tests.support.knowledge import answered
from tests.support.steps import next_step
from tests.tui.tui_support import DAY, GIVEN, SMALL

USUAL = {"models": "standard", "onnx": False}
LISTED = SMALL.model_copy(
    update={"questions": tuple(q.model_copy(update={"usual": USUAL.get(q.id)}) for q in SMALL.questions)}
)


@pytest.fixture
def sitting():
    return Sitting(SMALL, {}, Options(as_of=DAY, seed=1))


@pytest.fixture
def course(sitting):
    return sitting.course


def foresee(course, monkeypatch, *names: str, settled="open") -> Prospect:
    """Let the course look ahead and find these questions to matter, most useful first."""
    prospect = SimpleNamespace(settled=settled, reductions=dict.fromkeys(names, 0.1))
    monkeypatch.setattr(course, "_foreseen", Latest(course._given, lambda answers, measurements: prospect))
    return course.look_ahead()


def test_each_question_is_the_one_that_the_line_by_line_interview_would_ask(sitting, course):
    """Whoever waits until it is worked out gets the same order."""
    course.look_ahead()
    course.enter(None, "open")
    asked = []
    while step := next_step(SMALL, sitting.answers, None, as_of=DAY, seed=1).question:
        course.look_ahead()
        if asked:
            assert course.forward()
        assert course.present == step
        asked.append(step)
        sitting.give(step, GIVEN[step])
    course.look_ahead()
    assert not course.worth_asking
    assert course.state == "proven"
    left = [question.id for question in SMALL.questions if question.id not in asked]
    for name in left:
        assert course.forward() and course.present == name, "what is left comes in the order of the file"
        sitting.give(name, GIVEN[name])
    assert not course.forward()


def test_before_anybody_has_looked_ahead_the_order_is_that_of_the_file(course):
    course.enter(None, "open")
    assert course.present == SMALL.questions[0].id
    assert course.forward() and course.present == SMALL.questions[1].id
    assert not course.has_looked and course.state == "open"


def test_going_back_follows_what_was_shown_and_going_on_retraces_it(sitting, course, monkeypatch):
    foresee(course, monkeypatch, "speed", "stage", "onnx")
    course.enter(None, "open")
    course.forward()
    course.show("os")
    course.forward()
    assert course.present == "stage", "it was left for another, not passed over"
    assert course.back() and course.present == "os"
    assert course.back() and course.present == "stage"
    assert course.back() and course.present == "speed"
    assert not course.back() and course.present == "speed"
    for name in ("stage", "os", "stage"):
        assert course.forward() and course.present == name


def test_what_is_passed_over_does_not_come_again_by_itself(sitting, course, monkeypatch):
    foresee(course, monkeypatch, "speed", "stage")
    course.enter(None, "open")
    seen = [course.present]
    while course.forward():
        seen.append(course.present)
    assert sorted(seen) == sorted(GIVEN), "each once"
    assert seen[:2] == ["speed", "stage"]


def test_a_jump_cuts_off_what_came_after(course, monkeypatch):
    foresee(course, monkeypatch, "speed", "stage")
    course.enter(None, "open")
    course.forward()
    course.back()
    course.show("os")
    assert not course.led
    assert course.forward() and course.present == "stage", "it was not passed over"
    assert course.led


def test_a_question_chosen_by_what_was_known_before_can_be_exchanged(sitting, course, monkeypatch):
    foresee(course, monkeypatch, "speed", "stage", "onnx")
    course.enter(None, "open")
    sitting.give("speed", "high")
    course.forward()
    assert not course.reconsider(), "it is still the most telling"
    foresee(course, monkeypatch, "onnx", "stage")
    assert course.reconsider() and course.present == "onnx"
    assert course.back() and course.present == "speed"
    course.show("os")
    assert not course.reconsider(), "it was chosen by hand"


@pytest.fixture
def listing(monkeypatch):
    """The course of somebody who is shown a list after a question."""
    course = Sitting(LISTED, {}, Options(as_of=DAY, seed=1)).course
    foresee(course, monkeypatch, *USUAL, "stage")
    course.show("stage")
    course.forward()
    assert course.together == tuple(USUAL)
    return course


def test_a_list_is_not_exchanged_for_a_question(listing):
    assert listing.led
    assert not listing.reconsider() and listing.together


def test_a_question_that_a_list_differs_in_is_not_exchanged_for_another(listing, monkeypatch):
    listing.ask_for(["models"])
    assert listing.forward() and listing.present == "models" and listing.led
    foresee(listing, monkeypatch, "speed", "models")
    assert not listing.reconsider() and listing.present == "models"


def test_a_question_of_the_list_shown_can_be_gone_to_by_itself(listing):
    listing.enter("models", "one")
    assert listing.shown == ("models",)


def test_whoever_comes_to_a_question_finds_no_list_on_the_way_back(listing):
    listing.enter("os", "one")
    assert listing.present == "os"
    assert listing.back() and listing.shown == ("stage",)


def test_a_sitting_closed_after_a_list_goes_on_with_what_differs(listing):
    listing.ask_for(["models"])
    listing.pass_over(["onnx"])
    again = Course(LISTED, lambda: ({}, None), lambda answers, measurements: None, listing.way)
    again.enter(None, "open")
    assert again.shown == ("models",)
    assert again.back() and again.together == tuple(USUAL)


def test_coming_back_keeps_the_place_and_the_history(course, monkeypatch):
    foresee(course, monkeypatch, "speed", "stage")
    course.enter(None, "open")
    course.forward()
    course.enter(course.present, "open")
    assert course.present == "stage"
    course.enter(None, "open")
    assert course.present == "stage"
    assert course.back() and course.present == "speed"


def test_it_goes_on_where_a_sitting_broke_off(tmp_path, monkeypatch):
    """At every question, whether answered, skipped or gone back from: another sitting finds all of it on the disk."""

    def opened() -> Sitting:
        profile = Profile.opened(tmp_path / "answers.yaml", SMALL, None)
        sitting = Sitting(SMALL, profile.before, Options(as_of=DAY, seed=1, profile=profile))
        foresee(sitting.course, monkeypatch, *reversed(list(GIVEN)))
        sitting.course.enter(None, "open")
        return sitting

    sitting, seen = opened(), []
    for turn in range(len(GIVEN)):
        course = sitting.course
        name = course.present
        assert name not in seen
        seen.append(name)
        for earlier in reversed(seen[:-1]):
            assert course.back() and course.present == earlier
        assert not course.back()
        assert opened().course.present == seen[0], "where one had gone back to"
        for later in seen[1:]:
            assert course.forward() and course.present == later
        if turn % 3:
            sitting.give(name, GIVEN[name] if turn % 2 else None)
        assert course.forward() == (len(seen) < len(GIVEN))
        sitting = opened()
    assert not sitting.course.open and seen == list(reversed(GIVEN))
    kept = {name: answer.value for name, answer in sitting.answers.items()}
    assert kept == {name: GIVEN[name] if turn % 2 else None for turn, name in enumerate(seen) if turn % 3}
    sitting.start_afresh()
    assert not sitting.course.begun and sitting.course.open == list(GIVEN)


def test_looking_around_saves_nothing(tmp_path):
    path = tmp_path / "answers.yaml"
    course = Sitting(SMALL, {}, Options(as_of=DAY, profile=Profile.opened(path, SMALL, None))).course
    course.enter(None, "open")
    course.show("os")
    course.back()
    assert not path.exists()
    course.pass_over(["stage"])
    assert path.exists()


def test_all_in_their_order_ends_after_the_last(sitting, course, monkeypatch):
    foresee(course, monkeypatch, "speed")
    sitting.answers = answered(SMALL, GIVEN)
    course.enter(SMALL.questions[0].id, "all")
    seen = [course.present]
    while course.forward():
        seen.append(course.present)
    assert seen == [question.id for question in SMALL.questions]


@pytest.mark.parametrize(
    "settled, names, state",
    [
        ("open", ("stage",), "open"),
        ("as-good-as", ("stage",), "as-good-as"),
        ("as-good-as", ("speed",), "nothing-left"),
        ("open", ("speed",), "nothing-left"),
        ("proven", (), "proven"),
    ],
)
def test_state(sitting, course, monkeypatch, settled, names, state):
    sitting.give("speed", None)
    foresee(course, monkeypatch, *names, settled=settled)
    assert course.state == state


def test_looking_ahead_may_end_while_the_next_question_is_chosen(sitting, course, monkeypatch):
    """In a thread of its own: what is foreseen is another thing each time that somebody looks at it."""
    prospects = [foresee(course, monkeypatch, *names) for names in (list(GIVEN), ["stage"])]
    views = cycle([SimpleNamespace(last=prospect) for prospect in prospects])
    restless = type("Restless", (Course,), {"_foreseen": property(lambda self: next(views), lambda self, value: None)})
    course = restless(SMALL, sitting.given, sitting.prospect, Way())
    for _ in range(2):
        course.enter(None, "open")
        while course.forward():
            assert course.state in ("open", "nothing-left")


def test_a_list_may_be_what_an_interview_begins_with(monkeypatch, tmp_path):
    def opened() -> Sitting:
        profile = Profile.opened(tmp_path / "answers.yaml", LISTED, None)
        sitting = Sitting(LISTED, profile.before, Options(as_of=DAY, seed=1, profile=profile))
        foresee(sitting.course, monkeypatch, *USUAL, "stage")
        sitting.course.enter(None, "open")
        return sitting

    sitting = opened()
    course = sitting.course
    assert course.together == tuple(USUAL) and course.present == "models"
    assert not course.back() and course.together
    course.enter(None, "open")
    assert course.together, "there is nothing before it"
    sitting.give("speed", None)
    assert opened().course.together == tuple(USUAL), "found anew"
    course.ask_for(["models"])
    sitting.give("onnx", False)
    assert opened().course.shown == ("models",), "the list is dealt with"
    assert course.forward() and course.shown == ("models",)
    assert course.back() and course.together == tuple(USUAL)
    course.show("models")
    assert course.shown == ("models",)
