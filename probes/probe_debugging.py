"""Does a breakpoint inside the forward pass of a training step stop, and can values be read there?"""

import sys

from shared_envelope import fails, works
from shared_timing import time_ratio

WIDTH = 8
SEED = 20240229
TOLERANCE = 1e-4


def run(session, options):
    """Works if, at a breakpoint() in forward() or call(), the hidden values can be read and are those that numpy
    computes. `mode` is default or debug; findings: concrete_calls, symbolic_calls, slowdown_ratio of the debug mode."""
    session.stack.load()
    debug = options.get("mode") == "debug"
    way = _PyTorch(session.stack) if session.stack.family == "pytorch" else _Keras(session.stack)
    seen, findings = _stops(way, debug), {}
    findings["concrete_calls"] = sum(value is not None for value in seen)
    findings["symbolic_calls"] = sum(value is None for value in seen)
    if debug:
        findings["mode"] = way.debug_mode
        findings["slowdown_ratio"] = 1.0 if way.debug_mode == "default" else _cost(way)
    if session.stack.family == "pytorch" and not debug:
        findings["concrete_calls_compiled"] = sum(value is not None for value in _stops(way, debug, compiled=True))
    if not _right(way, seen):
        return fails("no value can be read: " + way.why(seen), findings)
    return works(findings=findings)


def _stops(way, debug, compiled=False):
    """Take a training step and give what was read at each stop: an array, or None where there was no value."""
    seen = []

    def look():
        frame = sys._getframe(1)
        while frame is not None and "hidden_here" not in frame.f_locals:
            frame = frame.f_back
        try:
            seen.append(None if frame is None else way.read(frame.f_locals["hidden_here"]))
        except Exception:
            seen.append(None)

    before = sys.breakpointhook
    sys.breakpointhook = look
    try:
        way.step(way.model(debug, breakpoints=True, compiled=compiled))
    finally:
        sys.breakpointhook = before
    return seen


def _right(way, seen):
    """Whether something was read, and all of it is what the step's inputs and first weights give."""
    import numpy

    values = [value for value in seen if value is not None]
    return bool(values) and all(
        value.shape == way.expected.shape and float(numpy.abs(value - way.expected).max()) <= TOLERANCE
        for value in values
    )


def _cost(way):
    def steps(debug):
        model = way.model(debug, breakpoints=False)

        def run(count):
            for _ in range(count):
                way.step(model)

        return run

    return time_ratio(steps(False), steps(True), 1)


def _data():
    import numpy

    random = numpy.random.default_rng(SEED)
    return random.standard_normal((4, WIDTH)).astype("float32"), random.standard_normal((4, 1)).astype("float32")


class _PyTorch:
    debug_mode = "default"

    def __init__(self, stack):
        self.torch, self.device = stack.torch, stack.device
        self.data = [self.torch.from_numpy(each).to(self.device) for each in _data()]

    def model(self, debug, breakpoints, compiled=False):
        torch = self.torch

        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.first = torch.nn.Linear(WIDTH, WIDTH)
                self.head = torch.nn.Linear(WIDTH, 1)

            def forward(self, x):
                hidden_here = self.first(x)
                if breakpoints:
                    breakpoint()
                return self.head(torch.tanh(hidden_here))

        torch.manual_seed(SEED)
        net = Net().to(self.device)
        with torch.no_grad():
            self.expected = self.read(net.first(self.data[0]))
        return torch.compile(net) if compiled else net, torch.optim.SGD(net.parameters(), lr=0.0)

    def step(self, trained):
        net, optimiser = trained
        optimiser.zero_grad()
        self.torch.nn.functional.mse_loss(net(self.data[0]), self.data[1]).backward()
        optimiser.step()
        self.torch.cuda.synchronize() if self.device.startswith("cuda") else None

    def read(self, hidden):
        return hidden.detach().cpu().numpy()

    def why(self, seen):
        return "the breakpoint never stopped" if not seen else "what it stops at holds none"


class _Keras:
    debug_mode = "run_eagerly=True"

    def __init__(self, stack):
        self.keras, self.backend = stack.keras, stack.backend
        self.data = _data()

    def model(self, debug, breakpoints, compiled=False):
        keras = self.keras

        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.first = keras.layers.Dense(WIDTH)
                self.head = keras.layers.Dense(1)

            def call(self, x):
                hidden_here = self.first(x)
                if breakpoints:
                    breakpoint()
                return self.head(keras.ops.tanh(hidden_here))

        keras.utils.set_random_seed(SEED)
        net = Net()
        net.first.build((None, WIDTH))
        net.compile(keras.optimizers.SGD(0.0), "mse", run_eagerly=debug)
        kernel, bias = net.first.get_weights()
        self.expected = self.data[0] @ kernel + bias
        return net

    def step(self, model):
        model.train_on_batch(*self.data)

    def read(self, hidden):
        if type(hidden).__name__ == "KerasTensor":
            raise ValueError("symbolic")
        # While JAX differentiates, values travel in tracers, which a debugger shows with the value inside.
        while hasattr(hidden, "primal"):
            hidden = hidden.primal
        return self.keras.ops.convert_to_numpy(hidden)

    def why(self, seen):
        return "the breakpoint never stopped" if not seen else "it stops only while the step is traced"
