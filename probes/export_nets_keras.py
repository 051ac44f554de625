"""The two small models that are exported, in plain Keras; what is in them and why, `export_nets_pytorch` tells."""

from export_nets_pytorch import CLASSES, HEADS, HIDDEN, SIDE, TOKENS, VOCABULARY, WIDTH


def build(keras, name, seed):
    """The model `cnn` or `attention`, its weights drawn from the seed."""
    model = {"cnn": _cnn, "attention": _attention}[name](keras)
    _draw(model, seed)
    return model


def inputs(name, size, seed, layout="NHWC"):
    """Seeded random inputs as a numpy array: float32 images in the layout, or int32 tokens."""
    import numpy

    random = numpy.random.default_rng([seed, size])
    if name == "cnn":
        shape = (size, SIDE, SIDE, 3) if layout == "NHWC" else (size, 3, SIDE, SIDE)
        return random.standard_normal(shape, dtype="float32")
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


def _cnn(keras):
    layers = keras.layers
    last = keras.config.image_data_format() == "channels_last"
    axis = -1 if last else 1
    images = x = keras.Input((SIDE, SIDE, 3) if last else (3, SIDE, SIDE))
    for filters, pool in ((16, layers.MaxPooling2D), (32, layers.AveragePooling2D)):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = pool(2)(layers.ReLU()(layers.BatchNormalization(axis=axis)(x)))
    x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    return keras.Model(images, layers.Dense(CLASSES)(layers.GlobalAveragePooling2D()(x)))


def _attention(keras):
    layers = keras.layers
    tokens = keras.Input((TOKENS,), dtype="int32")
    x = layers.Embedding(VOCABULARY, WIDTH)(tokens)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(x, x))
    hidden = layers.Dense(WIDTH)(layers.Dense(HIDDEN, activation="gelu")(x))
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x + hidden))
    return keras.Model(tokens, layers.Dense(CLASSES)(x))
