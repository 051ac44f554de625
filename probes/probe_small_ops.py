"""What one small operation costs, written eagerly: the price of Python and of dispatch."""

from shared_arrays import Arrays
from shared_envelope import works
from shared_timing import time_blocks, warm_up

ELEMENTS = 100
CHAIN = 100
SEED = 20240229


def run(session, options):
    """Samples: small-op (us, an addition of two vectors of 100 floats), a number a block. Findings: compiled_us, the
    same in a chain of 100 inside the stack's compiled function."""
    work = session.keep("small-ops", lambda: _Chain(Arrays(session.stack)))
    times, calls = time_blocks(work.chain, options.get("blocks", 3), work.expected)
    findings = {"ops_per_block": calls, "elements": ELEMENTS, "compiled_us": work.compiled_us()}
    return works({"small-op": [1e6 * each for each in times]}, findings)


class _Chain:
    def __init__(self, arrays):
        import numpy

        random = numpy.random.default_rng(SEED)
        self.arrays = arrays
        self.start, self.step = (
            arrays.make(random.standard_normal(ELEMENTS, dtype="float32"), "float32") for _ in range(2)
        )
        self.expected = warm_up(self.chain)
        self._compiled_us = None

    def chain(self, count):
        total = self.start
        for _ in range(count):
            total = self.arrays.add(total, self.step)
        self.arrays.wait(total)

    def compiled_us(self):
        """Microseconds an operation in a compiled chain, or None where the stack's default has no such thing."""
        backend = getattr(self.arrays.stack, "backend", "torch")
        if backend == "torch":
            return None
        if self._compiled_us is None:
            function = self._compile(backend)

            def run(count):
                for _ in range(count):
                    result = function(self.start, self.step)
                self.arrays.wait(result)

            times, _ = time_blocks(run, 1, warm_up(run))
            self._compiled_us = 1e6 * times[0] / CHAIN
        return self._compiled_us

    def _compile(self, backend):
        def hundred(total, step):
            for _ in range(CHAIN):
                total = self.arrays.add(total, step)
            return total

        if backend == "jax":
            import jax

            return jax.jit(hundred)
        import tensorflow

        return tensorflow.function(hundred)
