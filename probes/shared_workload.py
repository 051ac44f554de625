"""The training workloads that all stacks share: what the nets are, their data and first weights, how a step is timed.

The nets are described here once; each family builds them from its own layers with these sizes, in float32. All start
from the same weights and see the same batches, so that after some steps the losses must agree: who does less, or
something else, is found out.
"""

import time
import zlib

from shared_timing import seconds, seconds_told, time_blocks, warm_up

POOL = 8
"""Batches that training cycles through: more than one, so that no result can be reused."""
SEED = 20240229
CLASSES = 10

MLP = {"batch": 128, "optimiser": "adam", "features": 64, "hidden": (256, 256, 256)}
"""Dense layers with ReLU on tabular data, then a dense one."""
CNN = {"batch": 32, "optimiser": "sgd", "side": 33, "channels": 3, "stem": 16, "blocks": ((16, 1), (32, 2), (64, 2))}
"""ResNet-8, the image classifier of MLPerf Tiny: a convolution, three residual blocks (filters, stride), global
average, dense. A block is twice convolution 3×3 without bias and batch normalisation, ReLU between and after; where
the shape changes, the shortcut is a convolution 1×1 with batch normalisation. The side is odd since only then do
"same" of Keras and a padding of 1 of torch mean the same for a stride of 2."""
LSTM = {"batch": 32, "optimiser": "adam", "steps": 50, "features": 32, "units": 128}
"""One LSTM layer over a series; its last state goes into a dense layer. One bias vector: the second one of torch, which
adds nothing to the first, is frozen at zero."""
TRANSFORMER = {"batch": 16, "optimiser": "adam", "tokens": 64, "vocabulary": 1000, "width": 128, "heads": 4}
TRANSFORMER["hidden"] = 512
"""Embedding, one post-norm encoder block (attention, exact GELU), mean over tokens, dense."""
NETS = {"mlp": MLP, "cnn": CNN, "lstm": LSTM, "transformer": TRANSFORMER}
LARGE, LARGE_ON_DEVICE = 4, 32
"""The large batch is so many times as large, on the CPU and on an accelerator, which four times hardly keep busier."""
TINY = {"batch": 4, "optimiser": "adam", "features": 4, "hidden": (4,)}
"""An mlp whose only purpose is to be the first in a process."""

SGD = {"learning_rate": 0.01, "momentum": 0.9}
ADAM = {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}
"""Torch's epsilon, and not Keras' 1e-7. Keras adds it before the bias correction and torch after it, which is below
what `LOSS_TOLERANCE` can see."""
OPTIMISERS = {"sgd": "SGD with momentum", "adam": "Adam"}
NORM_EPSILON = 1e-5
BATCH_NORM_DECAY = 0.9
"""Share of the old running statistics that is kept: Keras' `momentum`, one minus torch's."""

LOSS_STEPS = 20
FEW_LOSS_STEPS = 5
"""After so many steps the loss is compared; after few where a step may be slow: eager mode and large batches."""
LOSS_TOLERANCE = {"mlp": 5e-4, "cnn": 5e-4, "lstm": 5e-4, "transformer": 2e-3}
"""By which share of the loss two candidates may differ. Float32 alone makes less than 5e-5 of difference; a learning
rate that is 5 % off, a second bias vector, a layer that isn't trained or another momentum more than the tolerance. The
transformer needs more of it, for Keras' Adam on TensorFlow updates an embedding by other rules: it squares the
gradients of a token that occurs several times in a batch before it adds them up, and not after (1.3e-3 here). What the
loss can't show is the precision: a forward pass in bfloat16 moves it by 1e-4. So all are told to compute in float32."""


def batches(net, count=POOL, size=None, seed=SEED, sizes=None):
    """Seeded random batches (inputs, labels) of numpy arrays: float32, images in NHWC, or int32 tokens.

    `size` is that of a batch; `sizes` describes the net where it isn't the one in `NETS`.
    """
    import numpy

    random = numpy.random.default_rng(seed)
    sizes = sizes or NETS[net]
    size = size or sizes["batch"]
    shape = {
        "mlp": lambda: (size, sizes["features"]),
        "cnn": lambda: (size, sizes["side"], sizes["side"], sizes["channels"]),
        "lstm": lambda: (size, sizes["steps"], sizes["features"]),
        "transformer": lambda: (size, sizes["tokens"]),
    }[net]()
    pool = []
    for _ in range(count):
        if net == "transformer":
            inputs = random.integers(0, sizes["vocabulary"], shape, dtype="int32")
        else:
            inputs = random.standard_normal(shape, dtype="float32")
        pool.append((inputs, random.integers(0, CLASSES, size, dtype="int32")))
    return pool


def first_weights(path, shape, fan_in):
    """The weights that a variable starts from, the same for every stack: Keras' path and shape (or one with as many
    elements in the same order) decide.

    Nothing is zero and no two are equal, so that an exchange of variables would show in the loss.
    """
    import numpy

    values = numpy.random.default_rng([SEED, zlib.crc32(path.encode())]).standard_normal(shape, dtype="float32")
    kind = path.rpartition("/")[2]
    if kind == "gamma":
        return 1 + numpy.float32(0.1) * values
    if kind in ("beta", "bias"):
        return numpy.float32(0.1) * values
    return values * numpy.float32(fan_in**-0.5)


def start_once(stack, mode="default"):
    """Seconds of what a process does only once for a mode: frameworks import and compile parts of themselves when the
    first net is trained or compiled. Without this it would fall on whichever net happens to be the first."""
    kept = stack.__dict__.setdefault("started", {})
    if mode not in kept:
        start = time.perf_counter()
        if mode == "compiled":
            stack.start_compiler()
        else:
            net = stack.build("mlp", "default", TINY)
            net.prepare(batches("mlp", 1, sizes=TINY))
            net.train(0, 1)
        kept[mode] = time.perf_counter() - start
    return kept[mode]


def _large(device):
    return LARGE if device == "cpu" else LARGE_ON_DEVICE


class Workload:
    """A net of one stack in training; a step goes from a batch in host memory to updated weights."""

    def __init__(self, stack, name, mode="default", batch="small", own_initialisers=False, pool=POOL):
        """`own_initialisers`: draw weights as the framework does by itself, which is part of what building costs,
        although they are replaced at once. `pool`: how many batches it cycles through."""
        self.name = name
        stack.full_float32()
        self.started = {"start_once_s": start_once(stack)}
        if mode == "compiled":
            self.started["start_compiler_s"] = start_once(stack, mode)
        start = time.perf_counter()
        self.net = stack.build(name, mode, NETS[name], own_initialisers)
        self.build_seconds = time.perf_counter() - start
        self.net.set_first_weights()
        self.size = NETS[name]["batch"] * (_large(self.net.device) if batch == "large" else 1)
        self.net.prepare(batches(name, pool, self.size))
        self.loss = float("nan")
        self.loss_steps = FEW_LOSS_STEPS if mode == "eager" or batch == "large" else LOSS_STEPS
        self._steps = self._inferred = 0
        self._expected = {}

    def train(self, steps):
        """Train so many steps in a row and wait for the device; returns the seconds that all but the first took."""
        took, self.loss = self.net.train(self._steps, steps)
        self._steps += steps
        return took

    def run(self, steps):
        """Train a step, and from its end on so many more; returns the seconds of these: whoever trains for long pays
        only once for what a stack does before it takes steps."""
        return self.train(1 + steps)

    def infer(self, calls):
        """Infer so many batches, from host memory to host memory."""
        self.net.infer(self._inferred, calls)
        self._inferred += calls

    def begin(self):
        """Seconds of the first step, which compiles or traces, with all that comes before it; of a steady one; and the
        loss after `loss_steps` steps, which also are the warm-up.

        The last of them is taken by itself, since of several steps stacks tell different losses."""
        first = seconds(self.train)
        steps = self.loss_steps - 3
        steady = self._expected["step"] = seconds_told(self.run, steps) / steps
        self.train(1)
        return first, steady, self.loss

    def time_steps(self, blocks):
        """Seconds a training step, one number a block, and the steps in a block."""
        return self._time("step", self.run, blocks, seconds_told)

    def time_inference(self, blocks):
        """Seconds to infer a batch, one number a block, and the batches in a block."""
        if "infer" not in self._expected:
            self._expected["infer"] = warm_up(self.infer)
        return self._time("infer", self.infer, blocks, seconds)

    def _time(self, what, run, blocks, timer):
        samples, calls = time_blocks(run, blocks, self._expected[what], timer)
        self._expected[what] = min(samples)
        return samples, calls

    def findings(self):
        """What the net is and how it trains, for whoever compares."""
        return dict(
            self.started,
            parameters=self.net.parameters,
            mode=self.net.mode,
            layout=self.net.layout,
            device=self.net.device,
            batch=self.size,
            optimiser=OPTIMISERS[NETS[self.name]["optimiser"]],
            precision="float32",
            build_s=self.build_seconds,
        )
