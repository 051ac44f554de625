"""The workloads that all stacks share: nets, random inputs, and how a training step is timed.

The nets are described here once; each stack builds them from its own layers, with these sizes, float32 and the
stack's default mode. Equal parameter counts are a finding, so that whoever compares can check.
"""

import math
import time

from shared_envelope import fails, works
from shared_timing import seconds, time_blocks, warm_up

POOL = 8
"""Batches that training cycles through: more than one, so that no result can be reused."""
SEED = 20240229

CLASSES = 10
CNN = {"batch": 32, "height": 32, "width": 32, "channels": 3, "filters": ((32, 1), (64, 2), (128, 2))}
"""Three times convolution 3×3 without bias (filters, stride), batch normalisation, ReLU; global average; dense.
Trained by SGD with momentum."""
CNN_LEARNING_RATE, CNN_MOMENTUM = 0.01, 0.9
TRANSFORMER = {"batch": 16, "tokens": 64, "vocabulary": 1000, "width": 128, "heads": 4, "hidden": 512}
"""Embedding, one post-norm encoder block (attention, exact GELU), mean over tokens, dense. Trained by Adam."""
TRANSFORMER_LEARNING_RATE = 0.001
NORM_EPSILON = 1e-5
BATCH_NORM_DECAY = 0.9
"""Share of the old running statistics that is kept: Keras' `momentum`, one minus torch's."""
NETS = ("cnn", "transformer")


def batches(net, count=POOL, size=None, seed=SEED):
    """Seeded random batches (inputs, labels) of numpy arrays: images in NHWC float32, or int32 tokens."""
    import numpy

    random = numpy.random.default_rng(seed)
    spec = CNN if net == "cnn" else TRANSFORMER
    size = size or spec["batch"]
    pool = []
    for _ in range(count):
        if net == "cnn":
            shape = (size, CNN["height"], CNN["width"], CNN["channels"])
            inputs = random.standard_normal(shape, dtype="float32")
        else:
            shape = (size, TRANSFORMER["tokens"])
            inputs = random.integers(0, TRANSFORMER["vocabulary"], shape, dtype="int32")
        pool.append((inputs, random.integers(0, CLASSES, size, dtype="int32")))
    return pool


class Workload:
    """A net of one stack in training; a step goes from a batch in host memory to updated weights."""

    def __init__(self, stack, name):
        start = time.perf_counter()
        self.name = name
        self.net = stack.build(name)
        self.pool = [self.net.prepare(*batch) for batch in batches(name)]
        self.build_seconds = time.perf_counter() - start
        self.loss = float("nan")
        self._steps = 0
        self._expected = 0.0

    def run(self, steps):
        """Train so many steps and wait for the device."""
        for _ in range(steps):
            loss = self.net.step(*self.pool[self._steps % POOL])
            self._steps += 1
        self.net.synchronise()
        self.loss = float(loss)

    def first_step(self):
        """Seconds of the first step, which compiles or traces; None once it has been taken. Warms up after it."""
        if self._steps:
            return None
        took = seconds(self.run)
        self._expected = warm_up(self.run)
        return took

    def time_steps(self, blocks):
        """Seconds a step, one number a block, and the steps in a block."""
        samples, steps = time_blocks(self.run, blocks, self._expected)
        self._expected = min(samples)
        return samples, steps

    def measure(self, blocks):
        """Samples in the units of the metrics NET-first-step (s) and NET-step (ms), and findings."""
        first = self.first_step()
        blocks_seconds, steps = self.time_steps(blocks)
        samples = {self.name + "-step": [1000 * each for each in blocks_seconds]}
        if first is not None:
            samples[self.name + "-first-step"] = [first]
        findings = {
            "parameters": self.net.parameters,
            "mode": self.net.mode,
            "layout": self.net.layout,
            "device": self.net.device,
            "batch": len(self.pool[0][1]),
            "optimiser": "SGD with momentum" if self.name == "cnn" else "Adam",
            "precision": "float32",
            "build_s": self.build_seconds,
            "steps_per_block": steps,
            "loss": self.loss,
        }
        return samples, findings


def measure_training(session, net, options):
    """The whole of a training probe: `options["blocks"]` blocks (3 unless told), and a check that it trains."""
    samples, findings = session.workload(net).measure(options.get("blocks", 3))
    if not math.isfinite(findings["loss"]):
        return fails("the loss is not finite after training", findings)
    return works(samples, findings)
