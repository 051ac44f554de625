"""Nets whose depth depends on their input, as a user of each family would write them first."""

WIDTH = 8
SEED = 20240229
DEEPEST = 4


def batch(depth, size=16, seed=SEED):
    """(inputs, targets) as float32: the first input of each row says how often the block is to be applied."""
    import numpy

    random = numpy.random.default_rng(seed + depth)
    inputs = random.standard_normal((size, WIDTH)).astype("float32")
    inputs[:, 0] = depth
    return inputs, inputs.sum(axis=1, keepdims=True).astype("float32") / WIDTH


def reference(weights, inputs, depth):
    """What the net must give, computed by numpy from its block's and head's weights (kernel, bias, kernel, bias)."""
    import numpy

    block, block_bias, head, head_bias = (numpy.asarray(each, dtype="float64") for each in weights)
    hidden = inputs.astype("float64")
    for _ in range(depth):
        hidden = numpy.tanh(hidden @ block + block_bias)
    return hidden @ head + head_bias


def pytorch_net(torch, static_depth=None):
    """A module that loops in Python as often as its input says, or `static_depth` times."""

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.block = torch.nn.Linear(WIDTH, WIDTH)
            self.head = torch.nn.Linear(WIDTH, 1)

        def forward(self, x):
            depth = static_depth or int(x[0, 0])
            for _ in range(depth):
                x = torch.tanh(self.block(x))
            return self.head(x)

    torch.manual_seed(SEED)
    return Net()


def keras_net(keras, spelling="python", static_depth=None):
    """The same in Keras: `python` loops in Python, `graph` by `ops.while_loop`, as jitted and traced code needs it."""
    ops = keras.ops

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.block = keras.layers.Dense(WIDTH, activation="tanh")
            self.head = keras.layers.Dense(1)

        def build(self, input_shape):
            self.block.build((None, WIDTH))
            self.head.build((None, WIDTH))

        def call(self, x):
            if static_depth:
                for _ in range(static_depth):
                    x = self.block(x)
            elif spelling == "python":
                depth = int(x[0, 0])
                for _ in range(depth):
                    x = self.block(x)
            else:
                depth = ops.cast(x[0, 0], "int32")
                _, x = ops.while_loop(
                    lambda i, h: i < depth,
                    lambda i, h: (i + 1, self.block(h)),
                    (ops.zeros((), "int32"), x),
                    maximum_iterations=DEEPEST,
                )
            return self.head(x)

    keras.utils.set_random_seed(SEED)
    net = Net()
    # Built beforehand, since Keras would otherwise call it without values to find its shapes.
    net.build((None, WIDTH))
    return net
