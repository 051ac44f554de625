"""Three short reference kernels, by which the parent sees how steady the machine is meanwhile."""

import time

from shared_envelope import works

SIZE = 512
BYTES = 48 << 20
"""More than most caches hold."""
LOOPS = 100000
SEED = 20240229


def run(session, options):
    """Samples: pulse-product, pulse-copy and pulse-loop (ms), one each."""
    import numpy

    left, right, source, target = session.keep("pulse", lambda: _arrays(numpy))

    def loop():
        total = 0
        for number in range(LOOPS):
            total += number & 7
        return total

    kernels = {
        "pulse-product": lambda: left @ right,
        "pulse-copy": lambda: numpy.copyto(target, source),
        "pulse-loop": loop,
    }
    return works({name: [_milliseconds(kernel)] for name, kernel in kernels.items()})


def _arrays(numpy):
    random = numpy.random.default_rng(SEED)
    source = random.integers(0, 256, BYTES, dtype="uint8")
    left, right = (random.standard_normal((SIZE, SIZE), dtype="float32") for _ in range(2))
    return left, right, source, source.copy()


def _milliseconds(kernel):
    start = time.perf_counter()
    kernel()
    return 1000 * (time.perf_counter() - start)
