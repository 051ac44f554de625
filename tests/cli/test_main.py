"""The command line in this process: results, errors and exit codes."""

import datetime
import io
import json
import os
import random
import re
import shlex

import jsonschema
import pytest

from advisor.cli import ask, explain, report, rules
from advisor.cli.main import COMMANDS, main
from advisor.decision import flips
from advisor.decision.advise import telling_trade_offs
from advisor.decision.seal import digest
from advisor.knowledge.load import load
from advisor.session.answers import parse_flags, read_answers, save_answers
from advisor.session.decisions import FOLDER
from advisor.session.profile import profile_path
from advisor.verification import checks
from advisor.verification.difference import SETS
from tests.support import fifth
from tests.support.knowledge import answered
from tests.support.measurements import measured
from tests.support.profiles import profiles
from tests.support.random_answers import some
from tests.support.run import run
from tests.support.steps import next_step
from tests.support.typed import Typed

KNOWLEDGE = load()
QUESTIONS = KNOWLEDGE.questions
DATED = ["--probe", "none", "--as-of", "2026-11-23"]


def test_flags_that_start_without_what_they_lead_to_have_its_defaults():
    searched = explain.parser().parse_args(["result.json", "--flips"])
    assert (searched.flips, searched.limit) == (flips.MOST_FLIPS, flips.LIMIT)
    assert rules.parser().parse_args(["diff"]).sets == SETS
    assert report.parser().parse_args(["result.json", "--into"]).into == FOLDER


@pytest.fixture(scope="module")
def schemas():
    import contextlib

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["schema", "all"]) == 0
    return json.loads(out.getvalue())


def test_json_is_one_document_that_fits_the_schema(capsys, schemas, tmp_path):
    (tmp_path / "needs.yaml").write_text("stage: research\ndomain: language\ndevices: 4\nonnx: null\n")
    (tmp_path / "m.json").write_text(measured(left=(1.0, 1.0, 1.0)).model_dump_json())
    code, out, _ = run(
        capsys, "--json", "--answers", str(tmp_path / "needs.yaml"), "--measurements", str(tmp_path / "m.json"),
        "-d", "stage=production", "--as-of", "2026-11-23",
    )  # fmt: skip
    document = json.loads(out)
    jsonschema.Draft202012Validator(schemas["result"]).validate(document)
    assert code == 0
    answers = {answer["question"]: (answer["value"], answer["origin"]) for answer in document["answers"]}
    assert answers["stage"] == ("production", "flag")
    assert answers["domain"] == ("language", "file")
    assert answers["onnx"] == (None, "file")
    assert answers["os"] == ("linux", "default")
    assert answers["models"] == (None, "unknown")
    assert set(document) == {
        "format_version", "tool", "as_of", "seed", "knowledge", "answers", "environment", "measurements", "verdict",
        "ranking", "reasons", "vetoes", "flips", "open_questions", "to_measure", "trace", "sources", "certificate",
    }  # fmt: skip


def test_the_same_inputs_give_the_same_bytes(capsys):
    arguments = ("--json", *DATED, "-d", "stage=research", "--seed", "7")
    first, second = run(capsys, *arguments)[1], run(capsys, *arguments)[1]
    assert first == second
    assert run(capsys, *arguments[:-1], "8")[1] != first


def shipped(run_):
    """Measurements as a file, of probes that the shipped rules have."""
    names = {'"probe":"step"': '"probe":"cnn"', '"metric":"step"': '"metric":"cnn-step"', '"export"': '"onnx-export"'}
    text = run_.model_dump_json()
    for name, own in names.items():
        text = text.replace(name, own)
    return text


def test_what_the_rules_have_no_name_for_is_left_out_of_measurements(capsys, tmp_path):
    """Those of an overlay, say, which isn't given: nothing would follow from a result with them."""
    file, result = tmp_path / "m.json", tmp_path / "result.json"
    file.write_text(shipped(measured({"pytorch": "works"}, pytorch=(1.0, 0.9, 1.1), own=(2.0, 1.9, 2.1))))
    code, _, err = run(capsys, "--json", *DATED, "--measurements", str(file), "-o", str(result))
    assert code == 0
    assert f"! {file}: left out, as these rules don't have it: the candidate own.\n" in err
    assert [outcome["candidate"] for outcome in json.loads(result.read_text())["measurements"]] == ["pytorch"] * 2
    assert run(capsys, "check", str(result))[0] == 0
    result.write_text(result.read_text().replace('"probe": "cnn"', '"probe": "own"', 1))
    code, out, _ = run(capsys, "check", str(result))
    assert code == 6
    assert re.search(r"^measurements\[0\]: found .*, expected a known probe", out, re.MULTILINE)


def test_measurements_of_one_machine_come_in_several_files(capsys, tmp_path):
    step, export = measured(pytorch=(1.0, 0.9, 1.1)), measured({"pytorch": "works"})
    files = tmp_path / "step.json", tmp_path / "export.json", tmp_path / "elsewhere.json"
    elsewhere = export.model_copy(update={"host": export.host.model_copy(update={"cores": 99})})
    for file, run_ in zip(files, (step, export, elsewhere), strict=True):
        file.write_text(shipped(run_))
    both = [word for file in files[:2] for word in ("--measurements", str(file))]
    code, out, _ = run(capsys, "--json", *DATED, *both)
    assert code == 0
    assert {outcome["probe"] for outcome in json.loads(out)["measurements"]} == {"cnn", "onnx-export"}
    code, out, _ = run(capsys, "--json", *DATED, *both, "--measurements", str(files[2]))
    assert code == 2
    assert json.loads(out)["error"]["message"] == f"{files[2]}: the machine is not as in {files[0]}"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"level": "quick"', '"level": "thorough"', "here.json:4: level: should be "),
        ('"outcomes": [', '"results": [', "here.json:1: outcomes: must be given"),
        ('"cores": 4', '"cores": []', "host.cores: should be a valid integer"),
        ('"low": 1.0', '"low": 1.5', "outcomes.0.measurements.0.low: 1.5 lies above the median, 1"),
        ('"high": 1.0', '"high": 0.5', "outcomes.0.measurements.0.high: 0.5 lies below the median, 1"),
        ('"median": 1.0', '"median": 0.5', "outcomes.0.measurements.0.low: 1 lies above the median, 0.5"),
        ('"high": 1.0', '"high": 1e101', "outcomes.0.measurements.0.high: 1e+101 is beyond anything that is measured"),
        ('"median": 1.0', '"median": -1', "outcomes.0.measurements.0.median: should be greater than 0"),
        ('"samples": 9', '"samples": -9', "outcomes.0.measurements.0.samples: -9 is less than nothing"),
        (
            '"interpreter": "/python"',
            '"interpreter": "/other"',
            "here.json: the outcome of step for left names /other, which",
        ),
        ('"host": {', '"host" {', "here.json: Invalid JSON: expected `:` at line"),
    ],
)
def test_a_mistake_in_a_document_is_named_with_its_line(before, after, message, tmp_path, capsys):
    text = measured(left=(1, 1, 1)).model_dump_json(indent=2)
    assert text.count(before) == 1
    path = tmp_path / "here.json"
    path.write_text(text.replace(before, after), encoding="utf-8")
    code, out, _ = run(capsys, "--json", "--measurements", str(path))
    assert code == 2
    assert message in json.loads(out)["error"]["message"]


def test_what_a_run_cannot_have_twice_is_named(tmp_path, capsys):
    once = measured(left=(1, 1, 1))
    (outcome,) = once.outcomes
    again = outcome.model_copy(update={"measurements": outcome.measurements * 2})
    path = tmp_path / "here.json"
    for outcomes, message in (((outcome, outcome), "is there twice"), ((again,), "has step twice")):
        path.write_text(once.model_copy(update={"outcomes": outcomes}).model_dump_json(), encoding="utf-8")
        code, out, _ = run(capsys, "--json", "--measurements", str(path))
        said = f"{path}: the outcome of step for left {message}"
        assert (code, json.loads(out)["error"]["message"]) == (2, said)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["-d", "stge=research"], "there is no question 'stge'"),
        (["-d", "stage=reserch"], "stage: 'reserch' is not one of: learning"),
        (["-d", "devices=0"], "devices: '0' is not a whole number from 1"),
        (["-d", "devices=nan"], "devices: 'nan' is not a whole number from 1"),
        (["-d", "devices=1.5"], "devices: '1.5' is not a whole number from 1"),
        (["-d", "parameters=-0.5"], "parameters: '-0.5' is not a number from 0"),
        (["-d", "targets=server,moon"], "targets: 'moon' is not one of"),
        (["-d", "onnx=maybe"], "onnx: 'maybe' is neither yes nor no"),
        (["-d", "stage"], "-d stage: expected QUESTION=VALUE"),
        (["-d", "stage=research", "-d", "stage=production"], "-d stage=production: 'stage' is given twice"),
        (["--answers", "no-such-file.yaml"], "no-such-file.yaml: there is no such file"),
        (["--measurements", "no-such-file.json"], "no-such-file.json: can't be read"),
        (["--rules", "no-such-folder"], "no-such-folder: there is no such folder"),
        (["--as-of", "yesterday"], "'yesterday' is not a date"),
        (["--seed", "x"], "--seed: 'x' is not a whole number from 0 to 2**63 - 1"),
        (["--seed", "-1"], "--seed: '-1' is not a whole number from 0 to 2**63 - 1"),
        (["--seed", str(2**63)], f"--seed: '{2**63}' is not a whole number from 0 to 2**63 - 1"),
        (["--answers", ""], "--answers: an empty name is no file or folder"),
        (["--scan", ""], "--scan: an empty name is no file or folder"),
        (["-o", ""], "-o: an empty name is no file or folder"),
        (["--measurements", "x.json", "--probe", "quick"], "--measurements and --probe quick don't go together"),
        (["--fresh"], "--fresh goes with --probe quick or full"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["prob"], "there is no command 'prob'"),
        (["probe"], "the command 'probe' must come first"),
    ],
)
def test_bad_input_is_one_clear_error(capsys, schemas, flags, message):
    code, out, err = run(capsys, "--text", "--probe", "none", *flags)
    assert (code, out) == (2, "")
    assert message in err
    code, out, err = run(capsys, "--json", "--probe", "none", *flags)
    document = json.loads(out)
    jsonschema.validate(document, schemas["error"])
    assert (code, err) == (2, "")
    assert message in document["error"]["message"]


@pytest.mark.parametrize("command", [["ask"], ["batch"], ["session", "a.yaml", "b.yaml"], ["verify", "record.md"]])
def test_measuring_anew_is_refused_where_nothing_is_measured(capsys, monkeypatch, tmp_path, command):
    monkeypatch.chdir(tmp_path)
    for name in command[1:]:
        (tmp_path / name).write_text("stage: research\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    code, out, err = run(capsys, *command, "--fresh")
    assert (code, out) == (2, "")
    assert "--fresh goes with --probe quick or full" in err
    assert run(capsys, "rules", "claims", "--fresh")[0] == 2, "it never measures"


BOMB = "stage: [&a0 [x], " + ", ".join(f"&a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)) + "]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stage: research\ndomain: visions\n", "needs.yaml:2: domain: 'visions' is not one of: vision"),
        ("stage: [research\n", "needs.yaml:2: not valid YAML"),
        ("stage: research\nstage: production\n", "needs.yaml:2: 'stage' is given twice"),
        ("- stage\n", "needs.yaml:1: expected a mapping from questions to answers"),
        ("stage: research\ndevicess: 3\n", "needs.yaml:2: there is no question 'devicess'"),
        ("targets: server\nparameters: [1]\n", "needs.yaml:2: parameters: [1] is not a number"),
        ("stage: {a: 1}\n", "needs.yaml:1: stage: {'a': 1} is not one of"),
        ("devices: " + "1" * 5000, "needs.yaml:1: a value that can't be read"),
        ("stage: research\ntargets: &a [*a]\n", "needs.yaml:2: nested too deeply"),
        ("targets: " + "[" * 200 + "]" * 200, "needs.yaml:1: nested too deeply"),
        ("\ntargets: " + "[" * 50_000 + "]" * 50_000, "needs.yaml:2: nested too deeply"),
        ("- " * 50_000, "needs.yaml:1: nested too deeply"),
        (BOMB, "needs.yaml:1: more than 1,000,000 lists and mappings"),
    ],
)
def test_a_mistake_in_an_answers_file_is_found_by_line(capsys, tmp_path, text, message):
    (tmp_path / "needs.yaml").write_text(text)
    code, out, err = run(capsys, "--text", *DATED, "--answers", str(tmp_path / "needs.yaml"))
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
@pytest.mark.parametrize("command", [["--json", "--answers", "-"], ["check", "-"], ["ask", "--order", "fixed"]])
def test_standard_input_that_is_not_text_is_one_clear_error(capsys, monkeypatch, command, errors):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"stage: \xff\n"), "utf-8", errors))
    code, out, err = run(capsys, *command)
    assert (code, "standard input: it isn't text in UTF-8" in out + err) == (2, True)
    monkeypatch.setattr("sys.stdin", None)
    code, out, err = run(capsys, *command)
    assert (code, "standard input is closed" in out + err) == (2, True)


def test_answers_come_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"stage": "learning", "targets": []}'))
    code, out, _ = run(capsys, "--json", *DATED, "--answers", "-")
    answers = {answer["question"]: answer["value"] for answer in json.loads(out)["answers"]}
    assert (code, answers["stage"], answers["targets"]) == (0, "learning", [])


def test_a_date_before_the_knowledge_is_warned_of(capsys):
    day = KNOWLEDGE.edition.date
    before = day - datetime.timedelta(days=1)
    warning = f"! {before} lies before the date of this knowledge, {day}: what has been read since counts as it"
    flags = ("--json", "--probe", "none", "--as-of")
    warned = run(capsys, *flags, str(before))
    assert (warned[0], warning in warned[2]) == (0, True)
    assert run(capsys, *flags, str(before), "-q") == (0, warned[1], "")
    assert run(capsys, *flags, str(day))[2] == ""


def test_places_of_answers_in_their_order(capsys, monkeypatch, tmp_path):
    def stage():
        return json.loads(run(capsys, "--json", *DATED)[1])["answers"][0]["value"]

    monkeypatch.chdir(tmp_path)
    assert stage() is None
    save_answers(profile_path(), read_answers(KNOWLEDGE, _written(tmp_path / "p.yaml", "stage: learning")))
    assert stage() == "learning"
    _written(tmp_path / "advisor.yaml", "stage: prototype")
    assert stage() == "prototype"
    monkeypatch.setenv("ADVISOR_ANSWERS", _written(tmp_path / "env.yaml", "stage: research"))
    assert stage() == "research"


def test_answers_that_nobody_named_are_told_of(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    dated = ["--as-of", str(KNOWLEDGE.edition.date)]  # a day before that is told of as well
    leaving_out = f"`--answers {os.devnull}` ignores that.\n"
    for form in ("--json", "--text"):
        assert run(capsys, form, *dated)[2] == ""
    save_answers(profile_path(), read_answers(KNOWLEDGE, _written(tmp_path / "p.yaml", "stage: learning")))
    assert run(capsys, "--json", *dated)[2] == (
        f"1 answer read from {profile_path()} (saved by an earlier sitting); {leaving_out}"
    )
    _written(tmp_path / "advisor.yaml", "stage: prototype\nonnx: true")
    assert run(capsys, "--text", *dated)[2] == f"2 answers read from advisor.yaml here; {leaving_out}"
    monkeypatch.setenv("ADVISOR_ANSWERS", _written(tmp_path / "env.yaml", "stage: research"))
    assert (
        run(capsys, "--json", *dated)[2] == f"1 answer read from {tmp_path}/env.yaml ($ADVISOR_ANSWERS); {leaving_out}"
    )
    for silent in (["-q"], ["--answers", os.devnull], ["--answers", str(tmp_path / "p.yaml")]):
        assert run(capsys, "--json", *silent, *dated)[2] == ""
    assert "stage" not in run(capsys, "--text", "--answers", os.devnull, "--full", *dated)[1].partition("Answers\n")[2]


def _written(path, text):
    path.write_text(text)
    return str(path)


def test_control_characters_of_a_file_name_stay_away_from_the_terminal(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    names = ["\x1b[31ma.yaml", "b.yaml"]
    code, out, err = run(capsys, "session", *names, *DATED)
    assert (code, out) == (2, "") and "advisor: [31ma.yaml: " in err and "\x1b" not in err
    for name in names:
        _written(tmp_path / name, "stage: research")
    out = run(capsys, "session", *names, *DATED)[1]
    assert "[31ma: " in out and "\x1b" not in out


def test_without_a_terminal_it_says_what_to_run(capsys):
    code, out, err = run(capsys)
    assert (code, out) == (3, "")
    assert "advisor --text --answers FILE" in err


def test_exit_codes_follow_the_verdict(capsys, tmp_path):
    veto = [
        f"  - {{id: no-{c.id}, when: {{fact: stage, is: research}}, then: [{{veto: {c.id}}}], because: Not here., "
        "sources: [ours]}\n"
        for c in KNOWLEDGE.candidates
    ]
    source = (
        'sources: [{id: ours, title: Our policy, address: "https://example.org", date: "2026", checked: 2026-11-01, '
        "grade: weak, kind: practices}]\n"
    )
    (tmp_path / "ours.yaml").write_text(source + "rules:\n" + "".join(veto))
    overlay = ["--rules", str(tmp_path)]
    code, out, _ = run(capsys, "--json", *DATED, *overlay, "-d", "stage=research")
    assert (code, json.loads(out)["verdict"]["kind"]) == (5, "none-feasible")
    kind = json.loads(run(capsys, "--json", *DATED)[1])["verdict"]["kind"]
    assert run(capsys, "--json", *DATED, "--fail-on", kind)[0] == 6


def test_a_result_is_written_whole_or_not_at_all(capsys, tmp_path):
    target = tmp_path / "result.json"
    assert run(capsys, "--json", *DATED, "-o", str(target))[:2] == (0, "")
    before = target.read_text()
    json.loads(before)
    (tmp_path / "file").write_text("")
    code, _, err = run(capsys, "--text", *DATED, "-o", str(tmp_path / "file" / "below.json"))
    assert code == 2
    assert "can't be written" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "result.json"]


def test_reports_are_made_from_a_result(capsys, tmp_path):
    target = tmp_path / "result.json"
    run(capsys, "--json", *DATED, "-d", "stage=research", "-d", "domain=language", "-o", str(target))
    code, text, _ = run(capsys, "report", str(target))
    assert code == 0
    assert "What speaks for" in text
    assert max(map(len, text.splitlines())) <= 80
    code, record, _ = run(capsys, "report", str(target), "--as", "record")
    assert record.startswith("---\nstatus: proposed\ndate: 2026-11-23\n")
    for heading in ("Context and Problem Statement", "Considered Options", "Decision Outcome", "Confirmation"):
        assert f"# {heading}" in record
    target.write_text(target.read_text()[:500])
    code, out, err = run(capsys, "report", str(target))
    assert (code, out) == (2, "")
    assert "result.json" in err


@pytest.mark.parametrize("command", ["check", "explain", "report", "verify", "batch", "session"])
def test_an_empty_name_of_a_result_is_a_mistake_of_usage(capsys, command):
    code, out, err = run(capsys, command, "")
    assert (code, out) == (2, "")
    assert "an empty name is no file or folder" in err


@pytest.mark.parametrize("flag", ["-o", "--rules", "--python"])
def test_a_name_that_no_file_can_have_is_invalid_input(capsys, tmp_path, flag):
    name = str(tmp_path / ("x" * 300))
    code, out, err = run(capsys, "--text", "--as-of", "2026-11-30", flag, name)
    assert (code, out) == (2, "")
    assert err.startswith(f"advisor: {name}: ")
    assert run(capsys, "ask", "--save", name)[0] == 2


def test_a_dash_is_standard_input_and_output(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, made, err = run(capsys, "--json", "--probe", "none", "--as-of", "2026-11-30", "-o", "-")
    assert (code, err, list(tmp_path.iterdir())) == (0, "", [])
    (tmp_path / "result.json").write_text(made)
    for command in (("report",), ("explain", "--json"), ("report", "--as", "html"), ("check",)):
        monkeypatch.setattr("sys.stdin", io.StringIO(made))
        code, out, err = run(capsys, *command, "-")
        assert (code, err) == (0, "")
        named = run(capsys, *command, "result.json")[1]
        assert out == named.replace("result.json", "standard input")
    monkeypatch.setattr("sys.stdin", io.StringIO(made.replace("pytorch", "pytorchh")))
    code, out, err = run(capsys, "report", "-")
    assert "standard input was changed since it was made: `advisor check -` says where." in err
    for command in (("verify", "-"), ("report", "-", "--as", "record")):
        code, out, err = run(capsys, *command)
        assert (code, out, "standard input" in err) == (2, "", True)
    monkeypatch.setattr("sys.stdin", io.StringIO(made))
    assert run(capsys, "report", "-", "--into", "adr")[0] == 0


def test_a_fault_of_our_own_is_still_one_document(capsys, monkeypatch):
    monkeypatch.setattr("advisor.decision.advise.advise", lambda *_, **__: 1 / 0)
    code, out, err = run(capsys, "--json", *DATED)
    assert (code, json.loads(out)["error"]["code"]) == (1, "internal")
    assert "ZeroDivisionError" in err


def test_rules_are_listed_and_shown(capsys):
    assert "rules" in run(capsys, "rules")[1]
    listed = run(capsys, "rules", "list", "deployment")[1]
    name = listed.split()[1]
    shown = run(capsys, "rules", "show", name)[1]
    assert "because:" in shown
    assert "https://" in shown or ": " in shown
    assert "stage: What is the work for?" in run(capsys, "rules", "questions", "stage")[1]
    assert run(capsys, "rules", "show", "no-such-rule")[0] == 2
    assert json.loads(run(capsys, "rules", "--json")[1])["rules"]


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["check", "mine/"], "`advisor rules check` takes no name: 'mine/'", "Did you mean `--rules mine/`?"),
        (["stale", "mine/"], "`advisor rules stale` takes no name: 'mine/'", "Did you mean `--rules mine/`?"),
        (["count", "mine/"], "`advisor rules count` takes no name: 'mine/'", "Did you mean `--rules mine/`?"),
        (["show", "nosuch", "--json"], "`advisor rules show` prints text", "`advisor rules --json` has it all"),
        (["list", "nosuch", "--json"], "`advisor rules list` prints text", "`advisor rules --json` has it all"),
        (["claims", "--json"], "`advisor rules claims` prints text", "`advisor rules --json` has it all"),
        (["stale", "--json"], "`advisor rules stale` prints text", "`advisor rules --json` has it all"),
        (["check", "--json"], "`advisor rules check` prints text", "the exit code says what came of it"),
    ],
)
def test_rules_take_nothing_that_they_would_pass_over(capsys, arguments, message, hint):
    code, out, err = run(capsys, "rules", *arguments)
    assert (code, message in out + err, hint in out + err) == (2, True, True)


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_every_command_has_help_with_examples(capsys, command):
    with pytest.raises(SystemExit) as done:
        main([command, "--help"] if command else ["--help"])
    out = capsys.readouterr().out
    assert done.value.code == 0
    assert "examples:\n  " in out


def test_ask_explains_goes_back_and_saves_each_answer(capsys, monkeypatch):
    lines = "why\nnonsense\n3\nback\nnonsense\n1\n?\ndone\n"
    monkeypatch.setattr("sys.stdin", Typed(lines))
    code, out, err = run(capsys, "ask", "--json", "--order", "fixed", *DATED)
    answers = {answer["question"]: answer for answer in json.loads(out)["answers"]}
    first, second = list(answers)[:2]
    assert (code, answers[first]["value"], answers[first]["origin"]) == (0, "learning", "asked")
    assert (answers[second]["value"], answers[second]["origin"]) == (None, "asked")
    assert KNOWLEDGE.questions[0].why in err
    assert "'nonsense' is not one of" in err
    offered = [line.partition("Try again, ")[2] for line in err.splitlines() if "Try again" in line]
    assert offered == ["or press Enter to skip.", "or press Enter to keep the answer."]
    saved = read_answers(KNOWLEDGE, str(profile_path()))
    assert {name: answer.value for name, answer in saved.items()} == {first: "learning", second: None}


def test_ask_asks_what_settles_the_most_and_says_when_it_may_stop(capsys, monkeypatch):
    """Somebody who answers with the first option, whatever it is, and stops when told that they may."""

    class Stopping(Typed):
        def readline(self):
            said = capsys.readouterr().err
            heard.append(said)
            return "done\n" if "You may stop here" in said else "server\n" if "several with commas" in said else "1\n"

    heard = []
    monkeypatch.setattr("sys.stdin", Stopping())
    monkeypatch.setattr(
        "advisor.cli.interview.named",
        lambda question, word: "no" if question.kind == "yes-no" else _first(question, word),
    )
    assert main(["ask", "--json", "--at-once", "1", *DATED]) == 0
    document = json.loads(capsys.readouterr().out)
    given = {answer["question"] for answer in document["answers"] if answer["origin"] == "asked"}
    step = next_step(KNOWLEDGE, {}, None, as_of=datetime.date(2026, 11, 23))
    assert KNOWLEDGE.question[step.question].text in heard[0]
    assert 0 < len(given) < len(KNOWLEDGE.questions)
    assert len(heard) == len(given) + 1
    verdict = document["verdict"]
    assert verdict["settled"] != "open"
    assert verdict["may_change"] < 0.025
    last = " ".join(heard[-1].split())
    assert ("As good as settled" in last) or ("(proven)" in last)


def _first(question, word):
    if question.kind == "many":
        return question.options[0].value
    return question.options[0].value if question.options else word


def test_ask_goes_back_skips_and_on_after_it_may_stop(capsys, monkeypatch):
    step = next_step(KNOWLEDGE, {}, None, as_of=datetime.date(2026, 11, 23))
    first = KNOWLEDGE.question[step.question]
    monkeypatch.setattr("sys.stdin", Typed("1\nback\n2\nback\n\n" + "\n" * len(KNOWLEDGE.questions)))
    code, out, err = run(capsys, "ask", "--json", "--at-once", "1", *DATED)
    answers = {answer["question"]: answer["value"] for answer in json.loads(out)["answers"]}
    assert code == 0
    second = first.options[1].value
    assert answers.pop(first.id) == ([second] if first.kind == "many" else second)
    assert set(answers.values()) == {None}
    shown = [question.id for question in KNOWLEDGE.questions if question.text in err]
    assert len(shown) == len(KNOWLEDGE.questions)


def test_ask_says_when_no_question_that_is_left_can_change_anything(capsys, monkeypatch, tmp_path):
    """Everything is answered but one thing that matters, to which the answer is "don't know"."""
    given = {q.id: q.options[0].value if q.options else False if q.kind == "yes-no" else 1 for q in QUESTIONS}
    given["training-loop"] = None
    del given["keep-weights"]
    answers = answered(KNOWLEDGE, given)
    save_answers(tmp_path / "needs.yaml", answers)
    step = next_step(KNOWLEDGE, answers, None, as_of=datetime.date(2026, 11, 23))
    assert (step.question, step.prospect.settled) == (None, "open")
    monkeypatch.setattr("sys.stdin", Typed("\n"))
    _, _, err = run(capsys, "ask", "--json", *DATED, "--answers", str(tmp_path / "needs.yaml"))
    assert "No question that is left can change that." in err
    assert KNOWLEDGE.question["keep-weights"].text in err


def test_the_text_says_whether_it_is_settled(capsys):
    def said(*flags):
        return " ".join(run(capsys, "--text", *DATED, *flags)[1].split())

    open_ = r"Not settled: of the ways to answer what is open, [\d.]+% recommend .* \(standard error [\d.]+%\)\."
    assert re.search(open_, said())
    first = {q.id: q.options[0].value if q.options else "no" if q.kind == "yes-no" else 1 for q in QUESTIONS}
    clear = {"models": "novel", "training-loop": "own-loop", "pretrained": "newest", "existing": "pytorch"}
    every = [f"-d{name}={value}" for name, value in (first | clear).items()]
    assert "ettled" not in said(*every)
    assert "(proven)" in said(*(flag for flag in every if not flag.startswith("-dlibrary")))


def test_ask_offers_saved_answers_again(capsys, monkeypatch):
    save_answers(profile_path(), some(KNOWLEDGE, random.Random(1), known=1.0))
    monkeypatch.setattr("sys.stdin", Typed(""))
    _, _, err = run(capsys, "ask", *DATED)
    assert f"{len(KNOWLEDGE.questions)} questions are answered already" in err


def test_ask_without_input_says_so(capsys):
    code, _, err = run(capsys, "ask", "--no-input")
    assert code == 3
    assert "asks questions" in err
    assert ask.parser().prog == "advisor ask"


def test_trade_offs_are_asked_after_the_questions_where_wanted(capsys, monkeypatch, tmp_path):
    """Nothing else is known, so that weights still decide; `even` to the first, then the end of the input."""
    monkeypatch.setattr("sys.stdin", Typed(f"{'9' * 5000}\ndone\nwhy\nperhaps\n{'9' * 5000}\n3\n\n"))
    code, out, err = run(capsys, "ask", "--trade-offs", "--save", str(tmp_path / "a.yaml"), *DATED)
    assert code == 0
    assert "It shows how" in err
    assert "'perhaps' is not one of: left, right, even" in err
    (name,) = read_answers(KNOWLEDGE, str(tmp_path / "a.yaml"))
    assert KNOWLEDGE.trade_off[name]
    code, out, _ = run(capsys, "--json", "--answers", str(tmp_path / "a.yaml"), *DATED)
    assert json.loads(out)["answers"][-1] == {"question": name, "value": "even", "origin": "file", "ballots": []}
    assert run(capsys, "--json", "-d", f"{name}=lift", *DATED)[0] == 2
    flags = ("ask", "--trade-offs", "--answers", str(tmp_path / "a.yaml"), *DATED)
    for more, first_again in (((), False), (("--all",), True)):
        monkeypatch.setattr("sys.stdin", Typed("done\nwhy\n"))
        err = run(capsys, *flags, *more)[2]
        assert (KNOWLEDGE.trade_off[name].left.text in err.partition("It shows")[0]) == first_again


def test_trade_offs_are_chosen_by_what_was_measured(capsys, monkeypatch, tmp_path):
    given, found = next((given, found) for given, found in profiles() if found)
    (tmp_path / "m.json").write_text(found.model_dump_json())
    save_answers(tmp_path / "needs.yaml", given)
    asked, plain = [], telling_trade_offs
    spy = lambda *a, **b: asked.append(a[2]) or plain(*a, **b)  # noqa: E731
    monkeypatch.setattr("advisor.decision.advise.telling_trade_offs", spy)
    monkeypatch.setattr("sys.stdin", Typed("done\ndone\n"))
    flags = ["--answers", str(tmp_path / "needs.yaml"), "--measurements", str(tmp_path / "m.json")]
    run(capsys, "ask", "--trade-offs", *flags, *DATED)
    assert asked == [found]


def test_back_among_trade_offs_asks_the_one_before_again(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.stdin", Typed("done\nback\n1\nback\n2\n"))
    code, _, err = run(capsys, "ask", "--trade-offs", "--save", str(tmp_path / "a.yaml"), *DATED)
    assert code == 0
    assert "This is the first." in err
    assert err.count("[Trade-off 1]") == err.count("[Trade-off 2]") == 2
    (answer,) = read_answers(KNOWLEDGE, str(tmp_path / "a.yaml")).values()
    assert answer.value == "right"


def test_ask_puts_answers_into_a_file_over_those_it_has(capsys, monkeypatch, tmp_path):
    path = tmp_path / "needs.yaml"
    path.write_text("onnx: true\nstage: learning\n")
    monkeypatch.setattr("sys.stdin", Typed("3\ndone\n"))
    code, _, err = run(capsys, "ask", "--order", "fixed", "--save", str(path), *DATED)
    assert code == 0
    assert {n: a.value for n, a in read_answers(KNOWLEDGE, str(path)).items()} == {"onnx": True, "stage": "research"}
    assert f"Answers are saved in {profile_path()}, and in {path}." in err
    monkeypatch.setattr("sys.stdin", Typed("3\ndone\n"))
    code, _, err = run(capsys, "ask", "--save", str(tmp_path), *DATED)
    assert (code, "What is the work for?" in err) == (2, False), "before anything is asked"


PIPED = ("ask", "--order", "fixed", "--json", *DATED)


def test_a_script_gets_the_questions_that_it_answers_and_leaves_the_profile_alone(capsys, monkeypatch, tmp_path):
    profile_path().parent.mkdir(parents=True)
    profile_path().write_text("stage: learning\nonnx: true\n")
    for flags, expected in (
        ((), {"stage": "research", "domain": "vision"}),
        (
            ("--answers", _written(tmp_path / "a.yaml", "onnx: no\n")),
            {"stage": "research", "domain": "vision", "onnx": False},
        ),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO("research\nvision\n"))
        code, out, err = run(capsys, *PIPED, *flags)
        given = {a["question"]: a["value"] for a in json.loads(out)["answers"] if a["origin"] in ("asked", "file")}
        assert (code, given) == (0, expected)
        assert "saved answers are neither read nor changed" in err
        assert profile_path().read_text() == "stage: learning\nonnx: true\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("vision\n"))
    assert run(capsys, *PIPED, "--answers", str(profile_path()))[0] == 0, "where it is named, it is gone on with"
    assert "domain: vision" in profile_path().read_text()


@pytest.mark.parametrize(
    ("lines", "flags", "message"),
    [
        ("banana\n", (), "standard input:1: the answer to stage: 'banana' is not one of: "),
        ("why\n\nbanana\n", (), "standard input:3: the answer to domain: 'banana' is not one of: "),
        ("done\nyes\n", ("--trade-offs",), ": 'yes' is not one of: left, right, even"),
    ],
)
def test_where_nobody_can_be_asked_again_a_line_that_is_no_answer_ends_it(capsys, monkeypatch, lines, flags, message):
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    code, out, _ = run(capsys, *PIPED, *flags)
    assert (code, message in json.loads(out)["error"]["message"]) == (2, True)


def test_what_was_given_before_such_a_line_is_not_lost(capsys, monkeypatch, tmp_path):
    flags, kept = "-d stage=research -d domain=vision -d 'models=?'", tmp_path / "a.yaml"
    for saving, where in (((), flags), (("--save", str(kept)), f"Answers are saved in {kept}.")):
        monkeypatch.setattr("sys.stdin", io.StringIO("research\nvision\n?\nbanana\n"))
        code, out, _ = run(capsys, *PIPED, *saving)
        assert (code, where in json.loads(out)["error"]["hint"]) == (2, True)
    assert list(read_answers(KNOWLEDGE, str(kept))) == ["stage", "domain", "models"]
    given = parse_flags(KNOWLEDGE, [word for word in shlex.split(flags) if word != "-d"])
    assert [answer.value for answer in given.values()] == ["research", "vision", None]


def test_ask_keeps_what_others_put_into_the_file_meanwhile(capsys, monkeypatch, tmp_path):
    class Beside(Typed):
        def readline(self):
            if "stage" not in path.read_text():
                path.write_text("onnx: true\n")
            return super().readline()

    path = tmp_path / "needs.yaml"
    monkeypatch.setattr("sys.stdin", Beside("3\ndone\n"))
    assert run(capsys, "ask", "--order", "fixed", "--save", str(path), *DATED)[0] == 0
    assert {n: a.value for n, a in read_answers(KNOWLEDGE, str(path)).items()} == {"onnx": True, "stage": "research"}


def test_an_interrupted_interview_says_where_answers_are(capsys, monkeypatch):
    class Leaving(Typed):
        def readline(self):
            line = super().readline()
            if not line:
                raise KeyboardInterrupt
            return line

    for lines, saved in (("research\n", f"\n  Answers are saved in {profile_path()}."), ("", "")):
        profile_path().unlink(missing_ok=True)
        monkeypatch.setattr("sys.stdin", Leaving(lines))
        code, out, err = run(capsys, "ask", "--order", "fixed", *DATED)
        assert (code, out) == (130, "")
        assert err.endswith(f"advisor: Interrupted.{saved}\n")


def test_ask_says_where_answers_are_when_another_file_is_read(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    _written(tmp_path / "advisor.yaml", "onnx: true\n")
    monkeypatch.setattr("sys.stdin", Typed("research\ndone\n"))
    _, _, err = run(capsys, "ask", "--order", "fixed", *DATED)
    assert f"where {tmp_path / 'advisor.yaml'} is read, `--answers {profile_path()}` takes these instead." in err


def test_a_result_that_was_changed_is_said_to_be_wherever_it_is_read(capsys, tmp_path):
    path = tmp_path / "result.json"
    run(capsys, "--json", "-d", "stage=research", "-o", str(path), *DATED)
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document, sort_keys=True))
    assert "was changed" not in run(capsys, "report", str(path))[2], "its layout is nobody's concern"
    document["ranking"][0]["score"] += 1
    path.write_text(json.dumps(document))
    for command in ("report", "verify", "explain"):
        assert f"{path} was changed since it was made" in run(capsys, command, str(path))[2]


def test_a_result_of_a_later_minor_version_is_read_without_what_it_has_more(capsys, tmp_path):
    path = tmp_path / "result.json"
    run(capsys, "--json", "-d", "stage=research", "-o", str(path), *DATED)
    document = json.loads(path.read_text())
    document["verdict"]["novel"] = document["ranking"][1]["novel"] = {"some": "thing"}
    path.write_text(json.dumps(document))
    _, _, err = run(capsys, "report", str(path))
    assert "verdict.novel: unknown field" in err, "in this version it is a mistake"
    document["format_version"] = "1.1"
    document["certificate"]["digest"] = digest(json.dumps(document))
    path.write_text(json.dumps(document))
    code, out, err = run(capsys, "report", str(path), "--into", str(tmp_path / "adr"))
    assert (code, "was changed" in err) == (0, False)
    assert run(capsys, "verify", out.strip(), *DATED)[0] == 0, "its seal covers what isn't understood"
    document["seed"] = "one"
    path.write_text(json.dumps(document))
    _, _, err = run(capsys, "report", str(path))
    assert "seed: should be a valid integer" in err
    assert "It was written in format 1.1, by a later advisor" in err


def test_a_probe_that_no_program_runs_is_found(capsys, tmp_path, monkeypatch):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "probes.yaml").write_text(
        "probes: [{id: branching, title: Branching, text: Trains a branch.}]"
    )
    monkeypatch.setattr(checks, "verify", lambda knowledge, today: checks.Report((), {}))
    monkeypatch.setattr(checks, "PROPERTIES", {})
    code, out, _ = run(capsys, "rules", "check", "--rules", str(tmp_path / "ours"))
    assert code == 1
    assert "never tried: probe branching: there is no probes/probe_branching.py\n1 defect." in out
    assert run(capsys, "rules", "check")[:2] == (0, "Nothing is wrong.\n")


def test_a_report_says_which_overlay_is_missing(capsys, tmp_path):
    path, ours = tmp_path / "result.json", fifth.overlay(tmp_path / "ours")
    run(capsys, "--json", "-d", "stage=research", "--rules", str(ours), "-o", str(path), *DATED)
    missing = "! The result was made with the overlay ours: add it with --rules DIR."
    assert missing in run(capsys, "report", str(path))[2]
    assert missing not in run(capsys, "report", str(path), "--rules", str(ours))[2]


def test_a_report_says_how_often_each_takes_which_rank(capsys, tmp_path):
    path = tmp_path / "result.json"
    run(capsys, "--json", "-d", "stage=research", "-o", str(path), *DATED)
    said = " ".join(run(capsys, "report", str(path), "--full")[1].split())
    assert "How often each takes which rank, and whom it suits" in said
    assert "with such weights it is first in" in said
    assert "Weights: Building it" in said
