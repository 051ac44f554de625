"""Does a loop with two networks and two optimisers work: a tiny GAN on points of the plane?"""

import inspect
import time

import shared_lines
from shared_envelope import fails, works

STEPS, BATCH, NOISE, RATE = 300, 64, 4, 0.01
CENTRE = (2.0, -1.0)
NEARER = 0.5
"""The generator's mean must end up at less than this share of its first distance from the data's."""


def run(session, options):
    """Works if each optimiser moves its own network alone and the generator's points move to the data. Findings: lines,
    step_ms, distance_before, distance_after."""
    import numpy

    session.stack.load()
    way = (_PyTorch if session.stack.family == "pytorch" else _Keras)(session.stack)
    random = numpy.random.default_rng(0)

    def batch():
        real = random.standard_normal((BATCH, 2)) * 0.3 + CENTRE
        return real.astype("float32"), random.standard_normal((BATCH, NOISE)).astype("float32")

    fixed = batch()[1]
    problem = _moves(way, batch())
    before = _distance(way, fixed)
    means = []
    start = time.perf_counter()
    for _ in range(STEPS):
        way.step(*batch())
        means.append(way.generate(fixed).mean(axis=0))
    # The players circle around the solution, so it is their average that gets there.
    after = float(numpy.linalg.norm(numpy.mean(means[STEPS // 2 :], axis=0) - CENTRE))
    findings = {
        "lines": shared_lines.count(inspect.getsource(way.spelled)),
        "step_ms": 1000 * (time.perf_counter() - start) / STEPS,
        "distance_before": before,
        "distance_after": after,
    }
    if not problem and not after <= NEARER * before:
        problem = "the generator does not approach the data: {:.2f} before, {:.2f} after".format(before, after)
    return fails(problem, findings) if problem else works(findings=findings)


def _moves(way, batch):
    """Check that a step moves both networks; or "" and what does not move."""
    import numpy

    before = way.weights()
    way.step(*batch)
    after = way.weights()
    still = [name for name in before if all(numpy.array_equal(*pair) for pair in zip(before[name], after[name]))]
    return "a step leaves the {} as it was".format(still[0]) if still else ""


def _distance(way, noise):
    import numpy

    return float(numpy.linalg.norm(way.generate(noise).mean(axis=0) - CENTRE))


class _PyTorch:
    def __init__(self, stack):
        import custom_pytorch

        self.stack, self.torch, self.spelled = stack, stack.torch, custom_pytorch.gan_step
        torch = stack.torch
        torch.manual_seed(0)
        self.generator, self.discriminator = (
            torch.nn.Sequential(torch.nn.Linear(size, 16), torch.nn.ReLU(), torch.nn.Linear(16, out)).to(stack.device)
            for size, out in ((NOISE, 2), (2, 1))
        )
        self.optimisers = [torch.optim.Adam(net.parameters(), lr=RATE) for net in (self.generator, self.discriminator)]

    def step(self, real, noise):
        real, noise = (self.torch.from_numpy(each).to(self.stack.device) for each in (real, noise))
        self.spelled(self.stack, self.generator, self.discriminator, self.optimisers, real, noise)

    def generate(self, noise):
        with self.torch.no_grad():
            return self.generator(self.torch.from_numpy(noise).to(self.stack.device)).cpu().numpy()

    def weights(self):
        nets = {"generator": self.generator, "discriminator": self.discriminator}
        return {name: [p.detach().cpu().numpy().copy() for p in net.parameters()] for name, net in nets.items()}


class _Keras:
    def __init__(self, stack):
        import custom_keras

        keras = stack.keras
        self.stack, self.spelled = stack, custom_keras.GAN_STEPS[stack.backend]
        keras.utils.set_random_seed(0)
        self.generator, self.discriminator = (
            keras.Sequential([keras.Input((size,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(out)])
            for size, out in ((NOISE, 2), (2, 1))
        )
        self.optimisers = [keras.optimizers.Adam(RATE) for _ in range(2)]
        for optimiser, net in zip(self.optimisers, (self.generator, self.discriminator)):
            optimiser.build(net.trainable_variables)

    def step(self, real, noise):
        real, noise = (self.stack.keras.ops.convert_to_tensor(each) for each in (real, noise))
        self.spelled(self.stack, self.generator, self.discriminator, self.optimisers, real, noise)

    def generate(self, noise):
        return self.stack.keras.ops.convert_to_numpy(self.generator(noise))

    def weights(self):
        return {"generator": self.generator.get_weights(), "discriminator": self.discriminator.get_weights()}
