"""One candidate in one process: its stack, the probes' shared state, and serving requests."""

import importlib
import json
import os
import queue
import threading

import shared_envelope
import shared_timing

# A candidate: the module with its `Stack`, and what that class is called with.
STACKS = {
    "pytorch": ("stack_pytorch",),
    "keras-tensorflow": ("stack_keras", "tensorflow"),
    "keras-jax": ("stack_keras", "jax"),
    "keras-torch": ("stack_keras", "torch"),
    "reference": ("stack_reference",),
}

FAMILIES = ("pytorch", "keras", "reference")
"""The families of stacks that a program is for unless it names others in a `FAMILIES` of its own, where None is any.
One whose ways hang on the very candidate names these in `CANDIDATES`."""


class Session:
    """A candidate's stack, imported on first use, and what its probes have built so far."""

    def __init__(self, candidate):
        module, *arguments = STACKS[candidate]
        self.candidate = candidate
        self.stack = importlib.import_module(module).Stack(*arguments)
        self._kept = {}

    def keep(self, key, make):
        """What `make()` gave when it was first called for this key: a probe asked again goes on with it."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def answer(self, probe, options, program=None):
        """Run a probe and return its envelope, whatever happens inside it.

        `program` is the probe's file without `probe_` and `.py`; by default the probe's own name.
        """
        try:
            part = self._run(program or probe, options)
            over = options.get("last", True)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: a framework that exits on import is a finding
            part = shared_envelope.failed(error, self.stack.packages)
            over = True
        if over:
            self._kept.clear()
        return shared_envelope.envelope(probe, self.candidate, part)

    def _run(self, name, options):
        """What the program `probe_NAME` says of this candidate; not tried where there is none, or none of its ways
        is this candidate's: that says nothing against it."""
        program = _program(name)
        if program is None:
            return shared_envelope.not_tried("there is no probes/probe_{}.py".format(name.replace("-", "_")))
        if not self._has_way(program):
            return shared_envelope.not_tried("this probe has no way for {}".format(self.candidate))
        shared_timing.plant_slowdown(options.get("slowdown", 1))
        return program.run(self, options)

    def _has_way(self, program):
        families = getattr(program, "FAMILIES", FAMILIES)
        candidates = getattr(program, "CANDIDATES", (self.candidate,))
        return (families is None or self.stack.family in families) and self.candidate in candidates


def _program(name):
    """The module `probe_NAME`, or None when there is none."""
    module = "probe_" + name.replace("-", "_")
    if not os.path.exists(os.path.join(os.path.dirname(os.path.abspath(__file__)), module + ".py")):
        return None
    return importlib.import_module(module)


def serve(session, requests, send):
    """Answer each request `{"probe": …, "program": …, "options": {…}}` of the file `requests` by an envelope.

    When the file ends, the process ends at once, even in the middle of a measurement, and its private folder with it:
    whoever asked is gone.
    """
    pending = queue.Queue()

    def listen():
        for line in requests:
            pending.put(line)
        try:
            # Not before: what it needs is for the framework's own import to load.
            import shared_private

            shared_private.remove_private_folder()
        finally:
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        request = json.loads(pending.get())
        send(session.answer(request["probe"], request.get("options", {}), request.get("program")))
