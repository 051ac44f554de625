"""The probes of precision, reproducibility, parallel training, shapes and operations: what they compare can differ."""

import json
import sys
import time
from pathlib import Path

import numpy
import psutil
import pytest

from advisor.assets import probes_dir

# --- operations


def test_an_operation_can_be_right_wrong_missing_or_failing(load):
    outcome = load("probe_op_coverage").outcome
    three = numpy.ones(3)
    assert outcome(lambda: three * 1.0001, three) == "right"
    assert outcome(lambda: three * 1.01, three) == "wrong"
    assert outcome(lambda: three * numpy.nan, three) == "wrong"
    assert outcome(lambda: numpy.ones((3, 1)), three) == "wrong"
    assert outcome(lambda: numpy.no_such_operation, three) == "missing"
    assert outcome(lambda: three.no_such_thing, three).startswith("AttributeError")
    assert outcome(lambda: 1 / 0, three) == "ZeroDivisionError: division by zero"


def test_coverage_fails_below_nine_tenths(load):
    summary = load("probe_op_coverage").summary
    outcomes = {f"op{number}": "right" for number in range(9)}
    assert summary({**outcomes, "other": "missing"})["status"] == "works"
    part = summary({**outcomes, "other": "missing", "last": "ValueError: no"})
    assert part["status"] == "fails"
    assert part["findings"]["missing"] == "other"
    assert part["findings"]["failing"] == "last"
    assert part["findings"]["first_error"] == "ValueError: no"


def test_many_names_are_cut(load):
    part = load("probe_op_coverage").summary({f"op{number}": "missing" for number in range(20)})
    assert part["findings"]["missing"].endswith("op11 and 8 more")


# --- precision


@pytest.fixture
def good_figures():
    return {
        "compute_dtype": "bfloat16",
        "variable_dtype": "float32",
        "difference_ratio": 0.004,
        "weights_moved_share": 1.0,
        "loss_fall_ratio": 0.05,
    }


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("compute_dtype", "float32", "activations are float32"),
        ("variable_dtype", "bfloat16", "weights are bfloat16"),
        ("difference_ratio", 1e-7, "differ from float32's"),
        ("difference_ratio", float("nan"), "differ from float32's"),
        ("weights_moved_share", 0.0, "none of the weights move"),
        ("weights_moved_share", 0.005, "only 0.005 of the weights move"),
        ("loss_fall_ratio", 0.99, "the loss goes to 0.99"),
        ("loss_fall_ratio", float("nan"), "the loss goes to nan"),
    ],
)
def test_a_format_trains_only_if_everything_holds(load, good_figures, name, value, words):
    problem = load("probe_mixed_precision").problem
    assert problem(good_figures, "bfloat16", "float32") == ""
    assert words in problem({**good_figures, name: value}, "bfloat16", "float32")


def test_the_figures_of_a_training(load):
    probe = load("probe_mixed_precision")
    before, after = numpy.zeros(4), numpy.array([0.0, 0.0, 0.0, 1e-9])
    figures = probe.figures([4.0] * 4 + [3.0] * 10 + [1.0] * 4, before, after, "a", "b")
    assert figures["weights_moved_share"] == 0.25
    assert figures["loss_fall_ratio"] == 0.25
    assert probe.relative_error(numpy.full(5, 1.1), numpy.ones(5)) == pytest.approx(0.1)


# --- reproducibility


def test_one_bit_makes_trainings_unequal(load):
    probe = load("probe_reproducible")
    weights = [numpy.ones((2, 3), "float32"), numpy.zeros(4, "float32")]
    other = [weights[0].copy(), weights[1].copy()]
    same = probe.compared(probe.told(weights), probe.told(other))
    assert same == {"fresh_processes_equal": True, "weights_difference": 0.0}
    other[0][1, 2] = numpy.nextafter(numpy.float32(1), numpy.float32(2))
    differs = probe.compared(probe.told(weights), probe.told(other))
    assert not differs["fresh_processes_equal"]
    assert 0 < differs["weights_difference"] < 1e-6


def test_equal_weights_say_nothing_when_the_seed_has_no_effect(load):
    problem = load("probe_reproducible").problem
    findings = {"fresh_processes_equal": True, "other_seed_differs": True, "weights_difference": 0.0}
    assert problem(findings) == ""
    assert "seeds nothing" in problem({**findings, "other_seed_differs": False})
    assert "0.25" in problem({**findings, "fresh_processes_equal": False, "weights_difference": 0.25})


# --- parallel training


@pytest.fixture
def trained(load):
    """A training by numpy, alone or as one of two processes that average their gradients or don't."""
    task = load("parallel_task")

    def train(world=1, synchronised=True, rate=0.05):
        weights = [numpy.zeros((task.SIZES[0], task.SIZES[-1])) for _ in range(world)]
        shares = [[part.reshape(task.STEPS, task.BATCH // world, *part.shape[1:]) for part in task.data(rank, world)]
                  for rank in range(world)]  # fmt: skip
        losses = numpy.zeros((world, 2))
        for epoch in range(2):
            for step in range(task.STEPS):
                gradients = []
                for rank, (inputs, labels) in enumerate(shares):
                    x, y = inputs[step], numpy.eye(task.SIZES[-1])[labels[step]]
                    share = numpy.exp(x @ weights[rank])
                    share /= share.sum(1, keepdims=True)
                    losses[rank, epoch] -= numpy.log((share * y).sum(1)).mean() / task.STEPS
                    gradients.append(x.T @ (share - y) / len(x))
                mean = sum(gradients) / world
                for rank, gradient in enumerate(gradients):
                    weights[rank] = weights[rank] - rate * (mean if synchronised else gradient)
        return [task.result(losses[rank], [2.0, 1.0], [weights[rank]]) for rank in range(world)]

    return train


def test_processes_that_average_their_gradients_give_what_one_gives(load, trained):
    task = load("parallel_task")
    (single,) = trained()
    start = [0.0] * len(single["weights"])
    assert task.problem(task.compared(single, trained(2), start)) == ""


def test_processes_that_go_their_own_way_are_found_out(load, trained):
    task = load("parallel_task")
    (single,) = trained()
    start = [0.0] * len(single["weights"])
    assert "don't synchronise" in task.problem(task.compared(single, trained(2, synchronised=False), start))
    assert "differs from that of one" in task.problem(task.compared(single, trained(2, rate=0.1), start))


def test_weights_that_differ_behind_equal_losses_are_found_out(load):
    figures = {"between_processes": 0.0, "loss_difference": 0.0, "weights_difference": 0.1}
    assert "weights differ" in load("parallel_task").problem(figures)
    assert load("parallel_task").problem({**figures, "weights_difference": float("nan")})


def test_the_shares_of_the_data_make_up_the_joined_batches(load):
    task = load("parallel_task")
    joined, _ = task.data()
    halves = [task.data(rank, 2)[0].reshape(task.STEPS, -1, task.SIZES[0]) for rank in (0, 1)]
    assert numpy.array_equal(numpy.concatenate(halves, axis=1).reshape(joined.shape), joined)


def test_the_speed_up_is_that_of_the_slower_process_after_the_first_epoch(load):
    speed_up = load("parallel_task").speed_up
    assert speed_up({"seconds": [9, 4, 5]}, [{"seconds": [9, 1, 2]}, {"seconds": [9, 2, 3]}]) == 2


# --- children


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Makes a program that is a child and does what the given lines say."""

    def make(lines):
        path = tmp_path / "child.py"
        head = f"import sys\nsys.path.insert(0, {str(probes_dir())!r})\nfrom shared_children import as_child\n"
        path.write_text(f"{head}def main(word):\n    {lines}\nas_child(main)\n")
        return str(path)

    return make


def test_children_return_what_they_say_and_are_gone(load, program, tmp_path):
    children = load("shared_children")
    pair = [([program("import os; return {'pid': os.getpid(), 'word': word, 'x': os.environ['X']}"), word], {"X": "1"})
            for word in ("one", "two")]  # fmt: skip
    answers = children.run_together(pair, str(tmp_path), 30)
    assert [(answer["word"], answer["x"]) for answer in answers] == [("one", "1"), ("two", "1")]
    assert not any(psutil.pid_exists(answer["pid"]) for answer in answers)


def test_an_error_of_one_child_ends_all(load, program, tmp_path):
    children = load("shared_children")
    path = program("import time\n    if word == 'bad': raise ValueError('first line\\nsecond')\n    time.sleep(60)")
    start = time.monotonic()
    with pytest.raises(children.ChildFailed, match="^ValueError: first line$"):
        children.run_together([([path, "good"], {}), ([path, "bad"], {})], str(tmp_path), 50)
    assert time.monotonic() - start < 20


def test_a_child_that_crashes_or_hangs_is_reported(load, program, tmp_path):
    children = load("shared_children")
    crash = program("import os; sys.stderr.write('broken\\n'); sys.stderr.flush(); os._exit(3)")
    with pytest.raises(children.ChildFailed, match="^broken$"):
        children.run_together([([crash, ""], {})], str(tmp_path), 30)
    pid = tmp_path / "pid"
    hang = program(f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    with pytest.raises(children.ChildFailed, match="no result in time"):
        children.run_together([([hang, ""], {})], str(tmp_path), 5)
    assert not psutil.pid_exists(int(pid.read_text()))


def test_a_child_alone_is_told_by_what_it_prints_or_by_its_last_words(load, tmp_path):
    children, path = load("shared_children"), tmp_path / "alone.py"
    path.write_text("import os, sys\nprint(os.environ['WORD'])\nsys.exit('some\\nbroken' if sys.argv[1] else 0)\n")
    assert children.printed([str(path), ""], 30, WORD="said") == "said"
    with pytest.raises(children.ChildFailed, match="^broken$"):
        children.printed([str(path), "fail"], 30, WORD="said")
    with pytest.raises(children.ChildFailed, match="^exited with code 0$"):
        children.printed([str(path), ""], 30, WORD="")


def test_a_child_ends_with_whoever_started_it(program, tmp_path):
    result = tmp_path / "result.json"
    path = program("import os; return {'pid': os.getpid()}")
    process = psutil.Popen([sys.executable, "-B", path, "", str(result)], stdin=-1)
    until = time.monotonic() + 20
    while not result.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert json.loads(Path(result).read_text())["pid"] == process.pid
    assert process.poll() is None
    process.stdin.close()
    assert process.wait(10) == 0


def test_ports_are_free_ones(load):
    assert 0 < load("shared_children").free_port() < 65536


# --- changing shapes


def test_only_what_the_first_pass_does_more_than_later_ones_counts(load):
    probe = load("probe_changing_shapes")
    times = [[5.0, 3.0, 2.0], [0.1, 1.0, 2.5], [0.1, 1.0, 2.5], [0.1, 1.0, 2.5]]
    found = probe.counted(times, [[4, 2, 1], [0, 1, 0], [0, 1, 0], [0, 0, 0]])
    assert found == {"first_step_s": 5.0, "retraces": 3, "retrace_s": 2.0}


def test_a_training_whose_loss_does_not_fall_fails(load):
    problem = load("probe_changing_shapes").problem
    assert problem([[1.0, 1.0], [0.5, 0.5]]) == ""
    assert problem([[1.0, 1.0], [0.95, 0.95]]) == "the loss does not fall"
    assert problem([[1.0, 1.0], [0.5, float("nan")]]) == "a loss is not finite"
