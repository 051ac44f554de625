"""The way through the questions, as it is kept with the answers."""

import pytest

from advisor.session.answers import read_answers
from advisor.session.profile import Profile
from advisor.session.way import Way, read_way, written_way
from tests.support.knowledge import build, question

NAMES = ("one", "two", "three", "four")
KNOWLEDGE = build(questions=[question(name, usual="a") for name in NAMES])
WAY = Way(shown=(("one",), ("three", "two"), ("four",)), place=2, skipped=("three",), differing=("two",))


def test_what_is_written_is_read_again():
    assert read_way(f"one: a\n{written_way(WAY)}", KNOWLEDGE.question) == WAY
    assert written_way(Way()) == ""


@pytest.mark.parametrize(
    "spoilt",
    ["", "{}", "[]", "null", "{", '{"shown": [["one"]], "place": -1}', '{"shown": "one"}', '{"hidden": 1}', "[" * 9999],
)
def test_what_cannot_be_read_is_no_way(spoilt):
    begins = written_way(WAY).partition("{")[0]
    assert read_way(f"one: a\n{begins}{spoilt}\n", KNOWLEDGE.question) == Way()


def test_of_other_questions_only_those_that_are_there_are_left():
    def left(*gone, unusual=()):
        there = [question(name, usual=None if name in unusual else "a") for name in NAMES if name not in gone]
        return read_way(written_way(WAY), build(questions=there).question)

    assert left("two") == Way(shown=(("one",), ("three",), ("four",)), place=2, skipped=("three",))
    assert left("two", "three") == Way(shown=(("one",), ("four",)), place=1)
    assert left("four").place == 1, "the last one that is left"
    assert left("one").shown == (("three", "two"), ("four",)), "a list may be the first"
    assert left(unusual=["two"]).shown == (("one",), ("four",)), "a list has usual answers"
    assert read_way(written_way(Way(shown=(("one",), ("two", "two")))), KNOWLEDGE.question).shown == (
        ("one",),
        ("two",),
    )


def test_the_profile_keeps_it_beside_answers_that_anybody_can_read(tmp_path):
    path, file = tmp_path / "answers.yaml", tmp_path / "mine.yaml"
    file.write_text("one: b\n")
    profile = Profile.opened(path, KNOWLEDGE, str(file))
    assert (profile.way, profile.begun) == (Way(), False)
    profile.save(profile.before, WAY)
    assert {name: answer.value for name, answer in read_answers(KNOWLEDGE, str(path)).items()} == {"one": "b"}
    assert file.read_text() == "one: b\n"
    for named in (None, str(path), str(file)):
        again = Profile.opened(path, KNOWLEDGE, named)
        assert (again.way, again.begun) == (WAY, True)
    file.rename(tmp_path / "other.yaml")
    other = Profile.opened(path, KNOWLEDGE, str(tmp_path / "other.yaml"))
    assert (other.way, other.begun) == (Way(), False), "it is another sitting's"
    again.start_afresh()
    again.save({}, again.way)
    assert Profile.opened(path, KNOWLEDGE, None).way == Way()
