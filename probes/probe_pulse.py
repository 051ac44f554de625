"""How steady is the machine: how long do three short kernels take right now?"""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from shared_arrays import slices
from shared_envelope import works
from shared_workload import SEED

PRODUCT_SIZE = 48
"""Small enough for BLAS to multiply in the calling thread: its own threads spin on for a tenth of a second, into the
block that is measured next."""
PRODUCTS, ROUNDS = 64, 20
COPY_BYTES = 48 << 20
"""Source and target together are more than most caches hold."""
LOOPS = 150000


def run(session, options):
    """Samples: pulse-product, pulse-copy and pulse-loop (ms), one each.

    The first two keep all processors busy, as frameworks do: a neighbour who takes one of them must show.
    """
    session.stack.load()
    pulse = session.keep("pulse", lambda: _Pulse(session.stack.numpy, session.stack.threads()))
    return works({"pulse-" + name: [pulse.milliseconds(name)] for name in ("product", "copy", "loop")})


class _Pulse:
    """The kernels with their arrays and threads."""

    def __init__(self, numpy, threads):
        random = numpy.random.default_rng(SEED)
        self.numpy = numpy
        self.pool = ThreadPoolExecutor(threads, initializer=_pinner(threads))
        self.right = random.standard_normal((PRODUCT_SIZE, PRODUCT_SIZE), dtype="float32")
        self.lefts = random.standard_normal((PRODUCTS, PRODUCT_SIZE, PRODUCT_SIZE), dtype="float32")
        self.products = [numpy.empty_like(self.lefts) for _ in range(threads)]
        # Written once, so that no page is still to be handed out.
        source = numpy.frombuffer(random.bytes(COPY_BYTES), dtype="uint8")
        target = source.copy()
        self.copies = [(target[part], source[part]) for part in slices(COPY_BYTES, threads)]
        for name in ("product", "copy", "loop"):
            self.milliseconds(name)

    def milliseconds(self, name):
        """How long a kernel takes."""
        kernel = getattr(self, "_" + name)
        start = time.perf_counter()
        kernel()
        return 1000 * (time.perf_counter() - start)

    def _product(self):
        list(self.pool.map(self._multiply, self.products))

    def _multiply(self, out):
        for _ in range(ROUNDS):
            self.numpy.matmul(self.lefts, self.right, out=out)

    def _copy(self):
        list(self.pool.map(lambda pair: self.numpy.copyto(*pair), self.copies))

    @staticmethod
    def _loop():
        total = 0
        for number in range(LOOPS):
            total += number & 7
        return total


def _pinner(threads):
    """What each thread calls first: it stays on a processor of its own, where there is one for each and the system lets
    a thread choose. Else two that wake at once may share one, and a kernel is over before they are moved apart."""
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    if len(usable) != threads:
        return lambda: None
    left = iter(usable)  # its next item is taken by one thread at a time
    return lambda: os.sched_setaffinity(0, {next(left)})
