"""The probes that execute claims, and those of operations and changing shapes, with the real frameworks: what is cheap,
and that each check of a claim can fail."""

import pytest

from advisor.knowledge.load import load as load_knowledge
from tests.support.frameworks import PACKAGES, asked_once, each

KNOWLEDGE = load_knowledge()
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


def _ask(worker, candidate):
    asked = {name: KNOWLEDGE.probe[name] for name in ("op-coverage", "changing-shapes", *EXPECTED)}
    return {name: worker.ask(name, probe.options, 120, program=probe.program) for name, probe in asked.items()}


outcomes = asked_once(_ask)


@each
def test_outcomes_are_those_of_the_pinned_versions(outcomes, candidate):
    found = {name: outcomes(candidate)[name].status for name in EXPECTED}
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


@each
def test_most_operations_are_there_and_right_and_none_is_wrong(outcomes, candidate, load):
    envelope = outcomes(candidate)["op-coverage"]
    assert envelope.status == "works", envelope.detail
    tried = len(load("shared_operations").OPERATIONS)
    assert envelope.findings["tried"] == tried
    assert envelope.samples == {"op-coverage": (envelope.findings["right"],)}
    assert 0.9 * tried <= envelope.findings["right"] <= tried
    assert envelope.findings["wrong"] == ""


@each
def test_every_candidate_trains_on_changing_lengths(outcomes, candidate):
    envelope = outcomes(candidate)["changing-shapes"]
    assert envelope.status == "works", envelope.detail
    # JAX compiles each of the seven other lengths; TensorFlow loosens the shape; torch runs what it is given.
    expected = {"keras-jax": (7,), "keras-tensorflow": (1, 2), "pytorch": (0,), "keras-torch": (0,)}
    assert envelope.findings["retraces"] in expected[candidate]


def test_dynamo_needs_fewer_graphs_than_lengths(outcomes):
    assert 1 <= outcomes("pytorch")["changing-shapes"].findings["dynamo_graphs"] < 8


def test_a_net_that_ignores_its_depth_is_caught(load):
    numpy = pytest.importorskip("numpy")
    nets = load("dynamic_nets")
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
    assert load("probe_define_by_run").problem(way, "python", False) == ""
    way.depth = 1
    assert "at depth 2 the outputs differ" in load("probe_define_by_run").problem(way, "python", False)
    way.depth, way.losses = None, iter(range(1000))
    assert load("probe_define_by_run").problem(way, "python", False) == "the loss does not fall"


def test_a_file_whose_payload_runs_is_caught(load):
    untrusted = load("probe_untrusted_file")

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
