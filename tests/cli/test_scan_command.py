"""`advisor scan` and `--scan` as a user meets them."""

import json

import jsonschema
import pytest

from advisor.cli.schema import published
from advisor.session.answers import save_answers
from advisor.session.profile import Profile, profile_path
from tests.support.run import run
from tests.support.typed import Typed

DATED = ["--probe", "none", "--as-of", "2026-11-23"]


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text("import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    pass\n")
    (folder / "requirements.txt").write_text("torch>=2\nopacus\n")
    (folder / "notes.py").write_text("import tensorflow as tf\n")
    return folder


def test_text_names_file_and_line(capsys, project):
    code, out, err = run(capsys, "scan", project)
    assert (code, err) == (0, "")
    assert "existing: pytorch  likely" in out
    assert "requirements.txt:1  torch>=2" in out
    assert "against it, possible: tensorflow:" in out
    assert max(map(len, out.splitlines())) <= 80


def test_json_fits_its_schema(capsys, project):
    code, out, err = run(capsys, "scan", project, "--json")
    document = json.loads(out)
    jsonschema.Draft202012Validator(published()["scan"]).validate(document)
    assert (code, err) == (0, "")
    assert run(capsys, "scan", project, "--json")[1] == out


def test_the_file_of_answers_is_taken_by_answers(capsys, project, tmp_path):
    target = tmp_path / "answers.yaml"
    code, out, _ = run(capsys, "scan", project, "-o", target)
    assert (code, out) == (0, "")
    assert "requirements.txt:2" in target.read_text()
    code, out, _ = run(capsys, "--json", *DATED, "--answers", target)
    answers = {answer["question"]: (answer["value"], answer["origin"]) for answer in json.loads(out)["answers"]}
    assert answers["existing"] == ("pytorch", "file")
    assert answers["privacy"] == ("differential", "file")
    assert answers["knows"] == (None, "unknown"), "a hint is commented out"


def test_what_is_answered_stays(capsys, project, tmp_path):
    target = tmp_path / "answers.yaml"
    target.write_text("# mine\nexisting: jax  # really\n")
    code, _, err = run(capsys, "scan", project, "-o", target)
    assert code == 0
    assert "existing: jax stays; the files speak for pytorch (requirements.txt:1)." in err
    text = target.read_text()
    assert text.startswith("# mine\nexisting: jax  # really\n")
    assert text.count("existing:") == 1
    assert "privacy: differential" in text
    assert "stays as it is" in run(capsys, "scan", project, "-o", target)[2]
    run(capsys, "scan", project, "-o", target, "--force")
    assert "existing: pytorch" in target.read_text()


def test_comments_stay_too(capsys, project, tmp_path):
    target = tmp_path / "answers.yaml"
    target.write_text("# mine, for later\n")
    assert run(capsys, "scan", project, "-o", target)[0] == 0
    assert target.read_text().startswith("# mine, for later\n\n# Proposed by")


def test_a_file_to_which_nothing_can_be_added_is_left_alone(capsys, project, tmp_path):
    target = tmp_path / "answers.yaml"
    target.write_text('{"existing": "jax"}\n')
    code, _, err = run(capsys, "scan", project, "-o", target)
    assert (code, target.read_text()) == (2, '{"existing": "jax"}\n')
    assert "--force" in err


def test_advice_says_what_came_from_a_scan(capsys, project, tmp_path):
    arguments = ["--json", *DATED, "--scan", project, "-d", "privacy=none"]
    code, out, _ = run(capsys, *arguments)
    answers = {answer["question"]: (answer["value"], answer["origin"]) for answer in json.loads(out)["answers"]}
    assert code == 0
    assert answers["existing"] == ("pytorch", "scan")
    assert answers["privacy"] == ("none", "flag"), "what somebody answers comes first"
    assert answers["knows"] == (None, "unknown"), "a hint is no answer"


def test_ask_keeps_only_what_somebody_answered(capsys, project, monkeypatch):
    monkeypatch.setattr("sys.stdin", Typed("research\ndone\n"))
    code, out, _ = run(capsys, "ask", "--order", "fixed", "--json", *DATED, "--scan", project)
    answers = {answer["question"]: answer["origin"] for answer in json.loads(out)["answers"]}
    assert (code, answers["stage"], answers["existing"]) == (0, "asked", "scan")
    assert "existing" not in profile_path().read_text()


def test_mistakes(capsys, project, tmp_path):
    for arguments, message in (
        (["scan"], "takes a folder"),
        (["scan", tmp_path / "nowhere"], "there is no such folder"),
        (["scan", project / "train.py"], "is not a folder"),
        (["scan", project, "--time-limit", "0"], "is not a number of seconds above 0"),
        (["scan", "--signs", "nothing"], "there is no question 'nothing'"),
        (["--text", *DATED, "--scan", tmp_path / "nowhere"], "there is no such folder"),
    ):
        code, out, err = run(capsys, *arguments)
        assert (code, out) == (2, "")
        assert message in err


def test_signs_are_listed(capsys):
    code, out, _ = run(capsys, "scan", "--signs", "privacy")
    assert code == 0
    assert "privacy: federated, likely (federated-learning)" in out
    assert "flwr" in out
    assert "domain:" not in out


def test_an_interrupt_leaves_the_file_as_it_was(capsys, project, tmp_path, monkeypatch):
    target = tmp_path / "answers.yaml"
    target.write_text("stage: research\n")

    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("advisor.cli.scanning.scan", interrupted)
    assert run(capsys, "scan", project, "-o", target)[0] == 130
    assert target.read_text() == "stage: research\n"


def test_the_terminal_application_does_not_keep_what_a_scan_proposed(tmp_path):
    import datetime

    from advisor.knowledge.load import load
    from advisor.model.answer import Answer
    from advisor.tui.exporting import write
    from advisor.tui.options import Options
    from advisor.tui.sitting import Sitting

    profile = tmp_path / "profile.yaml"
    save_answers(profile, {})
    options = Options(
        pythons=(),
        level=None,
        seed=0,
        as_of=datetime.date(2026, 11, 23),
        fresh=False,
        profile=Profile(profile, load(), {}),
        measurements=None,
    )
    given = {"existing": Answer(question="existing", value="pytorch", origin="scan")}
    sitting = Sitting(load(), given, options)
    sitting.give("stage", "research")
    exported = write(sitting, "answers", tmp_path / "exported.yaml").files[0]
    for kept in (profile, exported):
        assert "existing" not in kept.read_text()
        assert "stage: research" in kept.read_text()
