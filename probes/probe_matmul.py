"""Throughput of a matrix product in one precision, and whether it really was in that precision and right."""

from shared_arrays import Arrays, NotAvailable
from shared_envelope import fails, not_tried, works
from shared_timing import time_blocks, warm_up

SIZE, SMALL = 1024, 256
"""Rows and columns; the small one where the other would take over `SLOW_SECONDS`: some precisions are emulated."""
SLOW_SECONDS = 0.2
SEED = 20240229
ERRORS = {"float64": 1e-12, "float32": 1e-3, "float16": 1e-2, "bfloat16": 5e-2}
"""Greatest accepted difference from the product in float64, as a share of the largest element: some hundred times the
precision's own step, and for float32 room for TF32, which some accelerators take by default."""


def run(session, options):
    """Samples: matmul-PRECISION (gflops: 2·size³ operations a product), a number a block."""
    precision = options.get("precision", "float32")
    try:
        work = session.keep(("matmul", precision), lambda: Product(Arrays(session.stack), precision))
    except NotAvailable as reason:
        return not_tried(str(reason))
    findings = {"size": work.size, "precision": work.precision, "max_error": work.error, "products_per_block": work.calls}
    problem = wrong(work.precision, precision, work.error)
    if problem:
        return fails(problem, findings)
    times, work.calls = time_blocks(work.chain, options.get("blocks", 3), work.expected)
    findings.update(products_per_block=work.calls, float32_setting=session.stack.matmul_precision())
    return works({"matmul-" + precision: [2 * work.size**3 / each / 1e9 for each in times]}, findings)


def wrong(computed_in, precision, error):
    """What is wrong with a product that was computed in one dtype and is off by `error`, or ""."""
    if computed_in != precision:
        return "asked for {}, computed in {}".format(precision, computed_in)
    if not error <= ERRORS[precision]:
        return "the product in {} is off by {:.2g} of its largest element".format(precision, error)
    return ""


class Product:
    """Two seeded matrices on the device, and their chained products."""

    def __init__(self, arrays, precision):
        import numpy

        self.arrays, self.calls = arrays, 0
        random = numpy.random.default_rng(SEED)
        self._draw(random, SMALL, precision)
        expected = warm_up(self.chain)
        if expected * (SIZE / SMALL) ** 3 < SLOW_SECONDS:
            self._draw(random, SIZE, precision)
            expected = warm_up(self.chain)
        self.expected = expected
        product = arrays.multiply(self.left, self.right)
        self.precision = arrays.dtype(product)
        exact = arrays.fetch(self.left) @ arrays.fetch(self.right)
        self.error = float(numpy.abs(arrays.fetch(product) - exact).max() / numpy.abs(exact).max())

    def _draw(self, random, size, precision):
        self.size = size
        self.left = self.arrays.make(random.standard_normal((size, size)), precision)
        # Divided by √size the products keep their magnitude, so that each can feed the next: no call can be skipped
        # or overlap another, and the last one's result means that all are done.
        self.right = self.arrays.make(random.standard_normal((size, size)) / size**0.5, precision)

    def chain(self, count):
        """Multiply `count` times, each time what came of the last, and wait."""
        product = self.left
        for _ in range(count):
            product = self.arrays.multiply(product, self.right)
        self.arrays.wait(product)
