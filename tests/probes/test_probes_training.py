"""The training probes with the real frameworks: the same work, the same loss, and the numbers that they promise."""

import importlib
import importlib.util
import json
import math
import os
import shutil
import subprocess
import sys
from itertools import combinations

import psutil
import pytest
import yaml

from advisor.assets import probes_dir, rules_dir
from advisor.probing.worker import Worker
from tests.support.frameworks import PACKAGES, asked_once, each, require

NETS = ("mlp", "cnn", "lstm", "transformer")
REGISTERED = {
    entry["id"]: entry for entry in yaml.safe_load((rules_dir() / "probes-training.yaml").read_text("utf-8"))["probes"]
}
FULL = ("mlp", "mlp-large", "mlp-eager", "mlp-compiled")
"""Asked as at the level `full`; the rest as at `quick`, which is cheaper."""
DEAR = {
    "mlp-eager": ("pytorch", "keras-tensorflow", "keras-torch"),
    "mlp-compiled": ("pytorch", "keras-tensorflow", "keras-jax"),
    "peak-memory": ("pytorch", "keras-tensorflow"),
    "input-pipeline": ("pytorch", "keras-tensorflow"),
}
"""Probes that take long with somebody, and whom they are tried with here."""
COUNTING = """
import collections, json, shared_session, shared_workload, sys

stack = shared_session.Session(sys.argv[1]).stack
stack.load()
workload, counts = shared_workload.Workload(stack, "mlp"), collections.Counter()

def counted(name, own):
    def method(self, *arguments):
        counts[name] += 1
        return own(self, *arguments)
    return method

for name in ("train_step", "reset_metrics", "jax_state_sync"):
    if hasattr(stack.keras.Model, name):
        setattr(stack.keras.Model, name, counted(name, getattr(stack.keras.Model, name)))
told = []
for part in (workload.begin, lambda: workload.run(2), lambda: workload.run(11)):
    counts.clear()
    part()
    told.append(dict(counts))
print(json.dumps(told))
"""
"""Tells how often methods of a model in Keras were called in the first steps, in three and in twelve more."""


def ask(worker, probe, **options):
    entry = REGISTERED[probe]
    level = "full" if probe in FULL else "quick"
    request = {"blocks": 1, "turn": 1, "last": True, "level": level, **entry.get("options", {}), **options}
    return worker.ask(probe, request, 150, program=entry.get("program", ""))


def measure(worker, candidate):
    """The envelopes of one candidate by probe, and the processes that it left to its worker."""
    asked = ["cnn", "lstm", "transformer", "mlp-large"] + [probe for probe in DEAR if candidate in DEAR[probe]]
    found = {"mlp": ask(worker, "mlp", last=False)}
    found["again"] = ask(worker, "mlp", turn=2, blocks=2)
    found |= {probe: ask(worker, probe) for probe in asked}
    if candidate == "keras-jax":
        found["without-tensorflow"] = ask(worker, "input-pipeline", pipeline="pydataset")
    left = [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]
    return found, left


measured = asked_once(measure)


@pytest.fixture
def workload(load):
    return load("shared_workload")


@each
def test_everything_works_and_gives_its_metrics(measured, candidate):
    found, _ = measured(candidate)
    assert len(found) > 6
    for probe, envelope in found.items():
        if (probe, candidate) == ("mlp-compiled", "pytorch") and not shutil.which("g++"):
            assert "compiler" in envelope.detail
            continue
        assert envelope.works or (probe == "peak-memory" and envelope.status == "not-tried"), (probe, envelope.detail)
        if probe in REGISTERED and envelope.works:
            promised = {metric["id"] for metric in REGISTERED[probe]["metrics"]}
            if probe in NETS and probe not in FULL:
                promised = {f"{probe}-first-step", f"{probe}-step"}
            assert set(envelope.samples) == promised
            assert all(len(blocks) == 1 for blocks in envelope.samples.values())


@each
def test_asked_again_it_goes_on_with_the_same_net(measured, candidate):
    again = measured(candidate)[0]["again"]
    assert set(again.samples) == {"mlp-step", "mlp-infer"}
    assert all(len(blocks) == 2 for blocks in again.samples.values())


@each
def test_the_modes_are_what_they_are_called(measured, candidate):
    found, _ = measured(candidate)
    default = {"pytorch": "eager", "keras-tensorflow": "traced graph", "keras-jax": "jitted", "keras-torch": "eager"}
    assert found["mlp"].findings["mode"].startswith(default[candidate])
    if "mlp-eager" in found:
        assert found["mlp-eager"].findings["mode"] == "eager"
    assert found["mlp-large"].findings["batch"] == 4 * found["mlp"].findings["batch"]
    if "mlp-compiled" in found:
        assert found["mlp-compiled"].findings["mode"] in ("torch.compile", "traced graph, XLA", "jitted")


@pytest.mark.parametrize("probe", [*NETS, "mlp-large", "mlp-eager", "mlp-compiled"])
def test_all_do_the_same_work(measured, workload, probe):
    present = [c for c, packages in PACKAGES.items() if all(importlib.util.find_spec(name) for name in packages)]
    found = {candidate: measured(candidate)[0].get(probe) for candidate in present}
    found = {candidate: envelope.findings for candidate, envelope in found.items() if envelope and envelope.works}
    if len(found) < 2:
        pytest.skip("fewer than two candidates have it")
    for name in ("parameters", "batch", "optimiser", "precision", "loss_steps"):
        assert len({findings[name] for findings in found.values()}) == 1, name
    tolerance = workload.LOSS_TOLERANCE[probe.partition("-")[0]]
    for one, other in combinations(found, 2):
        first, second = found[one]["loss_after_steps"], found[other]["loss_after_steps"]
        assert abs(first / second - 1) < tolerance, (one, other)


@each
def test_a_net_learns_from_where_all_start(measured, candidate):
    findings = measured(candidate)[0]["mlp"].findings
    # The labels are drawn alike from ten: who hasn't learnt the batches by heart is at the logarithm of ten or above.
    assert 0 < findings["loss_after_steps"] < math.log(10) - 0.2


@pytest.mark.parametrize("candidate", [name for name in PACKAGES if name.startswith("keras-")])
def test_a_block_of_steps_in_keras_is_one_fit(candidate, tmp_path):
    require(candidate)
    environment = {**os.environ, "PYTHONPATH": str(probes_dir()), "KERAS_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-B", "-c", COUNTING, candidate],
        env=environment, capture_output=True, text=True, timeout=150, check=True,
    )  # fmt: skip
    first, few, many = json.loads(done.stdout.splitlines()[-1])
    # Once a call and not once a step: the metrics begin anew, and on JAX the model is given its weights back.
    assert few["reset_metrics"] == many["reset_metrics"] == 1
    assert few.get("jax_state_sync") == many.get("jax_state_sync")
    assert ("jax_state_sync" in few) == (candidate == "keras-jax")
    if candidate == "keras-torch":
        assert (few["train_step"], many["train_step"]) == (3, 12)
    else:
        assert first["train_step"] >= 1
        assert "train_step" not in few | many, "traced anew: what the first step compiled doesn't serve the later ones"


@each
def test_no_worker_of_the_input_pipeline_is_left(measured, candidate):
    assert not [command for command in measured(candidate)[1] if "spawn_main" in command]


@pytest.mark.parametrize(
    ("candidate", "pipeline"), [("pytorch", "dataloader"), ("keras-tensorflow", "tf.data"), ("keras-jax", "pydataset")]
)
def test_the_pipeline_is_the_one_of_the_candidates_users(measured, candidate, pipeline):
    found, _ = measured(candidate)
    findings = found["without-tensorflow" if candidate == "keras-jax" else "input-pipeline"].findings
    assert findings["pipeline"] == pipeline
    if pipeline == "dataloader":
        assert min(findings["without_workers_per_s"], findings["with_workers_per_s"]) > 0


def test_without_a_compiler_compiling_fails_and_says_so(measured, monkeypatch):
    measured("pytorch")
    monkeypatch.setenv("CXX", "/nonexistent/compiler")
    with Worker(sys.executable, probes_dir(), "pytorch", 2) as worker:
        compiled, plain = ask(worker, "mlp-compiled"), ask(worker, "mlp")
    assert compiled.status == "fails"
    assert "compiler" in compiled.detail.lower()
    assert plain.status == "works"


def test_a_pipeline_that_cheats_is_found_out(monkeypatch):
    monkeypatch.syspath_prepend(str(probes_dir()))
    pipeline = importlib.import_module("probe_input_pipeline")
    images, labels = pipeline._arrays()
    numbers = (images.astype("float32") - pipeline.MEAN) / pipeline.DEVIATION
    assert "shuffled" in pipeline._problem(lambda: [(numbers, labels)], 2)
    assert "each once" in pipeline._problem(lambda: [(numbers[:64], labels[:64])], 2)
    orders = iter((labels[::-1], labels[::2].tolist() + labels[1::2].tolist()))

    def unflipped():
        order = list(next(orders))
        return [(numbers[order], labels[order])]

    assert "flipped" in pipeline._problem(unflipped, 2)


def test_first_weights_differ_from_variable_to_variable_and_from_zero(workload):
    one, other = workload.first_weights("a/kernel", (8, 4), 8), workload.first_weights("b/kernel", (8, 4), 8)
    assert (one == workload.first_weights("a/kernel", (4, 8), 8).reshape(8, 4)).all()
    assert (one != other).all()
    assert workload.first_weights("a/bias", (4,), 1).all()
    assert abs(workload.first_weights("a/gamma", (1000,), 1).mean() - 1) < 0.02


def test_the_registrations_are_complete():
    for net in NETS:
        for probe, options in {
            net: {"net": net},
            f"{net}-large": {"net": net, "batch": "large"},
            f"{net}-eager": {"net": net, "mode": "eager"},
            f"{net}-compiled": {"net": net, "mode": "compiled"},
        }.items():
            assert REGISTERED[probe]["options"] == options
            assert all(
                metric["id"].startswith(f"{probe}-") or "compile-time" in metric["id"]
                for metric in REGISTERED[probe]["metrics"]
            )
    assert {probe for probe, entry in REGISTERED.items() if entry.get("quick")} == {"cnn", "transformer"}
