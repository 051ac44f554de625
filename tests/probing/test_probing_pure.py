"""Small pure parts: exit codes, environment, commands, single launches."""

import importlib
import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest

from advisor.assets import probes_dir
from advisor.model.probe import Metric, Probe
from advisor.probing import environment, plan
from advisor.probing.agreement import other_work
from advisor.probing.child import explain_exit, oom_kills
from advisor.probing.envelope import Envelope, merged
from advisor.probing.environment import child_environment, influences, reproduction
from advisor.probing.outcomes import outcomes
from advisor.probing.shared import printable
from advisor.probing.timetable import GUESS, Timetable


@pytest.mark.parametrize(
    ("code", "oom", "cause", "detail"),
    [
        (-9, True, "killed", "killed by SIGKILL: out of memory"),
        (-9, False, "killed", "killed by SIGKILL"),
        (-15, True, "killed", "killed by SIGTERM"),
        (-11, False, "crashed", "crashed with SIGSEGV"),
        (-200, False, "crashed", "crashed with signal 200"),
        (0xC0000005, False, "crashed", "crashed with Windows status 0xc0000005"),
        (0, False, "garbage", "exited with code 0 without an answer"),
        (2, False, "error", "exited with code 2 without an answer"),
    ],
)
def test_exit_codes_are_named(code, oom, cause, detail):
    assert explain_exit(code, oom) == (cause, detail)


def test_oom_kills_are_counted_or_zero():
    assert oom_kills() >= 0


def test_children_get_threads_backend_and_visible_devices(tmp_path):
    base = {"PATH": "/bin", "PYTHONHOME": "/opt", "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "1"}
    environment = child_environment(base, "keras-jax", 3, tmp_path)
    assert environment["KERAS_BACKEND"] == "jax"
    assert environment["OMP_NUM_THREADS"] == environment["NPROC"] == "3"
    assert environment["CUDA_VISIBLE_DEVICES"] == "1"
    assert environment["TMPDIR"] == str(tmp_path)
    assert "PYTHONHOME" not in environment
    assert influences({**base, "TMPDIR": "/tmp", "OMP_NUM_THREADS": "1", "JAX_DISABLE_JIT": "1"}) == {
        "CUDA_VISIBLE_DEVICES": "1",
        "JAX_DISABLE_JIT": "1",
    }, "what reaches a probe as it is, and nothing that is set for it"
    slow = {"PYTHONTRACEMALLOC": "25", "PYTHONPROFILEIMPORTTIME": "1"}
    assert not slow.keys() & child_environment(slow, "pytorch", 1, tmp_path).keys()
    telling = dict.fromkeys(("PYTHONPYCACHEPREFIX", "PYTHON_GIL", "PYTHON_JIT", "GPU_MAX_HW_QUEUES", "CXX"), "1")
    assert influences({**telling, **slow, "PYTHON_HISTORY": "1"}) == telling
    plain = child_environment({}, "pytorch", 1, tmp_path)
    assert "KERAS_BACKEND" not in plain
    assert "CUDA_VISIBLE_DEVICES" not in plain


def test_the_command_survives_a_shell():
    command = reproduction("/my env/bin/python", Path("/pro bes"), "keras-jax", "cnn-step", 3)
    assert command == "'/my env/bin/python' -B '/pro bes' --candidate keras-jax --probe cnn-step --threads 3"
    assert shlex.split(command)[0] == "/my env/bin/python"


def test_the_command_survives_the_shell_of_windows(monkeypatch):
    monkeypatch.setattr(environment, "os", SimpleNamespace(name="nt"))
    command = reproduction("C:/my env/python.exe", Path("/p"), "keras-jax", "cnn-step", 3, options={"net": "cnn"})
    assert command.startswith('"C:/my env/python.exe" -B ')
    assert command.endswith(' --options "{\\"net\\": \\"cnn\\"}"')


@pytest.mark.parametrize("candidate", ["pytorch", "keras-jax", "reference"])
def test_the_command_runs_a_probe_with_the_variables_of_a_worker(monkeypatch, tmp_path, candidate):
    monkeypatch.syspath_prepend(str(probes_dir()))
    private = importlib.import_module("shared_private")
    assert private.variables(candidate, 3, str(tmp_path)) == child_environment({}, candidate, 3, tmp_path)


def test_the_command_names_the_program_and_its_options():
    command = reproduction("py", Path("/p"), "pytorch", "cnn-compiled", 2, "training", {"net": "cnn"})
    assert shlex.split(command)[-4:] == ["--program", "training", "--options", '{"net": "cnn"}']


def test_text_from_children_cannot_steer_a_terminal():
    assert printable("a\x1b[2Jb\r\n\u202e" + "x" * 1000).startswith("a [2Jb")
    assert printable("ok é ✓") == "ok é ✓"


TRAIN = Probe(id="train", title="Train", text="Trains.", metrics=(Metric(id="step", title="Step", unit="ms"),))
KEY = (("a", "python"), "train")


def test_a_number_without_a_spread_is_a_finding():
    envelope = Envelope(probe="train", candidate="a", status="works", samples={"step": (1.0, 2.0, 3.0)})
    (outcome,) = outcomes({KEY: {1: envelope}}, [TRAIN], {KEY: "command"}, {})
    assert outcome.measurements == ()
    assert outcome.findings["launches.step"] == "2"


def test_a_count_needs_one_launch():
    lines = Probe(
        id="train", title="Lines", text="Counts.", metrics=(Metric(id="step", title="Lines", unit="lines", exact=True),)
    )
    envelope = Envelope(probe="train", candidate="a", status="works", samples={"step": (17,)})
    (outcome,) = outcomes({KEY: {1: envelope}}, [lines], {KEY: ""}, {})
    (number,) = outcome.measurements
    assert (number.median, number.low, number.high, number.launches) == (17, 17, 17, 1)
    absurd = envelope.model_copy(update={"samples": {"step": (0.2,)}})
    ((number,),) = (outcome.measurements for outcome in outcomes({KEY: {1: absurd}}, [lines], {KEY: ""}, {}))
    assert number.median == pytest.approx(0.2)


def test_the_busiest_launch_is_the_one_that_is_told():
    envelopes = {
        launch: Envelope(probe="train", candidate="a", status="works", others=busy)
        for launch, busy in enumerate((0.1, 0.7, 0.2))
    }
    (outcome,) = outcomes({KEY: envelopes}, [], {KEY: ""}, {})
    assert outcome.findings["others_processors"] == 0.7


def test_the_turns_of_a_launch_are_one_envelope():
    common = {"probe": "p", "candidate": "a", "status": "works"}
    first = Envelope(samples={"x": (1.0,), "once": (9.0,)}, findings={"n": 1}, others=0.5, **common)
    second = Envelope(samples={"x": (2.0,)}, findings={"n": 2}, others=1.0, **common)
    assert merged([first, second]).samples == {"x": (1.0, 2.0), "once": (9.0,)}
    assert (merged([first, second]).findings, merged([first, second]).others) == ({"n": 1}, 0.75)
    assert merged([first, first.model_copy(update={"others": None})]).others == 0.5
    lost = Envelope(probe="p", candidate="a", status="fails", cause="crashed", detail="why")
    assert merged([first, lost]) == lost


def test_the_timetable_counts_down():
    coming = [plan.Turns(TRAIN, 2)]
    pairs = [("a", "python"), ("b", "python")]
    table = Timetable()
    assert table.left is None
    table.expect((turns, pair) for turns in coming for pair in pairs)
    assert (table.done, table.total) == (0, 2)
    table.took(("train", pairs[0], True), 4.0)
    assert table.left == pytest.approx(4.0 + 2 * GUESS[False]), "b's first request like a's, and a further one of each"
    table.over(coming[0], pairs[1], 0)
    assert table.left == pytest.approx(GUESS[False])
    table.took(("train", pairs[0], False), 1.0)
    table.over(coming[0], pairs[0], 2)
    assert (table.left, table.done, table.total) == (0, 2, 2)
    assert table.expected([(coming[0], pair) for pair in pairs]) == 4.0 + 1.0 + 4.0 + 1.0, "by what they took before"


def test_what_was_asked_takes_nothing_from_the_next_launch_in_the_timetable():
    turns, pair = plan.Turns(TRAIN, 2), ("a", "python")
    table = Timetable()
    table.expect([(turns, pair), (turns, pair)])
    table.took(("train", pair, True), 4.0)
    table.took(("train", pair, False), 1.0)
    table.over(turns, pair, 2)
    assert table.left == 4.0 + 1.0


def test_while_nothing_is_known_what_builds_is_taken_to_take_longer():
    first, further = (Timetable().expected([(plan.Turns(TRAIN, number), ("a", "python"))]) for number in (1, 2))
    assert first > further - first > 0


def test_a_candidate_has_its_own_part_of_the_timetable_until_it_is_dropped():
    turns = plan.Turns(TRAIN, 2)
    a, elsewhere, b = ("a", "python"), ("a", "other"), ("b", "python")
    table = Timetable()
    assert table.of("a") == (0, 0, None)
    table.expect((turns, pair) for pair in (a, elsewhere, b))
    table.took(("train", a, True), 4.0)
    table.took(("train", a, False), 1.0)
    table.over(turns, a, 2)
    assert table.of("a") == (1, 2, 4.0 + 1.0), "in all of its interpreters"
    table.drop(elsewhere)
    assert table.of("a") == (1, 1, 0)
    assert table.of("b") == (0, 1, 4.0 + 1.0)
    assert (table.done, table.total, table.left) == (1, 2, 4.0 + 1.0)


def test_fewer_candidates_get_less_time():
    effort = plan.EFFORTS["quick"]
    assert effort.limit(4) == pytest.approx(effort.total)
    assert effort.limit(2) == pytest.approx(0.55 * effort.total)
    assert effort.limit(8) > effort.limit(4)


def test_a_level_runs_what_its_probes_ask_for():
    once = Probe(id="once", title="Once", text="Tried once.", quick=1)
    never = Probe(id="never", title="Never", text="Not at this level.", quick=0)
    framework = Probe(id="framework", title="Import", text="Imports.", quick=3)
    train = TRAIN.model_copy(update={"quick": 2})
    chosen = plan.wanted([framework, once, never, train], "quick", None)
    assert [probe.id for probe in chosen] == ["framework", "once", "train"]
    launches = [[turns.probe.id for turns in plan.turns_of(chosen, "quick", n, n == 3)] for n in (1, 2, 3)]
    assert launches == [["framework", "train"], ["framework", "train"], ["framework", "once"]]
    (importing, asked) = plan.wanted([framework, never], "quick", frozenset({"never"}))
    assert asked.launches("quick") == plan.FEWEST_LAUNCHES, "asked for, it is run all the same"


def trained(*findings):
    names = "abcd"
    return {
        ((names[i], "python"), "train"): {1: Envelope(probe="train", candidate=names[i], status="works", findings=each)}
        for i, each in enumerate(findings)
    }


def test_a_candidate_that_does_other_work_is_not_compared():
    alike = {"parameters": 100, "loss_after_steps": 2.0, "loss_tolerance": 0.02}
    assert other_work(trained(alike, alike, {**alike, "loss_after_steps": 2.03}), "train") == {}
    found = other_work(trained(alike, alike, {**alike, "loss_after_steps": 2.2}), "train")
    assert found == {("c", "python"): "not the same work: loss after steps 2.2, the others' 2"}
    assert set(other_work(trained(alike, {**alike, "parameters": 101}, alike), "train")) == {("b", "python")}
    assert len(other_work(trained(alike, {**alike, "loss_after_steps": 3.0}), "train")) == 2, (
        "nobody knows who is right"
    )
    assert other_work(trained({}, {"mode": "eager"}), "train") == {}
    lenient, other = {**alike, "loss_tolerance": 0.05}, {**alike, "loss_after_steps": 2.08}
    assert other_work(trained(alike, lenient, other), "train") == {}, "whoever allows the most decides"


def test_who_computes_on_the_cpu_is_not_compared_with_gpus():
    found = other_work(trained({"device": "cuda"}, {"device": "cpu"}, {"device": "gpu"}), "train")
    assert found == {("b", "python"): "not the same work: computed on the CPU, others on an accelerator"}
    assert other_work(trained({"device": "cuda"}, {"device": "gpu"}), "train") == {}


def test_a_product_in_another_precision_is_not_compared():
    full, less = {"precision": "float32"}, {"precision": "less, such as TF32"}
    found = other_work(trained(full, less, full), "train")
    assert found == {("b", "python"): "not the same work: computed in less, such as TF32, others in float32"}
    assert len(other_work(trained(full, less), "train")) == 2
    short = [{"precision": "bfloat16; " + how} for how in ("only the result is rounded", "sums are rounded too")]
    assert other_work(trained(*short), "train") == {}


def test_numbers_of_other_work_are_unusable():
    results = trained(*({"loss_after_steps": loss, "loss_tolerance": 0.02} for loss in (2.0, 2.0, 9.0)))
    for envelopes in results.values():
        first = envelopes[1].model_copy(update={"samples": {"step": (1.0,)}})
        envelopes.update({1: first, 2: first})
    found = outcomes(results, [TRAIN], dict.fromkeys(results, ""), {})
    assert [outcome.measurements[0].quality for outcome in found] == ["good", "good", "unusable"]


def test_who_does_other_work_takes_nothing_from_the_others():
    def run(**launches):
        works = trained(*({"loss_after_steps": 9.0 if name == "c" else 2.0} for name in launches))
        found = {}
        for ((pair, probe), envelopes), times in zip(works.items(), launches.values(), strict=True):
            samples = enumerate(({"step": (time,)} for time in times), 1)
            found[pair, probe] = {n: envelopes[1].model_copy(update={"samples": each}) for n, each in samples}
        return outcomes(found, [TRAIN], dict.fromkeys(found, ""), {})

    steady = {"a": (1.0, 1.01, 1.02), "b": (2.0, 2.01, 2.03)}
    assert run(**steady, c=(1.0, 9.0, 4.0))[:2] == run(**steady)
