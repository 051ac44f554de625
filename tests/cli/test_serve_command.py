"""`advisor serve` up to the moment when it listens, and what it starts the application with."""

import socket
import sys

import pytest

from advisor.cli import recommend
from advisor.cli.flags import begin_sitting
from advisor.cli.main import main
from advisor.cli.serve import command, parser, passed_on, resumed
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.session.answers import save_answers
from advisor.session.profile import profile_path
from advisor.session.way import Way


def test_the_flags_arrive_as_they_were_given():
    """Whatever stands in them: no shell sees it, and no value is taken for a flag."""
    given = [
        *("--answers=-x; $(touch a) 'b'.yaml", "-d", "stage=re search", "-d", "models=--seed", "--probe", "quick"),
        *(
            "--python",
            "/a b/python",
            "--python=-p",
            "--measurements",
            "m.json",
            "--measurements=-m",
            "--rules",
            "r 1",
            "--seed",
            "7",
        ),
        *("--as-of", "2026-11-01", "--scan", ".", "--fresh"),
    ]
    served = vars(parser().parse_args(given))
    received = vars(recommend.parser().parse_args(passed_on(parser().parse_args(given))))
    own = {"host", "port", "open", "quiet"}
    assert {name: received[name] for name in served.keys() - own} == {
        name: value for name, value in served.items() if name not in own
    }


def test_what_was_answered_in_the_page_outlasts_the_flags():
    given = parser().parse_args(["--answers", "needs.yaml", "-d", "stage=research", "-d", "onnx=yes", "--seed", "3"])
    again = resumed(given, "/home/profile.yaml", {"stage": None})
    assert (again.answers, again.define, again.seed) == ("/home/profile.yaml", ["onnx=yes"], 3)


def test_a_flag_outlasts_what_was_saved_before_it_and_left_alone():
    """The profile keeps the earlier answer in the place of the flag's, which was meant for this once."""
    knowledge, stage = load(), Answer(question="stage", value="production", origin="asked")
    save_answers(profile_path(), {"stage": stage})
    arguments = parser().parse_args(["-d", "stage=research", "-d", "onnx=yes"])
    sitting, profile = begin_sitting(knowledge, arguments)
    for_a_page = command(knowledge, profile.before, arguments)
    devices = Answer(question="devices", value=1, origin="asked")
    profile.save({**sitting, "devices": devices}, Way())
    assert f"--answers={profile_path()}" in for_a_page()
    assert [word for word in for_a_page() if word.startswith("-d")] == ["-dstage=research", "-donnx=yes"]
    profile.save({**sitting, "devices": devices, "onnx": Answer(question="onnx", value=False, origin="asked")}, Way())
    assert [word for word in for_a_page() if word.startswith("-d")] == ["-dstage=research"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--answers", "-"], ["--answers -", "file"]),
        (["--answers", "nowhere.yaml"], ["nowhere.yaml"]),
        (["--measurements", "nowhere.json"], ["nowhere.json"]),
        (["-d", "stag=research"], ["stag", "stage"]),
        (["--port", "65536"], ["65536", "port"]),
        (["--port", "-1"], ["--port"]),
        (["--host", "192.0.2.1"], ["192.0.2.1", "--host"]),
        (["--rules", "nowhere"], ["nowhere"]),
    ],
)
def test_what_cannot_be_served_is_said_before_a_page_is_opened(capsys, arguments, words):
    assert main(["serve", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert all(word in err for word in words)
    assert "Traceback" not in err


def test_a_port_that_is_taken(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port]) == 2
    err = capsys.readouterr().err
    assert port in err
    assert "--port" in err


def test_a_missing_extra_is_named(capsys, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("advisor.web.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    monkeypatch.setitem(sys.modules, "textual_serve.app_service", None)
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    assert main(["serve"]) == 1
    assert "dl-framework-advisor[web]" in capsys.readouterr().err
