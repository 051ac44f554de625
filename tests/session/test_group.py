"""Several people's answers together."""

import datetime
import json
import random

import jsonschema
import pytest
import yaml

from advisor.cli.main import main
from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.session.answers import save_answers
from advisor.session.group import advise_group, combine
from tests.support.knowledge import answers, build, criterion, evidence, question, rule, scale
from tests.support.random_answers import some

TODAY = datetime.date(2026, 11, 23)
KNOWLEDGE = build(
    criteria=[criterion("speed", "care")],
    questions=[question("one"), question("two"), scale("care")],
    rules=[
        rule("a", {"fact": "one", "is": "a"}, evidence("left", "speed", 2)),
        rule("b", {"fact": "one", "is": "b"}, evidence("right", "speed", 2)),
        rule("c", {"fact": "two", "is": "a"}, evidence("left", "speed", 0.1)),
    ],
)


def test_agreement_is_an_answer_and_silence_has_no_say():
    combined = combine(KNOWLEDGE, {"ana": answers(one="a"), "ben": answers(one="a", two=None), "eve": answers(two="b")})
    assert (combined["one"].value, combined["two"].value) == ("a", "b")
    assert "care" not in combined


def test_a_difference_keeps_its_ballots():
    combined = combine(KNOWLEDGE, {"ana": answers(one="a"), "ben": answers(one="b"), "eve": answers(one="a")})
    assert combined["one"].value is None
    assert combined["one"].ballots == ("a", "b", "a")


def test_differences_are_ordered_by_what_they_move():
    members = {"ana": answers(one="a", two="a", care="high"), "ben": answers(one="b", two="b", care="high")}
    result = advise_group(KNOWLEDGE, members, None, as_of=TODAY)
    assert [difference.question for difference in result.differences] == ["one", "two"]
    first = result.differences[0]
    assert first.ballots == {"ana": "a", "ben": "b"}
    assert first.leads_to == {"a": "left", "b": "right"}
    assert first.moves > 0.3 > result.differences[1].moves
    assert result.members["ana"].verdict.candidate == "left"
    assert result.members["ben"].verdict.candidate == "right"
    assert result.group.verdict.kind == "not-enough-known"
    assert f'; agree first on: "{first.text}".' in result.group.verdict.summary


def test_people_who_agree_get_what_one_of_them_gets():
    knowledge = load()
    same = some(knowledge, random.Random(5), known=1.0)
    result = advise_group(knowledge, {"ana": same, "ben": same}, None, as_of=TODAY)
    alone = advise(knowledge, same, None, as_of=TODAY)
    assert result.group == alone
    assert result.differences == ()


def test_the_command_prints_one_valid_document(capsys, tmp_path):
    knowledge = load()
    for index, name in enumerate(("ana", "ben", "chen")):
        save_answers(tmp_path / f"{name}.yaml", some(knowledge, random.Random(index)))
    files = [str(tmp_path / f"{name}.yaml") for name in ("ana", "ben", "chen")]
    assert main(["session", *files, "--json", "--probe", "none", "--as-of", "2026-11-23"]) in (0, 5)
    document = json.loads(capsys.readouterr().out)
    main(["schema", "session"])
    jsonschema.validate(document, json.loads(capsys.readouterr().out))
    assert list(document["members"]) == ["ana", "ben", "chen"]
    (tmp_path / "session.json").write_text(json.dumps(document))
    assert main(["explain", str(tmp_path / "session.json")]) == 2
    assert "this is a session's document; `group` in it is the result" in capsys.readouterr().err
    assert main(["session", *files, "--probe", "none", "--as-of", "2026-11-23"]) in (0, 5)
    told = capsys.readouterr().out
    assert "Where you differ" in told
    assert main(["report", str(tmp_path / "session.json")]) == 0
    assert capsys.readouterr().out == told
    assert main(["session", files[0], "--probe", "none"]) == 2
    assert main(["session", files[0], files[0], "--probe", "none"]) == 2


def test_a_record_of_a_session_says_who_gave_which_answer_and_can_be_verified(capsys, tmp_path):
    for name, text in (
        ("ana", "stage: research\ndomain: vision\nonnx: true\n"),
        ("ben", "stage: research\ndomain: audio\nonnx: null\n"),
        ("chen", "stage: research\ndomain: vision\n"),
    ):
        (tmp_path / f"{name}.yaml").write_text(text)
    document, records = tmp_path / "session.json", tmp_path / "adr"
    flags = ("--json", "--probe", "none", "--as-of", "2026-11-23", "-o", str(document))
    assert main(["session", *(str(tmp_path / f"{name}.yaml") for name in ("ana", "ben", "chen")), *flags]) == 0
    assert main(["report", str(document), "--into", str(records)]) == 0
    (record,) = records.glob("*.md")
    text = record.read_text()
    beside = tmp_path / "record.md"
    assert main(["report", str(document), "--as", "record", "-o", str(beside)]) == 0
    assert yaml.safe_load(text.split("---\n")[1])["decision-makers"] == ["ana", "ben", "chen"]
    assert "**Research**" in text
    assert "**Images and video (ana, chen) / Speech and audio (ben)**" in text
    assert "**yes (ana)**" in text
    assert main(["report", str(document), "--as", "html"]) == 0
    assert "Images and video (ana, chen) / Speech and audio (ben)" in capsys.readouterr().out
    for made in (record, beside):
        assert main(["verify", str(made), "--probe", "none", "--as-of", "2026-11-23", "--fail-on", "anything"]) == 0
    changed = json.loads(document.read_text())
    changed["group"]["verdict"]["confidence"] = 0.99
    document.write_text(json.dumps(changed))
    capsys.readouterr()
    assert main(["report", str(document)]) == 0
    assert f"{document} was changed since it was made" in capsys.readouterr().err
    assert main(["verify", str(document)]) == 2


@pytest.mark.parametrize("edit", ["difference gone", "difference", "ballot", "member gone", "silent member gone"])
def test_an_edit_between_the_results_of_a_session_is_told_of(capsys, tmp_path, edit):
    """Each of the results has a seal, which none of these breaks."""
    answers = {"ana": "stage: research\n", "ben": "stage: production\n", "chen": "domain: vision\n"}
    for name, text in answers.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    path = tmp_path / "session.json"
    files = [str(tmp_path / f"{name}.yaml") for name in answers]
    main(["session", *files, "--json", "--probe", "none", "--as-of", "2026-11-23", "-o", str(path)])
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document, sort_keys=True))
    capsys.readouterr()
    assert main(["report", str(path)]) == 0
    assert "was changed" not in capsys.readouterr().err
    match edit:
        case "difference gone":
            document["differences"] = []
        case "difference":
            document["differences"][0]["moves"] /= 2
        case "ballot":
            document["differences"][0]["ballots"]["ben"] = "research"
        case "member gone":
            del document["members"]["ben"]
        case _:
            del document["members"]["chen"]
    path.write_text(json.dumps(document))
    assert main(["report", str(path)]) == 0
    assert f"{path} was changed since it was made" in capsys.readouterr().err
    assert main(["verify", str(path), "--probe", "none"]) == 2
