"""The two small models that are exported, in plain Keras; what is in them and why, `export_nets_pytorch` tells."""

from export_nets_pytorch import CLASSES, HEADS, HIDDEN, SIDE, TOKENS, VOCABULARY, WIDTH, images


def build(keras, name, seed):
    """The model `cnn` or `attention`, its weights drawn from the seed."""
    model = {"cnn": _cnn, "attention": _attention}[name](keras)
    _draw(model, seed)
    # Keras refuses to export a model to ONNX that was never called, and on JAX `predict` doesn't count as a call. This
    # one computes nothing.
    model(keras.Input(model.input_shape[1:], dtype=model.inputs[0].dtype))
    return model


def inputs(name, size, seed, layout="NHWC"):
    """Seeded random inputs as a numpy array: float32 images in the layout, or int32 tokens."""
    import numpy

    random = numpy.random.default_rng([seed, size])
    if name == "cnn":
        rows = images(random, size)
        return rows if layout == "NHWC" else rows.transpose(0, 3, 1, 2).copy()
    return random.integers(0, VOCABULARY, (size, TOKENS), dtype="int32")


def _draw(model, seed):
    """Draw every weight, and running statistics too, that no exporter can have guessed."""
    import numpy

    random = numpy.random.default_rng(seed)
    for variable in model.weights:
        shape, kind = tuple(variable.shape), variable.path.rpartition("/")[2]
        if kind in ("gamma", "moving_variance"):
            values = random.uniform(0.5, 1.5, shape)
        elif kind in ("beta", "bias", "moving_mean"):
            values = random.uniform(-0.5, 0.5, shape)
        elif variable.dtype.startswith("float"):
            inputs = 1 if kind == "embeddings" else numpy.prod(shape[:-1])
            # The projections of attention are split by heads: (width, heads, size of a head).
            inputs = shape[0] if variable.path.split("/")[-2] in ("query", "key", "value") else inputs
            values = random.standard_normal(shape) * float(inputs) ** -0.5
        else:
            continue  # the state of a generator
        variable.assign(values.astype("float32"))


# All start from zeros, since every weight is drawn afterwards: on JAX, Keras' own initialisers compile a program for
# each shape, which takes seconds.


def _cnn(keras):
    layers = keras.layers
    last = keras.config.image_data_format() == "channels_last"
    axis = -1 if last else 1
    inputs = x = keras.Input((SIDE, SIDE, 3) if last else (3, SIDE, SIDE))
    for filters, pool in ((16, layers.MaxPooling2D), (32, layers.AveragePooling2D)):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="zeros")(x)
        x = pool(2)(layers.ReLU()(layers.BatchNormalization(axis=axis)(x)))
    x = layers.Conv2D(64, 3, padding="same", activation="relu", kernel_initializer="zeros")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(CLASSES, kernel_initializer="zeros")(x))


def _attention(keras):
    layers, zeros = keras.layers, {"kernel_initializer": "zeros"}
    tokens = keras.Input((TOKENS,), dtype="int32")
    x = layers.Embedding(VOCABULARY, WIDTH, embeddings_initializer="zeros")(tokens)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(HEADS, WIDTH // HEADS, **zeros)(x, x))
    hidden = layers.Dense(WIDTH, **zeros)(layers.Dense(HIDDEN, activation="gelu", **zeros)(x))
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x + hidden))
    return keras.Model(tokens, layers.Dense(CLASSES, **zeros)(x))
