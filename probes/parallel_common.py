"""What every way of data-parallel training here shares: the net, the data, and what a process reports."""

import json
import time

WIDTH, HIDDEN, BATCH, STEPS, TIMED = 256, 1024, 2048, 5, 20
SEED = 20240229
RATE = 0.05


def data():
    """The whole batch as (inputs, targets), float32."""
    import numpy

    random = numpy.random.default_rng(SEED)
    inputs = random.standard_normal((BATCH, WIDTH)).astype("float32")
    return inputs, (inputs.sum(axis=1, keepdims=True) / WIDTH**0.5).astype("float32")


def kernels():
    """The first weights of the two layers, as (inputs, outputs)."""
    import numpy

    random = numpy.random.default_rng(SEED + 1)
    return [
        (random.standard_normal(shape) / shape[0] ** 0.5).astype("float32") for shape in ((WIDTH, HIDDEN), (HIDDEN, 1))
    ]


def report(step, loss):
    """Take STEPS steps, print their last loss and the seconds that TIMED further ones take."""
    for _ in range(STEPS):
        step()
    result = {"loss": float(loss())}
    start = time.perf_counter()
    for _ in range(TIMED):
        step()
    float(loss())
    result["seconds"] = time.perf_counter() - start
    print(json.dumps(result), flush=True)


def keras_model(keras):
    """The net in Keras with the first weights, compiled."""
    # Processes must start alike, also where weights are drawn that are replaced below.
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([keras.Input((WIDTH,)), keras.layers.Dense(HIDDEN, "tanh"), keras.layers.Dense(1)])
    first, second = kernels()
    model.layers[0].set_weights([first, first[0] * 0])
    model.layers[1].set_weights([second, second[0] * 0])
    model.compile(keras.optimizers.SGD(RATE), "mse")
    return model


def torch_model(torch):
    """The same in torch."""
    model = torch.nn.Sequential(torch.nn.Linear(WIDTH, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1))
    with torch.no_grad():
        for layer, kernel in zip((model[0], model[2]), kernels()):
            layer.weight.copy_(torch.from_numpy(kernel.T))
            layer.bias.zero_()
    return model
