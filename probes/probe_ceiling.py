"""What plain numpy reaches on this machine: the ceiling that frameworks are held against."""

from shared_envelope import works
from shared_timing import time_blocks, warm_up

SIZE = 1024
ELEMENTS = 16 << 20
SEED = 20240229


def run(session, options):
    """Samples: ceiling-float32 and ceiling-float64 (gflops), ceiling-bandwidth (gb_per_s), a number a block."""
    import numpy

    random = numpy.random.default_rng(SEED)
    blocks = options.get("blocks", 3)
    samples = {}
    for precision in ("float32", "float64"):
        left = random.standard_normal((SIZE, SIZE)).astype(precision)
        right = (random.standard_normal((SIZE, SIZE)) / SIZE**0.5).astype(precision)

        def multiply(count, left=left, right=right):
            product = left
            for _ in range(count):
                product = product @ right

        times, _ = time_blocks(multiply, blocks, warm_up(multiply))
        samples["ceiling-" + precision] = [2 * SIZE**3 / each / 1e9 for each in times]
    one, other = (random.standard_normal(ELEMENTS, dtype="float32") for _ in range(2))
    total = numpy.empty_like(one)

    def add(count):
        for _ in range(count):
            numpy.add(one, other, out=total)

    times, _ = time_blocks(add, blocks, warm_up(add))
    samples["ceiling-bandwidth"] = [3 * 4 * ELEMENTS / each / 1e9 for each in times]
    return works(samples, session.stack.describe())
