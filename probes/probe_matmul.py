"""Throughput of a float32 matrix product, as the stack computes it by default."""

from shared_envelope import works
from shared_timing import time_blocks, warm_up
from shared_workload import SEED

SIZE = 1024


def run(session, options):
    """Samples: matmul-float32 (gflops: 2·SIZE³ operations a product), a number a block."""
    import numpy

    stack = session.stack
    stack.load()
    random = numpy.random.default_rng(SEED)
    left = random.standard_normal((SIZE, SIZE), dtype="float32")
    # Divided by √SIZE the products keep their magnitude, so that each can feed the next: no call can be skipped
    # or overlap another, and the last one's result means that all are done.
    right = random.standard_normal((SIZE, SIZE), dtype="float32") / numpy.float32(SIZE**0.5)
    chain = stack.matmul(left, right)
    times, calls = time_blocks(chain, options.get("blocks", 3), warm_up(chain))
    samples = {"matmul-float32": [2 * SIZE**3 / each / 1e9 for each in times]}
    return works(samples, {"size": SIZE, "products_per_block": calls, "precision": stack.matmul_precision()})
