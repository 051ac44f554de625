"""Does a layer with a gradient of its own work? A gradient that is wrong on purpose must be seen to arrive."""

import importlib
import inspect

import shared_lines
from shared_envelope import fails, works

FACTOR = 7.0
WIDTH = 4
TOLERANCE = 1e-4


def run(session, options):
    """Findings: ratio (of the weight's change to that with the true gradient, which must be FACTOR), lines."""
    session.stack.load()
    module = importlib.import_module("custom_" + session.stack.family)
    change = _torch_change if session.stack.family == "pytorch" else _keras_change
    plain = change(session.stack, None)
    custom = change(session.stack, module.wrong_gradient(session.stack, FACTOR))
    ratio = float((custom / plain).mean())
    findings = {"ratio": ratio, "lines": shared_lines.count(inspect.getsource(module.wrong_gradient))}
    if not abs(ratio - FACTOR) <= TOLERANCE * FACTOR:
        return fails("a gradient {:g} times the true one arrives as {:.3g} times it".format(FACTOR, ratio), findings)
    return works(findings=findings)


def _data():
    import numpy

    random = numpy.random.default_rng(0)
    return random.standard_normal((8, WIDTH)).astype("float32"), random.standard_normal((8, 1)).astype("float32")


def _torch_change(stack, layer):
    """The change of the first layer's weights in one step of SGD, with the layer behind it."""
    torch = stack.torch
    inputs, targets = (torch.from_numpy(each).to(stack.device) for each in _data())
    torch.manual_seed(0)
    first, head = (torch.nn.Linear(WIDTH, size).to(stack.device) for size in (WIDTH, 1))
    before = first.weight.detach().clone()
    optimiser = torch.optim.SGD(list(first.parameters()), lr=0.01)
    hidden = first(inputs)
    torch.nn.functional.mse_loss(head(layer(hidden) if layer else hidden), targets).backward()
    optimiser.step()
    return (first.weight.detach() - before).cpu().numpy()


def _keras_change(stack, layer):
    keras = stack.keras

    class Between(keras.layers.Layer):
        def call(self, x):
            return layer(x) if layer else x

    keras.utils.set_random_seed(0)
    first = keras.layers.Dense(WIDTH)
    model = keras.Sequential([keras.Input((WIDTH,)), first, Between(), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    before = first.get_weights()[0].copy()
    model.train_on_batch(*_data())
    return first.get_weights()[0] - before
