"""How fast do arrays get to the accelerator and back?"""

from shared_arrays import Arrays, large_bytes
from shared_envelope import not_tried, works
from shared_timing import time_blocks, warm_up
from shared_workload import SEED


def run(session, options):
    """Samples: host-to-device and device-to-host (gb_per_s), a number a block.

    Findings: array_bytes, device, and for plain torch pinned_gb_per_s, to the device from page-locked memory.
    """
    session.stack.load()
    arrays = Arrays(session.stack)
    if arrays.device == "cpu":
        return not_tried("no device but the CPU")
    copies = session.keep("device-copy", lambda: Copies(arrays, large_bytes()))
    blocks = options.get("blocks", 3)
    samples = {"host-to-device": copies.rates(copies.upload, blocks)}
    samples["device-to-host"] = copies.rates(copies.download, blocks)
    return works(samples, dict(copies.findings(), device=arrays.device))


class Copies:
    """An array in host memory and one on the device."""

    def __init__(self, arrays, size):
        import numpy

        random = numpy.random.default_rng(SEED)
        self.arrays, self.bytes = arrays, size
        self.here = random.standard_normal(size // 4, dtype="float32")
        self.there = arrays.make(self.here, "float32")
        self.step = arrays.make(random.standard_normal(size // 4, dtype="float32"), "float32")

    def rates(self, copy, blocks):
        """The gigabytes a second of `copy`, a number a block."""
        times, _ = time_blocks(copy, blocks, warm_up(copy))
        return [self.bytes / each / 1e9 for each in times]

    def upload(self, count):
        """Copy to the device from ordinary memory."""
        for _ in range(count):
            self.arrays.wait(self.arrays.make(self.here, "float32"))

    def download(self, count):
        """Copy from the device. Each time another array, since JAX keeps what it has fetched once; the addition that
        makes it is some hundredths of the copy."""
        array = self.there
        for _ in range(count):
            array = self.arrays.add(array, self.step)
            self.arrays.fetch(array)

    def findings(self):
        """Findings, with the rate from page-locked memory where the stack's users can have that."""
        findings = {"array_bytes": self.bytes}
        if self.arrays.stack.family == "pytorch" and self.arrays.device == "cuda":
            pinned = self.arrays.stack.torch.from_numpy(self.here).pin_memory()

            def upload(count):
                for _ in range(count):
                    self.arrays.wait(pinned.to(self.arrays.stack.device, non_blocking=True))

            findings["pinned_gb_per_s"] = self.rates(upload, 1)[0]
        return findings
