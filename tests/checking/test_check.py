"""The checker and the engine agree, and the command says what doesn't follow."""

import datetime
import json
import re
import tempfile
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.checking.check import check
from advisor.checking.rules import Rules
from advisor.cli.main import main
from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.knowledge.loaded import FILLED_IN
from advisor.session.group import advise_group
from tests.checking.results import DAY, plain
from tests.knowledge.test_load import folder
from tests.knowledge.test_overlays import BASE
from tests.support.knowledge import answer_values, answers, knowledge_bases

SINGLE = {"edition": "knowledge", "settings": "settings"}
LISTS = ("candidates", "criteria", "questions", "derived", "sources", "rules")


def written(knowledge, place):
    """A knowledge base as a folder of files."""
    data = knowledge.model_dump(mode="json", by_alias=True, exclude_none=True)
    content = {name: data[key] for key, name in SINGLE.items()} | {name: data[name] for name in LISTS}
    for name, filled_in in FILLED_IN.items():
        content[name] = [{key: part for key, part in e.items() if key not in filled_in} for e in content[name]]
    (place / "all.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    return place


@settings(max_examples=25, deadline=None)
@given(knowledge_bases(), answer_values(), st.integers(0, 9), st.sampled_from((DAY, datetime.date(2028, 1, 1))))
def test_whatever_the_rules_and_answers_the_result_follows(knowledge, values, seed, day):
    with tempfile.TemporaryDirectory() as place:
        base = written(knowledge, Path(place))
        given_ = {name: answer for name, answer in answers(**values).items() if answer.value is not None}
        document = plain(advise(load(base=base), given_, None, as_of=day, seed=seed))
        assert check(document, Rules(base=base)) == []


OVERLAYS = (
    "changes:\n  - retire: third\n    because: >\n      We have never\n      seen it.\n",
    "changes: [{retire: third, because: We have never seen it.}]",
    "changes: [{retire: second@left, because: No exports.}, {reweigh: third, by: 2.5, because: It matters more.}]",
    "candidates:\n  - {id: middle, title: The middle, text: In between., packages: [m],"
    " install: pip install m, starter: m}",
    "criteria: [{id: speed, replaces: true, title: Pace, text: How fast, importance: care}]\n"
    "rules:\n  - {id: second, replaces: true, then: [{evidence: right, criterion: speed, strength: 2}],"
    " because: We say so., sources: [docs]}",
)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_overlays_are_read_as_the_loader_reads_them(tmp_path, overlay):
    base = folder(tmp_path / "rules", BASE)
    ours = [folder(tmp_path / "ours", {"o.yaml": overlay}), folder(tmp_path / "more", {"m.yaml": OVERLAYS[1]})]
    for layers in (ours[:1], ours if "third" not in overlay and "second" not in overlay else ours[:1]):
        document = plain(advise(load(layers, base), answers(care="high"), None, as_of=DAY))
        assert check(document, Rules(layers, base)) == []
        assert check(document, Rules([], base))[0].path == "knowledge.content_hash"


def test_by_how_much_an_overlay_reweighs_is_compared_to_the_last_digit(tmp_path):
    base, ours = folder(tmp_path / "rules", BASE), folder(tmp_path / "ours", {"o.yaml": OVERLAYS[2]})
    document = plain(advise(load([ours], base), answers(care="high"), None, as_of=DAY))
    document["knowledge"]["overlays"][0]["changes"][1]["by"] += 0.0001
    assert "knowledge.overlays[0].changes[1].by" in {found.path for found in check(document, Rules([ours], base))}


def test_months_may_be_written_with_a_point(tmp_path):
    base = folder(tmp_path, BASE | {"base.yaml": BASE["base.yaml"].replace("versions: 6", "versions: 6.0")})
    document = plain(advise(load(base=base), answers(care="high"), None, as_of=datetime.date(2028, 1, 1)))
    assert check(document, Rules(base=base)) == []


PEOPLE = (("ana", "research", "vision"), ("ben", "production", "vision"), ("chen", "research", "tabular"))


def test_a_groups_result_follows_as_a_whole(replayed_once):
    people = {name: answers(stage=stage, domain=domain) for name, stage, domain in PEOPLE}
    rules, document = Rules(), plain(advise_group(load(), people, None, as_of=DAY))
    assert document["differences"]
    assert check(document, rules) == []
    document["differences"][0]["ballots"]["ana"] = "x"
    document["differences"][1]["moves"] += 0.1
    assert [mismatch.path.split(".")[0] for mismatch in check(document, rules)] == ["differences[0]", "differences[1]"]
    document["members"]["ben"]["verdict"]["confidence"] += 0.1
    assert {mismatch.path for mismatch in check(document, rules)} == {
        "members.ben.certificate.digest",
        "members.ben.verdict.confidence",
    }


def test_what_a_group_is_to_agree_on_first_follows(replayed_once):
    people = {
        "ana": answers(stage="research", targets=("server",), onnx=False),
        "ben": answers(stage="production", targets=("microcontroller",), onnx=True),
    }
    document = plain(advise_group(load(), people, None, as_of=DAY))
    assert "agree first on: " in document["group"]["verdict"]["summary"]
    assert check(document, Rules()) == []


def test_a_groups_answers_are_those_of_its_members(replayed_once):
    """Each result follows by itself, and yet they don't belong together."""
    people = {name: answers(stage=stage, domain=domain) for name, stage, domain in PEOPLE}
    rules, whole = Rules(), plain(advise_group(load(), people, None, as_of=DAY))
    alone = answers(stage="research", domain="vision")
    other = whole | {"group": plain(advise(load(), alone, None, as_of=DAY)), "differences": []}
    found = {mismatch.path for mismatch in check(other, rules)}
    at = {answer["question"]: i for i, answer in enumerate(whole["group"]["answers"])}
    assert {path.rpartition(".")[0] for path in found} == {f"group.answers[{at[name]}]" for name in ("stage", "domain")}
    later = plain(advise(load(), people["chen"], None, as_of=DAY, seed=1))
    assert [f.path for f in check(whole | {"members": whole["members"] | {"chen": later}}, rules)] == [
        "members.chen.seed"
    ]
    silent = {name: {} for name in people}
    nobody = plain(advise_group(load(), silent, None, as_of=DAY))
    assert check(nobody, rules) == []
    assert {mismatch.path for mismatch in check(nobody | {"group": other["group"]}, rules)} >= {
        f"group.answers[{at['stage']}].value"
    }


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "result.json"
    assert main(["--json", "--probe", "none", "-d", "stage=research", "--as-of", "2026-11-25", "-o", str(path)]) == 0
    return path


def rewrite(path, change):
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_the_command_passes_what_follows(result, capsys):
    assert main(["check", str(result)]) == 0
    assert "everything follows" in capsys.readouterr().out
    # However it is laid out, as long as it says the same.
    result.write_text(json.dumps(json.loads(result.read_text()), sort_keys=True).replace(".0,", ","))
    assert main(["check", str(result), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["follows"], report["same_rules"], report["sealed"], report["findings"]) == (True, True, True, [])


def test_the_command_names_the_first_sentence_that_does_not_follow(result, capsys):
    def forge(document):
        document["reasons"][2]["text"] = "Everybody says so."
        document["trace"]["fired"].pop()

    rewrite(result, forge)
    assert main(["check", str(result)]) == 6
    out = capsys.readouterr().out
    assert "its seal doesn't hold" in out
    assert 'reasons[2].text: found "Everybody says so.", expected "' in out
    assert "2 more: --all names them." in out
    assert main(["check", str(result), "--all", "--json"]) == 6
    report = json.loads(capsys.readouterr().out)
    paths = [found["path"] for found in report["findings"]]
    assert paths[:2] == ["certificate.digest", "reasons[2].text"] and paths[2].startswith("trace.fired[")
    main(["schema", "check"])
    jsonschema.validate(report, json.loads(capsys.readouterr().out))


def test_a_result_with_trade_offs_is_checked_like_any_other(tmp_path, capsys):
    path = tmp_path / "result.json"
    given_ = ["-d", "stage=research", "-d", "moving-or-papers=left"]
    assert main(["--json", "--probe", "none", *given_, "--as-of", "2026-11-25", "-o", str(path)]) == 0
    assert main(["check", str(path)]) == 0
    rewrite(path, lambda document: document["answers"][-1].update(value="right"))
    capsys.readouterr()
    assert main(["check", str(path), "--json", "--all"]) == 6
    report = json.loads(capsys.readouterr().out)
    assert report["replayed"] and {"ranking[0].score", "certificate.digest"} <= {f["path"] for f in report["findings"]}


def test_an_answer_that_can_not_be_is_said_to_keep_the_rest_from_being_replayed(tmp_path, capsys):
    path = tmp_path / "result.json"
    assert main(["--json", "--probe", "none", "-d", "moving-or-papers=left", "-o", str(path)]) == 0
    for change in ({"value": "both"}, {"value": None}, {"question": "stage"}):
        rewrite(path, lambda document, change=change: document["answers"][-1].update(change))
        capsys.readouterr()
        assert main(["check", str(path), "--json"]) == 6
        report = json.loads(capsys.readouterr().out)
        assert (report["replayed"], report["sealed"], report["same_rules"]) == (False, False, True)
        assert report["findings"][0]["path"].startswith("answers")


def test_a_fraction_is_no_answer_where_numbers_are_whole(result, capsys):
    def given(value):
        def change(document):
            (answer,) = (answer for answer in document["answers"] if answer["question"] == "devices")
            answer.update(value=value, origin="file")

        return change

    for value, replayed in ((2, True), (1.5, False)):
        rewrite(result, given(value))
        assert main(["check", str(result), "--json"]) == 6
        report = json.loads(capsys.readouterr().out)
        assert report["replayed"] is replayed
    assert "an answer to devices" in json.dumps(report["findings"])


def test_the_command_says_that_only_an_input_can_have_changed(result, capsys):
    rewrite(result, lambda document: document["tool"].update(version="9"))
    assert main(["check", str(result)]) == 6
    assert "what was changed is something that it was made from" in capsys.readouterr().out


def test_the_command_says_that_the_rules_are_others(result, tmp_path, capsys):
    ours = folder(tmp_path / "ours", {"o.yaml": "changes: [{retire: keras-prefers-wsl, because: No Windows.}]"})
    assert main(["check", str(result), "--rules", str(ours)]) == 6
    assert "made with other rules" in capsys.readouterr().out
    main(["--json", "--probe", "none", "--rules", str(ours), "-o", str(result)])
    assert main(["check", str(result)]) == 6
    assert "--rules ours" in capsys.readouterr().out
    assert main(["check", str(result), "--rules", str(ours)]) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a JSON document"),
        ("[]", "there are no answers in it"),
        ('{"answers": 1, "answers": 2}', "a key is given twice"),
        ('{"answers": NaN}', "NaN is no number"),
        ("[" * 100_000, "not a JSON document"),
    ],
)
def test_what_is_no_result_is_an_error(tmp_path, capsys, text, message):
    path = tmp_path / "result.json"
    path.write_text(text)
    assert main(["check", str(path)]) == 2
    assert message in capsys.readouterr().err
    assert main(["check", str(tmp_path / "missing.json")]) == 2


def test_a_mistake_in_an_overlay_is_told_by_file_and_line(result, tmp_path, capsys):
    ours = folder(tmp_path / "ours", {"o.yaml": "rules:\n  - {id: ours, then: [], because: No., sources: [nothing]}"})
    assert main(["check", str(result), "--rules", str(ours)]) == 2
    assert "o.yaml:2" in capsys.readouterr().err
    assert main(["check", str(result), "--rules", str(tmp_path / "nowhere")]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_the_checkers_reading_of_the_rules_is_small():
    """What reads the rules, infers from them and draws: short enough to be read through by whoever doubts a verdict."""
    root = Path(__file__).parents[2]
    lines = {path.name: len(path.read_text().splitlines()) for path in (root / "advisor" / "checking").glob("*.py")}
    small = lines["rules.py"] + lines["draws.py"]
    assert small < 400
    told = re.search(r"\(([\d,]+) lines by `wc -l [^)]*\)", (root / "docs" / "certificate.md").read_text())
    first, *others = (int(number.replace(",", "")) for number in re.findall(r"\b\d[\d,]*\b", told[0]))
    assert (first, others[0]) == (sum(lines.values()), small) and sum(others) == first
