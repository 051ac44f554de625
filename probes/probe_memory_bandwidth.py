"""How fast the stack moves arrays through memory: adding two that no cache holds."""

from shared_arrays import Arrays
from shared_envelope import works
from shared_timing import time_blocks, warm_up

ELEMENTS = 16 << 20
"""64 MiB of float32 in each array."""
SEED = 20240229


def run(session, options):
    """Samples: memory-bandwidth (gb_per_s: two arrays read and one written), a number a block."""
    work = session.keep("memory-bandwidth", lambda: _Sum(Arrays(session.stack)))
    times, calls = time_blocks(work.chain, options.get("blocks", 3), work.expected)
    samples = {"memory-bandwidth": [3 * 4 * ELEMENTS / each / 1e9 for each in times]}
    return works(samples, {"array_bytes": 4 * ELEMENTS, "sums_per_block": calls, "device": work.arrays.device()})


class _Sum:
    def __init__(self, arrays):
        import numpy

        random = numpy.random.default_rng(SEED)
        self.arrays = arrays
        self.start, self.step = (
            arrays.make(random.standard_normal(ELEMENTS, dtype="float32"), "float32") for _ in range(2)
        )
        self.expected = warm_up(self.chain)

    def chain(self, count):
        total = self.start
        for _ in range(count):
            total = self.arrays.add(total, self.step)
        self.arrays.wait(total)
