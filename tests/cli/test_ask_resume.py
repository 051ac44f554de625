"""`advisor ask` goes back by what was shown and goes on where another sitting broke off."""

import json
import re

import pytest

from advisor.cli.main import main
from advisor.knowledge.load import load
from advisor.session.answers import read_answers
from advisor.session.profile import profile_path
from tests.support.typed import Typed

KNOWLEDGE = load()
FIRST, SECOND, THIRD, FOURTH = KNOWLEDGE.questions[:4]
HEADING = re.compile(r"\n\[\d+; \d+ left\] ")


@pytest.fixture
def ask(capsys, monkeypatch):
    """Runs `advisor ask` in the order of the file on what is typed: what it said, and the texts that it asked."""

    def run(*lines, flags=()):
        monkeypatch.setattr("sys.stdin", Typed("".join(f"{line}\n" for line in lines)))
        assert main(["ask", "--json", "--order", "fixed", "--probe", "none", "--as-of", "2026-11-23", *flags]) == 0
        out, err = capsys.readouterr()
        json.loads(out)
        texts = {f"{question.theme}: {question.text}": question for question in KNOWLEDGE.questions}
        return err, [texts[said.splitlines()[0]] for said in HEADING.split(err)[1:]]

    return run


def saved():
    return {name: answer.value for name, answer in read_answers(KNOWLEDGE, str(profile_path())).items()}


def test_what_was_skipped_is_not_asked_again_unless_everything_is(ask):
    _, asked = ask("3", "", "", "?")
    assert asked == list(KNOWLEDGE.questions[:5])
    said, asked = ask()
    assert "A question is answered already" not in said
    assert "2 questions are answered already, 2 were skipped; --all asks again." in said
    assert asked == [KNOWLEDGE.questions[4]]
    _, asked = ask("", "", "", flags=["--all"])
    assert asked == list(KNOWLEDGE.questions[:4])
    assert saved() == {FIRST.id: "research", FOURTH.id: None}, "skipping keeps what was answered"


def test_it_goes_on_where_it_was_gone_back_to(ask):
    _, asked = ask("3", "", "", "back", "back")
    assert asked == [FIRST, SECOND, THIRD, FOURTH, THIRD, SECOND]
    said, asked = ask("back", "", "", "")
    assert asked == [SECOND, FIRST, SECOND, THIRD, FOURTH]
    assert f"  so far: {FIRST.options[2].text}; Enter keeps it" in said
    assert saved() == {FIRST.id: "research"}


def test_after_going_back_it_retraces_what_was_shown(ask):
    said, asked = ask("back", "3", "", "back", "back", "1", "", "")
    assert "This is the first." in said
    assert asked == [FIRST, FIRST, SECOND, THIRD, SECOND, FIRST, SECOND, THIRD, FOURTH]
    assert saved() == {FIRST.id: "learning"}


def test_all_begun_again_counts_only_what_was_asked_again(ask):
    ask("3", "?", "?", "done")
    said, asked = ask("1", "done", flags=["--all"])
    assert "answered already" not in said
    assert f"  so far: {FIRST.options[2].text}; Enter keeps it" in said
    assert asked == [FIRST, SECOND]
    assert saved()[FIRST.id] == "learning"
    _, asked = ask()
    assert asked == [FOURTH], "what was answered before the second time counts again"
