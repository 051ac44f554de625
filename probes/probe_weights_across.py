"""Do weights survive the move to another stack, with equal outputs?"""

import importlib.util
import os
import sys
import tempfile

from shared_children import ChildFailed, printed
from shared_envelope import fails, not_tried, works

BACKENDS = ("tensorflow", "jax", "torch")
SECONDS = 120
TOLERANCE = 1e-4
"""Greatest accepted difference as a share of the largest output: float32 summed in another order."""
SEED = 20240229


def run(session, options):
    """Findings: for each destination `equal` or what is wrong. Keras: a saved model loaded under the other backends,
    each in a process of its own. PyTorch: a module's weights copied into the same net in Keras on PyTorch."""
    session.stack.load()
    if session.stack.family == "pytorch":
        return _from_torch(session.stack)
    here = BACKENDS.index(session.stack.backend)
    # One destination each, in a ring, shows all of them: what three moves keep, every other move keeps.
    session.stack.full_float32()
    others = [b for b in BACKENDS[here + 1 :] + BACKENDS[:here] if importlib.util.find_spec(b)][:1]
    if not others:
        return not_tried("needs another backend: pip install one of {}".format(", ".join(BACKENDS)))
    findings = {}
    with tempfile.TemporaryDirectory() as folder:
        _save(session.stack.keras, folder)
        for backend in others:
            findings["to keras-" + backend] = _child(folder, backend)
    wrong = [name for name, words in findings.items() if not words.startswith("equal")]
    if wrong:
        return fails("{}: {}".format(wrong[0], findings[wrong[0]]), findings)
    return works(findings=findings)


def _model(keras):
    """Convolution, batch normalisation, attention and recurrence: what differs between backends if anything does."""
    layers = keras.layers
    images = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 3, strides=2, padding="same")(images)
    x = layers.BatchNormalization()(x)
    x = layers.Reshape((64, 8))(layers.Activation("gelu")(x))
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 4)(x, x))
    return keras.Model(images, layers.Dense(5)(layers.LSTM(8)(x)))


def _save(keras, folder):
    import numpy

    keras.utils.set_random_seed(SEED)
    model = _model(keras)
    model.compile("sgd", "mse")
    inputs = numpy.random.default_rng(SEED).standard_normal((6, 16, 16, 3)).astype("float32")
    # A few steps, so that running statistics are no longer what every model starts with.
    model.fit(inputs, inputs[:, :5, 0, 0], epochs=2, verbose=0)
    model.save(os.path.join(folder, "model.keras"))
    numpy.save(os.path.join(folder, "inputs.npy"), inputs)
    numpy.save(os.path.join(folder, "outputs.npy"), model.predict(inputs, verbose=0))


def _child(folder, backend):
    """Load and compare under another backend, in a process of its own."""
    try:
        return printed([os.path.basename(__file__), folder], SECONDS, KERAS_BACKEND=backend).splitlines()[-1]
    except ChildFailed as error:
        return str(error)


def main(folder):
    """Print how the saved model's outputs compare with those saved beside it."""
    import numpy
    import stack_keras

    stack = stack_keras.Stack(os.environ["KERAS_BACKEND"])
    stack.load()
    stack.full_float32()
    keras = stack.keras
    model = keras.saving.load_model(os.path.join(folder, "model.keras"))
    outputs = model.predict(numpy.load(os.path.join(folder, "inputs.npy")), verbose=0)
    print(compared(outputs, numpy.load(os.path.join(folder, "outputs.npy"))))


def compared(outputs, expected):
    """`equal`, with the greatest difference, or that they differ."""
    import numpy

    worst = float(numpy.abs(outputs - expected).max() / numpy.abs(expected).max())
    return ("equal to {:.1g}" if worst <= TOLERANCE else "differ by {:.2g} of the largest output").format(worst)


def _from_torch(stack):
    if not importlib.util.find_spec("keras"):
        return not_tried("needs keras: pip install keras")
    torch = stack.torch
    torch.manual_seed(SEED)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, padding=1),
        torch.nn.BatchNorm2d(8),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(8 * 16 * 16, 5),
    )
    images = torch.randn(6, 3, 16, 16)
    net(images)  # moves the running statistics
    net.eval()
    with torch.no_grad():
        expected = net(images).numpy()
    with tempfile.TemporaryDirectory() as folder:
        torch.save({"weights": net.state_dict(), "images": images, "expected": torch.from_numpy(expected)},
                   os.path.join(folder, "net.pt"))  # fmt: skip
        words = _child(folder, "torch")
    findings = {"to keras-torch": words}
    return works(findings=findings, extras=("keras",)) if words.startswith("equal") else fails(words, findings)


def copy_from_torch(folder):
    """Print how a Keras model with a torch net's weights compares with the net: kernels transposed by hand, as somebody
    who migrates does it."""
    import keras
    import numpy
    import torch

    saved = torch.load(os.path.join(folder, "net.pt"))
    weights = {name: value.numpy() for name, value in saved["weights"].items()}
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Conv2D(8, 3, padding="same"),
            layers.BatchNormalization(epsilon=1e-5),
            layers.ReLU(),
            layers.Permute((3, 1, 2)),  # torch flattens channels first
            layers.Flatten(),
            layers.Dense(5),
        ]
    )
    convolution, normalisation, dense = model.layers[0], model.layers[1], model.layers[-1]
    convolution.set_weights([weights["0.weight"].transpose(2, 3, 1, 0), weights["0.bias"]])
    normalisation.set_weights([weights["1." + part] for part in ("weight", "bias", "running_mean", "running_var")])
    dense.set_weights([weights["4.weight"].T, weights["4.bias"]])
    images = numpy.ascontiguousarray(saved["images"].numpy().transpose(0, 2, 3, 1))
    print(compared(model.predict(images, verbose=0), saved["expected"].numpy()))


if __name__ == "__main__":
    copying = os.path.exists(os.path.join(sys.argv[1], "net.pt"))
    (copy_from_torch if copying else main)(sys.argv[1])
