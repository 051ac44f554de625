"""What does one small operation cost, written eagerly: the price of Python and of dispatch?"""

from shared_arrays import Arrays
from shared_envelope import fails, works
from shared_timing import time_blocks, warm_up
from shared_workload import SEED

ELEMENTS = 100
CHAIN = 100
"""Operations in the compiled function."""


def run(session, options):
    """Samples: small-op (us, an addition of two vectors of 100 floats), a number a block.

    Findings: operations_per_block; for Keras operator_us, the same by the backend's own `+` instead of keras.ops.add;
    compiled_us, an operation in a chain of 100 inside compiled_by (jax.jit, tf.function).
    """
    session.stack.load()
    work = session.keep("small-ops", lambda: _Chains(Arrays(session.stack)))
    times, calls = time_blocks(work.eager, options.get("blocks", 3), work.expected)
    findings = dict(work.findings, operations_per_block=calls)
    problem = "the compiled chain gives another result than the eager one" if work.differs else ""
    return fails(problem, findings) if problem else works({"small-op": [1e6 * each for each in times]}, findings)


class _Chains:
    """Two seeded vectors, added one after the other in several ways."""

    def __init__(self, arrays):
        import numpy

        random = numpy.random.default_rng(SEED)
        self.arrays, self.differs = arrays, False
        self.start, self.step = (
            arrays.make(random.standard_normal(ELEMENTS, dtype="float32"), "float32") for _ in range(2)
        )
        self.expected = warm_up(self.eager)
        self.findings = {"elements": ELEMENTS, "mode": arrays.mode, "device": arrays.device}
        if arrays.stack.family == "keras":
            self.findings["operator_us"] = self._microseconds(self._operator)
        name, function = self._compiled()
        if function:
            self._hold_against_eager(numpy, function)
            self.findings["compiled_us"] = self._microseconds(lambda count: self._calls(function, count)) / CHAIN
            self.findings["compiled_by"] = name

    def eager(self, count):
        """Add `count` times by the function that the candidate's users call, and wait."""
        total, add = self.start, self.arrays.add
        for _ in range(count):
            total = add(total, self.step)
        self.arrays.wait(total)

    def _operator(self, count):
        total = self.start
        for _ in range(count):
            total = total + self.step
        self.arrays.wait(total)

    def _calls(self, function, count):
        total = self.start
        for _ in range(count):
            total = function(total, self.step)
        self.arrays.wait(total)

    def _compiled(self):
        """The name of what compiles, and a function of a chain; None where that is torch.compile, which takes long."""

        def chain(total, step):
            for _ in range(CHAIN):
                total = self.arrays.add(total, step)
            return total

        backend = getattr(self.arrays.stack, "backend", "torch")
        if backend == "jax":
            import jax

            return "jax.jit", jax.jit(chain)
        if backend == "tensorflow":
            import tensorflow

            return "tf.function", tensorflow.function(chain)
        return "", None

    def _hold_against_eager(self, numpy, function):
        total = self.start
        for _ in range(CHAIN):
            total = self.arrays.add(total, self.step)
        compiled = self.arrays.exact(function(self.start, self.step))
        self.differs = not numpy.allclose(compiled, self.arrays.exact(total), rtol=1e-4, atol=1e-4)

    @staticmethod
    def _microseconds(run):
        times, _ = time_blocks(run, 1, warm_up(run))
        return 1e6 * times[0]
