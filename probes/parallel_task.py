"""What the data-parallel programs train, in one process or two, and how their results are compared."""

import time

WORLD = 2
"""Processes, or devices."""
SIZES = (256, 1024, 1024, 10)
"""Dense layers with tanh between. The kink of a ReLU would turn rounding into differences of 1e-3 in single weights."""
BATCH, STEPS, EPOCHS = 512, 6, 6
"""The joined batch, and its steps in an epoch; the first epoch warms up."""
RATE = 0.05
"""Of plain SGD: Adam would make much of differences that come only from the order of sums."""
SEED = 20240229
TOLERANCE = 1e-3
"""Greatest accepted difference: of the loss as a share of it, of the weights as a share of their greatest change in
training. Sums in another order make about 1e-6; processes that each go their own way 1e-1 and more."""


def data(rank=0, world=1):
    """Inputs and labels of one process of `world`: its rows of each joined batch, one batch after the other."""
    import numpy

    random = numpy.random.default_rng(SEED)
    inputs = random.standard_normal((STEPS, BATCH, SIZES[0]), dtype="float32")
    labels = (inputs @ random.standard_normal((SIZES[0], SIZES[-1]), dtype="float32")).argmax(axis=-1)
    rows = slice(rank * BATCH // world, (rank + 1) * BATCH // world)
    return inputs[:, rows].reshape(-1, SIZES[0]).copy(), labels[:, rows].reshape(-1).astype("int64")


def start_weights():
    """Kernel (inputs × outputs) and bias of each layer, in turn."""
    import numpy

    random = numpy.random.default_rng(SEED + 1)
    weights = []
    for fan_in, fan_out in zip(SIZES, SIZES[1:]):
        weights.append(random.standard_normal((fan_in, fan_out), dtype="float32") * numpy.float32(fan_in**-0.5))
        weights.append(numpy.zeros(fan_out, "float32"))
    return weights


def keras_model(keras):
    """The net in Keras, with the start weights; not compiled."""
    layers = [keras.layers.Dense(size, activation="tanh") for size in SIZES[1:-1]]
    model = keras.Sequential([keras.Input((SIZES[0],))] + layers + [keras.layers.Dense(SIZES[-1])])
    model.set_weights(start_weights())
    return model


def keras_compile(keras, model):
    """Compile in Keras' sense, by its defaults."""
    model.compile(keras.optimizers.SGD(RATE), keras.losses.SparseCategoricalCrossentropy(from_logits=True))


def keras_fit(keras, model, inputs, labels, batch, epochs=EPOCHS):
    """Train by fit(), as far as it goes the user's way; returns a result."""

    class Clock(keras.callbacks.Callback):
        seconds = []

        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds.append(time.perf_counter() - self.start)

    clock = Clock()
    history = model.fit(inputs, labels, batch_size=batch, epochs=epochs, shuffle=False, verbose=0, callbacks=[clock])
    return result(history.history["loss"], clock.seconds, model.get_weights())


def result(losses, seconds, weights):
    """A run as a dictionary for JSON: losses and seconds of each epoch, and the weights at the end."""
    import numpy

    flat = numpy.concatenate([numpy.asarray(each, "float32").ravel() for each in weights])
    # A sample does: whether two runs differ shows everywhere, and JSON is no place for millions of numbers.
    return {
        "losses": [float(each) for each in losses],
        "seconds": [float(each) for each in seconds],
        "weights": [float(each) for each in flat[:: max(1, flat.size // 4000)]],
    }


def start_result():
    """The start weights, sampled as a result's are."""
    return result([], [], start_weights())["weights"]


def compared(single, ranks, start):
    """How the processes' results compare with the single process's: shares, see `TOLERANCE`."""
    import numpy

    alone = numpy.array(single["weights"])
    change = float(numpy.abs(alone - numpy.array(start)).max())
    others = [numpy.array(each["weights"]) for each in ranks]
    joined = numpy.mean([each["losses"] for each in ranks], axis=0)
    expected = numpy.array(single["losses"][: len(joined)])
    return {
        "loss_difference": float(numpy.max(numpy.abs(joined - expected) / expected)),
        "weights_difference": max(float(numpy.abs(each - alone).max()) for each in others) / change,
        "between_processes": max(float(numpy.abs(each - others[0]).max()) for each in others) / change,
    }


def problem(figures):
    """What is wrong with processes that compare like this, or ""."""
    if not figures["between_processes"] <= TOLERANCE:
        return "accepted, but the processes don't synchronise: their weights differ by {:.2g} of the change".format(
            figures["between_processes"]
        )
    if not figures["loss_difference"] <= TOLERANCE:
        return "the loss differs from that of one process by a share of {:.2g}".format(figures["loss_difference"])
    if not figures["weights_difference"] <= TOLERANCE:
        return "the weights differ from those of one process by {:.2g} of their change".format(
            figures["weights_difference"]
        )
    return ""


def speed_up(single, ranks):
    """How many times as fast the processes are together as the single one, by the fastest epoch after the first."""
    return min(single["seconds"][1:]) / max(min(each["seconds"][1:]) for each in ranks)
