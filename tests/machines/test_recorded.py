"""The doctor, the tables and the verdict on machines that were recorded: here with a GPU, which CI hasn't."""

import datetime
from pathlib import Path

import pytest

from advisor.decision.advise import advise
from advisor.diagnosis.diagnose import diagnose
from advisor.knowledge.load import load
from advisor.knowledge.remedies import load_remedies
from advisor.model.answer import Answer
from advisor.model.diagnosis import Diagnosis
from advisor.model.measurement import Measurements
from advisor.report.markdown import render as render_markdown
from advisor.report.measurements import render

H100 = Path(__file__).parent / "h100"
DAY = datetime.date(2026, 11, 26)
ON_GPU = {"pytorch", "keras-jax", "keras-torch"}


@pytest.fixture(scope="module")
def knowledge():
    return load()


@pytest.fixture(scope="module")
def seen():
    return Diagnosis.model_validate_json((H100 / "diagnosis.json").read_text())


@pytest.fixture(scope="module")
def measured():
    return Measurements.model_validate_json((H100 / "measurements.json").read_text())


def test_the_doctor_still_finds_what_it_found(knowledge, seen):
    found = diagnose(load_remedies(knowledge), seen.machine, seen.environments)
    assert [finding.id for finding in found.findings] == ["keras-backend-missing"]
    assert found.findings == seen.findings
    (environment,) = seen.environments
    trials = {trial.framework: trial for trial in environment.trials}
    assert (trials["torch"].built_for, trials["torch"].gpus) == ("cuda", 1)
    assert "sm_90" in trials["torch"].architectures
    assert trials["jax"].gpus == 1


def test_a_cpu_build_on_this_gpu_would_be_found(knowledge, seen):
    (environment,) = seen.environments
    trials = tuple(
        trial.model_copy(update={"built_for": "cpu", "gpus": 0, "names": ""}) if trial.framework == "torch" else trial
        for trial in environment.trials
    )
    found = diagnose(load_remedies(knowledge), seen.machine, [environment.model_copy(update={"trials": trials})])
    (mend,) = [finding for finding in found.findings if finding.id == "cpu-only-build"]
    assert any("whl/cu130" in line for line in mend.commands)


def test_all_computed_on_the_gpu_and_in_float32(measured):
    products = [outcome for outcome in measured.outcomes if outcome.probe == "matmul-float32"]
    working = {outcome.candidate: outcome.findings for outcome in products if outcome.measurements}
    assert set(working) == ON_GPU
    assert {findings["device"] for findings in working.values()} == {"cuda", "gpu"}
    assert {findings["precision"] for findings in working.values()} == {"float32"}
    assert working["keras-jax"]["default_precision"] == "less, such as TF32"
    compared = [comparison for comparison in measured.comparisons if comparison.metric == "matmul-float32"]
    assert {comparison.word for comparison in compared} == {"same"}


def test_numpy_is_no_ceiling_for_a_gpu(measured, knowledge):
    text = render(measured, knowledge, width=100)
    assert "NVIDIA H100" in text
    assert "share of numpy's" not in text


def test_the_page_has_the_table_that_the_command_makes(measured, knowledge):
    """Without a column for what wasn't installed there."""
    machine, numbers, _ = render_markdown(measured, knowledge).split("\n\n")
    assert numbers in (Path(__file__).parents[2] / "docs" / "gpu.md").read_text()
    assert machine.endswith("Not measured: Keras on TensorFlow.")


def test_its_measurements_enter_the_verdict(measured, knowledge):
    result = advise(knowledge, {}, measured, as_of=DAY)
    counted = {name for reason in result.reasons for name in reason.because.measurements}
    assert {f"{metric}-step.{name}" for metric in ("cnn", "transformer") for name in ON_GPU} <= counted
    assert {entry.candidate for entry in result.ranking} == ON_GPU | {"keras-tensorflow"}


def of_speed(result):
    """The rules by which something speaks for or against a candidate's training speed, and the ones that advise."""
    advice = {rule for piece in result.verdict.next.advice for rule in piece.because.rules[:1]}
    return {reason.because.rules[0] for reason in result.reasons if reason.criterion == "speed"}, advice


SMALL = {"measured-cnn-overhead", "measured-transformer-overhead"}
CITED = {"cited-speed-torch-backend", "cited-speed-compiled-pytorch", "cited-speed-compiled-jax"}


def trained_on(accelerator):
    return {"accelerator": Answer(question="accelerator", value=accelerator, origin="file")}


def test_small_batches_on_a_gpu_count_for_half_beside_what_is_cited(measured, knowledge):
    rules, advice = of_speed(advise(knowledge, trained_on("nvidia"), measured, as_of=DAY))
    assert rules >= SMALL | CITED
    assert "measure-large-batches" in advice
    strengths = {rule.id: rule.then[0].strength for rule in knowledge.rules if rule.id in SMALL | {"measured-cnn-step"}}
    assert {strengths[name] for name in SMALL} == {strengths["measured-cnn-step"] / 2}


def test_large_batches_on_a_gpu_stand_in_for_both(measured, knowledge):
    renamed = measured.model_dump_json().replace('"cnn-step"', '"cnn-large-step"').replace('"cnn"', '"cnn-large"')
    rules, advice = of_speed(
        advise(knowledge, trained_on("nvidia"), Measurements.model_validate_json(renamed), as_of=DAY)
    )
    assert "measured-cnn-large" in rules
    assert not rules & (SMALL | CITED)
    assert "measure-large-batches" not in advice


@pytest.mark.parametrize("elsewhere", ["none", "amd", "tpu"])
def test_what_was_timed_on_a_gpu_says_nothing_of_another_processors_speed(measured, knowledge, elsewhere):
    result = advise(knowledge, trained_on(elsewhere), measured, as_of=DAY)
    rules, advice = of_speed(result)
    assert rules
    assert not {rule for rule in rules if rule.startswith("measured")}
    assert "measured-elsewhere" in advice
