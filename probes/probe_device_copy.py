"""How fast arrays get to the accelerator and back."""

from shared_arrays import Arrays
from shared_envelope import not_tried, works
from shared_timing import time_blocks, warm_up

ELEMENTS = 16 << 20
SEED = 20240229


def run(session, options):
    """Samples: host-to-device and device-to-host (gb_per_s), a number a block."""
    arrays = session.keep("device-copy", lambda: Arrays(session.stack))
    if arrays.device() == "cpu":
        return not_tried("no device but the CPU")
    import numpy

    values = numpy.random.default_rng(SEED).standard_normal(ELEMENTS, dtype="float32")
    there = arrays.make(values, "float32")

    def upload(count):
        for _ in range(count):
            arrays.wait(arrays.make(values, "float32"))

    def download(count):
        for _ in range(count):
            arrays.fetch(there)

    samples = {}
    for name, copy in (("host-to-device", upload), ("device-to-host", download)):
        times, _ = time_blocks(copy, options.get("blocks", 3), warm_up(copy))
        samples[name] = [4 * ELEMENTS / each / 1e9 for each in times]
    return works(samples, {"array_bytes": 4 * ELEMENTS, "device": arrays.device()})
