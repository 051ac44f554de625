"""The nets that are exported: a convolutional one and one with attention, in torch and in Keras."""

SEED = 20240229
NAMES = ("cnn", "attention")
IMAGE, TOKENS, VOCABULARY, WIDTH, HEADS, CLASSES = 16, 12, 100, 32, 4, 5


class Source:
    """A net as its framework runs it: `net`, `predict(inputs)` to numpy, and `inputs(size)` to feed it."""

    def __init__(self, stack, name):
        self.stack, self.name = stack, name
        self.channels_first = stack.family == "pytorch"
        if stack.family == "pytorch":
            self.net = _torch_net(stack.torch, name).eval().to(stack.device)
        else:
            self.net = _keras_net(stack.keras, name)
            # Exporters refuse a net that has never been called, which one that was trained has.
            self.predict(self.inputs(1))

    def inputs(self, size, seed=SEED):
        """A seeded batch: images in the net's layout as float32, or tokens as int32 (int64 for torch)."""
        import numpy

        random = numpy.random.default_rng(seed + size)
        if self.name == "attention":
            kind = "int64" if self.channels_first else "int32"
            return random.integers(0, VOCABULARY, (size, TOKENS)).astype(kind)
        shape = (3, IMAGE, IMAGE) if self.channels_first else (IMAGE, IMAGE, 3)
        return random.standard_normal((size,) + shape).astype("float32")

    def predict(self, inputs):
        """Outputs in inference mode as users get them: under no_grad in torch, by predict_on_batch in Keras."""
        if self.stack.family == "pytorch":
            torch = self.stack.torch
            with torch.no_grad():
                return self.net(torch.from_numpy(inputs).to(self.stack.device)).cpu().numpy()
        return self.stack.keras.ops.convert_to_numpy(self.net.predict_on_batch(inputs))


def _torch_net(torch, name):
    nn = torch.nn
    torch.manual_seed(SEED)
    if name == "cnn":
        return nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(16, CLASSES),
        )

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(VOCABULARY, WIDTH)
            self.attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
            self.norm = nn.LayerNorm(WIDTH)
            self.hidden = nn.Linear(WIDTH, 2 * WIDTH)
            self.head = nn.Linear(2 * WIDTH, CLASSES)

        def forward(self, tokens):
            x = self.embedding(tokens)
            x = self.norm(x + self.attention(x, x, x, need_weights=False)[0])
            return self.head(nn.functional.gelu(self.hidden(x)).mean(1))

    return Attention()


def _keras_net(keras, name):
    layers = keras.layers
    keras.utils.set_random_seed(SEED)
    if name == "cnn":
        return keras.Sequential(
            [
                keras.Input((IMAGE, IMAGE, 3)),
                layers.Conv2D(8, 3, padding="same"),
                layers.BatchNormalization(),
                layers.ReLU(),
                layers.MaxPooling2D(),
                layers.Conv2D(16, 3, padding="same", activation="relu"),
                layers.GlobalAveragePooling2D(),
                layers.Dense(CLASSES),
            ]
        )
    tokens = keras.Input((TOKENS,), dtype="int32")
    x = layers.Embedding(VOCABULARY, WIDTH)(tokens)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(x, x))
    x = layers.Dense(2 * WIDTH, activation="gelu")(x)
    return keras.Model(tokens, layers.Dense(CLASSES)(layers.GlobalAveragePooling1D()(x)))
