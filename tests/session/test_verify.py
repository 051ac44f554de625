"""A record verified: it stands where nothing has changed, and what has changed is named."""

import datetime
import json
import shutil

import pytest

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.drift import Drift
from advisor.model.measurement import Gpu
from advisor.session.verify import Here, verify
from tests.support.knowledge import answers, build, criterion, derived, evidence, question, rule
from tests.support.measurements import HOST, STEP, measured
from tests.support.profiles import profiles
from tests.support.run import run

KNOWLEDGE = load()
TODAY = datetime.date(2026, 11, 23)
NEEDS = ("-d", "stage=research", "-d", "existing=pytorch")
OVERLAY = """
sources:
  - {id: ours, title: Our policy, address: "https://example.org", date: "2026", checked: 2026-11-01, grade: primary,
    kind: practices}
rules:
  - id: never-here
    when: {fact: stage, is: research}
    then: [{veto: pytorch}]
    because: Not here.
    sources: [ours]
"""
SPEED = {
    "id": "step-counts",
    "theme": "t",
    "when": {"fact": "measured.step", "is": True},
    "then": [{"compare": "step", "criterion": "speed", "strength": 2}],
    "because": "Speed counts.",
    "sources": ["a-source"],
}


@pytest.fixture
def record(tmp_path, capsys):
    """A record of two answers, nothing measured, in a folder of its own."""
    result = tmp_path / "result.json"
    run(capsys, "--json", "--probe", "none", "--as-of", "2026-11-23", *NEEDS, "-o", str(result))
    assert run(capsys, "report", str(result), "--into", str(tmp_path / "adr"))[0] == 0
    (made,) = (tmp_path / "adr").glob("*.md")
    return made


def verified(capsys, *arguments):
    code, out, _ = run(capsys, "verify", *map(str, arguments), "--json")
    return code, Drift.model_validate_json(out)


def small(**strengths):
    """Knowledge of two candidates in which what is asked decides, with the strengths given."""
    return build(
        criteria=[criterion("speed", "care-speed")],
        questions=[question("kind")],
        derived=[derived("care-speed", ("low", "medium", "high"), "medium")],
        probes=[STEP],
        rules=[
            *(
                rule(f"for-{name}", {"fact": "kind", "is": "a"}, evidence(name, "speed", s))
                for name, s in strengths.items()
            ),
            SPEED,
        ],
    )


@pytest.mark.parametrize("index", range(6))
def test_where_nothing_has_changed_it_stands_and_nothing_has_drifted(index):
    given, found = profiles()[index]
    result = advise(KNOWLEDGE, given, found, as_of=TODAY, seed=index)
    drift = verify(KNOWLEDGE, result, Here(), as_of=TODAY)
    assert (drift.stands, drift.drifted, drift.before) == (True, False, drift.after)
    assert drift.measured == ("as-recorded" if found else "not-measured")
    assert not (drift.reasons or drift.sources or drift.knowledge or drift.machine or drift.measurements)


def test_trade_offs_are_followed_as_well():
    name = next(iter(KNOWLEDGE.trade_off))
    given = {**profiles()[0][0], name: Answer(question=name, value="left")}
    result = advise(KNOWLEDGE, given, None, as_of=TODAY)
    drift = verify(KNOWLEDGE, result, Here(), as_of=TODAY)
    assert (drift.drifted, drift.answers, drift.before) == (False, (), drift.after)


def test_measurements_that_are_named_are_read_whatever_is_to_be_probed(capsys, record):
    code, _, err = run(capsys, "verify", str(record), "--probe", "none", "--measurements", "nowhere.json")
    assert (code, "nowhere.json: can't be read" in err) == (2, True)


def test_a_record_that_was_written_stands(capsys, record):
    code, drift = verified(capsys, record, "--as-of", "2026-11-23")
    assert (code, drift.stands, drift.drifted, drift.status) == (0, True, False, "proposed")
    code, out, _ = run(capsys, "verify", str(record), "--as-of", "2026-11-23")
    assert code == 0
    assert "The verdict stands: PyTorch" in out
    assert "Nothing has drifted." in out
    assert verified(capsys, record.with_suffix(".json"), "--as-of", "2026-11-23")[1].stands


def test_other_knowledge_is_named_and_fails(capsys, record, tmp_path):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "rules.yaml").write_text(OVERLAY)
    arguments = (record, "--as-of", "2026-11-23", "--rules", tmp_path / "ours")
    code, drift = verified(capsys, *arguments)
    assert (code, drift.stands) == (6, False)
    assert drift.before.candidate == "pytorch" != drift.after.candidate
    assert [(veto.what, veto.candidate, veto.rule) for veto in drift.vetoes] == [("came", "pytorch", "never-here")]
    assert {change.what: change.after for change in drift.knowledge}["overlays"] == "ours"
    assert "content" in {change.what for change in drift.knowledge}
    assert [step.taken for step in drift.steps] == ["knowledge"]
    code, out, _ = run(capsys, "verify", *map(str, arguments))
    assert code == 6
    assert "The verdict has drifted" in out
    assert "PyTorch: ruled out: Not here." in " ".join(out.split())


def test_reasons_that_came_went_or_count_differently_are_named():
    before = advise(small(left=3, right=1), answers(kind="a"), None, as_of=TODAY)
    after = build(
        criteria=[criterion("speed", "care-speed")],
        questions=[question("kind")],
        derived=[derived("care-speed", ("low", "medium", "high"), "medium")],
        rules=[
            rule("for-left", {"fact": "kind", "is": "a"}, evidence("left", "speed", 1)),
            rule("new", {"fact": "kind", "is": "a"}, evidence("right", "speed", 3)),
        ],
    )
    drift = verify(after, before, Here(), as_of=TODAY)
    found = {(reason.what, reason.candidate, reason.rules[0]) for reason in drift.reasons}
    assert found == {
        ("came", "right", "new"), ("went", "right", "for-right"), ("counts-differently", "left", "for-left")
    }  # fmt: skip
    assert (drift.stands, drift.before.candidate, drift.after.candidate) == (False, "left", "right")
    weights = [abs((reason.after or 0) - (reason.before or 0)) for reason in drift.reasons]
    assert weights == sorted(weights, reverse=True)


def test_age_is_told_from_knowledge():
    knowledge = small(left=3, right=1)
    result = advise(knowledge, answers(kind="a"), None, as_of=TODAY)
    drift = verify(knowledge, result, Here(), as_of=datetime.date(2029, 1, 1))
    assert [step.taken for step in drift.steps] == ["knowledge", "date"]
    assert drift.steps[0].verdict == drift.before
    assert [(source.what, source.source) for source in drift.sources] == [("past-review", "a-source")]
    assert drift.drifted
    assert verify(knowledge, result, Here(), as_of=datetime.date(2027, 4, 30)).sources == ()


def test_an_answer_that_is_not_taken_any_more_counts_as_open():
    result = advise(small(left=3, right=1), answers(kind="a"), None, as_of=TODAY)
    for today, message in (
        (question("kind", "one", ("x", "y")), "'a' is not one of: x, y"),
        (question("other"), "it isn't asked any more"),
    ):
        knowledge = build(
            criteria=[criterion("speed", "care-speed")],
            questions=[today],
            derived=[derived("care-speed", ("low", "medium", "high"), "medium")],
        )
        drift = verify(knowledge, result, Here(), as_of=TODAY)
        assert [(lost.question, lost.value, lost.text) for lost in drift.answers] == [("kind", "a", message)]
        assert not drift.stands


def test_measurements_of_another_machine_are_compared_with_those_recorded():
    knowledge = small()
    before = measured(left=(1.0, 0.9, 1.1), right=(2.0, 1.8, 2.2))
    result = advise(knowledge, {}, before, as_of=TODAY)
    assert result.verdict.candidate == "left"
    slower = measured(left=(2.0, 1.8, 2.2), right=(2.1, 1.9, 2.3))
    host = HOST.model_copy(update={"cores_usable": 1, "cpu_quota": 0.5})
    packages = before.interpreters[0].model_copy(update={"packages": {"left": "2.0"}})
    drift = verify(knowledge, result, Here(slower, host, (packages,)), as_of=TODAY)
    assert drift.measured == "here"
    assert [(m.what, m.metric, m.candidate) for m in drift.measurements] == [
        ("moved", "step", "left"), ("same", "step", "right")
    ]  # fmt: skip
    changed = {("cores_usable", "2", "1"), ("cpu_quota", None, "0.5"), ("left", None, "2.0")}
    assert {(c.what, c.before, c.after) for c in drift.machine} == changed
    assert [step.taken for step in drift.steps] == ["knowledge", "measurements"]
    assert drift.steps[0].verdict == drift.before
    gone = verify(knowledge, result, Here(measured(right=(2.0, 1.8, 2.2))), as_of=TODAY)
    assert [m.what for m in gone.measurements] == ["gone", "same"]


@pytest.mark.parametrize(
    "other",
    [
        {"os": "windows"},
        {"release": "6.2"},
        {"machine": "arm64"},
        {"cpu": "Another"},
        {"cores_usable": 1},
        {"memory_usable_bytes": 2**30},
        {"gpus": (Gpu(vendor="nvidia", name="A card", driver="580"),)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_whatever_of_the_machine_is_another_is_named(other):
    card = Gpu(vendor="nvidia", name="A card", driver="570")
    recorded = HOST.model_copy(update={"gpus": (card,)})
    knowledge, before = small(), measured(left=(1.0, 0.9, 1.1), right=(2.0, 1.8, 2.2))
    result = advise(knowledge, {}, before.model_copy(update={"host": recorded}), as_of=TODAY)
    here = Here(None, recorded.model_copy(update=other), before.interpreters)
    drift = verify(knowledge, result, here, as_of=TODAY)
    (name, after), (change,) = *other.items(), drift.machine
    assert (change.what, change.after) == (name, "A card 580" if name == "gpus" else str(after))
    assert drift.drifted


def test_what_has_become_faster_has_moved_too():
    knowledge = small()
    result = advise(knowledge, {}, measured(left=(1.0, 0.9, 1.1), right=(2.0, 1.8, 2.2)), as_of=TODAY)
    faster = measured(left=(0.5, 0.4, 0.6), right=(2.0, 1.8, 2.2))
    drift = verify(knowledge, result, Here(faster), as_of=TODAY)
    assert [(m.what, m.candidate) for m in drift.measurements] == [("moved", "left"), ("same", "right")]


def test_what_the_recorded_machine_answered_by_itself_this_one_answers():
    knowledge = build(
        criteria=[criterion("speed", "care-speed")],
        questions=[question("os", "one", ("linux", "windows"), detect="os")],
        derived=[derived("care-speed", ("low", "medium", "high"), "medium")],
        probes=[STEP],
        rules=[
            rule("on-linux", {"fact": "os", "is": "linux"}, evidence("left", "speed", 3)),
            rule("on-windows", {"fact": "os", "is": "windows"}, evidence("right", "speed", 3)),
        ],
    )
    found = measured(left=(1.0, 0.9, 1.1))
    result = advise(knowledge, {}, found, as_of=TODAY)
    assert (result.answers[0].origin, result.verdict.candidate) == ("default", "left")
    windows = found.model_copy(update={"host": HOST.model_copy(update={"os": "windows"})})
    drift = verify(knowledge, result, Here(windows, windows.host), as_of=TODAY)
    assert (drift.before.candidate, drift.after.candidate, drift.stands) == ("left", "right", False)
    assert verify(knowledge, result, Here(), as_of=TODAY).stands


def test_measurements_in_a_file_are_taken(capsys, record, tmp_path):
    path = tmp_path / "here.json"
    path.write_text(measured(pytorch=(1.0, 0.9, 1.1)).model_dump_json())
    code, drift = verified(capsys, record, "--as-of", "2026-11-23", "--measurements", path)
    assert (code, drift.measured, drift.steps[-1].taken) == (0, "here", "measurements")


@pytest.mark.parametrize(
    ("before", "after", "chosen"),
    [
        ('Chosen option: "PyTorch"', 'Chosen option: "Keras on JAX"', "Keras on JAX"),
        ('Chosen option: "PyTorch"', "Chosen option: **keras on jax**", "keras on jax"),
        ('Chosen option: "PyTorch"', "Chosen option: none yet. PyTorch", "none"),
        ("# Use PyTorch as", "# Use Keras on JAX as", "Keras on JAX"),
    ],
)
def test_a_record_that_chooses_another_than_its_result_is_not_approved(capsys, record, before, after, chosen):
    text = record.read_text()
    assert before in text
    record.write_text(text.replace(before, after))
    code, drift = verified(capsys, record, "--as-of", "2026-11-23")
    assert (code, drift.chosen, drift.departs, drift.stands) == (6, chosen, True, True)
    out = run(capsys, "verify", str(record), "--as-of", "2026-11-23")[1]
    assert out.startswith(f"✗ The record chooses {chosen}; its result recommended PyTorch (")
    record.write_text(record.read_text().replace("status: proposed", "status: rejected"))
    assert verified(capsys, record, "--as-of", "2026-11-23")[0] == 0


def test_a_title_of_ones_own_and_a_choice_that_was_left_open_are_no_other_choice(capsys, record, tmp_path):
    text = record.read_text().replace("# Use PyTorch as the deep-learning framework", "# We use `torch`")
    record.write_text(text.replace('Chosen option: "PyTorch"', 'Chosen option: "pytorch"'))
    assert verified(capsys, record, "--as-of", "2026-11-23")[0] == 0
    run(capsys, "--json", "--probe", "none", "--as-of", "2026-11-23", "-o", str(tmp_path / "open.json"))
    made = tmp_path / "open.md"
    assert run(capsys, "report", str(tmp_path / "open.json"), "--as", "record", "-o", str(made))[0] == 0
    assert verified(capsys, made, "--as-of", "2026-11-23")[1].chosen == "none"
    made.write_text(made.read_text().replace("Chosen option: none yet.", 'Chosen option: "Keras on JAX".'))
    code, out, _ = run(capsys, "verify", str(made), "--as-of", "2026-11-23")
    assert (code, "The record chooses Keras on JAX, which its result left open." in out) == (0, True)


def test_a_result_that_was_changed_is_not_approved(capsys, record):
    _edit(record, lambda document: document["ranking"][0].update(score=99.0))
    code, out, err = run(capsys, "verify", str(record.with_suffix(".json")))
    assert (code, out) == (2, "")
    assert f"{record.with_suffix('.json')} was changed since it was made" in err


@pytest.mark.parametrize("status", ["superseded by ADR-0009", "deprecated", "Rejected"])
def test_a_closed_record_claims_nothing_and_never_fails(capsys, record, tmp_path, status):
    record.write_text(record.read_text().replace("status: proposed", f'status: "{status}"'))
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "rules.yaml").write_text(OVERLAY)
    code, drift = verified(capsys, record, "--as-of", "2026-11-23", "--rules", tmp_path / "ours")
    assert (code, drift.closed, drift.stands, drift.status) == (0, True, False, status)


def test_the_date_by_which_it_is_aged_is_named(capsys, record):
    out = run(capsys, "verify", str(record), "--as-of", "2040-01-01", "--probe", "none")[1]
    assert "\n  and as of 2040-01-01: " in out and "today's date" not in out


def test_ci_may_want_to_hear_of_every_change(capsys, record):
    later = ("--as-of", "2027-06-23")
    assert verified(capsys, record, *later)[0] == 0
    code, drift = verified(capsys, record, *later, "--fail-on", "anything")
    assert (code, drift.stands, drift.drifted) == (6, True, True)
    assert verified(capsys, record, "--as-of", "2026-11-23", "--fail-on", "anything")[0] == 0


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda record: record.unlink(), "can't be read: No such file"),
        (lambda record: record.write_text("# Use spaces\n"), "its front matter names no result of the advisor"),
        (lambda record: record.write_bytes(b"\xff\xfe"), "is not text in UTF-8"),
        (lambda record: record.with_suffix(".json").unlink(), "the result that it rests on"),
        (lambda record: record.with_suffix(".json").write_text("{}"), "it isn't the result that"),
        (lambda record: record.with_suffix(".json").write_text("{"), "it isn't the result that"),
        (
            lambda record: _edit(record, lambda d: d["verdict"].update(candidate="keras-jax")),
            "it isn't the result that",
        ),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(capsys, record, spoil, message):
    spoil(record)
    code, out, err = run(capsys, "verify", str(record))
    assert (code, out) == (2, "")
    assert message in err


def test_a_result_may_be_laid_out_anew_and_moved_with_its_record(capsys, record, tmp_path):
    _edit(record, lambda document: None)
    moved = shutil.copytree(record.parent, tmp_path / "elsewhere")
    assert verified(capsys, moved / record.name, "--as-of", "2026-11-23")[1].drifted is False


def _edit(record, change):
    path = record.with_suffix(".json")
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document, indent=8, sort_keys=True))
