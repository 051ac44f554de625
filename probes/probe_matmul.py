"""How fast is a matrix product in one precision, and is it right and really in that precision?

Options: `precision`: float32 (the default), float64, bfloat16, float16.
"""

from shared_arrays import Arrays, relative_error
from shared_envelope import fails, works
from shared_timing import time_blocks, warm_up
from shared_workload import SEED

SIZES = (256, 512, 1024)
"""Rows and columns: the last, unless a precision is so slow (some are emulated) that a product of the next size would
take over `SLOW_SECONDS`, if it took eight times as long."""
DEVICE_SIZES = (*SIZES, 2048, 4096)
"""Likewise on an accelerator, which smaller products don't keep busy."""
SLOW_SECONDS = 0.3
EXACT_ROWS = 256
"""So many rows of a product are held against float64."""
TOLERANCES = {"float64": 1e-13, "float32": 1e-3, "float16": 2e-2, "bfloat16": 1e-1}
"""Greatest accepted error of a product, root mean square, as a share of the product's own. In float32 there is room for
TF32 (3e-4), but not for bfloat16 (3e-3); in the short ones for sums that are rounded at each of 1024 terms."""
FLOAT32_ERROR = 1e-5
"""A product with a greater error was not computed in float32 throughout."""


def run(session, options):
    """Samples: matmul-PRECISION (gflops: 2·size³ operations a product), a number a block.

    Findings: size, precision (what it was computed in), relative_error, products_per_block, switch (what had to be
    switched on), mode, device. All stacks are told to compute float32 in full; what an accelerator does with float32
    by default is told by default_setting, default_precision, default_relative_error and default_gflops.
    """
    precision = options.get("precision", "float32")
    session.stack.load()
    arrays = Arrays(session.stack)
    with arrays.wide(precision):
        product = session.keep(("matmul", precision), lambda: _Product(arrays, precision))
        problem = wrong(product.dtype, precision, product.error)
        if problem:
            return fails(problem, product.findings)
        times, calls = time_blocks(product.chain, options.get("blocks", 3), product.expected)
    samples = {"matmul-" + precision: [2 * product.size**3 / each / 1e9 for each in times]}
    return works(samples, dict(product.findings, products_per_block=calls))


def wrong(dtype, precision, error):
    """What is wrong with a product that came out in `dtype` with this relative error, or ""."""
    if dtype != precision:
        return "asked for {}, the product is {}".format(precision, dtype)
    if not error <= TOLERANCES[precision]:
        return "the product's relative error of {:.2g} is too large for {}".format(error, precision)
    return ""


def really(precision, error, rounding):
    """What a product of this error was computed in. `rounding` is the error that comes of rounding the exact product to
    this precision."""
    if precision == "float64":
        return "float64"
    if precision == "float32":
        return "float32" if error < FLOAT32_ERROR else "less, such as TF32"
    return precision + ("; only the result is rounded" if error < 1.5 * rounding else "; sums are rounded too")


class _Product:
    """Two seeded matrices on the device, as large as is bearable, and their first product held against float64."""

    def __init__(self, arrays, precision):
        import numpy

        self.arrays = arrays
        random = numpy.random.default_rng(SEED)
        for self.size in SIZES if arrays.device == "cpu" else DEVICE_SIZES:
            self._draw(random, precision)
            self.expected = warm_up(self.chain)
            if 8 * self.expected > SLOW_SECONDS:
                break
        exact = arrays.exact(self.left[:EXACT_ROWS]) @ arrays.exact(self.right)
        rounding = relative_error(arrays.exact(arrays.make(exact, precision)), exact)
        self.findings = {"size": self.size, "switch": arrays.wide_switch(precision)}
        self.findings.update(mode=arrays.mode, device=arrays.device)
        if precision == "float32" and arrays.device != "cpu":
            self.findings.update(self._by_default(exact, rounding))
        arrays.stack.full_float32()
        self.expected = warm_up(self.chain)
        self.dtype, self.error = self._first(exact)
        self.findings.update(precision=really(self.dtype, self.error, rounding), relative_error=self.error)

    def _first(self, exact):
        """The element type of the first product, and its relative error."""
        product = self.arrays.multiply(self.left, self.right)
        return self.arrays.dtype(product), relative_error(self.arrays.exact(product[:EXACT_ROWS]), exact)

    def _by_default(self, exact, rounding):
        """Findings about float32 as the stack computes it when nobody says anything."""
        dtype, error = self._first(exact)
        times, _ = time_blocks(self.chain, 1, self.expected)
        return {
            "default_setting": self.arrays.stack.matmul_precision(),
            "default_precision": really(dtype, error, rounding),
            "default_relative_error": error,
            "default_gflops": 2 * self.size**3 / times[0] / 1e9,
        }

    def _draw(self, random, precision):
        shape = (self.size, self.size)
        self.left = self.arrays.make(random.standard_normal(shape), precision)
        # Divided by √size the products keep their magnitude, so that each can feed the next: no call can be skipped
        # or overlap another, and the last one's result means that all are done.
        self.right = self.arrays.make(random.standard_normal(shape) / self.size**0.5, precision)

    def chain(self, count):
        """Multiply `count` times, each time what came of the last, and wait."""
        product = self.left
        for _ in range(count):
            product = self.arrays.multiply(product, self.right)
        self.arrays.wait(product)
