"""How many lines do the same tasks take, in programs that really do them?"""

import importlib
import os

import shared_lines
from shared_envelope import fails, works

TASKS = ("image-classifier", "text-classifier", "long-run")
ENOUGH = 0.5
"""Accuracy that counts as having learned: twice what guessing among four classes gives."""


def run(session, options):
    """Samples: lines-TASK (lines). Findings: accuracy and tokens of each program."""
    session.stack.load()
    samples, findings = {}, {}
    for task in TASKS:
        name = "task_{}_{}".format(task.replace("-", "_"), session.stack.family)
        source = program(name)
        accuracy = float(importlib.import_module(name).main())
        findings[task + ".accuracy"] = accuracy
        findings[task + ".tokens"] = shared_lines.tokens(source)
        if not accuracy >= ENOUGH:
            return fails("{} does not do its task: accuracy {:.2f}".format(name, accuracy), findings)
        samples["lines-" + task] = [shared_lines.count(source)]
    return works(samples, findings)


def program(name):
    """The text of a program in this folder."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py"), encoding="utf-8") as file:
        return file.read()
