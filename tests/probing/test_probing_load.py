"""What other work is seen while a child is at work, and what it does to numbers."""

import threading
from collections import namedtuple
from types import SimpleNamespace

import psutil
import pytest

from advisor.model.probe import Metric, Probe
from advisor.probing import load
from advisor.probing.envelope import Envelope
from advisor.probing.load import Others
from advisor.probing.outcomes import BUSY, TOO_BUSY, comparisons, outcomes, qualities, transient

Row = namedtuple("Row", "user nice system idle iowait irq softirq steal guest guest_nice")
METRICS = {unit: Metric(id=unit, title=f"In {unit}", unit=unit) for unit in ("ms", "bytes")}
TRAIN = Probe(id="train", title="Train", text="Trains.", metrics=tuple(METRICS.values()))


@pytest.fixture
def machine(monkeypatch):
    """A machine whose clocks a test sets: of the processors, of the child, and the wall's."""
    state = SimpleNamespace(rows=[], own=(0.0, 0.0, 0.0, 0.0), clock=0.0, usable=[0, 1], group=0.0)

    def process(pid):
        if state.own is None:
            raise psutil.NoSuchProcess(pid)
        return SimpleNamespace(cpu_times=lambda: (*state.own, 99.0), cpu_affinity=lambda: state.usable)

    found = SimpleNamespace(Process=process, cpu_times=lambda percpu: state.rows, Error=psutil.Error)
    monkeypatch.setattr(load, "psutil", found)
    monkeypatch.setattr(load.time, "monotonic", lambda: state.clock)
    monkeypatch.setattr(load, "counts", lambda _: {"usage_usec": 1e6 * (1 + state.group)} if state.group >= 0 else {})
    return state


def row(user=0.0, idle=0.0, iowait=0.0, steal=0.0, guest=0.0):
    return Row(user, 0.0, 0.0, idle, iowait, 0.0, 0.0, steal, guest, 0.0)


@pytest.mark.parametrize(
    ("rows", "own", "usable", "processors"),
    [
        ([row(user=10.0), row(idle=9.0, iowait=1.0)], (8.0, 2.0, 0.0, 0.0), [0, 1], 0.0),
        ([row(user=10.0), row(user=5.0, idle=5.0)], (8.0, 0.0, 1.0, 1.0), [0, 1], 0.5),
        ([row(user=10.0), row(steal=2.0, idle=8.0)], (10.0, 0.0, 0.0, 0.0), [0, 1], 0.2),
        ([row(user=10.0), row(user=10.0)], (10.0, 0.0, 0.0, 0.0), [0], 0.0),
        ([row(user=10.0, guest=10.0), row(idle=10.0)], (10.0, 0.0, 0.0, 0.0), [0, 1], 0.0),
        ([row(), row()], (10.0, 0.0, 0.0, 0.0), [0, 1], None),
    ],
    ids=["alone", "a neighbour", "the host takes some", "elsewhere", "guests count once", "the system does not tell"],
)
def test_what_others_keep_busy(machine, rows, own, usable, processors):
    machine.rows, machine.usable = [row(), row()], usable
    with Others(1, 2) as others:
        machine.rows, machine.own, machine.clock = rows, own, 10.0
    assert others.processors == processors


@pytest.mark.parametrize(
    ("busy", "group", "processors"),
    [(6.0, 15.0, 0.0), (8.0, 15.0, 0.5), (6.0, 20.0, 0.5), (6.0, -1.0, 0.0)],
    ids=["others find room", "they don't", "they share the quota", "the group doesn't tell"],
)
def test_others_count_where_they_take_from_a_quota(machine, busy, group, processors):
    """Two processors' time granted on eight, and the child uses one and a half."""
    machine.usable, machine.rows = list(range(8)), [row()] * 8
    with Others(1, 2) as others:
        machine.rows = [row(user=10 * busy / 8, idle=10 - 10 * busy / 8)] * 8
        machine.own, machine.clock, machine.group = (15.0, 0.0, 0.0, 0.0), 10.0, group
    assert others.processors == processors


def test_nothing_is_said_of_a_moment_or_of_a_child_that_is_gone(machine):
    machine.rows = [row(), row()]
    with Others(1, 2) as others:
        machine.rows, machine.clock = [row(user=1.0), row(user=1.0)], load.SHORTEST / 2
    assert others.processors is None
    with Others(1, 2) as others:
        machine.clock, machine.own = 10.0, None
    assert others.processors is None


def test_a_busy_thread_of_another_process_is_seen():
    """On this machine, whose work the child's is not."""
    stop = threading.Event()

    def spin():
        while not stop.is_set():
            pass

    child = psutil.Popen(["sleep", "60"])
    thread = threading.Thread(target=spin)
    try:
        with Others(child.pid, psutil.cpu_count()) as others:
            thread.start()
            stop.wait(2 * load.SHORTEST)
    finally:
        stop.set()
        thread.join()
        child.kill()
        child.wait()
    assert others.processors is None or others.processors > 0.3


def ran(*others):
    """Three launches of two candidates, with what others kept busy in each."""
    found = {}
    for name, time in (("a", 1.0), ("b", 2.0)):
        samples = dict.fromkeys(METRICS, (time, time))
        part = Envelope(probe="train", candidate=name, status="works", samples=samples)
        launches = enumerate(others, 1)
        found[(name, "python"), "train"] = {n: part.model_copy(update={"others": busy}) for n, busy in launches}
    return found


@pytest.mark.parametrize(
    ("others", "quality"),
    [
        ((0.05, BUSY, 0.0), "good"),
        ((0.0, 0.0, BUSY + 0.01), "noisy"),
        ((TOO_BUSY + 0.01,) * 3, "unusable"),
        ((None, None, None), "good"),
        ((None, 2.0, None), "unusable"),
    ],
)
def test_times_are_judged_by_the_busiest_launch(others, quality):
    results = ran(*others)
    (first, _) = outcomes(results, [TRAIN], dict.fromkeys(results, ""), {})
    timed, held = first.measurements
    assert (timed.quality, held.quality) == (quality, "good"), "memory is what it is, however busy the machine"
    assert ("processors busy meanwhile" in timed.quality_reason) == (quality != "good")
    early = qualities(results, TRAIN, {}, final=False)
    assert {trust[0] for trust in early.values()} == {quality}, "told before the last launch"
    assert transient(results, [TRAIN], {}) == (quality == "unusable"), "not kept for next time"
    compared = {comparison.metric for comparison in comparisons(results, [TRAIN], {})}
    assert compared == ({"bytes"} if quality == "unusable" else {"ms", "bytes"})


def test_a_launch_counts_by_its_average_over_candidates():
    results = ran(0.0)
    (one, other) = results.values()
    one[1], other[1] = (each.model_copy(update={"others": busy}) for each, busy in ((one[1], 0.0), (other[1], 0.26)))
    assert qualities(results, TRAIN, {}, final=False)["a", "python"][0] == "good"
