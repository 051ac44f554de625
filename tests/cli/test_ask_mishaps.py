"""`advisor ask` at a terminal where something can't be saved or read: it goes on, and nothing given is lost."""

import json

import pytest

from advisor.cli.main import main
from advisor.knowledge.load import load
from advisor.session.answers import read_answers
from advisor.session.profile import profile_path
from tests.support.typed import Typed

KNOWLEDGE = load()
FLAGS = "The answers given, as flags of any command: -d stage=research -d 'domain=?'"


def ask(capsys, monkeypatch, lines, *flags):
    monkeypatch.setattr("sys.stdin", Typed(lines))
    code = main(["ask", "--json", "--order", "fixed", "--probe", "none", "--as-of", "2026-11-23", *flags])
    out, err = capsys.readouterr()
    answers = {a["question"]: a["value"] for a in json.loads(out)["answers"] if a["origin"] == "asked"}
    return code, answers, err


@pytest.mark.parametrize("quiet", [(), ("-q",)], ids=["", "quiet"])
def test_where_answers_cannot_be_saved_it_is_said_once_and_they_are_given_as_flags(capsys, monkeypatch, quiet):
    profile_path().parent.parent.mkdir(parents=True, exist_ok=True)
    profile_path().parent.touch()  # no folder
    code, answers, err = ask(capsys, monkeypatch, "3\n?\ndone\n", *quiet)
    assert (code, answers) == (0, {"stage": "research", "domain": None})
    assert err.count("! Answers are not saved for the next time: ") == err.count("can't be written") == 1
    assert err.endswith(f"\n{FLAGS}\n")


def test_what_cannot_be_saved_for_the_next_time_is_in_the_file_named(capsys, monkeypatch, tmp_path):
    profile_path().parent.parent.mkdir(parents=True, exist_ok=True)
    profile_path().parent.touch()
    path = tmp_path / "needs.yaml"
    code, answers, err = ask(capsys, monkeypatch, "3\n?\ndone\n", "--save", str(path))
    assert code == 0
    assert {name: answer.value for name, answer in read_answers(KNOWLEDGE, str(path)).items()} == answers
    assert err.endswith(f"\nAnswers are saved in {path}.\n")


def test_a_byte_that_is_no_text_is_asked_again(capsys, monkeypatch):
    code, answers, err = ask(capsys, monkeypatch, "\udcff\n3\n\udcff\n?\ndone\n")
    assert (code, answers) == (0, {"stage": "research", "domain": None})
    assert err.count("That isn't text in UTF-8. Try again.") == 2
