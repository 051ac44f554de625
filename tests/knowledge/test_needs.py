"""What the shipped rules say of particular needs."""

import pytest

from advisor.decision.beliefs import believe
from advisor.engine.program import compile_knowledge
from advisor.engine.trace import trace
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.rule import Advise, Evidence, Warn

KNOWLEDGE = load()
PROGRAM = compile_knowledge(KNOWLEDGE)
KERAS = ("keras-tensorflow", "keras-jax", "keras-torch")


def consequences(needs):
    """What follows from these answers alone, with nothing measured."""
    given = [
        Answer(question=question.id, value=None if question.id not in needs else question.accept(needs[question.id]))
        for question in KNOWLEDGE.questions
    ]
    evaluation = PROGRAM.run(believe(KNOWLEDGE, PROGRAM, given, None).known)
    fired = {entry.rule for entry in trace(KNOWLEDGE, PROGRAM, evaluation).fired}
    return [consequence for rule in KNOWLEDGE.rules if rule.id in fired for consequence in rule.then]


def strength(candidate, criterion, **needs):
    return sum(
        entry.strength
        for entry in consequences(needs)
        if isinstance(entry, Evidence) and (entry.evidence, entry.criterion) == (candidate, criterion)
    )


def told(candidate, **needs):
    """The warnings and advice for whoever takes this candidate, in one string."""
    return " ".join(
        entry.warn if isinstance(entry, Warn) else entry.advise
        for entry in consequences(needs)
        if isinstance(entry, Warn | Advise) and entry.candidate in (None, candidate)
    )


def test_pytorch_on_a_tpu_is_supported_and_young():
    assert strength("pytorch", "platform", accelerator="tpu") > 0
    assert strength("pytorch", "longevity", accelerator="tpu") == strength("pytorch", "longevity", accelerator="none")
    assert "torch_tpu" in told("pytorch", accelerator="tpu")


def test_keras_on_pytorch_computes_no_double_precision():
    assert strength("keras-torch", "numerics", precision="double") == -3
    assert "single precision" in told("keras-torch", precision="double")
    assert "single precision" not in told("pytorch", precision="double")
    assert strength("keras-jax", "numerics", precision="double") == -0.5


@pytest.mark.parametrize("candidate", ["pytorch", *KERAS])
def test_in_double_precision_an_apple_gpu_decides_nothing(candidate):
    assert strength(candidate, "platform", accelerator="apple", os="macos", precision="double") == 0
    assert strength(candidate, "platform", accelerator="apple", os="macos", precision="usual") != 0


@pytest.mark.parametrize(
    "needs",
    [
        {"accelerator": "amd", "os": "macos"},
        {"accelerator": "nvidia", "os": "macos"},
        {"accelerator": "apple", "os": "windows"},
        {"accelerator": "apple", "os": "linux"},
        {"accelerator": "tpu", "os": "wsl"},
        {"accelerator": "none", "precision": "float8"},
        {"accelerator": "apple", "precision": "float8"},
        {"accelerator": "apple", "precision": "double"},
        {"accelerator": "tpu", "precision": "double"},
        {"pretrained": "foundation", "targets": ["microcontroller"]},
        {"accelerator": "none", "os": "macos"},
    ],
)
def test_answers_that_do_not_go_together_are_told(needs):
    alone = [told(None, **{name: value}) for name, value in needs.items()]
    assert set(told(None, **needs).split()) > {word for text in alone for word in text.split()}


@pytest.mark.parametrize("candidate", ["pytorch", *KERAS])
@pytest.mark.parametrize("accelerator", ["amd", "intel"])
def test_a_gpu_that_macos_does_not_use_speaks_for_nobody(candidate, accelerator):
    assert strength(candidate, "platform", accelerator=accelerator, os="macos") == 0


def test_float8_counts_where_there_is_hardware_for_it():
    assert strength("pytorch", "numerics", precision="float8", accelerator="nvidia") == 2
    for accelerator in ("none", "apple", "amd"):
        assert strength("pytorch", "numerics", precision="float8", accelerator=accelerator) == 0


def test_kernels_in_python_want_linux():
    assert strength("pytorch", "numerics", kernels=True, os="linux") == 2
    for os in ("windows", "macos"):
        assert strength("pytorch", "numerics", kernels=True, os=os) == 1
        assert "Triton" in told("pytorch", kernels=True, os=os)
    assert strength("keras-jax", "numerics", kernels=True, accelerator="apple") == 0


def test_the_oldest_python_stops_pytorch_too():
    assert strength("pytorch", "surroundings", python="older") < 0


def test_on_a_processor_it_is_pytorch_that_was_fastest():
    assert strength("pytorch", "speed", accelerator="none") > 0 == strength("keras-jax", "speed", accelerator="none")


def test_each_compiled_backend_is_credited_with_its_own_figures():
    speeds = [strength(candidate, "speed", accelerator="nvidia") for candidate in ("pytorch", *KERAS)]
    assert speeds == [1, 1, 0.5, -2]
    assert "torch.compile" in told("pytorch", accelerator="nvidia")


def test_a_dependency_on_pytorch_is_as_large_as_one_on_tensorflow():
    unlike = {name: strength(name, "surroundings", library=True) for name in ("pytorch", "keras-torch", "keras-jax")}
    assert unlike == {"pytorch": -0.5, "keras-torch": 0.5, "keras-jax": 1.5}
    assert "build for the CPU" in told("keras-torch", library=True)


def test_onnx_leads_from_jax_to_small_functions():
    assert strength("keras-jax", "serving", predictions="serverless") > 0


@pytest.mark.parametrize(
    ("candidate", "way"),
    [("keras-tensorflow", "GELU"), ("keras-jax", "max-pooling"), ("keras-torch", "input_signature")],
)
def test_who_needs_onnx_is_told_the_way_round_what_fails(candidate, way):
    assert way in told(candidate, onnx=True)
    assert way not in told(candidate, onnx=False)


@pytest.mark.parametrize(
    "needs",
    [
        {"existing": "jax"},
        {"knows": ["jax"], "training-loop": "own-loop"},
        {"knows": ["jax"], "models": "novel"},
        {"knows": ["jax"], "accelerator": "tpu"},
    ],
)
def test_whoever_is_at_home_in_jax_is_told_of_what_is_not_compared(needs):
    assert "Equinox" in told("keras-jax", **needs)
    assert "Equinox" not in told("keras-jax", knows=["jax"], **{"training-loop": "ready-made"})


def test_what_the_hugging_face_libraries_run_on_counts_once_for_each_need():
    field, start = {"domain": "language"}, {"pretrained": "foundation"}
    needs = [{}, field, start, field | start]
    assert [strength("pytorch", "ecosystem", **entry) for entry in needs] == [1, 2, 3, 4]


def test_the_end_of_tensorflow_on_tpus_counts_under_platform_alone():
    assert strength("keras-tensorflow", "platform", accelerator="tpu") == -2
    longevity = [strength("keras-tensorflow", "longevity", accelerator=name) for name in ("tpu", "nvidia")]
    assert longevity[0] == longevity[1]


def test_what_all_have_is_credited_to_nobody():
    for candidate in KERAS:
        without = strength(candidate, "simplicity", pretrained="none")
        assert strength(candidate, "simplicity", pretrained="classic-vision") == without
    assert strength("keras-jax", "data", data="files") == strength("pytorch", "data", data="files") == 0
    assert "grain" in told("keras-jax", data="files")


def test_science_has_libraries_on_pytorch_and_derivatives_on_all():
    assert strength("pytorch", "ecosystem", domain="scientific") > strength("pytorch", "ecosystem", domain="other")
    assert all(strength(candidate, "numerics", derivatives=True) > 0 for candidate in ("pytorch", *KERAS))
    assert strength("keras-jax", "flexibility", domain="scientific") == 1


def test_tables_are_sent_to_trees_first():
    assert "gradient-boosted trees" in told(None, domain="tabular")


def test_jax_on_a_gpu_repeats_and_multiplies_in_full_only_when_told_to():
    assert "xla_gpu_deterministic_ops" in told("keras-jax", accelerator="nvidia", reproducibility="high")
    on_gpu, on_cpu = (strength("keras-jax", "reproducibility", accelerator=name) for name in ("nvidia", "none"))
    assert on_gpu < on_cpu
    assert "jax_default_matmul_precision" in told("keras-jax", accelerator="nvidia", domain="scientific")
