"""Does a training step of one's own work, what does it take to write, and what does it cost?"""

import inspect

import shared_lines
from shared_envelope import fails, works
from shared_timing import time_ratio

WIDTH, STEPS, RATE = 8, 5, 0.05
TOLERANCE = 1e-5


def run(session, options):
    """Works if after some steps with a loss of one's own the weights are those that numpy computes. Findings: lines;
    slowdown_ratio to the built-in step, null for PyTorch, where the loop is the built-in way."""
    import numpy

    session.stack.load()
    inputs, targets = _data()
    if session.stack.family == "pytorch":
        weights, lines, ratio = _torch(session.stack, inputs, targets)
    else:
        weights, lines, ratio = _keras(session.stack, inputs, targets)
    worst = float(numpy.abs(weights - by_hand(inputs, targets)).max())
    findings = {"lines": lines, "slowdown_ratio": ratio, "max_abs_diff": worst}
    if not worst <= TOLERANCE:
        return fails("the weights differ by {:.2g} from those computed by hand".format(worst), findings)
    return works(findings=findings)


def by_hand(inputs, targets):
    """The weights of a linear net without bias, from zeros, after STEPS of SGD on the weighted squared error."""
    import numpy

    x, y = inputs.astype("float64"), targets.astype("float64")
    weights = numpy.zeros((WIDTH, 1))
    heavier = numpy.where(y > 0, 2.0, 1.0)
    for _ in range(STEPS):
        weights -= RATE * 2 * x.T @ (heavier * (x @ weights - y)) / len(x)
    return weights


def _data():
    import numpy

    random = numpy.random.default_rng(0)
    return random.standard_normal((16, WIDTH)).astype("float32"), random.standard_normal((16, 1)).astype("float32")


def _torch(stack, inputs, targets):
    import custom_pytorch

    torch = stack.torch
    model = torch.nn.Linear(WIDTH, 1, bias=False).to(stack.device)
    torch.nn.init.zeros_(model.weight)
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE)
    pair = [torch.from_numpy(each).to(stack.device) for each in (inputs, targets)]
    for _ in range(STEPS):
        custom_pytorch.train_step(stack, model, optimiser, *pair)
    lines = shared_lines.count(inspect.getsource(custom_pytorch.train_step))
    return model.weight.detach().cpu().numpy().T, lines, None


def _keras(stack, inputs, targets):
    import custom_keras

    keras = stack.keras
    make = custom_keras.MODELS[stack.backend]

    def model(cls):
        nodes = keras.Input((WIDTH,))
        net = cls(nodes, keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(nodes))
        net.compile(keras.optimizers.SGD(RATE), "mse")
        return net

    def steps(net):
        def take(count):
            for _ in range(count):
                net.train_on_batch(inputs, targets)

        return take

    own = model(make(keras))
    steps(own)(STEPS)
    weights = own.get_weights()[0]
    ratio = time_ratio(steps(model(keras.Model)), steps(own), 1)
    return weights, shared_lines.count(inspect.getsource(make)), ratio
