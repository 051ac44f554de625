"""What is worked out beside the interview is worked out once, and never of what was given before."""

import threading
from concurrent.futures import ThreadPoolExecutor

from advisor.model.answer import Answer
from advisor.session.latest import Latest

STAGE = {"stage": Answer(question="stage", value="research", origin="asked")}


def test_it_is_worked_out_once_for_the_same_answers_and_measurements():
    given, calls = [({}, None)], []
    latest = Latest(lambda: given[-1], lambda *each: calls.append(each) or len(calls))
    assert latest.last is None
    assert [latest.now(), latest.now()] == [1, 1]
    given.append((STAGE, None))
    assert [latest.now(), latest.last] == [2, 2]
    given.append((dict(STAGE), None))
    assert latest.now() == 2, "equal answers are the same"
    given.append((STAGE, object()))
    assert latest.now() == 3
    assert calls == [({}, None), (STAGE, None), given[-1]]


def test_who_waits_gets_what_follows_from_what_is_given_by_then():
    """Two ask while the first is still being worked out, and more is answered meanwhile."""
    given, running, begun, go_on = [0], [], threading.Event(), threading.Event()

    def work(answers, measurements):
        assert not running, "twice at once"
        running.append(answers)
        begun.set()
        assert go_on.wait(30)
        return running.pop()

    latest = Latest(lambda: (given[-1], None), work)
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(latest.now)
        assert begun.wait(30)
        others = [threads.submit(latest.now) for _ in range(2)]
        given.append(1)
        go_on.set()
    assert first.result() == 0
    assert [other.result() for other in others] == [1, 1]
    assert latest.last == 1


def test_what_fails_is_tried_again():
    outcomes = iter([ValueError("no"), 5])

    def work(answers, measurements):
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    latest = Latest(lambda: ({}, None), work)
    for _ in range(2):
        try:
            assert latest.now() == 5
        except ValueError:
            assert latest.last is None
