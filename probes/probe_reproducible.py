"""Do two trainings from the same seed, in processes of their own, give the same weights to the last bit?"""

import json
import os
import subprocess
import sys

from shared_envelope import fails, works

SECONDS = 90
SEED = 7


def run(session, options):
    """Works if two fresh processes agree by default, and another seed gives other weights. Findings: what the
    deterministic mode costs an epoch (slowdown_ratio, of one process each)."""
    family = session.stack.family
    first = _train(family, "default", SEED)[0]
    second, other = _train(family, "default", SEED, SEED + 1)
    strict = _train(family, "deterministic", SEED)[0]
    findings = {
        "equal_by_default": first["hash"] == second["hash"],
        "slowdown_ratio": strict["seconds"] / min(first["seconds"], second["seconds"]),
    }
    problem = unlike(first, second, other)
    return fails(problem, findings) if problem else works(findings=findings)


def unlike(first, second, other):
    """What is wrong with two trainings from one seed and one from another, or ""."""
    if first["hash"] != second["hash"]:
        apart = abs(first["sum"] / second["sum"] - 1)
        return "two processes with the same seed end with other weights (their sums {:.1e} apart)".format(apart)
    if first["hash"] == other["hash"]:
        return "the seed changes nothing, so nothing is shown"
    return ""


def _train(family, mode, *seeds):
    """What a process of its own reports of a training from each seed, one after the other."""
    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(
        [sys.executable, "-B", os.path.join(here, "repeat_training.py"), family, mode] + [str(seed) for seed in seeds],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=SECONDS,
    )
    lines = [line for line in done.stdout.decode("utf-8", "replace").splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        problem = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        raise RuntimeError(problem[-1] if problem else "exited with code {}".format(done.returncode))
    return [json.loads(line) for line in lines]
