"""The routes of deployment: what is compared and how, with fake runtimes; and the cheap routes with real frameworks."""

import time
import types
from pathlib import Path

import numpy
import psutil
import pytest
import yaml

from advisor.assets import probes_dir, rules_dir
from tests.support.frameworks import asked_once, each

ROUTES = ("onnx-export", "torch-export", "saved-model", "litert", "openvino", "aot-inductor")
REAL = {
    "pytorch": ("onnx-export", "torch-export", "saved-model", "litert", "openvino"),
    "keras-tensorflow": ("onnx-export", "torch-export", "saved-model", "litert", "openvino", "aot-inductor"),
    "keras-jax": ("onnx-export", "torch-export", "litert"),
    "keras-torch": ("onnx-export", "torch-export", "saved-model", "litert"),
}
"""What is run here: left out is what takes long."""
MODELS = ("cnn", "attention")


@pytest.fixture
def shared(load):
    return load("shared_export")


class Doubler:
    """A source that needs no framework: twice the sum of each row."""

    stack = types.SimpleNamespace(family="fake", load=lambda: None)

    def __init__(self, stack=None, name="cnn"):
        self.name = name

    def inputs(self, size):
        return numpy.random.default_rng(size).standard_normal((size, 4)).astype("float32")

    def predict(self, inputs):
        return 2 * inputs.sum(1, keepdims=True)


def take(shared, monkeypatch, call, options=None, export=None, folders=None, **more):
    """What `examine` says of a route whose runtime is `call`; `folders` gets those that were exported to."""
    monkeypatch.setattr(shared, "Source", Doubler)
    folders = [] if folders is None else folders

    def write(source, folder):
        folders.append(Path(folder))
        (folders[-1] / "model").write_bytes(bytes(100))

    def load(source, folder, found):
        return shared.Artifact(call)

    session = types.SimpleNamespace(stack=Doubler.stack)
    return shared.examine(session, options or {"level": "quick"}, export or write, load, **more)


def right(inputs):
    return 2 * inputs.sum(1, keepdims=True)


def test_equal_outputs_work(shared, monkeypatch):
    folders = []
    part = take(shared, monkeypatch, right, folders=folders, extras=("converter",))
    assert part["status"] == "works-with-extra"
    assert part["extras"] == ["converter"]
    assert part["findings"]["cnn"] == part["findings"]["attention"] == "works"
    assert part["findings"]["cnn.file_bytes"] == 100
    assert part["findings"]["cnn.max_abs_diff"] == 0
    assert "cnn.latency_ms" not in part["findings"]
    assert len(folders) == 2
    assert not any(folder.exists() for folder in folders)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda inputs: right(inputs) * 1.01, "outputs differ by"),
        (lambda inputs: right(inputs) + numpy.nan, "outputs differ by nan"),
        (lambda inputs: right(inputs)[::-1], "at batch size 5 the outputs differ"),
        (lambda inputs: numpy.repeat(right(inputs[:1]), len(inputs), 0), "at batch size 5 the outputs differ"),
        (lambda inputs: right(inputs)[:2], "a batch of 5 came back with shape (2, 1)"),
        (lambda inputs: right(inputs).repeat(2, 0)[:2], "a batch of 1 came back with shape (2, 1)"),
        (lambda inputs: right(inputs).ravel(), "came back with shape"),
    ],
)
def test_outputs_that_are_not_those_of_the_model_fail(shared, monkeypatch, call, words):
    part = take(shared, monkeypatch, call)
    assert part["status"] == "fails"
    assert part["detail"].startswith("cnn: ")
    assert words in part["detail"]


def only_one_row(inputs):
    if len(inputs) != 1:
        raise ValueError("Got 5 but expected 1\nand more")
    return right(inputs)


def test_a_fixed_batch_size_fails(shared, monkeypatch):
    part = take(shared, monkeypatch, only_one_row)
    assert part["detail"] == "cnn: at batch size 5: ValueError: Got 5 but expected 1"


def test_a_route_that_promises_one_size_alone_may_refuse_others_but_not_answer_wrongly(shared, monkeypatch):
    part = take(shared, monkeypatch, only_one_row, fixed=True)
    assert part["status"] == "works"
    assert part["findings"]["cnn.batch"] == "fixed at 1: ValueError: Got 5 but expected 1"
    assert take(shared, monkeypatch, right, fixed=True)["findings"]["cnn.batch"] == "any"
    assert take(shared, monkeypatch, lambda inputs: right(inputs)[:2], fixed=True)["status"] == "fails"


def test_the_model_that_fails_is_named_and_the_other_one_tried(shared, monkeypatch):
    def export(source, folder):
        if source.name == "attention":
            raise RuntimeError(f"no rule for Gelu in {folder}/model\nsecond line")

    part = take(shared, monkeypatch, right, export=export, otherwise=("another call", lambda source, folder: None))
    assert part["status"] == "fails"
    assert part["detail"] == "attention: RuntimeError: no rule for Gelu in model"
    assert part["findings"]["cnn"] == "works"
    assert part["findings"]["attention.error"].endswith("model | second line")
    assert part["findings"]["attention.otherwise"] == "another call: works"
    assert "cnn.otherwise" not in part["findings"]


@pytest.mark.parametrize("error", [ModuleNotFoundError("No module named 'x'"), ImportError("pip install x")])
def test_a_missing_package_is_not_a_failure(shared, monkeypatch, error):
    def export(source, folder):
        raise error

    assert take(shared, monkeypatch, right, export=export)["status"] == "not-tried"


def test_a_package_that_is_broken_is_a_failure(shared, monkeypatch):
    def export(source, folder):
        raise ImportError("cannot import name 'y' from 'x'")

    assert take(shared, monkeypatch, right, export=export)["status"] == "fails"


def test_latency_is_that_of_a_call_of_the_artifact_beside_the_sources(shared, monkeypatch):
    def slow(inputs):
        time.sleep(0.02)
        return right(inputs)

    monkeypatch.setattr(shared, "LATENCY_SECONDS", 0.02)
    findings = take(shared, monkeypatch, slow, {"level": "full"})["findings"]
    assert 20 <= findings["cnn.latency_ms"] < 200
    assert findings["cnn.latency_ratio"] > 10


def test_what_is_missing_is_named(shared):
    assert shared.missing("numpy") is None
    part = shared.missing("numpy", "no-such-thing")
    assert (part["status"], part["detail"]) == ("not-tried", "needs no-such-thing: pip install no-such-thing")


def test_the_registrations_are_complete():
    entries = yaml.safe_load((rules_dir() / "probes-deployment.yaml").read_text("utf-8"))["probes"]
    assert [entry["id"] for entry in entries] == list(ROUTES)
    for entry in entries:
        assert entry["claim"]
        assert (probes_dir() / f"probe_{entry['id'].replace('-', '_')}.py").exists()


def _ask(worker, candidate):
    """The envelopes of a candidate by route, and the processes that its worker had afterwards."""
    found = {route: worker.ask(route, {"level": "quick"}, 120) for route in REAL[candidate]}
    return found, [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]


envelopes = asked_once(_ask)


@each
def test_every_route_has_an_outcome_that_its_findings_bear_out(envelopes, candidate):
    found, left = envelopes(candidate)
    assert not [command for command in left if "probe_saved_model" in command]
    for route, envelope in found.items():
        if envelope.status == "not-tried":
            assert envelope.detail
            continue
        outcomes = {name: envelope.findings[name] for name in MODELS}
        assert envelope.works == all(words == "works" for words in outcomes.values()), route
        for name, words in outcomes.items():
            if words == "works":
                assert 0 <= envelope.findings[f"{name}.max_abs_diff"] < 2e-3
                # No weight can have been left out: float32 takes four bytes.
                assert envelope.findings[f"{name}.file_bytes"] > 4 * 20000
            elif envelope.detail.startswith(name):
                assert words in envelope.detail


@pytest.mark.parametrize(
    ("candidate", "route"),
    [
        ("keras-tensorflow", "torch-export"),
        ("keras-jax", "torch-export"),
        ("keras-tensorflow", "aot-inductor"),
        ("pytorch", "saved-model"),
    ],
)
def test_a_route_that_does_not_exist_is_not_tried(envelopes, candidate, route):
    envelope = envelopes(candidate)[0][route]
    assert envelope.status == "not-tried"
    assert "PyTorch" in envelope.detail or "torch.export" in envelope.detail


@each
def test_onnx_gives_an_operator_set_wherever_a_model_was_written(envelopes, candidate):
    envelope = envelopes(candidate)[0]["onnx-export"]
    if envelope.status == "not-tried":
        assert "pip install" in envelope.detail
        return
    assert any(envelope.findings.get(f"{name}.opset", 0) >= 15 for name in MODELS)


def test_pytorchs_own_routes_work(envelopes):
    found, _ = envelopes("pytorch")
    assert found["torch-export"].status == "works", found["torch-export"].detail
    assert found["onnx-export"].status in ("works-with-extra", "not-tried"), found["onnx-export"].detail


def test_keras_on_tensorflows_own_routes_work(envelopes):
    found, _ = envelopes("keras-tensorflow")
    assert found["saved-model"].status == "works", found["saved-model"].detail
    assert found["litert"].status == "works", found["litert"].detail
    for name in MODELS:
        findings = found["litert"].findings
        assert findings[f"{name}.int8_file_bytes"] < 0.5 * findings[f"{name}.file_bytes"]
        assert 0 < findings[f"{name}.int8_max_abs_diff"] < 0.5
    assert not any(name.endswith("latency_ms") for name in findings)


def test_litert_is_refused_on_jax(envelopes):
    envelope = envelopes("keras-jax")[0]["litert"]
    assert envelope.status == "fails"
    assert "backend" in envelope.detail


@pytest.mark.parametrize("name", MODELS)
def test_the_models_give_outputs_by_which_rows_can_be_told_apart(shared, name):
    pytest.importorskip("torch")
    import torch

    stack = types.SimpleNamespace(family="pytorch", torch=torch)
    source, again = shared.Source(stack, name), shared.Source(stack, name)
    outputs = source.predict(source.inputs(5))
    assert (outputs == again.predict(again.inputs(5))).all()
    tolerance = shared.TOLERANCE * max(1, numpy.abs(outputs).max())
    for one in range(5):
        for other in range(one):
            assert numpy.abs(outputs[one] - outputs[other]).max() > 20 * tolerance
