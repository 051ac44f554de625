"""The probes that execute claims, with the real frameworks: what is cheap, and that each check can fail."""

import importlib
import importlib.util
import sys

import pytest

from advisor.assets import probes_dir
from advisor.knowledge.load import load
from advisor.probing.worker import Worker

KNOWLEDGE = load()
PACKAGES = {candidate.id: candidate.packages for candidate in KNOWLEDGE.candidates}
EXPECTED = {
    "define-by-run": {"pytorch": "works", "keras-tensorflow": "fails", "keras-jax": "fails", "keras-torch": "works"},
    "debugging": {"pytorch": "works", "keras-tensorflow": "fails", "keras-jax": "fails", "keras-torch": "works"},
    "debugging-mode": dict.fromkeys(PACKAGES, "works"),
    "error-names-layer": {**dict.fromkeys(PACKAGES, "works"), "pytorch": "fails"},
    "custom-gradient": dict.fromkeys(PACKAGES, "works"),
    "custom-step": dict.fromkeys(PACKAGES, "works"),
    "untrusted-file": dict.fromkeys(PACKAGES, "works"),
}
"""Outcomes that the pinned versions have: when one changes, a rule that rests on it is to be looked at again."""


@pytest.fixture(scope="module")
def outcomes():
    known = {}

    def get(candidate):
        absent = [name for name in PACKAGES[candidate] if importlib.util.find_spec(name) is None]
        if absent:
            pytest.skip(f"not installed: {', '.join(absent)}")
        if candidate not in known:
            with Worker(sys.executable, probes_dir(), candidate, 2) as worker:
                known[candidate] = {
                    name: worker.ask(name, probe.options, 120, program=probe.program)
                    for name, probe in KNOWLEDGE.probe.items()
                    if name in EXPECTED
                }
        return known[candidate]

    return get


@pytest.mark.parametrize("candidate", PACKAGES)
def test_outcomes_are_those_of_the_pinned_versions(outcomes, candidate):
    found = {name: envelope.status for name, envelope in outcomes(candidate).items()}
    assert found == {name: by_candidate[candidate] for name, by_candidate in EXPECTED.items()}


@pytest.mark.parametrize("candidate", ["keras-tensorflow", "keras-jax"])
def test_what_fails_says_why_and_what_works_instead(outcomes, candidate):
    found = outcomes(candidate)
    assert found["define-by-run"].detail
    graph_branch = found["define-by-run"].findings["graph_branch"]
    # JAX can't differentiate backwards through a loop whose length it doesn't know.
    assert graph_branch == "works" if candidate == "keras-tensorflow" else "Reverse-mode" in graph_branch
    assert found["debugging"].detail == "no value can be read: it stops only while the step is traced"
    assert found["debugging"].findings["symbolic_calls"] > 0


def test_payloads_do_run_once_that_is_allowed(outcomes):
    findings = outcomes("pytorch")["untrusted-file"].findings
    assert all(ran for name, ran in findings.items() if name.endswith("runs_when_allowed"))


@pytest.fixture
def program(monkeypatch):
    monkeypatch.syspath_prepend(str(probes_dir()))
    return lambda name: importlib.import_module(name)


def test_a_net_that_ignores_its_depth_is_caught(program):
    numpy = pytest.importorskip("numpy")
    nets = program("dynamic_nets")
    weights = [numpy.eye(nets.WIDTH) * 2, numpy.zeros(nets.WIDTH), numpy.ones((nets.WIDTH, 1)), numpy.zeros(1)]
    inputs, _ = nets.batch(1)

    class Way:
        losses = iter(range(1000, 0, -1))

        def net(self, spelling, eagerly):
            return None

        def train(self, net, inputs, targets):
            return next(self.losses)

        def weights(self, net):
            return weights

        def predict(self, net, inputs):
            return nets.reference(weights, inputs, self.depth or int(inputs[0, 0]))

    way = Way()
    way.depth = None
    assert program("probe_define_by_run").problem(way, "python", False) == ""
    way.depth = 1
    assert "at depth 2 the outputs differ" in program("probe_define_by_run").problem(way, "python", False)
    way.depth, way.losses = None, iter(range(1000))
    assert program("probe_define_by_run").problem(way, "python", False) == "the loss does not fall"


def test_a_file_whose_payload_runs_is_caught(program):
    untrusted = program("probe_untrusted_file")

    class Torch:
        """A framework that unpickles whatever it is given."""

        @staticmethod
        def ones(count):
            return [1.0] * count

        @staticmethod
        def save(what, path):
            import pickle

            with open(path, "wb") as file:  # noqa: PTH123
                pickle.dump(what, file)

        @staticmethod
        def load(path, weights_only=True):
            import pickle

            with open(path, "rb") as file:  # noqa: PTH123
                return pickle.load(file)

    class Session:
        class stack:
            family, torch = "pytorch", Torch

            @staticmethod
            def load():
                pass

    part = untrusted.run(Session, {})
    assert part["status"] == "fails"
    assert part["detail"].startswith("loading ran the payload in: torch.load of a checkpoint")
