"""The nets of `shared_workload` in Keras, layer for layer those of `nets_pytorch` and with the same names."""

import math

from shared_workload import ADAM, BATCH_NORM_DECAY, CLASSES, NORM_EPSILON, SGD, first_weights


def build(keras, net, sizes, own_initialisers):
    """The model of a net of `shared_workload.NETS` with these sizes, not compiled.

    Without `own_initialisers` its weights are zeros until they are set.
    """
    zeros = None if own_initialisers else _zeros(keras)

    def drawn(*names):
        return {name + "_initializer": zeros for name in names if zeros}

    return {"mlp": _mlp, "cnn": _cnn, "lstm": _lstm, "transformer": _transformer}[net](keras, sizes, drawn)


def optimiser(keras, name):
    """The optimiser `sgd` or `adam`."""
    return keras.optimizers.SGD(**SGD) if name == "sgd" else keras.optimizers.Adam(**ADAM)


def _zeros(keras):
    """Zeros made by numpy. On JAX, Keras' default initialisers compile a program for every shape: seconds of work that
    is timed where building is, and nowhere else."""
    import numpy

    class Zeros(keras.initializers.Initializer):
        def __call__(self, shape, dtype=None):
            return keras.ops.convert_to_tensor(numpy.zeros(shape, "float32"), dtype=dtype)

    return Zeros()


def _mlp(keras, sizes, drawn):
    layers, weights = keras.layers, drawn("kernel", "bias")
    x = rows = keras.Input((sizes["features"],))
    for i, width in enumerate(sizes["hidden"]):
        x = layers.Dense(width, activation="relu", name="hidden_{}".format(i), **weights)(x)
    return keras.Model(rows, layers.Dense(CLASSES, name="head", **weights)(x))


def _cnn(keras, sizes, drawn):
    layers = keras.layers
    axis = -1 if keras.config.image_data_format() == "channels_last" else 1

    def convolution(x, filters, side, stride, name):
        layer = layers.Conv2D(
            filters, side, strides=stride, padding="same", use_bias=False, name=name, **drawn("kernel")
        )
        return layer(x)

    def norm(x, name):
        return layers.BatchNormalization(axis=axis, momentum=BATCH_NORM_DECAY, epsilon=NORM_EPSILON, name=name)(x)

    def block(x, filters, stride, name):
        y = layers.ReLU()(norm(convolution(x, filters, 3, stride, name + "conv1"), name + "norm1"))
        y = norm(convolution(y, filters, 3, 1, name + "conv2"), name + "norm2")
        if stride != 1 or x.shape[axis] != filters:
            x = norm(convolution(x, filters, 1, stride, name + "shortcut"), name + "norm3")
        return layers.ReLU()(layers.Add()([y, x]))

    shape = (sizes["side"], sizes["side"])
    images = keras.Input(shape + (sizes["channels"],) if axis == -1 else (sizes["channels"],) + shape)
    x = layers.ReLU()(norm(convolution(images, sizes["stem"], 3, 1, "stem"), "norm"))
    for i, (filters, stride) in enumerate(sizes["blocks"]):
        x = block(x, filters, stride, "blocks_{}_".format(i))
    head = layers.Dense(CLASSES, name="head", **drawn("kernel", "bias"))
    return keras.Model(images, head(layers.GlobalAveragePooling2D()(x)))


def _lstm(keras, sizes, drawn):
    layers = keras.layers
    series = keras.Input((sizes["steps"], sizes["features"]))
    x = layers.LSTM(sizes["units"], name="lstm", **drawn("kernel", "recurrent"))(series)
    return keras.Model(series, layers.Dense(CLASSES, name="head", **drawn("kernel", "bias"))(x))


def _transformer(keras, sizes, drawn):
    layers, width, weights = keras.layers, sizes["width"], drawn("kernel", "bias")
    tokens = keras.Input((sizes["tokens"],), dtype="int32")
    x = layers.Embedding(sizes["vocabulary"], width, name="embedding", **drawn("embeddings"))(tokens)
    attended = layers.MultiHeadAttention(sizes["heads"], width // sizes["heads"], name="attention", **weights)(x, x)
    x = layers.LayerNormalization(epsilon=NORM_EPSILON, name="norm1")(layers.Add()([x, attended]))
    hidden = layers.Dense(sizes["hidden"], activation="gelu", name="dense1", **weights)(x)
    hidden = layers.Dense(width, name="dense2", **weights)(hidden)
    x = layers.LayerNormalization(epsilon=NORM_EPSILON, name="norm2")(layers.Add()([x, hidden]))
    head = layers.Dense(CLASSES, name="head", **weights)
    return keras.Model(tokens, head(layers.GlobalAveragePooling1D()(x)))


def set_first_weights(model):
    """Put the weights that all stacks start from into a model's trained variables."""
    for variable in model.trainable_variables:
        shape = tuple(int(length) for length in variable.shape)
        layer, kind = variable.path.split("/")[-2:]
        # How many numbers each output is made of: the outputs of these three are split by heads.
        inputs = shape[0] if layer in ("query", "key", "value") else math.prod(shape[:-1])
        variable.assign(first_weights(variable.path, shape, 1 if kind == "embeddings" else inputs))
