"""Does training in a short format really train: does the loss fall, do the weights move, is the format used?

Options: `way`: `mixed` (the default: computes in the short format, keeps weights in float32) or `pure` (all of it in
bfloat16, with Adam).
"""

from contextlib import nullcontext

from shared_arrays import relative_error
from shared_envelope import fails, told, works
from shared_timing import time_ratio

SIZES = (128, 512, 512, 10)
BATCH, POOL, STEPS, RATE = 256, 4, 40, 1e-3
LOSS_FALL = 0.9
"""The last `POOL` losses must be below this share of the first ones."""
MOVED = 0.01
"""More than this share of the first layer's weights must have changed."""
ROUNDING = (1e-5, 5e-2)
"""Difference of the first outputs from float32's, root mean square as a share: more than float32 makes (1e-7), for who
computes in float32 doesn't use the format, and less than what could no longer be rounding."""
SHORT = ("bfloat16", "float16")


def run(session, options):
    """Works if one short format trains: bfloat16, and on accelerators float16 with a scaled loss as well.

    Findings: compute_dtype, variable_dtype, weights_moved_share, loss_fall_ratio, difference_ratio (of first outputs),
    slowdown_ratio against float32; those of float16 begin with `float16_`. And what each format did.
    """
    stack, way = session.stack, options.get("way", "mixed")
    stack.load()
    device = stack.describe()["device"]
    base = _trained(stack, "float32", "float32")
    findings, outcomes = {"device": device, "float32_loss_fall_ratio": base.figures["loss_fall_ratio"]}, []
    for dtype in SHORT if way == "mixed" and device != "cpu" else SHORT[:1]:
        prefix = "" if dtype == "bfloat16" else dtype + "_"
        try:
            net = _trained(stack, way, dtype, base.start)
            net.figures["difference_ratio"] = relative_error(net.first_outputs, base.first_outputs)
            wrong = problem(net.figures, dtype, dtype if way == "pure" else "float32")
            if not wrong:
                net.figures["slowdown_ratio"] = time_ratio(base.run, net.run, options.get("blocks", 3))
            findings.update({prefix + name: value for name, value in net.figures.items()})
        except Exception as error:
            wrong = told(error)
        findings[dtype] = wrong or "trains"
        outcomes.append(wrong)
    return works(findings=findings) if "" in outcomes else fails(outcomes[0], findings)


def problem(figures, compute, variables):
    """What is wrong with a training whose formats should be these, or ""."""
    if figures["compute_dtype"] != compute:
        return "asked for {}, activations are {}".format(compute, figures["compute_dtype"])
    if figures["variable_dtype"] != variables:
        return "the weights are {} instead of {}".format(figures["variable_dtype"], variables)
    if not ROUNDING[0] <= figures["difference_ratio"] <= ROUNDING[1]:
        return "first outputs differ from float32's by {:.2g}".format(figures["difference_ratio"])
    if not figures["weights_moved_share"] > MOVED:
        share = figures["weights_moved_share"]
        return "accepted, but {} of the weights move".format("only {:.2g}".format(share) if share else "none")
    if not figures["loss_fall_ratio"] < LOSS_FALL:
        return "accepted, but the loss goes to {:.3g} of the first".format(figures["loss_fall_ratio"])
    return ""


def figures(losses, before, after, compute, variables):
    """What a training came to: before and after are a layer's weights."""
    import numpy

    return {
        "compute_dtype": compute,
        "variable_dtype": variables,
        "weights_moved_share": float(numpy.mean(before != after)),
        "loss_fall_ratio": float(numpy.mean(losses[-POOL:]) / numpy.mean(losses[:POOL])),
    }


def batches():
    """Seeded inputs, and labels that a linear map of them gives."""
    import numpy

    random = numpy.random.default_rng(20240229)
    teacher = random.standard_normal((SIZES[0], SIZES[-1]), dtype="float32")
    pool = []
    for _ in range(POOL):
        inputs = random.standard_normal((BATCH, SIZES[0]), dtype="float32")
        pool.append((inputs, (inputs @ teacher).argmax(1)))
    return pool


def _trained(stack, way, dtype, start=None):
    """A net after `STEPS` steps, with its `figures`, the weights that it started from (`start`, where given: the same
    seed draws others in another format) and the outputs that it gave with them."""
    net = (_PyTorch if stack.family == "pytorch" else _Keras)(stack, way, dtype)
    if start:
        net.take(start)
    net.start = net.all_weights()
    net.first_outputs = net.outputs()
    before = net.weights()
    losses = [net.step() for _ in range(STEPS)]
    net.figures = figures(losses, before, net.weights(), *net.dtypes())
    return net


class _PyTorch:
    def __init__(self, stack, way, dtype):
        self.torch, self.device = stack.torch, stack.device
        torch = self.torch
        torch.manual_seed(0)
        layers = []
        for fan_in, fan_out in zip(SIZES, SIZES[1:]):
            layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
        self.net = torch.nn.Sequential(*layers[:-1]).to(self.device)
        self.dtype, self.mixed, self.count, self.seen = getattr(torch, dtype), way == "mixed", 0, None
        if way == "pure":
            self.net.to(self.dtype)
        self.pool = [tuple(torch.from_numpy(each).to(self.device) for each in pair) for pair in batches()]
        if way == "pure":
            self.pool = [(inputs.to(self.dtype), labels) for inputs, labels in self.pool]
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=RATE)
        kind = self.device.partition(":")[0]
        self.scaler = torch.amp.GradScaler(kind, enabled=self.mixed and dtype == "float16")
        self.net[0].register_forward_hook(self._see)

    def _see(self, module, inputs, output):
        self.seen = output.dtype

    def _forward(self, inputs):
        kind = self.device.partition(":")[0]
        with self.torch.autocast(kind, self.dtype) if self.mixed else nullcontext():
            return self.net(inputs)

    def _queue_step(self):
        inputs, labels = self.pool[self.count % POOL]
        self.count += 1
        self.optimiser.zero_grad()
        loss = self.torch.nn.functional.cross_entropy(self._forward(inputs).float(), labels)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimiser)
        self.scaler.update()
        return loss

    def step(self):
        return self._queue_step().item()

    def run(self, count):
        for _ in range(count):
            self._queue_step()
        # The last weight that is updated: nothing is still on its way then.
        self.net[-1].bias[0].item()

    def outputs(self):
        with self.torch.no_grad():
            return self._forward(self.pool[0][0]).float().cpu().numpy()

    def weights(self):
        return self.net[0].weight.detach().float().cpu().numpy().copy()

    def all_weights(self):
        return [parameter.detach().clone() for parameter in self.net.parameters()]

    def take(self, start):
        with self.torch.no_grad():
            for parameter, value in zip(self.net.parameters(), start):
                parameter.copy_(value)

    def dtypes(self):
        return tuple(str(each).replace("torch.", "") for each in (self.seen, self.net[0].weight.dtype))


class _Keras:
    def __init__(self, stack, way, dtype):
        self.keras, self.count, self.pool = stack.keras, 0, batches()
        keras, seen = self.keras, []
        self.seen = seen

        class Spy(keras.layers.Layer):
            """Tells the type of what passes; casts nothing itself."""

            def call(self, x):
                seen.append(keras.backend.standardize_dtype(x.dtype))
                return x

        keras.utils.set_random_seed(0)
        # Policies of layers: the global one would be there for whatever comes after.
        policy = keras.DTypePolicy("mixed_" + dtype if way == "mixed" else dtype)
        last = "float32" if way == "mixed" else policy
        self.first = keras.layers.Dense(SIZES[1], activation="relu", dtype=policy)
        hidden = [keras.layers.Dense(size, activation="relu", dtype=policy) for size in SIZES[2:-1]]
        layers = [keras.Input((SIZES[0],)), self.first, Spy(autocast=False)] + hidden
        self.model = keras.Sequential(layers + [keras.layers.Dense(SIZES[-1], dtype=last)])
        optimiser = keras.optimizers.Adam(RATE)
        if policy.compute_dtype == "float16":
            optimiser = keras.optimizers.LossScaleOptimizer(optimiser)
        self.model.compile(optimiser, keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def step(self):
        self.count += 1
        return float(self.model.train_on_batch(*self.pool[self.count % POOL]))

    def run(self, count):
        for _ in range(count):
            self.step()
        self.keras.ops.convert_to_numpy(self.model.trainable_variables[-1])

    def outputs(self):
        return self.model.predict_on_batch(self.pool[0][0]).astype("float32")

    def weights(self):
        return self.first.get_weights()[0].astype("float32")

    def all_weights(self):
        return self.model.get_weights()

    def take(self, start):
        self.model.set_weights(start)

    def dtypes(self):
        return self.seen[-1], self.keras.backend.standardize_dtype(self.first.kernel.dtype)
