"""From a cold start to the first trained epoch: a new process, the imports, the data, the net, the training."""

import re
import time

from shared_children import ChildFailed, printed
from shared_envelope import fails, works

SECONDS = 120
CHANCE = 0.25


def run(session, options):
    """Samples: first-epoch (s), of the image classifier's program in a process of its own. Findings: accuracy."""
    program = "task_image_classifier_{}.py".format(session.stack.family)
    start = time.perf_counter()
    try:
        said = printed([program, "1"], SECONDS)
    except ChildFailed as error:
        return fails(error)
    took = time.perf_counter() - start
    found = re.findall(r"(?:validation accuracy|val_accuracy:?) ([0-9.]+)", said)
    accuracy = float(found[-1]) if found else None
    if accuracy is None or accuracy <= CHANCE:
        return fails("after an epoch the accuracy is {}".format(accuracy))
    return works({"first-epoch": [took]}, {"accuracy": accuracy, "program": program})
