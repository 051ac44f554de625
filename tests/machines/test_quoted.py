"""What rules and claims quote of the tables in README and docs/gpu.md is what the recorded runs say."""

import re
from pathlib import Path

import pytest

from advisor.model.measurement import Measurements
from tests.support.needs import KNOWLEDGE

ROOT = Path(__file__).parents[2]
XEON, H100 = (
    Measurements.model_validate_json((ROOT / "tests" / "machines" / machine / "measurements.json").read_text())
    for machine in ("xeon", "h100")
)
STEPS = [f"{net}-step" for net in ("mlp", "cnn", "lstm", "transformer")]
TEXTS = {rule.id: rule.because for rule in KNOWLEDGE.rules} | {claim.id: claim.why for claim in KNOWLEDGE.claims}
CITING = {entry.id for entry in (*KNOWLEDGE.rules, *KNOWLEDGE.claims) if "advisor-findings" in entry.sources}


def against_pytorch(candidate, metric, run=XEON):
    (found,) = (each for each in run.compared(metric, candidate) if each.rival == "pytorch")
    return found


def times(candidate, *metrics, run=XEON):
    """How many times PyTorch's number a candidate's is."""
    found = sorted(against_pytorch(candidate, metric, run).ratio for metric in metrics)
    return " to ".join(dict.fromkeys(f"{ratio:.1f}" for ratio in (found[0], found[-1])))


def microseconds(candidate):
    return f"{XEON.number('small-op', candidate).median:.0f}"


SLOWEST_PRODUCT = min(against_pytorch(name, "matmul-float32").ratio for name in ("keras-tensorflow", "keras-jax"))
ON_TENSORFLOW, ON_PYTORCH = times("keras-tensorflow", *STEPS), times("keras-torch", *STEPS)
ON_JAX, ON_JAX_SMALLEST = times("keras-jax", *STEPS[1:]), times("keras-jax", "mlp-step")
QUOTED = {
    "cited-speed-on-a-processor": (f"{ON_TENSORFLOW} times as long with the four", f"{ON_JAX} times with the three"),
    "cited-speed-of-rows-on-a-processor": (f"in {ON_JAX_SMALLEST} times plain PyTorch's time",),
    "cited-speed-torch-backend-on-a-processor": (f"took {ON_PYTORCH} times plain PyTorch's time",),
    "cited-speed-torch-backend": (f"took {times('keras-torch', *STEPS, run=H100)} times plain PyTorch's time",),
    "keras-is-slower-on-small-nets": (
        f"in {ON_PYTORCH} times PyTorch's time with Keras on PyTorch, {ON_TENSORFLOW} on TensorFlow",
        f"on JAX in {ON_JAX_SMALLEST} with the smallest and {ON_JAX} with the others",
    ),
    "one-is-faster": (
        f"by up to {100 / SLOWEST_PRODUCT - 100:.0f} %",
        f"by up to {times('keras-torch', 'lstm-step')} times",
    ),
    "recurrent-layers-are-slow-elsewhere": (
        f"{times('keras-tensorflow', 'lstm-step')} times as fast as that of Keras on TensorFlow",
        f"{times('keras-jax', 'lstm-step')} times as on JAX",
        f"{times('keras-torch', 'lstm-step')} times as on PyTorch",
    ),
    "eager-is-slow-in-keras": (
        f"cost {microseconds('keras-tensorflow')} µs on TensorFlow, {microseconds('keras-jax')} on JAX",
        f"{microseconds('keras-torch')} with Keras on PyTorch and {microseconds('pytorch')} in plain PyTorch",
    ),
}
BY_OTHER_MEANS = {"size-of-the-installation"}
"""Sizes of packages stand below the tables and are no probe's."""


@pytest.mark.parametrize("entry", QUOTED)
def test_figures_are_those_of_the_run(entry):
    for phrase in QUOTED[entry]:
        assert phrase in TEXTS[entry]


def test_nothing_else_quotes_figures():
    assert {entry for entry in CITING if re.search(r"\b\d", TEXTS[entry])} <= QUOTED.keys() | BY_OTHER_MEANS


def test_who_is_fastest_in_which_net_is_what_the_rules_say():
    words = {name: [against_pytorch(name, step).word for step in STEPS] for name in ("keras-tensorflow", "keras-jax")}
    assert words == {
        "keras-tensorflow": ["slower", "undecided", "slower", "slower"],
        "keras-jax": ["faster", "slower", "slower", "slower"],
    }
