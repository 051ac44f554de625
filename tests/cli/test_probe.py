"""`advisor probe` and what `advisor rules` says of claims and age, without measuring anything."""

import json
from typing import get_args

import jsonschema
import pytest

from advisor.knowledge.load import load
from advisor.model.measurement import Comparison, Interpreter, Measurement, Measurements, Outcome
from advisor.model.probe import Ceiling
from advisor.model.selfcheck import SelfCheck, Trial
from advisor.probing.reference import CEILING
from advisor.report.measurements import render
from advisor.report.probes import render_self_check
from tests.support.measurements import HOST
from tests.support.run import run

KNOWLEDGE = load()
NAMES = [candidate.id for candidate in KNOWLEDGE.candidates]


def number(median, **more):
    return Measurement(
        metric="cnn-step", unit="ms", median=median, low=median * 0.9, high=median * 1.1, launches=5, samples=15,
        spread=0.04, smallest_difference=1.15, **more,
    )  # fmt: skip


@pytest.fixture
def file(tmp_path):
    medians = dict(zip(NAMES, (20.0, 30.0, 40.0, 60.0), strict=True))
    outcomes = [
        Outcome(probe="cnn", candidate=name, interpreter="/python", status="works", measurements=(number(median),))
        for name, median in medians.items()
    ]
    outcomes += [
        Outcome(probe="onnx-export", candidate=name, interpreter="/python", status="works-with-extra", extras=("onnx",))
        for name in NAMES
    ]
    comparisons = tuple(
        Comparison(
            metric="cnn-step", candidate=one, interpreter="/python", rival=other, rival_interpreter="/python",
            ratio=medians[one] / medians[other], low=0.8 * medians[one] / medians[other],
            high=1.2 * medians[one] / medians[other], word="faster",
        )
        for one, other in zip(NAMES, NAMES[1:], strict=False)
    )  # fmt: skip
    found = Measurements(
        level="full",
        fingerprint="f",
        host=HOST,
        interpreters=(Interpreter(path="/python"),),
        outcomes=tuple(outcomes),
        comparisons=comparisons,
    )
    path = tmp_path / "here.json"
    path.write_text(found.model_dump_json())
    return path


def test_the_list_names_every_probe_and_its_claim(capsys):
    code, out, _ = run(capsys, "probe", "--list")
    assert code == 0
    for probe in KNOWLEDGE.probes:
        assert probe.id in out
        assert not probe.claim or " ".join(probe.claim.split())[:30] in " ".join(out.split())
    few = run(capsys, "probe", "--list", "--only", "cnn")[1]
    assert few in out
    assert [line.partition(":")[0] for line in few.splitlines() if line and line[0] != " "] == ["cnn"]


def test_measurements_in_a_file_are_shown_not_taken(capsys, file):
    code, out, _ = run(capsys, "probe", "--measurements", str(file))
    assert code == 0
    assert "20" in out
    assert "Compared with the best" in out
    assert "keras-tensorflow 1.50" in out
    assert "slower" in out


def test_the_same_as_tables_in_markdown(capsys, file):
    code, out, _ = run(capsys, "probe", "--measurements", str(file), "--markdown")
    assert code == 0
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows}) == 1
    assert "**20" in out
    assert "works with onnx" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "cn"], "there is no probe 'cn'"),
        (["--candidate", "caffe"], "there is no candidate 'caffe'"),
        (["--self-check", "--candidate", "pytorch", "--candidate", "keras-jax"], "takes one candidate"),
        (["--self-check", "--measurements", "here.json"], "--self-check measures: --measurements don't go with it"),
        (["--list", "--only", "cn"], "there is no probe 'cn'"),
        (["--measurements", "nowhere.json"], "nowhere.json: can't be read"),
        (["--json", "--markdown"], "not allowed with"),
        (["--only", "cnn", "--all"], "not allowed with"),
    ],
)
def test_mistakes_are_named(capsys, arguments, message):
    code, out, err = run(capsys, "probe", *arguments)
    assert code == 2
    assert message in err + out


@pytest.mark.parametrize(
    "command",
    [
        ["probe", "--only", "framework"],
        ["--json", "--probe", "quick"],
        ["batch", "--probe", "quick"],
        ["session", "ana.yaml", "ben.yaml", "--probe", "quick"],
    ],
)
def test_where_nothing_could_be_measured_it_is_said_why(capsys, monkeypatch, tmp_path, command):
    missing = [
        Outcome(probe="framework", candidate=name, interpreter="/p", status="not-tried", cause="missing", detail="no x")
        for name in NAMES
    ]
    found = Measurements(level="quick", fingerprint="f", host=HOST, interpreters=(), outcomes=tuple(missing))
    monkeypatch.setattr("advisor.cli.measuring.measure", lambda *_: found)
    monkeypatch.chdir(tmp_path)
    for name in ("ana.yaml", "ben.yaml", "lines.jsonl"):
        (tmp_path / name).write_text("{}\n")
    code, _, err = run(capsys, *command, *(["lines.jsonl"] if command[0] == "batch" else []), "-q")
    assert (code, err) == (4, f"! nothing could be measured: framework with {NAMES[0]}: no x ({len(NAMES) - 1} more)\n")


def test_a_probe_that_only_finds_out_counts_as_tried(capsys, monkeypatch):
    works = Outcome(probe="onnx-export", candidate=NAMES[0], interpreter="/p", status="works")
    crashed = works.model_copy(update={"status": "fails", "cause": "crashed", "detail": "it went\naway"})
    for outcome, expected in (
        (works, (0, "")),
        (crashed, (4, "! a probe failed: onnx-export with pytorch: it went\n")),
    ):
        found = Measurements(level="quick", fingerprint="f", host=HOST, interpreters=(), outcomes=(outcome,))
        monkeypatch.setattr("advisor.cli.measuring.measure", lambda *_, found=found: found)
        code, _, err = run(capsys, "probe", "-q")
        assert (code, err) == expected


@pytest.mark.parametrize(
    ("default", "compiled", "words"),
    [(20.0, 15.0, "pays after 2,000 steps"), (20.0, 20.0, "pays never: a compiled step is no faster")],
)
def test_compiling_pays_after_so_many_steps(default, compiled, words):
    def measured(metric, unit, median):
        return Measurement(metric=metric, unit=unit, median=median, low=median, high=median, launches=3, samples=3)

    numbers = (
        measured("cnn-step", "ms", default),
        measured("cnn-compiled-step", "ms", compiled),
        measured("cnn-compile-time", "s", 10.0),
    )
    outcome = Outcome(probe="cnn", candidate="pytorch", interpreter="/p", status="works", measurements=numbers)
    found = Measurements(level="full", fingerprint="f", host=HOST, interpreters=(), outcomes=(outcome,))
    assert f"Compiling cnn with pytorch {words}." in render(found, KNOWLEDGE, width=100)


def test_what_numpy_reaches_stands_beside_what_has_a_ceiling():
    assert {metric.id for metric in CEILING.metrics} == set(get_args(Ceiling))
    plain = number(100.0).model_copy(update={"unit": "gflops"})
    (found, reached) = (
        Outcome(
            probe=probe, candidate=candidate, interpreter="/p", status="works",
            measurements=(plain.model_copy(update={"metric": metric, "median": median}),),
        )
        for probe, candidate, metric, median in (
            ("matmul-float32", "pytorch", "matmul-float32", 100.0), ("ceiling", "reference", "ceiling-float32", 125.0),
        )
    )  # fmt: skip
    both = Measurements(
        level="full", fingerprint="f", host=HOST, interpreters=(), outcomes=(found,), machine=(reached,)
    )
    assert [line.split() for line in render(both, KNOWLEDGE, width=100).splitlines() if "share" in line] == [
        ["share", "of", "numpy's", "80%"]
    ]


def trial(**more):
    plain = {"probe": "cnn", "metric": "cnn-step", "copies": ("a#1", "a#2"), "true_ratio": 1.0, "ratio": 1.0,
             "low": 0.9, "high": 1.1, "smallest_difference": 1.2, "word": "same"}  # fmt: skip
    return Trial(**{**plain, **more})


def test_a_self_check_is_counted_and_fits_its_schema(capsys):
    found = SelfCheck(
        candidate="a",
        interpreter="p",
        level="quick",
        alike=(trial(), trial(word="undecided"), trial(ratio=1.3, low=1.2, high=1.4, word="slower")),
        slowed=(trial(true_ratio=1.2, ratio=1.2, low=1.1, high=1.3, word="slower"),),
    )
    assert found.false_differences == pytest.approx(1 / 3)
    assert (found.coverage, found.found, found.smallest_difference) == (0.75, 1.0, 1.2)
    text = render_self_check(found, width=100)
    assert "False differences: 1 of 3 comparisons (33.3%)" in text
    assert "Planted slowdowns found: 1 of 1 (100%)" in text
    _, out, _ = run(capsys, "schema", "self-check")
    jsonschema.Draft202012Validator(json.loads(out)).validate(json.loads(found.model_dump_json()))


def test_stale_sources_are_listed_by_date(capsys):
    _, none, _ = run(capsys, "rules", "stale", "--as-of", "2026-11-24")
    assert none.startswith("0 of ")
    _, some, _ = run(capsys, "rules", "stale", "--as-of", "2040-01-01")
    assert f"{len(KNOWLEDGE.sources)} of {len(KNOWLEDGE.sources)} sources" in some
