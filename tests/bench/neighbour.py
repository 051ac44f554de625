"""What a neighbour does to measurements: one process that keeps a processor busy for a share of the time.

    python tests/bench/neighbour.py [--shares 0,0.1,0.2,0.35,0.5,1] [--rounds 2]

For each share it runs `advisor probe` with the neighbour beside it and prints, for the step of each net, how many times
as long PyTorch took as Keras on JAX; how many processors other work kept busy, as the run saw it; and what the run said
of the numbers' quality. Without a neighbour the ratios are the true ones; from a change of them on that would turn a
comparison round, numbers must not be called good (`BUSY` and `TOO_BUSY` in advisor/probing/outcomes.py). Half an hour.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from advisor.model.measurement import Measurements

NETS = ("mlp", "cnn", "transformer")
CANDIDATES = ("pytorch", "keras-jax")
PERIOD = 0.1
"""Seconds in which the neighbour works once, for its share of them, and sleeps once."""
NEIGHBOUR = """
import os, sys, time
share, period = map(float, sys.argv[1:])
bench = os.getppid()
while os.getppid() == bench:
    start = time.perf_counter()
    while time.perf_counter() - start < share * period:
        pass
    time.sleep((1 - share) * period)
"""


def measured(share: float, folder: Path) -> Measurements:
    """A run of the probes with a neighbour of this share beside it."""
    into = folder / "run.json"
    chosen = [f"--candidate={name}" for name in CANDIDATES] + [f"--only={net}" for net in NETS]
    beside = subprocess.Popen([sys.executable, "-c", NEIGHBOUR, str(share), str(PERIOD)]) if share else None
    try:
        command = [sys.executable, "-m", "advisor", "probe", *chosen, "--fresh", "-q", "--json", "-o", str(into)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    finally:
        if beside is not None:
            beside.kill()
            beside.wait()
    return Measurements.model_validate(json.loads(into.read_bytes()))


def row(share: float, run: Measurements) -> str:
    """A line of the table."""
    found = {(o.candidate, o.probe): (o, {m.metric: m for m in o.measurements}) for o in run.outcomes}
    cells, busy = [], []
    for net in NETS:
        (first, ours), (second, theirs) = (found[candidate, net] for candidate in CANDIDATES)
        one, other = ours[f"{net}-step"], theirs[f"{net}-step"]
        cells.append(f"{one.median / other.median:.2f} {one.quality}")
        busy += [o.findings.get("others_processors") or 0.0 for o in (first, second)]
    return f"| {share:.2f} | {min(busy):.2f} to {max(busy):.2f} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shares", default="0,0.1,0.2,0.35,0.5,1")
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    print(f"| neighbour | others' processors | {' | '.join(NETS)} |", flush=True)
    print("| ---: |" + " ---: |" * (1 + len(NETS)), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(given.rounds):
            for share in map(float, given.shares.split(",")):
                print(row(share, measured(share, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
