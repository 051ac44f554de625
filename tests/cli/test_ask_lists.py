"""`advisor ask` with several questions in a list."""

import datetime
import json

import pytest

from advisor.cli.main import main
from advisor.cli.questions import numbers
from advisor.decision.checklist import QUESTIONS_AT_ONCE, otherwise
from advisor.knowledge.load import load
from advisor.report.words import Words
from advisor.session.answers import read_answers, save_answers
from advisor.session.profile import profile_path
from tests.support.knowledge import answers
from tests.support.steps import next_step
from tests.support.typed import Typed

KNOWLEDGE = load()
DATED = ["--probe", "none", "--as-of", "2026-11-23"]
UNUSUAL = {"stage": "research", "domain": "vision", "training-loop": "own-step", "pretrained": "none", "data": "files"}
"""Questions without a usual answer, but one; with these answers what is left comes in lists."""
USUAL = {
    "privacy": "none",
    "preference": "none",
    "os": "linux",
    "precision": "usual",
    "portability": "low",
    "longevity": "low",
}
"""With these besides, the first list has a question of yes or no among the others."""
GIVEN = answers(**UNUSUAL, **USUAL, knows=("keras",))
LIST = next_step(KNOWLEDGE, GIVEN, None, as_of=datetime.date(2026, 11, 23), at_once=QUESTIONS_AT_ONCE).questions


class Typing(Typed):
    """Somebody at the keyboard, with what was said and saved before each line."""

    def __init__(self, capsys, lines):
        super().__init__("".join(f"{line}\n" for line in lines))
        self._capsys = capsys
        self.said = []
        self.saved = []

    def readline(self):
        self.said.append(self._capsys.readouterr().err)
        path = profile_path()
        self.saved.append(
            {name: answer.value for name, answer in read_answers(KNOWLEDGE, str(path)).items()} if path.exists() else {}
        )
        return super().readline()


@pytest.fixture
def ask(capsys, monkeypatch, tmp_path):
    """Runs `advisor ask` on what is typed: what was typed to, and the answers in the result."""

    def run(*lines, flags=()):
        save_answers(tmp_path / "needs.yaml", GIVEN)
        typing = Typing(capsys, lines)
        monkeypatch.setattr("sys.stdin", typing)
        assert main(["ask", "--json", "--answers", str(tmp_path / "needs.yaml"), *DATED, *flags]) == 0
        out, err = capsys.readouterr()
        typing.said.append(err)
        document = json.loads(out)
        answers = {a["question"]: a["value"] for a in document["answers"] if a["origin"] == "asked"}
        return typing, answers

    return run


def usual(*names):
    values = {name: KNOWLEDGE.question[name].usual for name in names}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def place(wanted):
    """The number in the list of the first question that differing tells, or doesn't tell."""
    told = (otherwise(KNOWLEDGE.question[name].usual) is not None for name in LIST)
    return next(number for number, found in enumerate(told, 1) if found == wanted)


def test_a_list_shows_the_usual_answers_and_an_empty_line_gives_them(ask):
    typing, answers = ask("", "done")
    assert "These are the usual answers. Which are different for you?" in typing.said[0]
    assert "Enter: all as shown" in typing.said[0] and "Enter skips a single question," in typing.said[0]
    for number, name in enumerate(LIST, 1):
        question = KNOWLEDGE.question[name]
        assert f"  {number}. {question.text} {Words(KNOWLEDGE).like(question, question.usual)}\n" in typing.said[0]
    assert answers == usual(*LIST)


def test_what_differs_is_asked_for_and_the_rest_is_saved_before(ask):
    number = place(False)
    name = LIST[number - 1]
    question = KNOWLEDGE.question[name]
    typing, answers = ask(str(number), "back", f"{number}", "2", "done")
    assert question.why not in typing.said[0]
    assert f"{question.theme}: {question.text}" in typing.said[1]
    assert name not in typing.saved[1]
    assert len(typing.saved[1]) == len(GIVEN) + len(LIST) - 1
    assert "(your answer)" in typing.said[2]
    assert typing.said[3] == typing.said[1]
    assert typing.saved[4][name] == question.options[1].value
    assert answers == {**usual(*LIST), name: question.options[1].value}


def test_who_differs_in_a_yes_or_no_has_answered(ask):
    number = place(True)
    name = LIST[number - 1]
    typing, answers = ask(str(number), "done")
    assert answers == {**usual(*LIST), name: not KNOWLEDGE.question[name].usual}
    assert KNOWLEDGE.question[name].text not in typing.said[1]


def test_a_list_explains_skips_and_minds_what_is_typed(ask):
    first, second = (KNOWLEDGE.question[name] for name in LIST[:2])
    typing, answers = ask("?2", "why", "99", "os", "skip", "done")
    assert second.why in typing.said[1]
    assert first.why not in typing.said[1]
    assert first.why in typing.said[2]
    assert "'99' is not a number from 1 to" in typing.said[3]
    assert "'os' is not a number from 1 to" in typing.said[4]
    assert answers == {}
    assert "Which are different" not in typing.said[5] or first.text not in typing.said[5]


def test_back_from_what_comes_after_shows_the_list_again(ask):
    number = place(True)
    name = LIST[number - 1]
    typing, answers = ask(str(number), "back", "", "done")
    again = typing.said[2]
    assert again.count("(your answer)") == len(LIST)
    assert answers == {**usual(*LIST), name: not KNOWLEDGE.question[name].usual}


def test_one_by_one_where_wanted(ask):
    typing, _ = ask("done", flags=("--at-once", "1"))
    assert "Which are different" not in typing.said[0]
    typing, _ = ask("done", flags=("--at-once", "2"))
    assert "  2. " in typing.said[0]
    assert "  3. " not in typing.said[0].partition("Which are different")[2]


@pytest.mark.parametrize(
    ("line", "found"), [("", []), ("none", []), ("2", [2]), ("1, 3", [1, 3]), ("1 3", [1, 3]), ("3,3", [3, 3])]
)
def test_numbers_as_they_are_typed(line, found):
    assert numbers(line, 3) == found


@pytest.mark.parametrize("line", ["0", "4", "1;2", "x", "²", "-1"])
def test_other_things_are_no_numbers_of_the_list(line):
    with pytest.raises(ValueError, match="is not a number from 1 to 3"):
        numbers(line, 3)
