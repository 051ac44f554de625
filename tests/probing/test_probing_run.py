"""Whole runs over fake probe programs: order, events, keeping, cancelling."""

import json
import os
import threading
import time
from pathlib import Path

import psutil
import pytest

from advisor.assets import probes_dir
from advisor.errors import InvalidInput
from advisor.model.candidate import Candidate
from advisor.model.probe import Metric, Probe
from advisor.probing import cache, plan, reference
from advisor.probing.run import Cancelled, Survey, cached, obtain

STEADY = """
samples = {"step": [2.0 + options["turn"] % 2]} if probe == "train" else {}
answer(samples=samples, findings={"threads": os.environ["OMP_NUM_THREADS"]})
"""


@pytest.fixture
def go(candidates, probes, python):
    """Runs `obtain` over a fake."""

    def start(program, level="quick", **options):
        return obtain(candidates, probes, [python], level, probes_dir=program.folder, **options)

    return start


def test_candidates_take_turns_block_by_block(fake, go):
    program = fake(STEADY)
    go(program)
    trained = [words[1] for words in program.log if words[0] == "train"]
    assert len(trained) == 3 * 3 * 2, "three candidates, three launches, two blocks"
    for launch in range(3):
        first, second = trained[6 * launch : 6 * launch + 3], trained[6 * launch + 3 : 6 * launch + 6]
        assert sorted(first) == ["alpha", "beta", "gamma"]
        assert second == first[::-1]
    assert len({words[2] for words in program.log}) == 9, "a process for each launch of each candidate"
    exported = [words for words in program.log if words[0] == "export"]
    assert len(exported) == 3, "what gives no number is tried once"
    assert program.log.index(exported[0]) > max(i for i, words in enumerate(program.log) if words[0] == "train")


def test_the_seed_decides_the_order():
    pairs = [(name, "python") for name in "abcd"]
    orders = {tuple(plan.order(pairs, launch, seed)) for launch in range(1, 4) for seed in range(20)}
    assert len(orders) > 10
    assert plan.order(pairs, 2, 3) == plan.order(pairs, 2, 3)


def test_what_does_not_fit_into_the_time_is_left_out(fake, go, monkeypatch):
    monkeypatch.setitem(plan.EFFORTS, "quick", plan.Effort(5, 1, 10, 0.0))
    program = fake(STEADY)
    measurements = go(program)
    assert measurements.number("step", "alpha").launches == plan.FEWEST_LAUNCHES
    export = measurements.outcome("export", "alpha")
    assert (export.status, export.cause) == ("not-tried", "left-out")
    assert "--only export" in export.detail
    assert go(program, only={"export"}).outcome("export", "alpha").status == "works", "asked for, it has its time"


def test_reference_kernels_judge_the_machine(fake, go, monkeypatch):
    monkeypatch.setattr(reference, "PULSE_GAP", 0.0)
    pulse = """
    if probe == "pulse":
        launch = LOG.read_text().count("start alpha")
        answer(samples={"pulse-loop": [1.6 if launch == 2 else 1.0]})
    else:
        answer(samples={"step": [2.0]} if probe == "train" else {})
    """
    events = []
    measurements = go(fake(pulse), on_event=events.append)
    number = measurements.number("step", "alpha")
    assert number.quality == "noisy"
    assert "a factor of 1.60" in number.quality_reason
    told = [event for event in events if event.kind == "judged"]
    assert {(e.candidate, e.probe, e.launch, e.quality) for e in told} == {
        (name, "train", 2, "noisy") for name in ("alpha", "beta", "gamma")
    }, "in the launch in which it is certain"
    assert {event.text for event in told} == {number.quality_reason}


def test_numbers_that_vary_from_launch_to_launch_are_told_after_the_last_one(fake, go):
    """Before, further launches might have made the interval narrower."""
    program = fake(
        """
        launch = LOG.read_text().count(f"start {candidate} ")
        answer(samples={"step": [float(4 ** launch if candidate == "beta" else 2)]} if probe == "train" else {})
        """
    )
    events = []
    measurements = go(program, on_event=events.append)
    told = {e.candidate: (e.launch, e.quality, e.text) for e in events if e.kind == "judged"}
    number = measurements.number("step", "beta")
    assert told["beta"] == (3, "noisy", number.quality_reason)
    assert number.quality == "noisy"


def test_outcomes_have_intervals_findings_and_commands(fake, go, python):
    program = fake(STEADY)
    measurements = go(program)
    number = measurements.number("step", "beta")
    assert (number.median, number.low, number.high) == pytest.approx((2.5, 2.5, 2.5))
    assert (number.launches, number.samples, number.unit) == (3, 6, "ms")
    outcome = measurements.outcome("train", "beta")
    assert outcome.findings == {"threads": "1", "launches.step": "2.5, 2.5, 2.5"}
    assert outcome.command == f"{python} -B {program.folder} --candidate beta --probe train --threads 1 " + (
        """--options '{"level": "quick", "blocks": 2}'"""
    )
    assert measurements.outcome("export", "beta").status == "works"


def test_one_bad_candidate_leaves_the_others_alone(fake, go):
    program = fake("if candidate == 'beta' and probe == 'train': os.abort()\n" + STEADY)
    measurements = go(program)
    bad = measurements.outcome("train", "beta")
    assert (bad.status, bad.cause) == ("fails", "crashed")
    assert measurements.outcome("export", "beta").status == "works"
    assert measurements.number("step", "alpha").launches == 3
    assert sum(words[:2] == ["train", "beta"] for words in program.log) == 1, "what failed once is not repeated"
    assert not list(cache.folder().glob("*.json")), "a crash may be gone next time, so the run is not kept"


def test_a_launch_that_fails_later_is_told(fake, go):
    program = fake(
        "if candidate == 'beta' and probe == 'train' and LOG.read_text().count('train beta') > 2: os.abort()\n" + STEADY
    )
    outcome = go(program).outcome("train", "beta")
    assert outcome.status == "works"
    assert outcome.detail.startswith("1 of 2 launches failed: crashed with SIGABRT")
    assert outcome.findings["failed_cause"] == "crashed"
    assert outcome.measurements[0].launches == 1


def test_a_framework_that_does_not_import_is_tried_once(fake, go):
    program = fake(
        "if candidate == 'beta': answer(status='fails', cause='error', detail='ImportError: libcu')\nelse:\n"
        + _indent(STEADY)
    )
    measurements = go(program)
    train = measurements.outcome("train", "beta")
    assert (train.status, train.detail) == ("not-tried", "the framework did not import: ImportError: libcu")
    assert sum(words[1] == "beta" and words[0] != "start" for words in program.log) == 1
    assert cached_like(go, program) == measurements, "an error that will come again is kept"


def test_a_framework_that_imports_no_longer_is_asked_for_nothing_more(fake, go):
    second = "candidate == 'beta' and probe == 'framework' and LOG.read_text().count('start beta ') == 2"
    program = fake(f"if {second}: answer(status='fails', cause='error', detail='gone')\nelse:\n{_indent(STEADY)}")
    assert "gone" in go(program).outcome("framework", "beta").detail
    asked = [words[0] for words in program.log if words[1] == "beta"]
    assert asked == ["start", "framework", "train", "train", "start", "framework"]


def cached_like(go, program):
    started = len(program.log)
    measurements = go(program)
    assert len(program.log) == started
    return measurements


def _indent(text):
    return "\n".join("    " + line for line in text.splitlines())


def test_a_candidate_without_packages_is_named_with_its_install_line(fake, candidates, probes, python):
    extra = Candidate(
        id="delta", title="Delta", text="Delta", packages=("pack", "lack"), install="pip install lack", starter=""
    )
    measurements = obtain([*candidates, extra], probes, [python], "quick", probes_dir=fake(STEADY).folder)
    outcome = measurements.outcome("framework", "delta")
    assert (outcome.status, outcome.cause) == ("not-tried", "missing")
    assert outcome.detail == "not installed: lack; pip install lack"


def test_a_candidate_without_a_stack_is_not_started_and_the_others_run_is_kept(fake, candidates, probes, python):
    program = fake(STEADY)
    main = program.folder / "__main__.py"
    main.write_text(main.read_text().replace('"installed": "1"}', '"installed": "1", "stacks": ["alpha", "beta"]}'))
    found = obtain(candidates, probes, [python], "quick", probes_dir=program.folder)
    outcome = found.outcome("framework", "gamma")
    assert (outcome.status, outcome.cause) == ("not-tried", "missing")
    assert outcome.detail == "there is no stack for it in probes/"
    assert not [words for words in program.log if "gamma" in words]
    assert cached(candidates, probes, Survey([python], program.folder)) == found


def test_every_interpreter_is_probed(fake, candidates, probes, python, tmp_path):
    other = tmp_path / "other python"
    other.symlink_to(python)
    program = fake(STEADY)
    pythons = [python, str(other), python]
    measurements = obtain(candidates[:1], probes, pythons, "quick", probes_dir=program.folder)
    assert [interpreter.path for interpreter in measurements.interpreters] == [python, str(other)]
    assert {outcome.interpreter for outcome in measurements.outcomes} == {python, str(other)}
    assert "'" in next(o.command for o in measurements.outcomes if o.interpreter == str(other)), "quoted for a shell"


def test_events_count_up_to_the_total(fake, go):
    events = []
    go(fake(STEADY), on_event=events.append)
    finished = [event for event in events if event.kind == "finished"]
    assert len(events) == 2 * len(finished)
    assert [event.index for event in finished] == list(range(1, finished[0].total + 1))
    assert finished[-1].eta_s == 0
    for name in ("alpha", "beta", "gamma"):
        own = [event for event in finished if event.candidate == name]
        assert [event.own_done for event in own] == list(range(1, own[0].own_total + 1))
        assert own[-1].own_eta_s == 0
    assert {event.status for event in finished} == {"works"}


def test_a_run_is_kept_and_found_again(fake, go, candidates, probes, python):
    program = fake(STEADY)
    assert cached(candidates, probes, Survey([python], program.folder)) is None
    first = go(program)
    started = len(program.log)
    assert go(program) == first == cached(candidates, probes, Survey([python], program.folder))
    assert len(program.log) == started
    go(program, fresh=True)
    assert len(program.log) > started


def test_a_full_run_serves_for_a_quick_one(fake, go, candidates, probes, python):
    program = fake(STEADY)
    quick, full = go(program), go(program, level="full")
    assert full.number("step", "alpha").launches == 5
    assert (quick.level, go(program).level) == ("quick", "full")
    assert ([*quick.machine], [outcome.probe for outcome in full.machine]) == ([], ["ceiling"])
    assert cached(candidates, probes, Survey([python], program.folder)) == full


def test_a_run_is_stale_when_anything_changes(fake, go, candidates, probes, python, monkeypatch):
    program = fake(STEADY)
    go(program)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    assert cached(candidates, probes, Survey([python], program.folder)) is None
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    assert cached(candidates, probes, Survey([python], program.folder))
    assert cached(candidates[:2], probes, Survey([python], program.folder)) is None
    main = program.folder / "__main__.py"
    text = main.read_text()
    for old, new in [
        ('"pack": "1"', '"pack": "2"'),
        ('"installed": "1"', '"installed": "2"'),
        ('"cores_usable": 1', '"cores_usable": 2'),
        ("import", "# \nimport"),
    ]:
        main.write_text(text.replace(old, new, 1))
        assert cached(candidates, probes, Survey([python], program.folder)) is None
    main.write_text(text)
    assert cached(candidates, probes, Survey([python], program.folder))


@pytest.mark.parametrize(
    "change",
    [
        {"program": "other"},
        {"options": {"mode": "compiled"}},
        {"blocks": 1},
        {"quick": 2},
        {"metrics": (Metric(id="step", title="Step", unit="s"),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_probe_that_is_registered_otherwise_is_measured_anew(fake, go, candidates, probes, python, change):
    """As by an overlay. Its wording may differ, and what is said of its numbers."""
    program = fake(STEADY)
    first = go(program)
    framework, train, export = probes
    otherwise = [framework, train.model_copy(update=change), export]
    assert cached(candidates, otherwise, Survey([python], program.folder)) is None
    assert obtain(candidates, otherwise, [python], "quick", probes_dir=program.folder).fingerprint != first.fingerprint
    said = tuple(metric.model_copy(update={"title": "Steps", "self_check": True}) for metric in train.metrics)
    words = {"title": "Trains", "text": "Trains a net.", "metrics": said}
    reworded = [framework, train.model_copy(update=words), export]
    assert cached(candidates, reworded, Survey([python], program.folder)) == first


def test_probes_of_the_kept_knowledge_find_the_run(fake, go, candidates, probes, python):
    """The first command reads the rules, later ones what was kept of them: both name a run alike."""
    program = fake(STEADY)
    first = go(program)
    again = [Probe.model_validate_json(probe.model_dump_json()) for probe in probes]
    assert cached(candidates, again, Survey([python], program.folder)) == first


def test_a_full_run_that_lacks_a_quick_probe_does_not_serve_for_it(fake, candidates, probes, python):
    program = fake(STEADY)
    more = (*probes, Probe(id="another", title="Other", text="Something else.", quick=1, full=0))
    obtain(candidates, more, [python], "full", probes_dir=program.folder)
    assert obtain(candidates, more, [python], "quick", probes_dir=program.folder).outcome("another", "alpha")


def test_a_kept_run_that_lacks_a_probe_is_not_served(fake, candidates, probes, python):
    program = fake(STEADY)
    obtain(candidates, probes, [python], "quick", probes_dir=program.folder)
    started = len(program.log)
    more = (*probes, Probe(id="another", title="Other", text="Something else.", quick=1))
    assert obtain(candidates, more, [python], "quick", probes_dir=program.folder).outcome("another", "alpha")
    assert len(program.log) > started


def test_a_damaged_file_is_replaced(fake, go, candidates, probes, python, caplog):
    program = fake(STEADY)
    first = go(program)
    (path,) = cache.folder().glob("*.json")
    for damage in ("", "{", '{"level": "quick"}', "\x00" * 100, path.read_text()[:-20]):
        caplog.clear()
        path.write_text(damage)
        assert cached(candidates, probes, Survey([python], program.folder)) is None
        assert "damaged" in caplog.text
    assert go(program).fingerprint == first.fingerprint
    assert cached(candidates, probes, Survey([python], program.folder))


def test_a_file_under_a_wrong_name_is_not_used(fake, go, candidates, probes, python):
    program = fake(STEADY)
    go(program)
    (path,) = cache.folder().glob("*.json")
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "fingerprint": "0" * 64}))
    assert cached(candidates, probes, Survey([python], program.folder)) is None


def test_runs_that_cannot_be_kept_are_returned(fake, go, caplog, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert go(fake(STEADY)).outcomes
    assert "could not be kept" in caplog.text


def test_only_restricts_and_is_not_kept(fake, go):
    program = fake(STEADY)
    measurements = go(program, only={"export"})
    assert {outcome.probe for outcome in measurements.outcomes} == {"framework", "export"}
    assert not cache.folder().exists()
    with pytest.raises(InvalidInput, match="no probe nonsense"):
        go(program, only={"nonsense"})


def _alone() -> bool:
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        if all(p.status() == psutil.STATUS_ZOMBIE for p in psutil.Process().children(recursive=True)):
            return True
        time.sleep(0.02)
    return False


def test_cancelling_leaves_nothing(fake, go):
    cancelled = threading.Event()
    events = []

    def on_event(event):
        events.append(event)
        if event.probe == "train":
            threading.Timer(0.3, cancelled.set).start()

    program = fake("time.sleep(60) if probe == 'train' else answer()")
    with pytest.raises(Cancelled):
        go(program, on_event=on_event, cancelled=cancelled)
    assert _alone()
    assert not cache.folder().exists()


def giving_up(given_up, when):
    """Gives beta up once an event is as wanted; keeps the events."""
    events = []

    def on_event(event):
        events.append(event)
        if event.candidate == "beta" and when(event):
            given_up.add("beta")

    return events, on_event


def test_one_candidate_is_given_up_and_the_others_go_on(fake, go):
    given_up = set()
    events, on_event = giving_up(given_up, lambda event: event.probe == "train" and event.launch == 2)
    measurements = go(fake(STEADY), on_event=on_event, given_up=given_up)
    for probe, after in (("train", " after 1 of 3 launches"), ("export", "")):
        outcome = measurements.outcome(probe, "beta")
        assert (outcome.status, outcome.cause, outcome.detail) == ("not-tried", "cancelled", f"cancelled{after}")
        assert not outcome.measurements, "no number from less than the protocol asks for"
    assert {(c.candidate, c.rival) for c in measurements.comparisons} == {("alpha", "gamma")}
    assert [measurements.number("step", name).launches for name in ("alpha", "gamma")] == [3, 3]
    assert measurements.outcome("export", "gamma").works
    finished = [event for event in events if event.kind == "finished"]
    assert max(event.launch for event in finished if event.candidate == "beta") == 2
    assert (finished[-1].index, finished[-1].eta_s) == (finished[-1].total, 0)
    assert not cache.folder().exists(), "it is not a whole run"


def test_what_is_running_is_ended_at_once_when_its_candidate_is_given_up(fake, go):
    given_up = set()

    def on_event(event):
        if (event.candidate, event.probe) == ("beta", "train"):
            threading.Timer(0.3, given_up.add, ["beta"]).start()

    program = fake("if (probe, candidate) == ('train', 'beta'): time.sleep(60)\n" + STEADY)
    measurements = go(program, on_event=on_event, given_up=given_up)
    assert measurements.outcome("train", "beta").cause == "cancelled"
    assert measurements.number("step", "alpha").launches == 3
    assert _alone()


def test_what_was_launched_often_enough_counts_and_what_failed_has_failed(fake, go):
    given_up = set()
    program = fake("if probe == 'train' and candidate == 'gamma': os.abort()\n" + STEADY)

    def on_event(event):
        if event.launch == 4:
            given_up.update(("alpha", "beta", "gamma"))

    measurements = go(program, level="full", on_event=on_event, given_up=given_up)
    for name in ("alpha", "beta"):
        assert measurements.number("step", name).launches == 3
    assert [c.word for c in measurements.comparisons] == ["same"]
    assert measurements.outcome("train", "gamma").cause == "crashed"
    assert not cache.folder().exists()


def test_nothing_is_started_for_candidates_given_up_before(fake, go):
    program = fake(STEADY)
    measurements = go(program, given_up={"alpha", "beta", "gamma"})
    assert {outcome.cause for outcome in measurements.outcomes} == {"cancelled"}
    assert not program.log


def test_an_interrupt_leaves_nothing(fake, go):
    import signal

    def on_event(event):
        if event.probe == "train":
            threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()

    # A shell that starts the tests in the background has them ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            go(fake("time.sleep(60) if probe == 'train' else answer()"), on_event=on_event)
    finally:
        signal.signal(signal.SIGINT, before)
    assert _alone()


def test_a_listener_that_raises_leaves_nothing(fake, go):
    def on_event(event):
        raise RuntimeError(event.probe)

    with pytest.raises(RuntimeError):
        go(fake(STEADY), on_event=on_event)
    assert _alone()


def test_a_hanging_probe_is_given_up(fake, go, monkeypatch):
    monkeypatch.setitem(plan.EFFORTS, "quick", plan.Effort(2, 3, 1, 60))
    measurements = go(fake("time.sleep(60) if (probe, candidate) == ('train', 'alpha') else answer()"))
    assert measurements.outcome("train", "alpha").cause == "timed-out"
    assert measurements.outcome("train", "beta").status == "works"


def test_a_parent_that_dies_takes_its_worker_with_it(fake, python, tmp_path):
    import subprocess

    program = fake("import threading; threading.Event().wait(60)")
    code = f"""
from pathlib import Path
from advisor.probing.worker import Worker
folder = Path({str(program.folder)!r})
with Worker({python!r}, folder, "beta", 1), Worker({python!r}, folder, "alpha", 1) as worker:
    worker.ask("train", {{}}, 60)
"""
    # The real program's listening thread is what is under test, so the fake hands over to it.
    real = probes_dir()
    (program.folder / "__main__.py").write_text(
        f"import sys, os; sys.path.insert(0, {str(real)!r})\n"
        "import shared_session\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        "class Slow:\n    def answer(self, probe, options, program):\n        import time; time.sleep(60)\n"
        "shared_session.serve(Slow(), sys.stdin, print)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    parent = subprocess.Popen([python, "-c", code], cwd=Path(__file__).parents[2], env=environment)
    deadline = time.monotonic() + 10
    while not (tmp_path / "pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    pid = int((tmp_path / "pid").read_text())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 3
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie"
    assert not list(tmp_path.glob("advisor-*")), "nobody else is left to clear up"
