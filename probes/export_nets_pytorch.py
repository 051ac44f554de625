"""The two small models that are exported, in plain PyTorch: a convolutional net, and one with attention.

They hold what exporters and runtimes have been seen to refuse: batch normalisation with running statistics of its own,
three kinds of pooling, an embedding, attention, layer normalisation and exact GELU. They are no workloads of training,
and need not have the weights of the models in Keras: each is compared with itself alone.
"""

CLASSES = 10
SIDE = 32
TOKENS, VOCABULARY, WIDTH, HEADS, HIDDEN = 32, 500, 64, 4, 128


def build(torch, name, seed):
    """The model `cnn` or `attention` in inference mode on the CPU, its weights drawn from the seed."""
    # Exporting must not disturb the generator that other probes draw from.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = {"cnn": _cnn, "attention": _attention}[name](torch)
        _unsettle(torch, model)
    return model.eval()


def inputs(name, size, seed):
    """Seeded random inputs as a numpy array: float32 images in NCHW, or int64 tokens."""
    import numpy

    random = numpy.random.default_rng([seed, size])
    if name == "cnn":
        return images(random, size).transpose(0, 3, 1, 2).copy()
    return random.integers(0, VOCABULARY, (size, TOKENS), dtype="int64")


def images(random, size):
    """Noise around a colour of its own for each image (NHWC): of mere noise, all averages, and so all outputs, would be
    nearly the same, and a runtime that mixes up rows would pass."""
    noise = random.standard_normal((size, SIDE, SIDE, 3), dtype="float32")
    return noise + 2 * random.standard_normal((size, 1, 1, 3), dtype="float32")


def _unsettle(torch, model):
    """Give the normalisations statistics and factors that no exporter can have guessed."""
    for layer in model.modules():
        if isinstance(layer, (torch.nn.BatchNorm2d, torch.nn.LayerNorm)):
            torch.nn.init.uniform_(layer.weight, 0.5, 1.5)
            torch.nn.init.uniform_(layer.bias, -0.5, 0.5)
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.uniform_(-0.5, 0.5)
            layer.running_var.uniform_(0.5, 1.5)


def _cnn(torch):
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, CLASSES),
    )


def _attention(torch):
    nn = torch.nn

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(VOCABULARY, WIDTH)
            self.attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
            self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.dense = nn.Sequential(nn.Linear(WIDTH, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, WIDTH))
            self.head = nn.Linear(WIDTH, CLASSES)

        def forward(self, tokens):
            x = self.embedding(tokens)
            x = self.norm1(x + self.attention(x, x, x, need_weights=False)[0])
            x = self.norm2(x + self.dense(x))
            return self.head(x.mean(1))

    return Attention()
