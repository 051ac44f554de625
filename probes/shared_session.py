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
            module = _program(program or probe)
            shared_timing.plant_slowdown(options.get("slowdown", 1))
            part = module.run(self, options)
            over = options.get("last", True)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: a framework that exits on import is a finding
            part = shared_envelope.failed(error, self.stack.packages)
            over = True
        if over:
            self._kept.clear()
        return shared_envelope.envelope(probe, self.candidate, part)


def _program(name):
    """The module `probe_NAME`. Raises ValueError when there is none."""
    module = "probe_" + name.replace("-", "_")
    if not os.path.exists(os.path.join(os.path.dirname(os.path.abspath(__file__)), module + ".py")):
        raise ValueError("no such probe: {}".format(name))
    return importlib.import_module(module)


def serve(session, requests, send):
    """Answer each request `{"probe": …, "program": …, "options": {…}}` of the file `requests` by an envelope.

    When the file ends, the process ends at once, even in the middle of a measurement: whoever asked is gone.
    """
    pending = queue.Queue()

    def listen():
        for line in requests:
            pending.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        request = json.loads(pending.get())
        send(session.answer(request["probe"], request.get("options", {}), request.get("program")))
