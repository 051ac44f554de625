"""What does plain numpy reach on this machine: the ceiling that frameworks are held against?"""

import time
from concurrent.futures import ThreadPoolExecutor

from shared_arrays import cache_bytes, large_bytes, slices
from shared_envelope import works
from shared_timing import time_blocks, warm_up
from shared_workload import SEED

SIZE = 1024
"""That of the products in probe_matmul.py."""


def run(session, options):
    """Samples: ceiling-float32 and ceiling-float64 (gflops), ceiling-bandwidth (gb_per_s), a number a block.

    Findings: blas, threads, busy_threads (those that a product kept busy: processor time by time), size, array_bytes,
    cache_bytes; one_thread_gb_per_s and copy_gb_per_s, of numpy.add and numpy.copyto without further threads.
    """
    session.stack.load()
    numpy, threads = session.stack.numpy, session.stack.threads()
    blocks = options.get("blocks", 3)
    findings = dict(session.stack.describe(), size=SIZE, array_bytes=large_bytes(), cache_bytes=cache_bytes())
    random = numpy.random.default_rng(SEED)
    # Memory first: threads of BLAS spin on for a while after a product.
    samples = {"ceiling-bandwidth": _bandwidth(numpy, random, threads, blocks, findings)}
    for precision in ("float64", "float32"):
        samples["ceiling-" + precision] = _products(numpy, random, precision, blocks, findings)
    return works(samples, findings)


def _products(numpy, random, precision, blocks, findings):
    """Gigaflops of each block."""
    left = random.standard_normal((SIZE, SIZE)).astype(precision)
    right = (random.standard_normal((SIZE, SIZE)) / SIZE**0.5).astype(precision)
    product = numpy.empty_like(left)

    def multiply(count):
        for _ in range(count):
            numpy.matmul(left, right, out=product)

    times, calls = _timed(multiply, blocks)
    start, processor = time.perf_counter(), time.process_time()
    multiply(calls)
    findings["busy_threads"] = round((time.process_time() - processor) / (time.perf_counter() - start), 1)
    return [2 * SIZE**3 / each / 1e9 for each in times]


def _bandwidth(numpy, random, threads, blocks, findings):
    """Gigabytes a second of each block: two arrays read and one written, a part of them by each thread."""
    size = large_bytes()
    one, other = (random.standard_normal(size // 4, dtype="float32") for _ in range(2))
    total = one + other
    parts = slices(size // 4, threads)

    def add(count):
        for _ in range(count):
            numpy.add(one, other, out=total)

    def copy(count):
        for _ in range(count):
            numpy.copyto(total, one)

    with ThreadPoolExecutor(threads) as pool:

        def add_parts(count):
            for _ in range(count):
                # numpy lets other threads run while it adds.
                list(pool.map(lambda part: numpy.add(one[part], other[part], out=total[part]), parts))

        times, _ = _timed(add_parts, blocks)
    findings["one_thread_gb_per_s"] = 3 * size / _timed(add, 1)[0][0] / 1e9
    findings["copy_gb_per_s"] = 2 * size / _timed(copy, 1)[0][0] / 1e9
    return [3 * size / each / 1e9 for each in times]


def _timed(run, blocks):
    return time_blocks(run, blocks, warm_up(run))
