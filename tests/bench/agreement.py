"""Whether the probes agree with other tools: prints ratios of speeds that were measured in one run.

    python tests/bench/agreement.py [--rounds 5]

Each round starts a probe's process, then one of the other tool, and the other way round in the next, so that drift
falls on both alike. Compared are the float32 product of torch with `torch.utils.benchmark` (goal: within 5 %), and the
products and the memory bandwidth of the numpy ceiling with a plain loop (goal: within 10 %). Prints each round's ratio,
probe to tool, and for all rounds the ratio of the medians with the range of the rounds.

On a busy machine rounds differ by far more than the goals, and a median within a goal is then luck: it counts as met
only where most rounds are within it too, as missed only where none is, and is else undecided.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from advisor.assets import probes_dir
from advisor.model.base import Scalar
from advisor.probing.environment import child_environment
from advisor.probing.survey import Survey
from advisor.probing.worker import Worker

BLOCKS = 5
SECONDS = 120
TORCH = """
import json, os, torch
from torch.utils.benchmark import Timer
threads = int(os.environ["OMP_NUM_THREADS"])
device = "cuda" if torch.cuda.is_available() else "cpu"
size = 4096 if device == "cuda" else 1024
torch.manual_seed(1)
left, right = torch.randn(size, size, device=device), torch.randn(size, size, device=device) / size**0.5
timer = Timer("torch.matmul(left, right)", globals={"torch": torch, "left": left, "right": right}, num_threads=threads)
timer.timeit(3)
took = timer.blocked_autorange(min_run_time=BLOCKS * 0.24).median
print(json.dumps({"matmul-float32": 2 * size**3 / took / 1e9}))
"""
NUMPY = """
import json, statistics, time
import numpy as np
random = np.random.default_rng(1)
def gflops(dtype):
    left, right = (random.standard_normal((1024, 1024)).astype(dtype) for _ in range(2))
    def once():
        start = time.perf_counter()
        left @ right
        return time.perf_counter() - start
    for _ in range(3):
        once()
    return 2 * 1024**3 / statistics.median(once() for _ in range(BLOCKS * 10)) / 1e9
def bandwidth():
    one, other = (random.standard_normal(ARRAY_BYTES // 4, dtype="float32") for _ in range(2))
    total = one + other
    times = []
    for _ in range(BLOCKS * 10):
        start = time.perf_counter()
        np.add(one, other, out=total)
        times.append(time.perf_counter() - start)
    return 3 * one.nbytes / statistics.median(times[3:]) / 1e9
print(json.dumps({"one-thread-bandwidth": bandwidth(),
                  "ceiling-float64": gflops("float64"), "ceiling-float32": gflops("float32")}))
"""
GOALS = {"matmul-float32": 0.05, "ceiling-float32": 0.10, "ceiling-float64": 0.10, "one-thread-bandwidth": 0.10}


def probed(candidate: str, probe: str, threads: int, options: dict[str, Scalar], program: str) -> dict[str, float]:
    """Medians of a probe in a process of its own. Raises SystemExit where it doesn't work."""
    with Worker(sys.executable, probes_dir(), candidate, threads) as worker:
        envelope = worker.ask(probe, {"blocks": BLOCKS, **options}, SECONDS, program=program)
    if not envelope.works:
        sys.exit(f"{candidate}, {probe}: {envelope.detail}")
    found = {metric: statistics.median(blocks) for metric, blocks in envelope.samples.items()}
    for name in ("one_thread_gb_per_s", "array_bytes"):
        if name in envelope.findings:
            found[name] = float(envelope.findings[name] or 0)
    if "one_thread_gb_per_s" in found:
        found["one-thread-bandwidth"] = found["one_thread_gb_per_s"]
    return found


def plain(program: str, candidate: str, threads: int) -> dict[str, float]:
    """What another tool finds, in a process with the same environment."""
    with tempfile.TemporaryDirectory() as folder:
        environment = child_environment(os.environ, candidate, threads, Path(folder))
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(rounds: int, threads: int) -> dict[str, list[tuple[float, float]]]:
    """By metric, the speeds of each round: the probe's and the other tool's."""
    pairs: dict[str, list[tuple[float, float]]] = {metric: [] for metric in GOALS}
    array_bytes = int(probed("reference", "ceiling", threads, {"blocks": 1}, "")["array_bytes"])

    def replaced(program: str) -> str:
        return program.replace("BLOCKS", str(BLOCKS)).replace("ARRAY_BYTES", str(array_bytes))

    for turn in range(rounds):
        for candidate, probe, program, tool in (
            ("pytorch", "matmul-float32", "matmul", replaced(TORCH)),
            ("reference", "ceiling", "", replaced(NUMPY)),
        ):
            options: dict[str, Scalar] = {"precision": "float32"} if program else {}
            if turn % 2 == 0:
                ours = probed(candidate, probe, threads, options, program)
                theirs = plain(tool, candidate, threads)
            else:
                theirs = plain(tool, candidate, threads)
                ours = probed(candidate, probe, threads, options, program)
            for metric, value in theirs.items():
                pairs[metric].append((ours[metric], value))
                print(f"round {turn + 1}: {metric:22}{ours[metric]:9.1f}{value:9.1f}{ours[metric] / value:8.3f}")
    return pairs


def verdict(ratio: float, rounds: list[float], goal: float) -> str:
    """Whether the ratio of the medians and those of the rounds show that a goal is met."""
    within = sum(abs(each - 1) <= goal for each in rounds)
    if abs(ratio - 1) <= goal and within > len(rounds) / 2:
        return "met"
    return "undecided" if within else "missed"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with Survey([sys.executable], probes_dir(), None) as survey:
        threads = survey.scene(()).host.cores_usable
    print(f"{'':9}{'metric':22}{'probe':>9}{'tool':>9}{'ratio':>8}")
    pairs = compare(rounds, threads)
    print(f"\n{'metric':22}{'ratio':>8}{'rounds':>18}{'goal':>18}")
    for metric, values in pairs.items():
        ours, theirs = (statistics.median(side) for side in zip(*values, strict=True))
        each = sorted(mine / other for mine, other in values)
        goal = GOALS[metric]
        met = verdict(ours / theirs, each, goal)
        print(f"{metric:22}{ours / theirs:8.3f}{each[0]:9.3f} to {each[-1]:.3f}{f'{goal:.0%}: {met}':>18}")


if __name__ == "__main__":
    main()
