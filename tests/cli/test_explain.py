"""`advisor explain` in this process: every way of asking, the document, and what can go wrong."""

import json
import os
import random
import re
import threading
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.cli.main import main
from advisor.knowledge.load import load
from advisor.report.explanation import rounded
from tests.support.profiles import profiles
from tests.support.random_answers import some
from tests.support.run import run

KNOWLEDGE = load()
DATED = ["--as-of", "2026-11-23"]


@pytest.fixture
def result(capsys, tmp_path):
    """A result with measurements, in which most questions are answered."""
    from advisor.session.answers import save_answers

    given, measurements = profiles()[0]
    save_answers(tmp_path / "needs.yaml", dict(list(given.items())[4:]))
    (tmp_path / "m.json").write_text(measurements.model_dump_json())
    path = tmp_path / "result.json"
    code = main(
        ["--json", "--answers", str(tmp_path / "needs.yaml"), "--measurements", str(tmp_path / "m.json"), *DATED, "-o",
         str(path)]
    )  # fmt: skip
    assert code == 0
    capsys.readouterr()
    return path


@pytest.fixture(scope="module")
def schema():
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["schema", "explanation"]) == 0
    return json.loads(out.getvalue())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("command", [["explain"], ["report"], ["report", "--as", "html"]])
def test_a_result_may_come_from_a_pipe(capsys, result, monkeypatch, command):
    monkeypatch.chdir(result.parent)
    code, out, _ = run(capsys, *command, result.name)
    os.mkfifo("stream.json")  # as long a name, so that lines end alike
    writing = threading.Thread(target=Path("stream.json").write_bytes, args=(result.read_bytes(),))
    writing.start()
    assert run(capsys, *command, "stream.json")[:2] == (code, out.replace(result.name, "stream.json"))
    writing.join()


def test_the_document_has_what_was_asked_for(capsys, result, schema):
    asked = ["--flips", "3", "--limit", "2000", "--rule", "mobile-litert", "--what-if", "stage=learning"]
    code, out, _ = run(capsys, "explain", str(result), "--json", *asked)
    document = json.loads(out, parse_float=Decimal)
    jsonschema.validate(json.loads(out), schema)
    made = json.loads(result.read_text())
    assert code == 0
    assert document["verdict"]["kind"] == made["verdict"]["kind"]
    assert document["why"]["kind"] == "verdict"
    assert document["basis"]["content_hash"] == made["knowledge"]["content_hash"]
    assert len(document["why_not"]) == len(made["ranking"]) - 1
    for entry in document["why_not"]:
        margin = entry["margin"]
        assert sum(c["difference"] for c in margin["criteria"]) == margin["difference"]
        assert margin["difference"] == margin["candidate_score"] - margin["rival_score"]
    assert [rule["rule"] for rule in document["rules"]] == ["mobile-litert"]
    assert document["what_if"]["changes"][0]["after"] == "learning"
    assert len(document["flips"]["flips"]) <= 3
    assert document["thresholds"] is None


def test_without_being_asked_nothing_is_searched(capsys, result, schema):
    code, out, _ = run(capsys, "explain", str(result), "--json", "--candidate", "keras-jax")
    document = json.loads(out)
    jsonschema.validate(document, schema)
    assert (code, document["flips"], document["thresholds"], document["what_if"]) == (0, None, None, None)
    assert [entry["candidate"] for entry in document["why_not"]] == ["keras-jax"]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([], ["Why not", "in all (rounded so that they add up)", "Ask further", "--thresholds"]),
        (["--why"], ["Why\n", "criterion", "answer", "source "]),
        (["--why-not"], ["Why not Keras on JAX", "Why not Keras on TensorFlow"]),
        (["--candidate", "keras-jax"], ["Why not Keras on JAX"]),
        (["--candidate", "pytorch"], ["Why\n  verdict"]),
        (["--rule", "breakpoint-shows-values"], ["Rule breakpoint-shows-values@pytorch"]),
        (["--rule", "mobile-litert"], ["Rule mobile-litert"]),
        (["--what-if", "stage=learning"], ["What if: What is the work for?", "→", "Reasons gained"]),
        (["--what-if", "stage=?"], ["What if: that is what was answered"]),
        (["--flips", "--limit", "500"], ["The smallest changes", "(cost ", "sets of changes were looked at"]),
        (["--thresholds"], ["What another weight would do", "would be recommended", "How much better"]),
    ],
)
def test_every_way_of_asking_fits_80_columns(capsys, result, flags, expected):
    code, out, err = run(capsys, "explain", str(result), *flags)
    assert (code, err) == (0, "")
    for text in expected:
        assert text in out
    # A path that is longer than the page can't be broken.
    assert max(len(line) for line in out.splitlines() if str(result) not in line) <= 80


def test_a_verdict_that_no_given_answer_changes_claims_nothing_of_open_ones(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    path = Path("my result.json")
    for flags, expected in (([], False), (["-d", "stage=research"], True)):
        assert main(["--json", "--probe", "none", *flags, *DATED, "-o", str(path)]) == 0
        assert json.loads(path.read_text())["flips"] == []
        out = run(capsys, "explain", str(path))[1]
        assert ("\nNone of the given answers changes it by itself\n" in out) == expected
        assert ("An answer to an open question may: --flips tries these too.\n" in out) == expected
        assert f"  advisor explain '{path}' --why\n" in out


def test_what_is_shown_of_a_margin_adds_up(capsys, result):
    for candidate in KNOWLEDGE.candidate:
        _, out, _ = run(capsys, "explain", str(result), "--candidate", candidate)
        if "made up" not in " ".join(out.split()):
            continue
        shown = [Decimal(number) for number in re.findall(r"^ +([+-]\d+\.\d\d)  \S", out, re.MULTILINE)]
        (head,) = re.findall(r"([+-][\d.]+),? .*? ([+-][\d.]+) points: ([+-][\d.]+)", " ".join(out.split()))
        ours, theirs, difference = map(Decimal, head)
        assert sum(shown[:-1]) == shown[-1] == difference == ours - theirs


@given(st.lists(st.integers(-300_000, 300_000), min_size=1, max_size=12), st.integers(-500_000, 500_000))
def test_rounded_numbers_add_up(parts, theirs):
    """Also where the difference of two rounded scores isn't the rounded difference."""
    ours = theirs + sum(parts)
    total = round(round(ours / 10_000, 2) - round(theirs / 10_000, 2), 2)
    shown = rounded([part / 10_000 for part in parts], total)
    assert sum(Decimal(f"{value:.2f}") for value in shown) == Decimal(f"{total:.2f}")
    assert max(abs(value - part / 10_000) for value, part in zip(shown, parts, strict=True)) < 0.0101


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--rule", "mobile-litertt"], "--rule: there is no rule 'mobile-litertt'"),
        (["--candidate", "keras"], "--candidate: there is no candidate 'keras'"),
        (["--what-if", "stage"], "stage: expected QUESTION=VALUE"),
        (["--what-if", "stage=reserch"], "stage: 'reserch' is not one of"),
        (["--what-if", "stge=research"], "there is no question 'stge'"),
        (["--flips", "0"], "'0' is not a whole number from 1 on"),
        (["--limit", "many"], "'many' is not a whole number from 1 on"),
    ],
)
def test_bad_input_is_one_clear_error(capsys, result, flags, message):
    code, out, err = run(capsys, "explain", str(result), *flags)
    assert (code, out) == (2, "")
    assert message in err
    code, out, _ = run(capsys, "explain", str(result), "--json", *flags)
    assert (code, message in json.loads(out)["error"]["message"]) == (2, True)


def test_other_knowledge_is_never_mixed_in(capsys, result, tmp_path):
    overlay = tmp_path / "ours"
    overlay.mkdir()
    (overlay / "ours.yaml").write_text("changes: [{retire: mobile-litert, because: We have no phones.}]\n")
    code, out, err = run(capsys, "explain", str(result), "--rules", str(overlay))
    assert (code, out) == (2, "")
    assert "was made with other knowledge" in err
    assert "--today" in err
    code, out, err = run(capsys, "explain", str(result), "--rules", str(overlay), "--today", "--json")
    document = json.loads(out)
    assert code == 0
    assert "Advised again with knowledge" in err
    assert document["basis"]["readvised"]
    assert document["basis"]["content_hash"] != json.loads(result.read_text())["knowledge"]["content_hash"]


def test_today_leaves_out_what_is_no_longer_asked(capsys, result, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795996800")
    document = json.loads(result.read_text())
    document["knowledge"]["content_hash"] = "sha256:old"
    answered = [answer for answer in document["answers"] if answer["value"] is not None]
    answered[0]["question"] = "no-such-question"
    answered[1]["value"] = "no-such-option"
    result.write_text(json.dumps(document))
    assert run(capsys, "explain", str(result))[0] == 2
    code, out, err = run(capsys, "explain", str(result), "--today", "--json")
    basis = json.loads(out)["basis"]
    assert (code, basis["left_out"]) == (0, ["no-such-question", answered[1]["question"]])
    assert basis["as_of"] == "2026-11-30"
    assert "Left out" in err
    assert answered[1]["question"] in err


def test_a_result_that_was_changed_is_refused(capsys, result):
    document = json.loads(result.read_text())
    document["verdict"]["confidence"] = 0.5
    result.write_text(json.dumps(document))
    code, out, err = run(capsys, "explain", str(result))
    assert (code, out) == (2, "")
    assert "doesn't follow from its answers and measurements" in err


def test_what_is_not_a_result_is_refused(capsys, tmp_path):
    (tmp_path / "x.json").write_text("{}")
    code, _, err = run(capsys, "explain", str(tmp_path / "x.json"))
    assert code == 2
    assert "x.json" in err
    assert run(capsys, "explain", str(tmp_path / "none.json"))[0] == 2


def test_nobody_feasible_and_nothing_answered_can_be_explained(capsys, tmp_path):
    path = tmp_path / "result.json"
    assert main(["--json", "--probe", "none", *DATED, "-o", str(path)]) == 0
    capsys.readouterr()
    for flags in ([], ["--why"], ["--why-not"], ["--what-if", "stage=research"]):
        assert run(capsys, "explain", str(path), *flags)[0] == 0


def test_random_answers_give_the_result_again(capsys, tmp_path):
    from advisor.session.answers import save_answers

    for seed in range(5):
        save_answers(tmp_path / "needs.yaml", some(KNOWLEDGE, random.Random(seed)))
        path = tmp_path / "result.json"
        main(["--json", "--probe", "none", *DATED, "--answers", str(tmp_path / "needs.yaml"), "-o", str(path)])
        capsys.readouterr()
        assert run(capsys, "explain", str(path))[0] == 0
