"""One candidate in one process: what is registered, the probes' shared state, and serving requests."""

import importlib
import json
import os
import queue
import threading

import shared_envelope
import shared_load
import shared_workload

# A candidate: the module with its `Stack`, and what that class is called with.
STACKS = {
    "pytorch": ("stack_pytorch",),
    "keras-tensorflow": ("stack_keras", "tensorflow"),
    "keras-jax": ("stack_keras", "jax"),
    "keras-torch": ("stack_keras", "torch"),
}

# A probe: the module whose `run(session, options)` returns an envelope's variable part.
PROBES = {
    "framework": "probe_framework",
    "cnn-step": "probe_cnn_step",
    "transformer-step": "probe_transformer_step",
    "matmul": "probe_matmul",
    "onnx-export": "probe_onnx_export",
}


class Session:
    """A candidate's stack, imported on first use, and the workloads built so far.

    Workloads are kept, so that a worker asked again times further blocks of the same one.
    """

    def __init__(self, candidate):
        module, *arguments = STACKS[candidate]
        self.candidate = candidate
        self.stack = importlib.import_module(module).Stack(*arguments)
        self._workloads = {}

    def workload(self, net):
        """The training workload of a net of `shared_workload.NETS`, built when it is first asked for."""
        self.stack.load()
        if net not in self._workloads:
            self._workloads[net] = shared_workload.Workload(self.stack, net)
        return self._workloads[net]

    def answer(self, probe, options):
        """Run a probe and return its envelope, whatever happens inside it."""
        try:
            if probe not in PROBES:
                raise ValueError("no such probe: {}; there are {}".format(probe, ", ".join(PROBES)))
            with shared_load.Watch() as watch:
                part = importlib.import_module(PROBES[probe]).run(self, options)
            part["findings"] = dict(part.get("findings", {}), others_busy=watch.others_busy)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: a framework that exits on import is a finding
            part = shared_envelope.failed(error, self.stack.packages)
        return shared_envelope.envelope(probe, self.candidate, part)


def serve(session, requests, send):
    """Answer each request `{"probe": …, "options": {…}}` of the file `requests` by an envelope.

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
        send(session.answer(request["probe"], request.get("options", {})))
