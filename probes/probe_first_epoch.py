"""From a cold start to the first trained epoch: a new process, the imports, the data, the net, the training."""

import os
import re
import subprocess
import sys
import time

from shared_envelope import fails, works

SECONDS = 120
CHANCE = 0.25


def run(session, options):
    """Samples: first-epoch (s), of the image classifier's program in a process of its own. Findings: accuracy."""
    here = os.path.dirname(os.path.abspath(__file__))
    program = os.path.join(here, "task_image_classifier_{}.py".format(session.stack.family))
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-B", program, "1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=SECONDS,
    )
    took = time.perf_counter() - start
    if done.returncode:
        lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        return fails(lines[-1] if lines else "exited with code {}".format(done.returncode))
    said = done.stdout.decode("utf-8", "replace")
    found = re.findall(r"(?:validation accuracy|val_accuracy:?) ([0-9.]+)", said)
    accuracy = float(found[-1]) if found else None
    if accuracy is None or accuracy <= CHANCE:
        return fails("after an epoch the accuracy is {}".format(accuracy))
    return works({"first-epoch": [took]}, {"accuracy": accuracy, "program": os.path.basename(program)})
